"""The customer reads to the end, answers, and gives the tablet back; nothing else is reachable."""

import pytest

from field_app.app.tablet import Tablet
from field_app.session.session import Session, Stage
from shared.operations.digest import sign_off_holds
from tests.field_app.cast import TICKET
from tests.field_app.screens import visit
from tests.field_app.screens.hand import Hand
from tests.shared.records import FIELDS

pytestmark = pytest.mark.slow


@pytest.fixture
def customer(hand: Hand, session: Session) -> Hand:
    """The tablet in the customer's hands, the summary on it."""
    visit.worked(hand, session)
    hand.press("handover")
    return hand


@pytest.fixture
def signer(customer: Hand) -> Hand:
    """The same, read to its end."""
    customer.scroll_to_end("read")
    customer.press("have-read")
    return customer


def test_i_have_read_wakes_only_at_the_end(customer: Hand):
    assert not customer.can_press("have-read")
    customer.press("read-on")
    assert not customer.can_press("have-read")
    customer.scroll_to_end("read")
    assert customer.can_press("have-read")


def test_the_summary_says_what_the_customer_must_know(customer: Hand):
    words = " ".join(customer.words())
    subject = ("SEI-2026-000101", "Hospital San Gabriel", "DEMO-KY4054-0117", "284,342")
    work = (FIELDS["diagnosis"], "Fusor A3 color", "Ninguna", "Aprobada", "Sin cargo")
    for said in (*subject, *work):
        assert said in words, said


def test_no_address_leads_out_of_the_customers_hands(customer: Hand, session: Session):
    customer.go("/settings")
    assert customer.has("have-read")
    assert session.stage is Stage.SIGNING


def test_the_engineer_leaves_with_the_pin_and_the_customer_may_stay(
    customer: Hand, session: Session
):
    customer.press("engineer")
    customer.press("stay")
    assert customer.has("have-read")
    customer.press("engineer")
    visit.take_back(customer, "1357")
    assert customer.sees("PIN incorrecto")
    visit.take_back(customer)
    assert session.stage is Stage.OPEN
    assert customer.has("screen-review")


def test_signing_binds_the_words_agreed_to(signer: Hand, session: Session):
    visit.sign(signer)
    sign_off = session.ticket(TICKET).ticket.sign_off
    assert sign_off is not None
    assert (sign_off.outcome, sign_off.name) == ("conformity", "Lic. Marta Ibáñez")
    assert sign_off.position == "Responsable del área"
    assert sign_off.text.startswith("Al firmar confirmo")
    assert sign_off.has_ink
    assert sign_off_holds(session.ticket(TICKET).ticket.record)


def test_it_cannot_be_accepted_before_all_is_there(signer: Hand):
    assert not signer.can_press("accept")
    assert signer.sees("Elija una de las cuatro opciones")
    signer.press("outcome-conformity")
    signer.press("name-requester")
    assert signer.sees("Escriba su puesto")
    signer.press("position-area")
    assert signer.sees("Firme en el recuadro")
    signer.drag("pad", [(50, 50), (190, 80)])
    assert signer.can_press("accept")


def test_clearing_takes_the_ink_and_nothing_else(signer: Hand):
    signer.press("outcome-conformity")
    signer.press("name-requester")
    signer.drag("pad", [(50, 50), (190, 80)])
    signer.press("clear")
    assert signer.value("sign-name") == "Lic. Marta Ibáñez"
    assert not signer.can_press("clear")


def test_each_stroke_and_answer_outlives_a_killed_tablet(
    signer: Hand, tablet: Tablet, session: Session
):
    signer.press("outcome-remarks")
    signer.type("sign-remarks", "Falta revisar la bandeja 3")
    signer.drag("pad", [(50, 50), (90, 80), (120, 40)])
    again = Hand(tablet)
    assert again.value("sign-remarks") == "Falta revisar la bandeja 3"
    assert again.can_press("clear")
    assert [len(stroke) for stroke in session.draft(TICKET, "strokes") or ()] == [3]
    again.close()


def test_remarks_must_be_written(signer: Hand, session: Session):
    signer.press("outcome-remarks")
    assert not signer.can_press("accept")
    signer.type("sign-remarks", "Falta revisar la bandeja 3")
    signer.type("sign-name", "Rosa Gil")
    signer.type("sign-position", "Enfermera")
    signer.drag("pad", [(50, 50), (190, 80)])
    signer.press("rating-4")
    signer.type("sign-comment", "Muy amable")
    signer.press("accept")
    ticket = session.ticket(TICKET).ticket
    assert ticket.sign_off is not None
    assert ticket.sign_off.remarks == "Falta revisar la bandeja 3"
    assert ticket.satisfaction == {"rating": 4, "comment": "Muy amable"}


def test_a_scratch_is_told_to_be_too_short(signer: Hand):
    signer.press("outcome-conformity")
    signer.press("name-requester")
    signer.press("position-area")
    signer.drag("pad", [(50, 50), (90, 80)])
    assert signer.sees("La firma es muy corta")
    assert not signer.can_press("accept")
    signer.drag("pad", [(90, 80), (150, 40)])
    assert signer.can_press("accept")


def test_a_name_that_cannot_be_printed_is_told_beside_its_field(signer: Hand):
    signer.press("outcome-conformity")
    signer.type("sign-name", "أحمد")
    assert signer.has("sign-name-unprintable")
    assert signer.sees("No se puede imprimir: أ ح م د")
    signer.type("sign-name", "Δημήτρης Щербаков")
    assert not signer.has("sign-name-unprintable")


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "123"])
def test_a_name_that_nobody_can_read_does_not_sign(signer: Hand, name: str):
    signer.press("outcome-conformity")
    signer.press("position-area")
    signer.drag("pad", [(50, 50), (190, 80)])
    signer.type("sign-name", name)
    assert not signer.can_press("accept")
    assert "al menos una letra" in str(signer._field("sign-name").error)
    signer.type("sign-name", "Rosa Gil")
    assert signer.can_press("accept")


def test_what_is_typed_for_signing_stays_as_it_was_typed(signer: Hand):
    signer.press("outcome-remarks")
    signer.take("sign-remarks")
    signer.client.written.clear()
    signer.keys("sign-remarks", "Falta revisar la bandeja 3 ", lambda: 2)
    assert signer.client.written == []
    signer.resize(390, 844)
    assert signer.shows("sign-remarks") == "Falta revisar la bandeja 3 "


def test_a_remark_too_long_for_an_operation_stays_and_is_told(signer: Hand):
    signer.press("outcome-remarks")
    signer.take("sign-remarks")
    signer.paste("sign-remarks", "x" * 20_680)
    assert signer.shows("sign-remarks") == "x" * 20_680
    assert "20,680" in str(signer._field("sign-remarks").error)
    assert not signer.can_press("accept")


@pytest.mark.parametrize("outcome", ["refused", "absent"])
def test_without_a_signature_there_is_a_reason(signer: Hand, session: Session, outcome: str):
    signer.press(f"outcome-{outcome}")
    assert not signer.has("pad")
    assert not signer.can_press("accept")
    signer.type("sign-reason", "Salió a una reunión")
    signer.press("accept")
    sign_off = session.ticket(TICKET).ticket.sign_off
    assert sign_off is not None
    assert (sign_off.outcome, sign_off.reason) == (outcome, "Salió a una reunión")


def test_who_cannot_write_types_before_a_witness(signer: Hand, session: Session):
    signer.press("outcome-conformity")
    signer.press("name-requester")
    signer.press("position-area")
    signer.press("sign-typing")
    signer.type("sign-typed", "Marta Ibáñez")
    assert not signer.can_press("accept")
    signer.type("sign-witness", "Rosa Gil")
    signer.press("accept")
    sign_off = session.ticket(TICKET).ticket.sign_off
    assert sign_off is not None
    assert (sign_off.typed, sign_off.witness, sign_off.has_ink) == (
        "Marta Ibáñez",
        "Rosa Gil",
        False,
    )


def test_on_a_phone_the_pad_comes_after_the_form(phone: Hand, session: Session):
    visit.handed_over(phone, session)
    assert not phone.has("pad")
    phone.press("outcome-conformity")
    phone.press("name-requester")
    phone.press("position-area")
    phone.press("to-pad")
    phone.drag("pad", [(50, 50), (190, 80)])
    phone.press("accept")
    assert session.ticket(TICKET).ticket.sign_off is not None


def test_editing_after_the_signature_voids_it_visibly(signer: Hand, session: Session):
    visit.sign(signer)
    visit.take_back(signer)
    signer.go(f"/tickets/{TICKET}/diagnosis")
    assert signer.sees("tendrá que firmar de nuevo")
    signer.type("diagnosis", "Otro diagnóstico, escrito después de firmar.")
    assert signer.sees("El informe cambió. La firma anterior ya no es válida.")
    signer.go(f"/tickets/{TICKET}/review")
    signer.press("handover")
    signer.scroll_to_end("read")
    assert not any("Marta" in words and "Conforme" in words for words in signer.words())


def test_the_customers_screens_speak_the_customers_language(
    hand: Hand, session: Session, small_office, tablet: Tablet
):
    small_office.publish("user:eng-1", "customer", "cus-1", 9,
                         {"name": "St Gabriel Hospital", "locale": "en-US"})  # fmt: skip
    tablet.engine.poke()
    tablet.engine.step()
    hand.rest()
    visit.handed_over(hand, session)
    assert hand.sees("Your word on this service")
    assert hand.sees("Accepted")
    assert session.language == "es"
