"""Browsers for the console's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shared.ticket.people import Role
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.console.browser import Browser, browser
from tests.tablet import RunningTablet

Browse = Callable[[str], Browser]


@pytest.fixture
def browse(office: RunningOffice) -> Iterator[Browse]:
    """A browser for each role that is asked for."""
    opened: dict[str, Browser] = {}

    def of(role: str) -> Browser:
        if role not in opened:
            opened[role] = browser(office, Role(role))
        return opened[role]

    yield of
    for client in opened.values():
        client.close()


@pytest.fixture
def tablet(office: RunningOffice, tmp_path: Path) -> Iterator[RunningTablet]:
    """The engineer's real tablet, enrolled."""
    running = RunningTablet(office, tmp_path / "tablet").enrol()
    yield running
    running.close()


@pytest.fixture
def raw(office: RunningOffice) -> Iterator[RawTablet]:
    """The engineer's tablet of the contract, without screens."""
    tablet = RawTablet(office)
    yield tablet
    tablet.close()


@pytest.fixture
def supervisor(browse: Browse) -> Browser:
    """The supervisor's browser."""
    return browse("supervisor")
