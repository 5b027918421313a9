"""Nobody is let in without a code and a PIN, and every «no» says what to do."""

from field_app.app.tablet import Tablet
from field_app.session.session import Session, Stage
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SmallOffice


def test_a_code_and_a_pin_given_twice_open_the_tablet(newcomer: Hand):
    newcomer.type("server", "https://office.example")
    newcomer.type("code", "good-code")
    newcomer.press("enrol")
    newcomer.until(lambda: newcomer.sees("Elija un PIN"))
    pin(newcomer, "2580")
    assert newcomer.sees("Escriba el PIN otra vez")
    pin(newcomer, "2580")
    assert newcomer.has("search")


def test_the_code_may_be_pasted_with_the_address_beside_it(newcomer: Hand):
    newcomer.client.answers["get"] = lambda _: "https://office.example\nGOOD-CODE\n"
    newcomer.press("paste")
    assert newcomer.value("server") == "https://office.example"
    assert newcomer.value("code") == "GOOD-CODE"


def test_a_wrong_code_is_told_and_can_be_typed_again(newcomer: Hand):
    newcomer.type("code", "WRONG")
    newcomer.press("enrol")
    newcomer.until(lambda: newcomer.has("news"))
    assert newcomer.sees("código")
    assert newcomer.can_press("enrol")


def test_nothing_is_sent_without_a_code(newcomer: Hand):
    assert not newcomer.can_press("enrol")


def test_two_pins_that_differ_begin_anew(newcomer: Hand):
    newcomer.type("code", "GOOD-CODE")
    newcomer.press("enrol")
    newcomer.until(lambda: newcomer.has("pin"))
    pin(newcomer, "2580")
    pin(newcomer, "2581")
    assert newcomer.sees("no son iguales")
    assert newcomer.sees("Elija un PIN")


def test_a_weak_pin_is_refused_in_words(newcomer: Hand):
    newcomer.type("code", "GOOD-CODE")
    newcomer.press("enrol")
    newcomer.until(lambda: newcomer.has("pin"))
    pin(newcomer, "1111")
    pin(newcomer, "1111")
    assert newcomer.has("news")


def test_a_locked_tablet_opens_with_its_pin_only(hand: Hand, session: Session):
    session.lock()
    hand.until(lambda: hand.has("pin"))
    assert not hand.has("search")
    pin(hand, "1357")
    assert hand.sees("PIN incorrecto")
    pin(hand, "2580")
    assert hand.has("search")


def test_the_keyboard_serves_as_well_as_the_keys(hand: Hand, session: Session):
    session.lock()
    hand.until(lambda: hand.has("pin"))
    hand.type_and_stay("pin", "2580")
    hand.submit("pin")
    assert session.stage is Stage.OPEN


def test_an_idle_tablet_locks_itself(hand: Hand, session: Session, clock):
    clock.forward(minutes=session.settings.idle_minutes + 1)
    hand.minute()
    assert session.stage is Stage.LOCKED
    assert hand.has("pin")


def pin(hand: Hand, digits: str) -> None:
    for digit in digits:
        hand.press(f"pin-{digit}")
    hand.press("pin-enter")


def test_an_ended_session_hides_nothing_and_is_taken_up_again_with_a_code(
    hand: Hand, tablet: Tablet, session: Session, small_office: SmallOffice
):
    small_office.seats.clear()
    tablet.engine.poke()
    tablet.engine.step()
    hand.until(lambda: hand.sees("Nada se ha borrado"))
    assert hand.has("ticket-SEI-2026-000101")
    hand.press("sync-strip")
    hand.type("code", "GOOD-CODE")
    hand.press("enrol")
    hand.until(lambda: session.signed_in)
    hand.until(lambda: not hand.has("code"))
    assert session.stage is Stage.OPEN


def test_who_has_no_tries_left_comes_in_with_a_code_of_the_office(
    hand: Hand, session: Session, clock
):
    session.lock()
    hand.until(lambda: hand.has("pin"))
    for _ in range(5):
        clock.forward(minutes=5)
        pin(hand, "1357")
    assert hand.has("news")
    hand.press("by-code")
    hand.type("code", "GOOD-CODE")
    hand.press("enrol")
    hand.until(lambda: session.stage is Stage.SET_PIN)


def test_two_windows_on_one_tablet_show_the_same(hand: Hand, tablet: Tablet, session: Session):
    other = Hand(tablet, 390, 844)
    hand.press("ticket-SEI-2026-000101")
    other.press("ticket-SEI-2026-000101")
    hand.press("contact-in_person")
    other.until(lambda: other.sees("En persona · Lic. Marta Ibáñez"))
    session.lock()
    other.until(lambda: other.has("pin"))
    hand.until(lambda: hand.has("pin"))
    other.close()
