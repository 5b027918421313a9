"""A visit, step by step, as one does it by hand: each test goes as far as it needs."""

from field_app.session.session import Session
from tests.field_app.cast import TICKET, photo
from tests.field_app.screens.hand import Hand
from tests.visits import OnTablet, work_on_site

FOLIO = "SEI-2026-000101"
DIAGNOSIS = "El calefactor del fusor está abierto; vida útil agotada al 118 %."


def arrive(hand: Hand) -> None:
    hand.press(f"ticket-{FOLIO}")
    hand.press("contact-in_person")
    hand.press("arrive")


def check_the_asset(hand: Hand) -> None:
    hand.press("serial-same")
    hand.type("meter-total", "284342")
    hand.type("meter-bw", "201570")
    hand.press("history-reviewed")


def diagnose(hand: Hand) -> None:
    hand.type("diagnosis", DIAGNOSIS)
    hand.press("family-FUS")
    hand.press("cause-CR-FUS-01")
    hand.press("next")


def repair(hand: Hand) -> None:
    hand.press("action-0")
    hand.press("part-other")
    hand.press("part-REF-FUS-A3C")
    hand.press("solution-proposed")
    hand.press("next")


def photograph(hand: Hand) -> None:
    for kind, colour in (("before", "navy"), ("after", "green")):
        pick(hand, kind, (f"{kind}.jpg", photo(colour)))
    hand.press("next")


def pick(hand: Hand, kind: str, *files: tuple[str, bytes]) -> None:
    """Choose files in the picker; they are shown when they are kept."""
    before = sum(name.startswith(f"photo-{kind}-") for name in hand.identifiers())
    hand.client.answers["pick_files"] = lambda _: [
        {"id": n, "name": name, "size": len(data), "path": None, "bytes": data}
        for n, (name, data) in enumerate(files)
    ]
    hand.press(f"pick-{kind}")
    hand.until(
        lambda: (
            sum(n.startswith(f"photo-{kind}-") for n in hand.identifiers()) > before
            or hand.has("news")
        ),
        f"photos of {kind}",
    )
    hand.until(lambda: hand.can_press(f"pick-{kind}"))


def verify(hand: Hand) -> None:
    hand.press("test-passed")
    hand.press("classification-FC01")
    hand.press("review")
    hand.press("hours-accept")


def hand_over(hand: Hand) -> None:
    hand.press("handover")
    hand.scroll_to_end("read")
    hand.press("have-read")


def sign(hand: Hand) -> None:
    hand.press("outcome-conformity")
    hand.press("name-requester")
    hand.press("position-area")
    hand.drag("pad", [(100, 200), (160, 180), (220, 230), (300, 190)])
    hand.press("accept")


def take_back(hand: Hand, pin: str = "2580") -> None:
    for digit in pin:
        hand.press(f"pin-{digit}")
    hand.press("pin-enter")


STEPS = (arrive, check_the_asset, diagnose, repair, photograph, verify, hand_over, sign, take_back)


def go_through(hand: Hand, until: object) -> None:
    """Every step up to this one."""
    for step in STEPS:
        step(hand)
        if step is until:
            return


def worked(hand: Hand, session: Session) -> None:
    """What `verify` leaves behind, captured without the screens; the tablet before its review.

    Going through every screen takes seconds: test_visit does, others begin here.
    """
    work_on_site(OnTablet(session, TICKET))
    hand.go(f"/tickets/{TICKET}/review")


def handed_over(hand: Hand, session: Session) -> None:
    """In the customer's hands, read to the end."""
    worked(hand, session)
    hand_over(hand)


def signed(hand: Hand, session: Session) -> None:
    """Signed, and given back to the engineer."""
    handed_over(hand, session)
    sign(hand)
    take_back(hand)


def record(session: Session) -> dict[str, object]:
    """The fields of the ticket as they are kept."""
    return dict(session.ticket(TICKET).ticket.record.fields)
