"""Photos on the screen: one bad one costs no other, and none keeps a key or a press waiting."""

import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from field_app.session.session import Session
from field_app.visit import capture
from shared.report.photos import prepare
from tests.field_app.cast import TICKET, photo
from tests.field_app.screens import visit
from tests.field_app.screens.hand import PATIENCE, Hand

COLOURS = "navy green olive teal gray maroon purple silver tan".split()


@pytest.fixture
def at_photos(hand: Hand) -> Hand:
    """On site, before the photos."""
    visit.arrive(hand)
    hand.go(f"/tickets/{TICKET}/photos")
    return hand


@pytest.fixture
def kept(session: Session) -> Any:
    """The colours of the photos after the work that are kept, in order."""

    def colours() -> list[tuple[int, ...]]:
        photos = session.ticket(TICKET).ticket.photos("after")
        return [_colour(session.evidence(one.sha256)) for one in photos]

    return colours


def _colour(data: bytes) -> tuple[int, ...]:
    pixel = Image.open(BytesIO(data)).convert("RGB").getpixel((20, 20))
    assert isinstance(pixel, tuple)
    return pixel


def test_of_ten_photos_the_broken_one_is_named_and_nine_are_kept(at_photos: Hand, kept):
    ten = [(f"{name}.jpg", photo(name)) for name in COLOURS]
    ten.insert(4, ("rota.jpg", photo("red")[:400]))
    visit.pick(at_photos, "after", *ten)
    assert at_photos.sees("«rota.jpg»: La foto está incompleta")
    assert sum("«" in words for words in at_photos.words()) == 1
    assert sorted(kept()) == sorted(_colour(photo(name)) for name in COLOURS)


def test_what_nobody_foresaw_costs_one_photo_and_not_the_screen(at_photos: Hand, kept, monkeypatch):
    failing = photo("teal")

    def fails_for_one(data: bytes, *arguments: Any) -> Any:
        if data == failing:
            raise RuntimeError("nobody foresaw this")
        return prepare(data, *arguments)

    monkeypatch.setattr(capture, "prepare", fails_for_one)
    three = [("1.jpg", photo("navy")), ("2.jpg", failing), ("3.jpg", photo("olive"))]
    visit.pick(at_photos, "after", *three)
    assert at_photos.sees("«2.jpg»: Algo inesperado falló. Lo guardado sigue a salvo")
    assert sorted(kept()) == sorted(_colour(photo(name)) for name in ("navy", "olive"))
    assert at_photos.can_press("pick-after")


@pytest.fixture
def held(monkeypatch) -> Iterator[tuple[threading.Event, threading.Event]]:
    """The preparation of a photo, stopped in its midst: begun, and to be let go on."""
    begun, go_on = threading.Event(), threading.Event()

    def stops(*arguments: Any) -> Any:
        begun.set()
        assert go_on.wait(PATIENCE), "the screen waited for the photo"
        return prepare(*arguments)

    monkeypatch.setattr(capture, "prepare", stops)
    yield begun, go_on
    go_on.set()


def test_a_field_is_typed_and_a_button_pressed_while_a_large_photo_is_prepared(
    at_photos: Hand, session: Session, kept, request
):
    visit.pick(at_photos, "after", ("1.jpg", photo("navy")))
    begun, go_on = request.getfixturevalue("held")
    large = [{"id": 0, "name": "2.jpg", "size": 1, "path": None,
              "bytes": photo("olive", (4032, 3024))}]  # fmt: skip
    at_photos.client.answers["pick_files"] = lambda _: large
    at_photos.press_and_go_on("pick-after")
    at_photos.until(begun.is_set)
    at_photos.type("photo-after-1-caption", "Rodillos nuevos")
    assert [one.caption for one in session.ticket(TICKET).ticket.photos("after")] == [
        "Rodillos nuevos"
    ]
    at_photos.go(f"/tickets/{TICKET}/work")
    at_photos.press("action-0")
    assert len(session.ticket(TICKET).ticket.actions) == 1
    assert not go_on.is_set()
    go_on.set()
    at_photos.until(lambda: len(kept()) == 2)
    at_photos.go(f"/tickets/{TICKET}/photos")
    assert at_photos.has("photo-after-2-caption")
