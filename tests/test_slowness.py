"""`make quick` stays quick: what is slow says so, and what does not is held to a limit."""

from pathlib import PurePath
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests import slowness


def ran(seconds: float, chosen: str) -> None:
    """A test that took so much processor time, in a run of the chosen ones."""
    times = iter([10.0, 10.0 + seconds])
    item = SimpleNamespace(config=SimpleNamespace(option=SimpleNamespace(markexpr=chosen)))
    for _ in slowness.held_to_the_limit(cast(Any, item), lambda: next(times)):
        pass


def test_a_quick_test_above_the_limit_fails():
    with pytest.raises(pytest.fail.Exception, match=r"5\.1 s of processor time"):
        ran(5.1, "not slow and not browser")


@pytest.mark.parametrize(("seconds", "chosen"), [(4.9, "not slow"), (60, ""), (60, "slow")])
def test_a_test_within_the_limit_passes_and_so_does_any_that_may_be_slow(seconds, chosen):
    ran(seconds, chosen)


@pytest.mark.parametrize(
    ("file", "slow"),
    [
        ("faults/test_clocks.py", True), ("sync_server/test_cli.py", True),
        ("sync_server/test_clocks.py", False), ("field_app/screens/test_today.py", False),
    ],
)  # fmt: skip
def test_a_file_is_slow_by_its_name_or_its_folder(file, slow):
    assert slowness.is_slow(PurePath(file)) is slow


def test_all_that_is_said_to_be_slow_is_there():
    assert not [place for place in slowness.SLOW if not (slowness.TESTS / place).exists()]


def test_this_very_run_holds_its_tests_to_the_limit(request: pytest.FixtureRequest):
    hooks = request.config.pluginmanager.hook.pytest_runtest_call.get_hookimpls()
    assert "tests/conftest.py" in {"/".join(str(h.plugin_name).split("/")[-2:]) for h in hooks}


@pytest.mark.parametrize(
    ("file", "chosen", "over"),
    [
        ("faults", "not slow", True), ("faults/test_clocks.py", "not slow", True),
        ("shared", "not slow", False), ("shared/report/test_any_record.py", "not slow", True),
        ("faults", "", False), ("faults", "slow", False),
    ],
)  # fmt: skip
def test_a_slow_file_is_read_only_where_something_slow_is_chosen(file, chosen, over):
    assert slowness.passed_over(slowness.TESTS / file, chosen) is over
