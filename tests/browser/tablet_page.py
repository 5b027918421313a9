"""A hand on the real tablet in a real browser: it taps, types, picks files and signs.

Flutter paints; what a browser can be asked is its tree of meanings, where every control that a
test uses has an identifier. Only what is on the screen is in it, so a hand scrolls before it taps.
"""

import math
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Locator, Page, TimeoutError, expect

PATIENCE = 45_000
"""Milliseconds after which what was expected is not coming."""

_AWAKEN = "() => document.querySelector('flt-semantics-placeholder')?.click()"
_CALM = """() => new Promise(done => {
    const host = document.querySelector('flt-semantics-host');
    let before = null, calm = 0;
    const look = () => {
        const now = host ? host.innerHTML.length : 0;
        calm = now === before ? calm + 1 : 0;
        before = now;
        calm >= 4 ? done() : requestAnimationFrame(look);
    };
    look();
})"""
_RECT = """id => {
    const all = document.querySelectorAll(`[flt-semantics-identifier="${id}"]`);
    const r = all.length ? all[all.length - 1].getBoundingClientRect() : null;
    return r && r.width > 0 ? [r.x, r.y, r.width, r.height] : null;
}"""
_TYPED_IN = """([id, wanted]) => {
    const field = document.activeElement;
    return field && field.closest(`[flt-semantics-identifier="${id}"]`) && field.value === wanted;
}"""
_FOCUSED = """id => {
    const field = document.activeElement;
    return !!field && !!field.closest(`[flt-semantics-identifier="${id}"]`);
}"""

_GO = """route => {
    history.pushState(null, '', route);
    window.dispatchEvent(new PopStateEvent('popstate', {state: null}));
}"""
_SETTLED = """() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(
    () => setTimeout(r, 100))))"""
_VALUE = """id => {
    const all = document.querySelectorAll(`[flt-semantics-identifier="${id}"]`);
    const field = all.length && all[all.length - 1].querySelector('input, textarea');
    return field ? field.value : null;
}"""

HAND = 40
"""Milliseconds between two keys of somebody who types fast."""


class TabletPage:
    """Counts `taps` and `texts` as a finger and a keyboard would make them."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.taps = self.texts = 0
        page.set_default_timeout(PATIENCE)

    # Coming and going

    def open(self, route: str = "/") -> "TabletPage":
        """Load the app at an address and wait until it can be used."""
        self.page.goto(self.url + route)
        self.page.wait_for_selector("flt-semantics-placeholder", state="attached")
        self.page.evaluate(_AWAKEN)
        self.page.wait_for_selector("flt-semantics-host flt-semantics", state="attached")
        return self

    def enrol(self, server: str, code: str, pin: str = "2580") -> None:
        """Make the tablet somebody's, and choose a PIN."""
        self.type("server", server)
        self.type("code", code)
        self.tap("enrol")
        self.enter_pin(pin)
        self.enter_pin(pin)
        self.see("place-today")

    def enter_pin(self, pin: str = "2580") -> None:
        """On the large keys, as with gloves."""
        self.see("pin-length-0")
        for count, digit in enumerate(pin, start=1):
            self.tap(f"pin-{digit}")
            self.see(f"pin-length-{count}")
        self.tap("pin-enter")
        self.gone(f"pin-length-{len(pin)}")

    # Hands

    def tap(self, identifier: str) -> None:
        """A finger on the middle of a control, once it is there and can be pressed."""
        self.reach(identifier)
        self.calm()
        control = self.find(identifier)
        expect(control).not_to_have_attribute("aria-disabled", "true")
        inner = control.locator("[aria-disabled=true]")
        expect(inner).to_have_count(0)
        self.taps += 1
        x, y = self.middle(identifier)
        self.page.mouse.click(x, y)

    def type(self, identifier: str, text: str) -> None:
        """Write into a field once, in place of what it holds, as fast as a hand does."""
        self.texts += 1
        self.begin_typing(identifier)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text, delay=HAND)
        assert self._comes(_TYPED_IN, [identifier, text]), (
            f"{identifier!r} holds {self.value(identifier)!r}, not {text!r}"
        )

    def begin_typing(self, identifier: str) -> None:
        """Tap a field, unless it has the keyboard, and wait until keys go into it."""
        if not self.page.evaluate(_FOCUSED, identifier):
            self.reach(identifier)
            self.calm()
            self.taps += 1
            self.find(identifier).locator("input, textarea").first.click()
            self.page.wait_for_function(_FOCUSED, arg=identifier)
        # The engine swaps the element when it takes the focus: a key before that goes nowhere.
        self.page.evaluate(_SETTLED)

    def value(self, identifier: str) -> str | None:
        """What stands in a field now."""
        return self.page.evaluate(_VALUE, identifier)  # type: ignore[no-any-return]

    def go(self, route: str) -> None:
        """Another address, as the browser's bar and its back key do it: nothing is loaded anew."""
        self.page.evaluate(_GO, route)

    def _comes(self, question: str, about: object) -> bool:
        """Whether the page answers yes within a few seconds."""
        try:
            self.page.wait_for_function(question, arg=about, timeout=3_000)
        except TimeoutError:
            return False
        return True

    def pick(self, identifier: str, files: Sequence[Path]) -> None:
        """Press a button that asks for files, and choose these: one tap for each file."""
        self.reach(identifier)
        with self.page.expect_file_chooser() as chooser:
            self.tap(identifier)
        chooser.value.set_files(list(files))
        self.taps += len(files)

    def download(self, identifier: str) -> Path:
        """Press a button that hands over a file; where the browser put it."""
        with self.page.expect_download() as download:
            self.tap(identifier)
        return Path(download.value.path())

    def draw(self, identifier: str, strokes: Sequence[Sequence[tuple[float, float]]]) -> None:
        """Draw on a pad; points from 0 to 1 across its width and height."""
        box = self._box(identifier)
        for stroke in strokes:
            places = [
                (box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke
            ]
            self.page.mouse.move(*places[0])
            self.page.mouse.down()
            for x, y in places[1:]:
                self.page.mouse.move(x, y, steps=2)
            self.page.mouse.up()

    def sign(self, identifier: str = "pad") -> None:
        """A signature of two strokes."""
        wave = [(0.1 + i * 0.012, 0.5 + 0.18 * math.sin(i / 3)) for i in range(40)]
        self.draw(identifier, [wave, [(0.55, 0.3), (0.62, 0.62), (0.8, 0.35)]])

    def scroll(self, by: float, at: tuple[float, float] | None = None) -> None:
        """Roll the wheel over a place, the middle of the right half unless it is said."""
        size = self.page.viewport_size or {"width": 1280, "height": 800}
        x, y = at or (size["width"] * 0.68, size["height"] * 0.5)
        self.page.mouse.move(x, y)
        self.page.mouse.wheel(0, by)
        self.calm()

    def read_to_the_end(self) -> None:
        """Scroll the customer's summary until «He leído» can be pressed."""
        for _ in range(60):
            if self.enabled("have-read"):
                return
            self.scroll(700)
        raise AssertionError("the summary has no end")

    # Eyes

    def find(self, identifier: str) -> Locator:
        """The control of this name, wherever it stands last in the tree."""
        return self.page.locator(f'[flt-semantics-identifier="{identifier}"]').last

    def see(self, identifier: str, patience: int = PATIENCE) -> Locator:
        """Wait until a control is there."""
        control = self.find(identifier)
        control.wait_for(state="attached", timeout=patience)
        return control

    def gone(self, identifier: str) -> None:
        """Wait until a control is no more."""
        self.find(identifier).wait_for(state="detached")

    def sees(self, identifier: str) -> bool:
        """Whether a control is there now."""
        return self.find(identifier).count() > 0

    def enabled(self, identifier: str) -> bool:
        """Whether a control is there and can be pressed now."""
        control = self.find(identifier)
        if not control.count():
            return False
        return control.locator("[aria-disabled=true]").count() == 0

    def words(self) -> str:
        """Everything that a screen reader would read now."""
        host = self.page.locator("flt-semantics-host")
        spoken = "[...document.querySelectorAll('flt-semantics-host [aria-label]')]"
        labels = self.page.evaluate(f"() => {spoken}.map(e => e.getAttribute('aria-label'))")
        return "\n".join([host.inner_text(), *labels])

    def read(self, words: str, patience: int = PATIENCE) -> None:
        """Wait until these words stand on the screen."""
        self.page.wait_for_function(_SAYS, arg=words, timeout=patience)

    def holds(self, identifier: str, text: str) -> None:
        """Wait until a field holds this text; a click is lost when the field is drawn anew."""
        for _ in range(10):
            self.calm()
            self.find(identifier).locator("input, textarea").first.click()
            if self._comes(_TYPED_IN, [identifier, text]):
                return
        raise AssertionError(f"{identifier!r} does not hold {text!r}")

    def strip_says(self, words: str, patience: int = PATIENCE) -> None:
        """Wait until the sync strip says these words."""
        expect(self.find("sync-strip")).to_contain_text(words, timeout=patience)

    def shot(self, path: Path) -> Path:
        """A picture of the screen: meanings come before pixels, so it waits for two calm frames."""
        self.calm()
        self.page.wait_for_timeout(400)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)
        return path

    # Below

    def reach(self, identifier: str) -> None:
        """Bring a control into the visible part of whatever scrolls, above the bottom bar."""
        self._until_there(identifier)
        for _ in range(30):
            _, y = self.middle(identifier)
            top, bottom = self._window(identifier)
            if top <= y <= bottom:
                return
            self.scroll((y - (top + bottom) / 2), at=self._over(identifier))

    def calm(self) -> None:
        """Wait until the tree of meanings has stood still for some frames."""
        self.page.evaluate(_CALM)

    def middle(self, identifier: str) -> tuple[float, float]:
        box = self._box(identifier)
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def _box(self, identifier: str) -> dict[str, float]:
        # Asked in one go: an element may be replaced between being found and being measured.
        rect = self.page.wait_for_function(_RECT, arg=identifier).json_value()
        return dict(zip(("x", "y", "width", "height"), rect, strict=True))

    def _until_there(self, identifier: str) -> None:
        """What is far below is not in the tree yet: look at the top, then further and further."""
        if self._appears(identifier, 1_500):
            return
        self.scroll(-20_000)
        for _ in range(40):
            if self._appears(identifier, 120):
                return
            self.scroll(420)
        self.see(identifier)

    def _appears(self, identifier: str, patience: int) -> bool:
        try:
            self.find(identifier).wait_for(state="attached", timeout=patience)
        except Exception as error:
            if "Timeout" not in type(error).__name__:
                raise
            return False
        return True

    def _window(self, identifier: str) -> tuple[float, float]:
        size = self.page.viewport_size or {"width": 1280, "height": 800}
        fixed = self._fixed(identifier)
        return (0.0, size["height"]) if fixed else (190.0, size["height"] - 110.0)

    def _fixed(self, identifier: str) -> bool:
        return identifier in FIXED or identifier.startswith(FIXED_KINDS)

    def _over(self, identifier: str) -> tuple[float, float]:
        x, _ = self.middle(identifier)
        size = self.page.viewport_size or {"width": 1280, "height": 800}
        return min(max(x, 5), size["width"] - 5), size["height"] * 0.5


FIXED = frozenset(
    "next arrive remote review handover finalise have-read read-on accept clear "
    "to-pad retry back engineer stay news-close sync-strip search to-today to-done to-review pad "
    "shutter camera-done enrol paste code server".split()
)
FIXED_KINDS = ("place-", "shelf-", "pin", "step-", "ticket-")
"""What stands outside of whatever scrolls, or scrolls in a list of its own."""

_SAYS = """words => {
    const host = document.querySelector('flt-semantics-host');
    if (!host) return false;
    if (host.textContent.includes(words)) return true;
    return [...host.querySelectorAll('[aria-label]')]
        .some(e => e.getAttribute('aria-label').includes(words));
}"""
