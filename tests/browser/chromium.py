"""Which Chromium drives the browser tests? Run as a module it prints the path, or fails."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

NAMES = (
    "chromium-headless-shell",  # Debian's Chromium without its own windows: half the processor
    "chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "microsoft-edge",
)  # fmt: skip
MAC_APPS = ("Google Chrome", "Chromium", "Microsoft Edge")

# No sandbox as root, no calls home, the same software drawing on every machine.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--use-gl=angle",
    "--use-angle=swiftshader",
]


@cache
def executable() -> str | None:
    """The browser to launch: FOLIO_BROWSER, else an installed one, else Playwright's own."""
    named = os.environ.get("FOLIO_BROWSER")
    candidates = iter([named]) if named else chain(_installed(), _downloaded())
    return next((path for path in candidates if _starts(path)), None)


def _installed() -> Iterator[str]:
    yield from (path for name in NAMES if (path := shutil.which(name)))
    yield from (f"/Applications/{app}.app/Contents/MacOS/{app}" for app in MAC_APPS)


def _downloaded() -> Iterator[str]:
    # In a process of its own: one that is driving a browser already cannot ask again.
    ask = (
        "from playwright.sync_api import sync_playwright as s\n"
        "with s() as p: print(p.chromium.executable_path)"
    )
    asked = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=False)
    yield from asked.stdout.split("\n")[:1]


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser may be a sentence about snap and no browser.
    if not Path(path).is_file():
        return False
    asked = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    return asked.returncode == 0


if __name__ == "__main__":
    sys.stdout.write(f"{executable() or ''}\n")
    sys.exit(executable() is None)
