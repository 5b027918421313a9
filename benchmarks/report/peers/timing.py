"""Runs a peer's `render(content, folder, number)` warm in this process and prints the times."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Render = Callable[[dict[str, Any], Path, int], bytes]


def run(render: Render) -> None:
    """argv: the JSON of the content, how often. Each run has another folio: nothing is reused."""
    path, times = Path(sys.argv[1]), int(sys.argv[2])
    content = json.loads(path.read_text(encoding="utf-8"))
    taken, worked, pdf = [], [], b""
    for number in range(times + 2):
        said = {**content, "folio": f"SEI-2026-{number:06d}"}
        start, busy = time.perf_counter(), time.process_time()
        pdf = render(said, path.parent, number)
        taken.append((time.perf_counter() - start) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    (path.parent / "made.pdf").write_bytes(pdf)
    print(json.dumps({"ms": taken[2:], "cpu": worked[2:], "bytes": len(pdf)}))
