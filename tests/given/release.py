"""The tree of an earlier release, out of this repository's history, and programs run with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

COMMIT = "01f37eb2cea865340b8fbdc9e1ab935cd940f80b"
"""0.1.0."""

HERE = Path(__file__).parent
HOUSE = HERE.parent.parent
GIVEN = HERE / "0.1.0"
ORIGIN = GIVEN / "origin.py"


class NotInHistory(Exception):
    """This clone does not have the commit of the release; `git fetch --unshallow` brings it."""


def is_in_history() -> bool:
    """Whether this clone has the release's commit: a shallow one may not, an export has none."""
    try:
        return _git("cat-file", "-e", f"{COMMIT}^{{commit}}").returncode == 0
    except FileNotFoundError:
        return False


@contextmanager
def tree() -> Iterator[Path]:
    """The release's files in a folder of their own, gone afterwards. Raises NotInHistory."""
    if not is_in_history():
        raise NotInHistory(
            f"0.1.0 ({COMMIT[:7]}) is not in this clone: git fetch --unshallow brings it"
        )
    with TemporaryDirectory() as folder:
        place = Path(folder) / "0.1.0"
        added = _git("worktree", "add", "--detach", str(place), COMMIT)
        if added.returncode != 0:
            raise NotInHistory(added.stderr.strip())
        try:
            yield place
        finally:
            _git("worktree", "remove", "--force", str(place))


def started(place: Path, *words: str) -> subprocess.Popen[str]:
    """`origin.py` with these words, on the tree in `place`; its input and output are pipes."""
    environment = {name: v for name, v in os.environ.items() if not name.startswith("FOLIO_")}
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", ORIGIN, *words],
        cwd=place,
        env={**environment, "PYTHONPATH": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=HOUSE, capture_output=True, text=True, check=False)
