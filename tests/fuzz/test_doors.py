"""A share of what strangers send in every run; `make soak ONLY=fuzz` sends it for minutes."""

from collections.abc import Iterator

import pytest

from tests.fuzz.doors import DOORS, Bench, harm

SHARE = 25
COSTLY = {"verifications": 8}
"""Of a door whose every answer takes a third of a second."""


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    opened = Bench(tmp_path_factory.mktemp("bench") / "office")
    yield opened
    opened.close()


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.slow
def test_whatever_comes_in_every_page_opens_and_nobody_is_accused(bench, door):
    assert list(harm(bench, DOORS[door], range(COSTLY.get(door, SHARE)))) == []


def test_harm_would_be_seen(bench):
    def broken(bench: Bench, chance: object) -> int:
        return 500

    assert next(harm(bench, broken, range(1))) == "broken seed 0: answered 500"
