"""A small share of what `python -m tests.browser.robot` types: no letter is lost on its way."""

from pathlib import Path
from random import SystemRandom

import pytest

from tests.browser.chromium import executable
from tests.browser.conftest import Opener, TabletApp
from tests.browser.robot import CONDITIONS, run
from tests.office import RunningOffice

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.mark.skipif(executable() is None, reason="there is no Chromium")
def test_what_the_robot_types_is_found_everywhere_as_it_was_typed(tmp_path: Path):
    seed = SystemRandom().randrange(1_000_000)
    found = list(run(tmp_path, seed, 1, CONDITIONS))
    assert [typed.condition for typed in found] == list(CONDITIONS)
    assert [typed for typed in found if typed.wrong] == [], f"seed {seed}"


def test_no_key_moves_when_the_pin_was_wrong(
    office: RunningOffice, tablet_app: TabletApp, open_tablet_page: Opener
):
    page = open_tablet_page(tablet_app)
    page.enrol(office.url, office.code())
    page.open("/settings")
    page.tap("lock")
    page.see("pin-5")
    page.calm()
    before = page.middle("pin-5")
    page.enter_pin("1357")
    page.see("news")
    page.calm()
    assert page.middle("pin-5") == before
