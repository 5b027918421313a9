"""A visit from the list to the sending, by hand."""

import pytest

from field_app.session.session import Session
from tests.field_app.screens import visit
from tests.field_app.screens.hand import Hand

pytestmark = pytest.mark.slow


def test_a_whole_visit_by_hand(hand: Hand, session: Session):
    visit.go_through(hand, visit.take_back)
    hand.press("finalise")
    hand.until(lambda: hand.sees("Finalizado"))
