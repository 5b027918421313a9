"""Each fault that is put into the product is found, by the check that is there for it."""

import re
import traceback
from collections.abc import Iterator

import pytest

from tests.faults.silent import SilentWorld, quick
from tests.mutants import of_the_office, of_the_tablet
from tests.mutants.mutant import Mutant, NoSuchWords, Scenario
from tests.mutants.scenarios import two_write_one_field

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
    with mutant.alive(), pytest.raises(Exception) as caught:
        mutant.scenario(world)
    why = "".join(traceback.format_exception(caught.value))
    assert re.search(mutant.caught_by, why), f"found by something else:\n{why}"


def test_a_mutant_that_no_longer_fits_the_product_says_so():
    mutant = Mutant("of yesterday", two_write_one_field, "not there", "", two_write_one_field, "")
    with pytest.raises(NoSuchWords), mutant.alive():
        pass
