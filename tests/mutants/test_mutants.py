"""Each fault that is put into the product is found, by the check that is there for it."""

from collections.abc import Callable, Iterator

import pytest

from shared.operations import merge
from sync_server.tickets import conflicts
from tests.faults.silent import SilentWorld, quick
from tests.mutants import of_the_office, of_the_tablet
from tests.mutants.fault import answers, first, never, within
from tests.mutants.mutant import FoundBySomethingElse, Mutant, NeverShown, Scenario, Survived
from tests.mutants.scenarios import two_write_one_field

pytestmark = pytest.mark.slow

MUTANTS = (*of_the_office.MUTANTS, *of_the_tablet.MUTANTS)
SCENARIOS = sorted({mutant.scenario for mutant in MUTANTS}, key=lambda found: found.__name__)


@pytest.fixture
def world() -> Iterator[SilentWorld]:
    with quick() as folder:
        world = SilentWorld(folder, durable="backup")
        yield world
        world.close()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda found: found.__name__)
def test_the_product_as_it_is_passes(world: SilentWorld, scenario: Scenario):
    scenario(world)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught(world: SilentWorld, mutant: Mutant):
    mutant.must_be_caught(world)


def test_a_fault_is_there_for_whoever_holds_the_function_and_goes():
    held = [_one]
    with answers(_one, 5).alive() as shown:
        assert (held[0](), _twice(), len(shown)) == (5, 10, 3)
    assert (held[0](), _twice()) == (1, 2)


def test_a_fault_within_a_function_leaves_other_callers_alone():
    with within(_twice, answers(_one, 5)).alive() as shown:
        assert (_one(), shown) == (1, [])
        assert (_twice(), len(shown)) == (10, 2)
    assert _twice() == 2


def test_a_fault_leaves_defaults_and_names_of_arguments_as_they_are():
    told: list[tuple[int, int]] = []
    with first(_sum, lambda a, b=3, *, c=4: told.append((a, b + c))).alive():
        assert (_sum(1), _sum(1, c=0), _sum(a=1, b=1, c=1)) == (8, 4, 3)
    assert told == [(1, 7), (1, 3), (1, 2)]
    assert _sum(1) == 8


def test_a_mutant_that_the_scenario_never_reaches_says_so(world: SilentWorld):
    mutant = Mutant("too far away", never(conflicts.settle), two_write_one_field, "")
    with pytest.raises(NeverShown, match="«too far away» in two_write_one_field: settle was never"):
        mutant.must_be_caught(world)


def test_a_mutant_that_nothing_finds_says_so(world: SilentWorld):
    mutant = Mutant("harmless", first(conflicts.keep, _nothing), two_write_one_field, "")
    with pytest.raises(Survived, match=r"keep did wrong \d+ times, and all passed"):
        mutant.must_be_caught(world)


def test_a_mutant_that_another_check_finds_says_so(world: SilentWorld):
    fault = answers(merge._contested, False)
    mutant = Mutant("mistaken", fault, two_write_one_field, "it waits for its bytes")
    with pytest.raises(FoundBySomethingElse, match="nothing_was_overwritten_unseen"):
        mutant.must_be_caught(world)


@pytest.mark.parametrize("function", [len, quick, Mutant, "a name".upper])
def test_what_cannot_be_changed_from_within_is_refused(function: Callable[..., object]):
    with pytest.raises(TypeError, match="no plain function"):
        never(function)


def _one() -> int:
    return 1


def _twice() -> int:
    return sum(_one() for _ in range(2))


def _sum(a: int, b: int = 3, *, c: int = 4) -> int:
    return a + b + c


def _nothing(*args: object, **named: object) -> None:
    """No fault."""
