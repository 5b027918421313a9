"""Every screen, on a tablet and on a phone: names for all that is pressed, targets for gloves."""

import re
from collections.abc import Iterator
from pathlib import Path

import flet as ft
import pytest
from babel.messages.pofile import read_po
from flet.controls.base_control import BaseControl

from field_app import screens
from field_app.parts.theme import LABEL, TARGET
from field_app.screens.places import places
from field_app.screens.steps import ordered
from field_app.screens.steps import route as route_of
from field_app.session.session import Session
from shared.words import FOLDER
from tests.field_app.cast import TICKET
from tests.field_app.screens import visit
from tests.field_app.screens.hand import Hand, _below

ROUTES = (
    *(place.route for place in places()),
    *(route_of(TICKET, step.code) for step in ordered()),
)
BUTTONS = (ft.FilledButton, ft.OutlinedButton, ft.TextButton, ft.IconButton)


def every_screen(hand: Hand, session: Session) -> Iterator[str]:
    """Go through all of them, a worked ticket on each, up to the customer's hands."""
    visit.worked(hand, session)
    for route in ROUTES:
        hand.go(route)
        yield route
    hand.go(f"/tickets/{TICKET}/review")
    hand.press("handover")
    yield "handover"
    hand.scroll_to_end("read")
    hand.press("have-read")
    yield "sign"
    hand.press("engineer")
    yield "leave"


@pytest.mark.parametrize("who", ["hand", "phone"])
@pytest.mark.slow
def test_what_is_pressed_has_a_name_and_all_is_large_enough(
    who: str, session: Session, request: pytest.FixtureRequest
):
    hand: Hand = request.getfixturevalue(who)
    nameless: list[str] = []
    small: list[str] = []
    for screen in every_screen(hand, session):
        for path in pressed(hand):
            control = path[-1]
            if not spoken(path):
                nameless.append(f"{screen}: {control}")
            if isinstance(control, BUTTONS) and (control.height or 0) < TARGET:
                small.append(f"{screen}: {control}")
        small += [
            f"{screen}: {c.value}"
            for c in hand.walk() if isinstance(c, ft.Text) and (c.size or 18) < LABEL
        ]  # fmt: skip
    assert not nameless
    assert not small


def test_every_screen_speaks_english_too(hand: Hand):
    hand.go("/settings")
    hand.press("language-en")
    for route in ROUTES:
        hand.go(route)
        assert not any("¿" in words or "Guardado" in words for words in hand.words()), route


def pressed(hand: Hand) -> Iterator[list[BaseControl]]:
    """Each control that can be pressed, with all that it stands in."""
    yield from _paths(hand.session.page.views[0], [])


def _paths(control: BaseControl, above: list[BaseControl]) -> Iterator[list[BaseControl]]:
    path = [*above, control]
    if getattr(control, "on_click", None) is not None:
        yield path
    for child in _children(control):
        yield from _paths(child, path)


def _children(control: BaseControl) -> Iterator[BaseControl]:
    skip = 0
    for each in _below(control):
        if each is control or skip:
            skip = max(skip - 1, 0)
            continue
        yield each
        skip = sum(1 for _ in _below(each)) - 1


def spoken(path: list[BaseControl]) -> str:
    """What a screen reader says of it: words inside, a tooltip, or the label around it."""
    control = path[-1]
    words = [str(c.value) for c in _below(control) if isinstance(c, ft.Text)]
    words += [c.semantics_label or "" for c in _below(control) if isinstance(c, ft.Icon)]
    around = path[-2] if len(path) > 1 else None
    label = around.label if isinstance(around, ft.Semantics) else None
    return "".join([*words, str(control.tooltip or ""), label or ""])  # type: ignore[attr-defined]


def test_every_key_that_a_screen_names_has_words():
    named = re.compile(
        r"""\b(?:say|say_count|term|t|tn)\(\s*f?["']((?:tablet\.|process\.)?[a-z_.]+)["']"""
    )
    folder = Path(screens.__file__).parent
    keys = {
        key
        for file in [*folder.glob("*.py"), *folder.parent.joinpath("parts").glob("*.py")]
        for key in named.findall(file.read_text(encoding="utf-8"))
        if not key.endswith((".", "_"))
    }
    tablet, process = catalogue("tablet"), catalogue("process")
    missing = {key for key in keys if bare(key) not in tablet and bare(key) not in process}
    assert len(keys) > 200
    assert not missing


def test_no_word_is_kept_that_nobody_says():
    folder = Path(screens.__file__).parent.parent
    said = "".join(file.read_text(encoding="utf-8") for file in folder.rglob("*.py"))
    built = re.findall(r"""f["'](?:tablet\.)?([a-z_.]+)\{""", said)
    keys = [key for key in catalogue("tablet") if f'{key.removesuffix(".do")}"' not in said]
    idle = [key for key in keys if not any(key.startswith(start) for start in built)]
    assert not idle


def catalogue(domain: str) -> set[str]:
    """The keys of a domain; both languages have the same."""
    with (FOLDER / "es" / "LC_MESSAGES" / f"{domain}.po").open("rb") as file:
        return {str(m.id[0] if m.pluralizable else m.id) for m in read_po(file) if m.id}


def bare(key: str) -> str:
    return key.removeprefix("tablet.").removeprefix("process.")
