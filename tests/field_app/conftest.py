"""A tablet before a small office in memory."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from field_app.app.tablet import Tablet, open_tablet
from field_app.device.settings import read_settings
from field_app.session.session import Session
from field_app.store.database import Database
from field_app.store.enrolment import Enrolment, User, keep_enrolment
from tests import cheap
from tests.field_app.cast import ENGINEER, TICKET, Clock, device
from tests.field_app.small_office import SmallOffice

cheap.pins()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def small_office() -> SmallOffice:
    office = SmallOffice()
    office.assign(TICKET)
    return office


OpenTablet = Callable[..., Tablet]


@pytest.fixture
def opened(tmp_path: Path, small_office: SmallOffice, clock: Clock) -> Iterator[OpenTablet]:
    """Opens a tablet, again and again on the same folder if wished; closes what is left open."""
    tablets: list[Tablet] = []

    def open_one(folder: str = "tablet", seed: int = 1) -> Tablet:
        tablet = open_tablet(
            device(tmp_path / folder, clock, seed + len(tablets)), read_settings(),
            transport=small_office,
        )  # fmt: skip
        tablets.append(tablet)
        return tablet

    yield open_one
    for tablet in tablets:
        tablet.close()


@pytest.fixture
def tablet(opened: OpenTablet) -> Tablet:
    """Enrolled, unlocked, and with everything that the office gives it."""
    tablet = opened()
    enrol(tablet)
    round = tablet.network.round(tablet.session)
    assert round is not None
    round.run()
    return tablet


@pytest.fixture
def session(tablet: Tablet) -> Session:
    return tablet.session


def enrol(tablet: Tablet) -> None:
    tablet.session.enrol("https://office.example", "GOOD-CODE")
    tablet.session.set_pin("2580")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A database alone, of somebody enrolled."""
    database = Database(tmp_path / "alone")
    keep_enrolment(database, Enrolment("device-1", User(**ENGINEER), "https://office.example"))
    yield database
    database.close()
