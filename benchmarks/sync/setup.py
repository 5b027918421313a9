"""Fetch the peers into a folder outside the project: PouchDB from npm, Anki's engine from PyPI.

python -m benchmarks.sync.setup — the folder is FOLIO_BENCH_PEERS, or one in the user's cache.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

NODE_PACKAGES = ("pouchdb@9", "express-pouchdb@4", "express@4")
PYTHON_PACKAGES = ("anki>=25",)


def peers_folder() -> Path:
    """Where the peers are kept between runs."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("FOLIO_BENCH_PEERS") or Path(cache) / "folio" / "peers")


def node_folder() -> Path:
    return peers_folder() / "node"


def node_modules() -> Path:
    return node_folder() / "node_modules"


def anki_python() -> Path:
    return peers_folder() / "anki" / "bin" / "python"


def fetch() -> None:
    """Install both peers; what is there already stays. Raises CalledProcessError."""
    node_folder().mkdir(parents=True, exist_ok=True)
    if not (node_modules() / "pouchdb").exists():
        (node_folder() / "package.json").write_text('{"private": true}\n', encoding="utf-8")
        subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", *NODE_PACKAGES],
            cwd=node_folder(), check=True, timeout=600,
        )  # fmt: skip
    if not anki_python().exists():
        venv.create(peers_folder() / "anki", with_pip=True)
    subprocess.run(
        [str(anki_python()), "-m", "pip", "install", "--quiet", *PYTHON_PACKAGES],
        check=True, timeout=600,
    )  # fmt: skip
    print(f"The peers are in {peers_folder()}", file=sys.stderr)


if __name__ == "__main__":
    fetch()
