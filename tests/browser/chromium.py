"""Which Chromium drives the browser tests? Run as a module it prints the path, or fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "microsoft-edge")
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


def executable() -> str | None:
    """The browser to launch: FOLIO_BROWSER, else an installed one, else Playwright's own."""
    named = os.environ.get("FOLIO_BROWSER")
    candidates = [named] if named else [*_installed(), *_downloaded()]
    return next((path for path in candidates if _starts(path)), None)


def _installed() -> list[str]:
    on_path = [path for name in NAMES if (path := shutil.which(name))]
    return on_path + [f"/Applications/{app}.app/Contents/MacOS/{app}" for app in MAC_APPS]


def _downloaded() -> list[str]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return [playwright.chromium.executable_path]


def _starts(path: str) -> bool:
    # Ubuntu's chromium-browser may be a sentence about snap and no browser.
    if not Path(path).exists():
        return False
    asked = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    return asked.returncode == 0


if __name__ == "__main__":
    sys.stdout.write(f"{executable() or ''}\n")
    sys.exit(executable() is None)
