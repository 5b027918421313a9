"""Whatever fails, the tablet does not freeze: a sentence, the log, and the rest goes on."""

import logging

import pytest

from field_app.app.tablet import Tablet
from field_app.screens import visit
from field_app.session.session import Session, Stage
from field_app.visit import closing
from tests.field_app.cast import SECOND, TICKET
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SmallOffice
from tests.field_app.visits import run, stage

SOMEBODY = "Lic. Marta Ibáñez"


def fails(*args: object, **values: object) -> None:
    raise KeyError(SOMEBODY)


@pytest.fixture(autouse=True)
def _quiet(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("flet").setLevel(logging.CRITICAL)


def test_a_screen_that_cannot_be_drawn_says_so_and_the_others_open(
    tablet: Tablet, small_office: SmallOffice, hand: Hand, monkeypatch
):
    small_office.assign(SECOND, folio="SEI-2026-000102")
    run(tablet)
    hand.rest()
    broken = visit._where
    monkeypatch.setattr(visit, "_where", lambda v: fails() if v.id == TICKET else broken(v))
    hand.press("ticket-SEI-2026-000101")
    assert hand.has("undrawn")
    assert hand.sees("Esta parte no se puede mostrar")
    hand.press("ticket-SEI-2026-000102")
    assert hand.has("screen-visit")
    assert not hand.has("undrawn")


def test_a_phone_leaves_a_screen_that_cannot_be_drawn(phone: Hand, monkeypatch):
    monkeypatch.setattr(visit, "_reported", fails)
    phone.press("ticket-SEI-2026-000101")
    phone.press("undrawn-home")
    assert phone.has("search")


def test_a_ticket_that_cannot_be_read_says_so(hand: Hand, monkeypatch):
    monkeypatch.setattr(Session, "checklist", fails)
    hand.press("ticket-SEI-2026-000101")
    assert hand.has("screen-unfit")
    assert hand.has("search"), "the list stands beside it"


def test_a_press_that_fails_is_told_in_words_and_the_next_one_works(hand: Hand, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Session, "sync_now", fails)
        hand.press("place-sync")
        hand.press("retry")
        assert hand.sees("No se pudo hacer: algo falló en la app")
    with monkeypatch.context() as broken:
        # No attempt stands around this one: what catches it is the net under every handler.
        broken.setattr(Session, "set_preference", fails)
        hand.press("place-settings")
        hand.press("theme-dark")
        assert hand.sees("No se pudo hacer: algo falló en la app")
    hand.press("theme-dark")
    assert hand.session.page.theme_mode.value == "dark"


def test_the_faults_can_be_copied_and_say_where_and_nothing_of_anybody(hand: Hand, monkeypatch):
    copied: list[str] = []
    hand.client.answers["set"] = lambda args: copied.append(args["data"])
    with monkeypatch.context() as broken:
        broken.setattr(Session, "set_preference", fails)
        hand.press("place-settings")
        hand.press("theme-dark")
    hand.press("place-today")
    hand.press("place-settings")
    hand.press("faults-copy")
    hand.until(lambda: bool(copied))
    assert "KeyError" in copied[0]
    assert "screens/settings.py" in copied[0]
    assert "Marta" not in copied[0]


def test_a_minute_and_a_change_that_fail_are_followed_by_others(hand: Hand, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(Session, "preference", fails)
        hand.tablet.session.changed()
        hand.rest()
    hand.tablet.session.set_language("en")
    hand.rest()
    assert hand.sees("My day")


def test_the_thread_that_syncs_outlives_a_fault(tablet: Tablet, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr(type(tablet.network), "round", fails)
        tablet.engine.poke()
        assert tablet.engine.step_safely() > 0
    tablet.session.set_field(TICKET, diagnosis="Algo.")
    tablet.engine.poke()
    tablet.engine.step_safely()
    assert tablet.session.status.queue.operations == 0


def test_a_customer_never_signs_what_cannot_be_shown_and_the_engineer_gets_out(
    tablet: Tablet, hand: Hand, monkeypatch
):
    tablet.session.begin_signing(TICKET)
    monkeypatch.setattr(Session, "handover", fails)
    hand.rest()
    assert stage(tablet.session) is Stage.SIGNING
    for digit in "2580":
        hand.press(f"pin-{digit}")
    hand.press("pin-enter")
    assert stage(tablet.session) is Stage.OPEN
    assert closing.sign_off_status(tablet.session.database, TICKET) == "none"
