"""Today's office and today's tablet on what 0.1.0 left."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from field_app.session import pin
from tests.cheap import DEAR_PIN as DEAR
from tests.given.folders import office_on, tablet_on, unpacked
from tests.office import RunningOffice
from tests.tablet import RunningTablet


@pytest.fixture(autouse=True)
def dear_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """A PIN is tried as 0.1.0 tried it."""
    for name, much in DEAR.items():
        monkeypatch.setitem(pin.COST, name, much)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[RunningOffice]:
    """The office of 0.1.0, opened by today's code."""
    office = office_on(unpacked("office", tmp_path / "office"))
    yield office
    office.stop()


@pytest.fixture
def tablet(office: RunningOffice, tmp_path: Path) -> Iterator[RunningTablet]:
    """The tablet of 0.1.0, opened by today's code; it has sent nothing yet."""
    tablet = tablet_on(unpacked("tablet", tmp_path / "tablet"), office)
    yield tablet
    tablet.close()
