"""Draws the icons of every size from icon.svg and mark.svg, with Chromium.

.venv/bin/python -m assets.make_icons
"""

from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.chromium import ARGUMENTS, executable

HERE = Path(__file__).parent

# Name, source, width and height in pixels, margin as a share of the width.
ICONS = [
    ("icon.png", "icon.svg", 1024, 1024, 0.0),
    ("icon-512.png", "icon.svg", 512, 512, 0.0),
    ("icon-192.png", "icon.svg", 192, 192, 0.0),
    ("favicon.png", "icon.svg", 64, 64, 0.0),
    ("splash.png", "mark.svg", 768, 768, 0.25),
    ("mark.png", "mark.svg", 256, 344, 0.0),
]


def main() -> None:
    """Writes every icon beside this file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        page = browser.new_page()
        for icon in ICONS:
            draw(page, *icon)
        browser.close()


def draw(page: Page, name: str, source: str, width: int, height: int, margin: float) -> None:
    """One picture on a transparent ground."""
    page.set_viewport_size({"width": width, "height": height})
    inset = round(width * margin)
    page.set_content(
        f"<style>body{{margin:0}}svg{{position:absolute;inset:{inset}px;display:block;"
        f"width:{width - 2 * inset}px;height:{height - 2 * inset}px}}</style>"
        + (HERE / source).read_text(encoding="utf-8")
    )
    page.screenshot(path=HERE / name, omit_background=True)


if __name__ == "__main__":
    main()
