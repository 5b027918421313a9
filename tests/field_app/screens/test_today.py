"""«Mi día»: what is to be done, found by any word, with its time left in words."""

from field_app.app.tablet import Tablet
from tests.field_app.cast import SECOND, TICKET
from tests.field_app.screens.hand import Hand
from tests.field_app.screens.visit import FOLIO
from tests.field_app.small_office import SmallOffice


def test_a_ticket_says_whose_which_and_how_long(hand: Hand):
    words = " ".join(hand.words())
    for said in (FOLIO, "Hospital San Gabriel", "Kyocera TASKalfa 4054ci", "Alta", "Asignado",
                 "Respuesta: queda 1 h"):  # fmt: skip
        assert said in words


def test_a_term_that_has_passed_is_said_so(hand: Hand, clock):
    clock.forward(hours=3)
    hand.press("shelf-open")
    hand.minute()
    assert hand.sees("Respuesta: vencido hace 2 h")


def test_a_search_finds_by_any_word_and_says_when_it_finds_nothing(hand: Hand):
    hand.type("search", "gabriel 4054")
    assert hand.has(f"ticket-{FOLIO}")
    hand.type("search", "nadie")
    assert not hand.has(f"ticket-{FOLIO}")
    assert hand.sees("Ningún ticket coincide")


def test_an_empty_shelf_says_what_will_be_there(hand: Hand):
    hand.press("shelf-done")
    assert hand.sees("Aún no hay tickets terminados")


def test_a_long_list_is_shown_fifty_at_a_time(
    hand: Hand, tablet: Tablet, small_office: SmallOffice
):
    for number in range(60):
        small_office.assign(f"018f0000-0000-7000-8000-0000000001{number:02d}",
                            folio=f"SEI-2026-0002{number:02d}")  # fmt: skip
    ask(tablet)
    hand.until(lambda: hand.has("more"))
    assert hand.tickets() == 50
    hand.press("more")
    assert hand.tickets() == 61


def test_on_a_tablet_the_list_stays_beside_the_ticket(hand: Hand):
    hand.press(f"ticket-{FOLIO}")
    assert hand.has("search")
    assert hand.has("screen-visit")


def test_on_a_phone_the_ticket_takes_the_whole_screen_and_goes_back(phone: Hand):
    phone.press(f"ticket-{FOLIO}")
    assert not phone.has("search")
    phone.press("back")
    assert phone.has("search")
    assert phone.has("place-settings")


def test_turning_the_tablet_changes_only_the_layout(hand: Hand):
    hand.press(f"ticket-{FOLIO}")
    hand.resize(800, 1280)
    assert hand.has("screen-visit")
    assert not hand.has("search")


def test_an_address_of_a_ticket_that_is_not_here_says_so(hand: Hand):
    hand.go(f"/tickets/{SECOND}")
    assert hand.sees("no está en la tableta")
    hand.press("to-today")
    assert hand.has("search")


def test_what_the_office_changed_is_told_and_put_aside(
    hand: Hand, tablet: Tablet, small_office: SmallOffice
):
    small_office.office_sets(TICKET, priority="medium")
    ask(tablet)
    hand.until(lambda: hand.sees("Cambió en la oficina"))
    hand.press(f"ticket-{FOLIO}")
    assert hand.sees("Prioridad cambió en la oficina: Alta → Media")
    hand.press("acknowledge")
    assert not hand.sees("Prioridad cambió en la oficina")


def ask(tablet: Tablet) -> None:
    """A round as the app runs it."""
    tablet.engine.poke()
    tablet.engine.step()
