"""tus-js-client, the reference client of tus: where it is kept, and how it is fetched.

`python -m tests.independent.tus_js` tells whether it can be run here, `… fetch` installs it by name
into a folder of the user's cache (or FOLIO_TEST_PEERS): nothing of it is in the project.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGE, VERSION = "tus-js-client", "4.3.1"


def folder() -> Path:
    """Where the client is kept between runs."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("FOLIO_TEST_PEERS") or Path(cache) / "folio" / "test-peers")


def node() -> str | None:
    """The node program, or None."""
    return shutil.which("node") or shutil.which("nodejs")


def is_here() -> bool:
    """Whether node and this very version can be run."""
    about = folder() / "node_modules" / PACKAGE / "package.json"
    return node() is not None and about.is_file() and _version(about) == VERSION


def fetch() -> None:
    """Install it. Raises OSError, subprocess.SubprocessError."""
    folder().mkdir(parents=True, exist_ok=True)
    (folder() / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts", "--silent"]
    subprocess.run(
        ["npm", "install", *quiet, f"{PACKAGE}@{VERSION}"], cwd=folder(), check=True, timeout=300
    )


def _version(about: Path) -> str:
    return str(json.loads(about.read_text(encoding="utf-8"))["version"])


if __name__ == "__main__":
    if sys.argv[1:] == ["fetch"]:
        fetch()
    sys.exit(0 if is_here() else 1)
