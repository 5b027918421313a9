"""python -m benchmarks.sync: Folio's sync beside its peers, in the same run on the same machine."""

import argparse
import json
import sys
from pathlib import Path

from benchmarks.sync import documents, pushes, setup, table
from benchmarks.sync.legs import LEGS, NotStarted
from benchmarks.sync.link import LOCAL, SLOW
from benchmarks.sync.run import Measured, NotTheSame, as_rows, measure, middle, scratch
from benchmarks.sync.worker import StepFailed


def main() -> int:
    """Measure what was asked for, print it; 1 when a leg failed."""
    asked = _arguments()
    if asked.setup:
        setup.fetch()
    legs = [LEGS[name] for name in asked.legs.split(",") if LEGS[name].is_there()]
    absent = [name for name in asked.legs.split(",") if not LEGS[name].is_there()]
    if absent:
        print(f"Not installed: {', '.join(absent)}. --setup fetches them.", file=sys.stderr)
    found: list[Measured] = []
    failed = False
    with scratch() as folder:
        docs = folder / "documents.jsonl"
        documents.write(docs, asked.documents)
        for line in [line for line in (LOCAL, SLOW) if line.name in asked.lines.split(",")]:
            for leg in legs:
                try:
                    times = asked.times if line is LOCAL else 1
                    log = folder / f"{leg.name}.log"
                    some = max(asked.documents // 100, 1)
                    found += middle([measure(leg, line, docs, some, log) for _ in range(times)])
                except (StepFailed, NotStarted, NotTheSame) as error:
                    print(f"{leg.title}: {error}", file=sys.stderr)
                    failed = True
                print(f"measured: {leg.title}, line {line.name}", file=sys.stderr)
    print(f"{asked.documents} documents of about 1.5 KB; «some» is one in a hundred of them.\n")
    for name in asked.lines.split(","):
        print(table.times(found, name), end="\n\n")
        print(table.ratios(found, name), end="\n\n")
    if asked.seconds:
        rates = [
            take(operations, asked.connections, asked.seconds)
            for take in (pushes.folio, pushes.floor)
            for operations in (1, 20)
        ]
        print(table.rates(rates))
    if asked.json:
        Path(asked.json).write_text(json.dumps(as_rows(found), indent=1), encoding="utf-8")
    return int(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sync", description=__doc__)
    parser.add_argument("--legs", default=",".join(LEGS), help="which legs, by comma")
    parser.add_argument("--lines", default="local,slow", help="local, slow or both")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=3, help="runs on the local line; the median")
    parser.add_argument("--connections", type=int, default=16, help="for pushes a second")
    parser.add_argument("--seconds", type=float, default=10, help="of pushes; 0 leaves them out")
    parser.add_argument("--setup", action="store_true", help="fetch the peers first")
    parser.add_argument("--json", help="write the measurements to this file too")
    return parser.parse_args()


if __name__ == "__main__":
    raise SystemExit(main())
