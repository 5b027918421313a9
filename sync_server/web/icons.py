"""The icons that the console draws, cut out of the Lucide set into one file.

    npm pack lucide-static && tar xzf lucide-static-*.tgz
    python -m sync_server.web.icons package/icons

The file it writes is carried in `static/`; a test asks that every icon named by a page is in it.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).parent / "static" / "icons.svg"

NAMES = tuple(
    """
    layout-dashboard ticket archive users tablet git-compare-arrows inbox circle-parking search
    plus log-out user-round user-check user-plus clock clock-alert triangle-alert circle-check
    circle-x circle-alert info check x chevron-right chevron-down arrow-right download file-text
    file-check shield-check shield-alert camera pen-line phone mail map-pin building-2 printer
    wrench package timer hourglass history refresh-cw wifi-off key-round lock qr-code trash-2 eye
    sun moon sun-moon menu message-circle handshake combine corner-up-right flame clipboard-list
    clipboard-check tag folder-archive filter rotate-ccw circle-dot circle-dashed square-pen send
    ban languages life-buoy gauge image message-square-reply radio bot user-cog trending-up
    """.split()
)


def symbol(name: str, drawing: str) -> str:
    """One Lucide file as a `<symbol>` of the sprite."""
    found = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
    if found is None:
        raise ValueError(f"{name} is no drawing")
    inside = re.sub(r"\s+", " ", found[1]).strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{inside}</symbol>'


def sprite(folder: Path) -> str:
    """Every icon of NAMES out of `folder` (name.svg), as one SVG file."""
    symbols = (symbol(name, (folder / f"{name}.svg").read_text("utf-8")) for name in sorted(NAMES))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


if __name__ == "__main__":
    SPRITE.write_text(sprite(Path(sys.argv[1])), "utf-8")
