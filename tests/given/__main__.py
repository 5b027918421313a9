"""`python -m tests.given FOLDER`: what 0.1.0 makes, made again by its own code."""

import argparse
import sys
from pathlib import Path

from tests.given.release import NotInHistory, started, tree


def main() -> int:
    """The command line; its status."""
    words = argparse.ArgumentParser(prog="python -m tests.given", description=__doc__)
    words.add_argument("folder", type=Path, help="where it goes")
    words.add_argument("--large", action="store_true", help="forty visits, photos of full size")
    said = words.parse_args()
    folder: Path = said.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tree() as place:
            program = started(place, "given", str(folder), *["--large"] * said.large)
            program.communicate()
    except NotInHistory as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return program.returncode


if __name__ == "__main__":
    sys.exit(main())
