"""Each capture screen keeps what is said at once, and warns of what will not pass."""

from typing import Any

import pytest

from field_app.session.session import Session
from shared.ticket.ticket import Ticket
from tests.field_app.cast import TICKET, photo
from tests.field_app.screens import visit
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SmallOffice


@pytest.fixture
def ticket(session: Session) -> Any:
    """The ticket as it is kept, asked anew each time."""
    return lambda: session.ticket(TICKET).ticket


def go(hand: Hand, step: str) -> None:
    hand.go(f"/tickets/{TICKET}/{step}")


def test_arriving_starts_the_work_and_with_the_contact_noted_goes_on(hand: Hand, ticket):
    visit.arrive(hand)
    read: Ticket = ticket()
    assert (read.mode, read.state, read.arrived_at is not None) == ("on_site", "in_analysis", True)
    assert [(c.how, c.whom) for c in read.contacts] == [("in_person", "Lic. Marta Ibáñez")]
    assert hand.has("screen-asset")


def test_arriving_before_the_contact_stays_to_ask_for_it(hand: Hand):
    hand.press(f"ticket-{visit.FOLIO}")
    hand.press("arrive")
    assert hand.has("screen-visit")
    hand.press("contact-phone")
    hand.press("next")
    assert hand.has("screen-asset")


def test_somebody_else_may_be_the_contact(hand: Hand, ticket):
    hand.press(f"ticket-{visit.FOLIO}")
    hand.press("contact-other")
    assert not hand.can_press("contact-in_person")
    hand.type("contact-whom", "Enf. Rosa Gil")
    hand.press("contact-in_person")
    assert ticket().contacts[-1].whom == "Enf. Rosa Gil"


def test_remote_work_needs_no_serial_and_no_signature(hand: Hand, ticket):
    hand.press(f"ticket-{visit.FOLIO}")
    hand.press("remote")
    assert (ticket().mode, ticket().state) == ("remote", "in_analysis")
    go(hand, "photos")
    assert hand.sees("Falta una captura o transcripción")
    go(hand, "review")
    assert hand.has("finalise")
    assert not hand.has("handover")


def test_an_arrival_can_be_put_right_without_a_keyboard(hand: Hand, ticket):
    visit.arrive(hand)
    before = ticket().arrived_at
    go(hand, "visit")
    hand.press("arrival-correct")
    hand.press("arrival-less")
    assert (before - ticket().arrived_at).total_seconds() == 300


def test_a_serial_that_differs_is_told_what_to_do(hand: Hand, ticket):
    visit.arrive(hand)
    hand.press("serial-differs")
    assert hand.sees("Llame a la oficina")
    assert not ticket().serial_matched


def test_a_meter_below_the_last_one_warns_and_may_be_explained(hand: Hand, ticket):
    visit.arrive(hand)
    hand.type("meter-total", "1000")
    assert hand.sees("El contador (1,000) es menor que el último (284,310).")
    hand.press("meter-explain")
    hand.type("meter-exception", "Se cambió la tarjeta principal")
    assert ticket().meter_exception == "Se cambió la tarjeta principal"
    assert not hand.sees("es menor que el último")


def test_colour_is_what_black_leaves_of_the_total(hand: Hand, ticket):
    visit.arrive(hand)
    hand.type("meter-total", "284342")
    hand.type("meter-bw", "201570")
    assert ticket().meter.colour == 82772
    assert hand.sees("82,772")


def test_the_history_is_reviewed_by_going_on(hand: Hand, ticket):
    visit.arrive(hand)
    assert hand.sees("SEI-2026-000007")
    hand.press("history-reviewed")
    assert ticket().history_reviewed
    assert hand.has("screen-diagnosis")


def test_the_history_can_be_attested_only_below_it(hand: Hand):
    visit.arrive(hand)
    names = hand.identifiers()
    assert names.index("history-reviewed") < names.index("next")
    words = hand.words()
    assert words.index("SEI-2026-000007") < words.index("Revisé el historial")


def test_what_is_typed_is_kept_when_the_screen_goes_away(hand: Hand, ticket):
    go(hand, "diagnosis")
    hand.type_and_stay("diagnosis", visit.DIAGNOSIS)
    go(hand, "work")
    hand.until(lambda: ticket().diagnosis == visit.DIAGNOSIS)


def test_a_diagnosis_that_says_nothing_is_told_so(hand: Hand):
    go(hand, "diagnosis")
    hand.type("diagnosis", "falla")
    assert hand.sees("al menos 20 caracteres")


def test_a_ready_answer_goes_into_the_diagnosis_after_what_stands_there(hand: Hand, ticket):
    go(hand, "diagnosis")
    hand.type("diagnosis", "No calienta.")
    hand.press("answer-ans-1")
    assert ticket().diagnosis == "No calienta.\nRevise el fusor."
    assert hand.value("diagnosis") == "No calienta.\nRevise el fusor."


def test_a_cause_is_found_by_a_word_without_its_accent(hand: Hand, ticket):
    go(hand, "diagnosis")
    hand.type("cause-search", "CALEFACT")
    hand.press("cause-CR-FUS-01")
    assert ticket().root_cause == "CR-FUS-01"


def test_the_same_cause_again_is_said_at_once(hand: Hand):
    go(hand, "diagnosis")
    hand.press("before-CR-FUS-01")
    assert hand.sees("2 servicios por la misma causa")


def test_an_action_in_ones_own_words(hand: Hand, ticket):
    go(hand, "work")
    hand.press("action-own")
    hand.type("action-text", "Se niveló el equipo")
    hand.press("action-add")
    assert [action.text for action in ticket().actions] == ["Se niveló el equipo"]


def test_an_action_taken_back_stays_in_the_record(hand: Hand, session: Session, ticket):
    go(hand, "work")
    hand.press("action-0")
    hand.press(f"action-void-{ticket().actions[0].id}")
    assert ticket().actions == ()
    assert session.ticket(TICKET).ticket.record.entries["actions"][0]["voided"]["reason"]


def test_more_than_the_van_holds_asks_where_it_came_from(hand: Hand, ticket):
    go(hand, "work")
    hand.press("part-other")
    hand.press("part-REF-FUS-A3C")
    assert not hand.has("part-why-REF-FUS-A3C")
    hand.press("part-REF-FUS-A3C-more")
    assert ticket().parts_used[0].quantity == 2
    hand.type("part-why-REF-FUS-A3C", "Del almacén")
    assert ticket().parts_used[0].justification == "Del almacén"
    assert len(ticket().parts_used) == 1


def test_a_part_that_blocks_sends_the_ticket_to_wait(hand: Hand, ticket):
    visit.arrive(hand)
    go(hand, "work")
    hand.press("pending-add")
    hand.press("pending-REF-LSU")
    assert ticket().parts_pending[0].special
    hand.press("pending-blocks-REF-LSU")
    hand.press("await-solution")
    assert ticket().state == "waiting_final_solution"


def test_the_solution_is_proposed_from_what_was_done(hand: Hand, ticket):
    go(hand, "work")
    hand.press("action-0")
    hand.press("solution-proposed")
    assert ticket().solution == f"{ticket().actions[0].text}."


def test_photos_are_kept_one_by_one_and_a_bad_one_is_named(hand: Hand, ticket):
    visit.arrive(hand)
    go(hand, "photos")
    visit.pick(hand, "after", ("buena.jpg", photo()), ("mala.jpg", b"hola"))
    assert len(ticket().photos("after")) == 1
    assert hand.sees("mala.jpg")


def test_a_caption_goes_with_its_photo_and_not_with_its_place(hand: Hand, ticket):
    visit.arrive(hand)
    go(hand, "photos")
    visit.pick(hand, "after", ("1.jpg", photo("navy")), ("2.jpg", photo("green")))
    first = ticket().photos("after")[0].sha256
    hand.type("photo-after-1-caption", "Rodillos nuevos")
    captions = {photo.sha256: photo.caption for photo in ticket().photos("after")}
    assert captions.pop(first) == "Rodillos nuevos"
    assert list(captions.values()) == [""]
    assert hand.value("photo-after-1-caption") == "Rodillos nuevos"
    assert hand.value("photo-after-2-caption") == ""


def test_of_two_equal_photos_each_has_its_own_caption(hand: Hand, ticket):
    visit.arrive(hand)
    go(hand, "photos")
    visit.pick(hand, "after", ("1.jpg", photo("navy")), ("1.jpg", photo("navy")))
    hand.type("photo-after-2-caption", "De cerca")
    hand.type("photo-after-1-caption", "De lejos")
    hand.type("photo-after-2-caption", "De más cerca")
    first, second = sorted(ticket().photos("after"), key=lambda each: each.first)
    assert first.sha256 == second.sha256
    assert [first.caption, second.caption] == ["De lejos", "De más cerca"]
    assert [hand.value(f"photo-after-{n}-caption") for n in (1, 2)] == ["De lejos", "De más cerca"]
    hand.press("photo-after-1-remove")
    assert [each.caption for each in ticket().photos("after")] == ["De más cerca"]


def test_a_photo_may_be_taken_back(hand: Hand, ticket):
    visit.arrive(hand)
    go(hand, "photos")
    visit.pick(hand, "before", ("1.jpg", photo()))
    hand.press("photo-before-1-remove")
    assert ticket().photos("before") == ()


def test_the_suggested_classification_goes_with_cause_and_part(hand: Hand, ticket):
    for step in (visit.arrive, visit.check_the_asset, visit.diagnose, visit.repair):
        step(hand)
    go(hand, "test")
    assert hand.sees("FC01 · sugerida por la causa")
    assert not hand.has("classification-FC09")
    hand.press("classification-FC01")
    assert ticket().final_classification == "FC01"


def test_a_test_that_did_not_pass_says_to_go_on(hand: Hand, ticket):
    go(hand, "test")
    hand.press("test-failed")
    assert ticket().test_result == "failed"
    assert hand.sees("Siga trabajando")


def test_hours_are_proposed_from_the_arrival_and_bring_the_departure(hand: Hand, ticket, clock):
    visit.arrive(hand)
    clock.forward(minutes=50)
    for earlier in ("work", "test"):
        go(hand, earlier)
        assert not hand.has("hours-accept")
    go(hand, "review")
    hand.press("hours-accept")
    (entry,) = ticket().time_entries
    assert entry.start == ticket().arrived_at
    assert entry.end == ticket().departed_at
    assert round((entry.end - entry.start).total_seconds() / 60) == 50


def test_a_departure_before_the_last_test_is_proposed_again(hand: Hand, ticket, clock):
    visit.arrive(hand)
    go(hand, "review")
    hand.press("hours-accept")
    assert not hand.has("hours-leave")
    clock.forward(minutes=20)
    go(hand, "test")
    hand.press("test-passed")
    clock.forward(minutes=5)
    go(hand, "review")
    hand.press("hours-leave")
    assert ticket().tested_at < ticket().departed_at
    assert not hand.has("hours-leave")


def test_travel_ends_where_the_visit_begins(hand: Hand, ticket):
    visit.arrive(hand)
    go(hand, "work")
    hand.press("hours-travel")
    hand.press("quarters-more")
    hand.press("hours-add")
    (entry,) = ticket().time_entries
    assert entry.end == ticket().arrived_at
    assert entry.hours == 0.75


def test_the_review_lists_all_that_is_missing_each_with_its_way(hand: Hand, session: Session):
    visit.arrive(hand)
    go(hand, "review")
    shown = [name for name in hand.identifiers() if name.startswith("missing-")]
    wanted = [
        m
        for m in session.checklist(TICKET)
        if m.field not in ("sign_off", "evidence.report", "time_entries", "departed_at")
    ]
    assert shown == [f"missing-{m.rule}-{m.field}" for m in wanted]
    # What is put in right here needs no way.
    assert hand.has("hours-accept")
    assert not hand.can_press("handover")
    hand.press("fix-CL07-root_cause")
    assert hand.has("screen-diagnosis")


@pytest.mark.slow
def test_what_nobody_may_change_any_more_can_only_be_read(
    hand: Hand, session: Session, small_office: SmallOffice
):
    visit.signed(hand, session)
    small_office.down = True
    hand.press("finalise")
    hand.until(lambda: hand.sees("Está a salvo en la tableta y se enviará solo"))
    go(hand, "work")
    assert hand.sees("aquí ya no se cambia")
    assert not hand.has("action-own")
