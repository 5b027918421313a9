"""Tablets of the contract before a real office."""

from collections.abc import Callable, Iterator

import pytest

from tests.office import RunningOffice
from tests.raw_tablet import RawTablet

Enrol = Callable[..., RawTablet]


@pytest.fixture
def enrol(office: RunningOffice) -> Iterator[Enrol]:
    """Brings tablets in, the engineer's unless another code is given; closes them."""
    tablets: list[RawTablet] = []

    def enrol_one(code: str | None = None) -> RawTablet:
        tablets.append(RawTablet(office, code))
        return tablets[-1]

    yield enrol_one
    for tablet in tablets:
        tablet.close()


@pytest.fixture
def tablet(enrol: Enrol) -> RawTablet:
    """The engineer's tablet."""
    return enrol()
