"""Takes the pictures of the tablet that the documentation shows, from the demo as it is.

python -m tests.browser.pictures              # those of docs/images, 1280 by 800
python -m tests.browser.pictures --all shots  # every step, wide and upright, to be looked at
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.chromium import ARGUMENTS, executable
from tests.browser.conftest import HOUSE, TABLET, TabletApp
from tests.browser.office_process import OfficeProcess
from tests.browser.tablet_page import TabletPage
from tests.shared.report.specimens import photo

IMAGES = HOUSE / "docs" / "images"
ENGINEER = "luis.cano@example.com"
CUSTOMER = "Hospital San Gabriel"
UPRIGHT = (800, 1280)
SHOWN = {"work": "tablet-visit", "read": "tablet-handover", "signature": "tablet-signature"}
"""The pictures of docs/images, by the moment at which they are taken."""
TURNED = 1_500
"""Milliseconds after which a turned tablet is drawn anew."""


class Shots:
    """Where the pictures of one tablet go; with `every`, of each moment, wide and upright."""

    def __init__(self, page: TabletPage, folder: Path, every: bool) -> None:
        self.page, self.folder, self.every = page, folder, every

    def take(self, moment: str) -> None:
        if not self.every and moment in SHOWN:
            small(self.page.shot(self.folder / f"{SHOWN[moment]}.png"))
        if self.every:
            self.page.shot(self.folder / f"{moment}-wide.png")
            for name, (wide, tall) in (("upright", UPRIGHT), ("", TABLET)):
                self.page.page.set_viewport_size({"width": wide, "height": tall})
                self.page.page.wait_for_timeout(TURNED)
                if name:
                    self.page.shot(self.folder / f"{moment}-{name}.png")


def small(path: Path) -> None:
    """A screen has few colours: a palette is a third of the bytes."""
    Image.open(path).convert("RGB").quantize(256, dither=Image.Dither.NONE).save(
        path, optimize=True
    )


def visit(page: TabletPage, shots: Shots, folder: Path) -> None:
    """A visit from «Llegué» to the signature."""
    files = [folder / f"{number}.jpg" for number in (11, 12)]
    for number, file in enumerate(files, start=11):
        file.write_bytes(photo(number))
    shots.take("day")
    page.type("search", CUSTOMER)
    page.page.locator('[flt-semantics-identifier^="ticket-SEI"]').first.wait_for()
    page.tap(first_ticket(page))
    page.see("arrive")
    shots.take("visit")
    page.tap("arrive")
    page.see("serial-same")
    shots.take("asset")
    page.tap("serial-same")
    page.type("meter-total", "284342")
    page.type("meter-bw", "201580")
    page.tap("history-reviewed")
    page.tap("step-diagnosis")
    page.type("diagnosis", "El fusor no alcanza la temperatura de trabajo: 142 °C contra 180 °C.")
    page.tap("family-FUS")
    page.tap("cause-CR-FUS-01")
    shots.take("diagnosis")
    page.tap("next")
    shots.take("work")
    page.tap("action-0")
    page.type("solution", "Se cambió el fusor y se imprimieron 30 hojas sin atascos.")
    page.tap("next")
    page.pick("pick-before", [files[0]])
    page.see("photo-before-1-remove")
    page.pick("pick-after", [files[1]])
    page.see("photo-after-1-remove")
    shots.take("photos")
    page.tap("next")
    page.tap("test-passed")
    page.tap("classification-FC01")
    shots.take("test")
    page.tap("review")
    page.tap("hours-accept")
    shots.take("review")
    page.tap("handover")
    page.see("read-on")
    shots.take("read")
    page.read_to_the_end()
    shots.take("read-to-the-end")
    page.tap("have-read")
    page.tap("outcome-conformity")
    page.tap("name-requester")
    page.tap("position-area")
    page.sign()
    shots.take("signature")


def first_ticket(page: TabletPage) -> str:
    """The identifier of the only ticket that was found."""
    found = page.page.locator('[flt-semantics-identifier^="ticket-SEI"]').first
    return str(found.get_attribute("flt-semantics-identifier"))


@contextmanager
def demo(folder: Path) -> Iterator[tuple[TabletPage, OfficeProcess]]:
    """The demo's office, and a tablet enrolled by its engineer before it."""
    house = OfficeProcess(folder / "office").found().start()
    app = TabletApp(folder / "tablet-app").start()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            size = {"width": TABLET[0], "height": TABLET[1]}
            context = browser.new_context(viewport=size, locale="es-MX")  # type: ignore[arg-type]
            page = TabletPage(context.new_page(), app.url).open()
            page.enrol(house.url, house.folio("enrol", ENGINEER).stdout.strip().splitlines()[-1])
            yield page, house
            browser.close()
    finally:
        app.stop()
        house.stop()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, help="a folder for every step, wide and upright")
    every = parser.parse_args().all
    with tempfile.TemporaryDirectory() as folder, demo(Path(folder)) as (page, _):
        visit(page, Shots(page, every or IMAGES, every is not None), Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
