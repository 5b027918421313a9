"""python -m benchmarks: each benchmark in a process of its own, one after another.

What is asked for besides its name goes to one: python -m benchmarks sync --documents 1000.
"""

import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run one benchmark, or all of them; the first exit code that is not 0."""
    there = sorted(path.parent.name for path in Path(__file__).parent.glob("*/__main__.py"))
    wanted, said = there, sys.argv[1:]
    if said and said[0] in there:
        wanted, said = [said[0]], said[1:]
    codes = [
        subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *said], check=False).returncode
        for name in wanted
    ]
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    raise SystemExit(main())
