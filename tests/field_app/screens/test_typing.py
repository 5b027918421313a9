"""What is typed stays as it was typed: on the page, on the disk, in the operation."""

from collections.abc import Callable
from random import Random

import pytest

from field_app.app.tablet import Tablet
from field_app.parts import saving_text
from field_app.session.session import Session
from field_app.store import operation_queue
from field_app.visit import texts
from shared.ticket.shapes import LONGEST_TEXT
from tests.field_app.cast import TICKET
from tests.field_app.screens import visit
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SmallOffice

WORDS = "Banda de piso, equipo y motor\nlimpios  "

FIELDS = {
    "diagnosis": ("diagnosis", "diagnosis"),
    "solution": ("work", "solution"),
}


def go(hand: Hand, step: str) -> None:
    hand.go(f"/tickets/{TICKET}/{step}")


def operations(session: Session) -> list[object]:
    """The texts that operations carry for the diagnosis, in order."""
    kept = operation_queue.of_ticket(session.database, TICKET)
    return [each.fields["diagnosis"] for each in kept if "diagnosis" in each.fields]


def draft(session: Session, name: str) -> str | None:
    found = session.text_draft(TICKET, name)
    return found.text if found else None


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", FIELDS)
def test_no_letter_is_written_back_into_a_field_in_hand(
    hand: Hand, session: Session, name: str, seed: int
):
    step, field = FIELDS[name]
    go(hand, step)
    hand.take(field)
    hand.keys(field, WORDS, lambda: Random(seed).randrange(4))
    assert hand.client.written == []
    assert hand.shows(field) == WORDS


@pytest.mark.parametrize(
    ("step", "open", "field"),
    [
        ("diagnosis", None, "cause-search"),
        ("work", "action-own", "action-text"),
        ("work", "part-other", "part-search"),
        ("visit", "contact-other", "contact-whom"),
    ],
)
def test_no_letter_is_written_back_into_what_is_not_saved_either(
    hand: Hand, step: str, open: str | None, field: str
):
    go(hand, step)
    if open:
        hand.press(open)
    hand.take(field)
    hand.keys(field, "tapa del motor", lambda: 2)
    assert hand.client.written == []
    assert hand.shows(field) == "tapa del motor"


def test_a_blank_at_the_end_of_a_pause_stays(hand: Hand, session: Session, monkeypatch):
    monkeypatch.setattr(saving_text, "DRAFT_AFTER", 0.02)
    monkeypatch.setattr(saving_text, "KEPT_AFTER", 0.04)
    go(hand, "diagnosis")
    hand.take("diagnosis")
    hand.keys("diagnosis", "cien ")
    hand.until(lambda: operations(session) == ["cien"])
    hand.keys("diagnosis", "gomas")
    assert hand.shows("diagnosis") == "cien gomas"
    hand.until(lambda: operations(session) == ["cien", "cien gomas"])


def test_blanks_go_when_the_field_is_left(hand: Hand, session: Session):
    go(hand, "diagnosis")
    hand.type("diagnosis", "  cien gomas \n")
    assert hand.shows("diagnosis") == "cien gomas"
    assert operations(session) == ["cien gomas"]


def test_the_same_text_makes_one_operation(hand: Hand, session: Session):
    go(hand, "diagnosis")
    hand.type("diagnosis", "cien gomas")
    hand.take("diagnosis")
    hand.keys("diagnosis", " ")
    hand.leave("diagnosis")
    go(hand, "work")
    go(hand, "review")
    assert operations(session) == ["cien gomas"]


def test_two_seconds_after_a_key_it_is_on_the_disk_and_no_operation(hand: Hand, session: Session):
    assert saving_text.DRAFT_AFTER < 2
    go(hand, "diagnosis")
    hand.take("diagnosis")
    hand.keys("diagnosis", "No calienta ")
    assert hand.sees("Escribiendo…")
    hand.until(lambda: draft(session, "diagnosis") == "No calienta ")
    hand.until(lambda: not hand.sees("Escribiendo…"))
    assert operations(session) == []


def test_a_killed_tablet_opens_with_what_was_typed(hand: Hand, tablet: Tablet, session: Session):
    go(hand, "diagnosis")
    hand.take("diagnosis")
    hand.keys("diagnosis", "No calienta ")
    hand.until(lambda: draft(session, "diagnosis") is not None)
    again = Hand(tablet)
    go(again, "diagnosis")
    assert again.value("diagnosis") == "No calienta "
    again.leave("diagnosis")
    assert operations(session) == ["No calienta"]
    assert draft(session, "diagnosis") is None
    again.close()


@pytest.mark.parametrize("size", [(800, 1280), (390, 844)])
def test_a_turned_tablet_holds_what_was_typed(hand: Hand, size: tuple[int, int]):
    go(hand, "diagnosis")
    hand.take("diagnosis")
    hand.keys("diagnosis", "No calienta ")
    hand.resize(*size)
    assert hand.shows("diagnosis") == "No calienta "


@pytest.mark.parametrize(
    ("step", "open", "field", "text"),
    [
        ("work", "action-own", "action-text", "Se niveló el equipo"),
        ("visit", "contact-other", "contact-whom", "Enf. Rosa Gil"),
        ("diagnosis", None, "cause-search", "calefact"),
        ("work", "part-other", "part-search", "fus"),
    ],
)
def test_what_is_not_added_yet_is_there_after_another_step_and_a_kill(
    hand: Hand, tablet: Tablet, step: str, open: str | None, field: str, text: str
):
    go(hand, step)
    if open:
        hand.press(open)
    hand.take(field)
    hand.keys(field, text)
    go(hand, "photos")
    again = Hand(tablet)
    for one in (hand, again):
        go(one, step)
        if not one.has(field):
            one.press(str(open))
        assert one.value(field) == text
    again.close()


def test_what_is_not_added_says_so_until_it_is(hand: Hand, session: Session):
    go(hand, "work")
    hand.press("action-own")
    hand.type("action-text", "Se niveló el equipo")
    assert hand.sees("Sin agregar todavía")
    hand.press("action-add")
    assert session.unadded(TICKET) == []
    assert [each.text for each in session.ticket(TICKET).ticket.actions] == ["Se niveló el equipo"]


def test_what_cannot_be_printed_is_told_beside_the_field_and_at_the_review(hand: Hand):
    visit.go_through(hand, visit.verify)
    assert not hand.sees("Signos que la hoja no puede imprimir")
    go(hand, "diagnosis")
    hand.type("diagnosis", "El panel dice 漢字 a 10⁶ Ω")
    assert hand.sees("No se puede imprimir: 漢 字.")
    go(hand, "review")
    assert hand.sees("Signos que la hoja no puede imprimir: 漢 字")


def test_nothing_is_handed_over_while_something_is_only_a_draft(hand: Hand, session: Session):
    visit.worked(hand, session)
    go(hand, "photos")
    session.draft_text(TICKET, "action", "Se niveló el equipo", "")
    go(hand, "review")
    assert hand.sees("Se niveló el equipo")
    assert not hand.can_press("handover")
    with pytest.raises(texts.NotAdded):
        session.begin_signing(TICKET)
    hand.press("discard-action")
    hand.press("handover")
    assert session.signing == TICKET


def test_a_draft_of_a_field_is_an_operation_before_the_hand_over(hand: Hand, session: Session):
    visit.worked(hand, session)
    session.draft_text(TICKET, "diagnosis", f"{visit.DIAGNOSIS} Se limpió.", visit.DIAGNOSIS)
    session.begin_signing(TICKET)
    assert operations(session)[-1] == f"{visit.DIAGNOSIS} Se limpió."
    assert session.unadded(TICKET) == []


def change_elsewhere(tablet: Tablet, office: SmallOffice, **fields: object) -> None:
    """The office writes fields of the ticket, and the tablet hears of it."""
    office.office_sets(TICKET, **fields)
    tablet.engine.poke()
    tablet.engine.step()


def test_what_the_office_writes_into_a_field_in_hand_waits_and_is_offered(
    hand: Hand, tablet: Tablet, small_office: SmallOffice, session: Session
):
    go(hand, "diagnosis")
    hand.take("diagnosis")
    hand.keys("diagnosis", "No calienta")
    change_elsewhere(tablet, small_office, diagnosis="Lo dice la oficina")
    hand.until(lambda: hand.sees("Lo dice la oficina"))
    assert hand.shows("diagnosis") == "No calienta"
    hand.press("diagnosis-accept")
    assert hand.shows("diagnosis") == "Lo dice la oficina"
    assert operations(session) == []


def test_a_field_that_is_only_looked_at_takes_the_offices_text_when_it_is_left(
    hand: Hand, tablet: Tablet, small_office: SmallOffice
):
    go(hand, "diagnosis")
    hand.take("diagnosis")
    change_elsewhere(tablet, small_office, diagnosis="Lo dice la oficina")
    hand.until(lambda: hand.has("diagnosis-accept"))
    assert hand.shows("diagnosis") == ""
    hand.leave("diagnosis")
    assert hand.shows("diagnosis") == "Lo dice la oficina"


def test_words_typed_over_the_offices_speak_of_the_revision_that_was_seen(
    hand: Hand, tablet: Tablet, small_office: SmallOffice, session: Session
):
    go(hand, "diagnosis")
    hand.take("diagnosis")
    hand.keys("diagnosis", "No calienta")
    hand.until(lambda: draft(session, "diagnosis") is not None)
    seen = session.ticket(TICKET).ticket.record.rev
    change_elsewhere(tablet, small_office, diagnosis="Lo dice la oficina")
    hand.leave("diagnosis")
    [mine] = operation_queue.of_ticket(session.database, TICKET)
    assert (mine.fields["diagnosis"], mine.base_rev) == ("No calienta", seen)


@pytest.mark.parametrize(("length", "fits"), [(LONGEST_TEXT, True), (LONGEST_TEXT + 1, False)])
def test_a_text_longer_than_an_operation_stays_and_is_told(
    hand: Hand, session: Session, length: int, fits: bool
):
    go(hand, "diagnosis")
    hand.take("diagnosis")
    hand.paste("diagnosis", "x" * length)
    hand.leave("diagnosis")
    assert hand.shows("diagnosis") == "x" * length
    assert (operations(session) == ["x" * length]) is fits
    assert (draft(session, "diagnosis") == "x" * length) is not fits
    field = hand._field("diagnosis")
    assert bool(field.error) is not fits


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("284342.7", "solo páginas enteras"),
        ("-284342", "menor que cero"),
        ("2,84,342", "No es un número"),
        ("28434212345678901", "demasiadas cifras"),
    ],
)
def test_a_meter_that_is_no_count_stays_and_is_told(
    hand: Hand, session: Session, typed: str, said: str
):
    visit.arrive(hand)
    hand.type("meter-total", typed)
    assert hand.shows("meter-total") == typed
    assert said in str(hand._field("meter-total").error)
    assert session.ticket(TICKET).ticket.meter is None
    assert draft(session, "meter.total") == typed


def test_a_meter_is_read_as_people_write_it(hand: Hand, session: Session):
    visit.arrive(hand)
    hand.type("meter-total", "284,342")
    assert session.ticket(TICKET).ticket.record.fields["meter"]["total"] == 284342
    assert hand.shows("meter-total") == "284342"


@pytest.mark.parametrize(("total", "asked"), [("2843099", False), ("2843100", True)])
def test_a_meter_ten_times_the_last_is_asked_about(hand: Hand, total: str, asked: bool):
    visit.arrive(hand)
    hand.type("meter-total", total)
    assert hand.has("meter-sure") is asked
    if asked:
        hand.press("meter-sure")
        assert not hand.has("meter-sure")


def test_the_app_that_goes_to_the_background_keeps_what_is_typed(
    hand: Hand, session: Session, pause: Callable[[Hand], None]
):
    go(hand, "diagnosis")
    hand.take("diagnosis")
    hand.keys("diagnosis", "No calienta ")
    pause(hand)
    assert operations(session) == ["No calienta"]
    assert hand.shows("diagnosis") == "No calienta "


@pytest.fixture
def pause() -> Callable[[Hand], None]:
    """The system says that the app is no longer in front."""
    return lambda hand: hand.lifecycle("hide")
