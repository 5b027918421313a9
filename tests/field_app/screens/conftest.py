"""Hands before the tablet of the small office."""

from collections.abc import Iterator

import pytest

from field_app.app.tablet import Tablet
from tests.field_app.conftest import OpenTablet
from tests.field_app.screens.hand import Hand


@pytest.fixture
def hand(tablet: Tablet) -> Iterator[Hand]:
    """Somebody at an enrolled tablet, unlocked."""
    hand = Hand(tablet)
    yield hand
    hand.close()


@pytest.fixture
def phone(tablet: Tablet) -> Iterator[Hand]:
    """The same on a phone."""
    hand = Hand(tablet, 390, 844)
    yield hand
    hand.close()


@pytest.fixture
def newcomer(opened: OpenTablet) -> Iterator[Hand]:
    """Somebody at a tablet that nobody has enrolled."""
    hand = Hand(opened())
    yield hand
    hand.close()
