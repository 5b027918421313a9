"""Fetch the peers from PyPI into a folder outside the project.

python -m benchmarks.report.setup — the folder is FOLIO_BENCH_PEERS, or one in the user's cache.
"""

import os
import subprocess
import sys
import venv
from pathlib import Path

PACKAGES = ("fpdf2==2.8.9", "weasyprint>=66", "typst==0.15.0")


def peers_folder() -> Path:
    """Where the peers are kept between runs."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("FOLIO_BENCH_PEERS") or Path(cache) / "folio" / "peers")


def peer_python() -> Path:
    return peers_folder() / "report" / "bin" / "python"


def fetch() -> None:
    """Install the peers; what is there already stays. Raises CalledProcessError."""
    if not peer_python().exists():
        venv.create(peers_folder() / "report", with_pip=True)
    subprocess.run(
        [str(peer_python()), "-m", "pip", "install", "--quiet", *PACKAGES], check=True, timeout=600
    )
    print(f"The peers are in {peers_folder()}", file=sys.stderr)


if __name__ == "__main__":
    fetch()
