"""What every test may ask for.

A pure rule needs neither office nor tablet: who asks for one imports it, nobody else.
"""

import gc
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from tests import cheap, slowness

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

    from sync_server.identity.users import User
    from tests.office import RunningOffice
    from tests.tablet import RunningTablet

settings.register_profile("folio", deadline=None)
settings.load_profile("folio")


def pytest_terminal_summary(terminalreporter: "TerminalReporter") -> None:
    """One line at the end says what stays unproved on this machine, and how to have it."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        reasons = sorted({report.longrepr[2].removeprefix("Skipped: ") for report in skipped})
        terminalreporter.write_line(
            f"{len(skipped)} tests were skipped, what they ask stays unproved: "
            f"{'; '.join(reasons)}. tests/provide.sh tells what to install."
        )


def pytest_configure() -> None:
    """Nobody waits for a disk, or for a compiler twice."""
    cheap.keep_files_in_memory()
    cheap.compile_once()


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    return slowness.passed_over(collection_path, config.option.markexpr) or None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slowness.mark(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    yield from slowness.held_to_the_limit(item)


def pytest_collection_finish() -> None:
    """What was imported stays: no collection of garbage goes through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture
def office(tmp_path: Path) -> "Iterator[RunningOffice]":
    """A real office on real HTTP and SQLite, with its catalogues, a customer and an asset."""
    from tests.office import RunningOffice

    office = RunningOffice(tmp_path / "office").start()
    office.furnish()
    yield office
    office.stop()


@pytest.fixture
def tablet(office: "RunningOffice", tmp_path: Path) -> "Iterator[RunningTablet]":
    """The engineer's tablet before that office: enrolled, unlocked, synchronised once."""
    from tests.tablet import RunningTablet

    tablet = RunningTablet(office, tmp_path / "tablet")
    tablet.enrol()
    yield tablet
    tablet.close()


@pytest.fixture
def second_tablet(
    office: "RunningOffice", tmp_path: Path
) -> "Iterator[Callable[[User], RunningTablet]]":
    """Another tablet, of whoever it is asked for."""
    from tests.tablet import RunningTablet

    tablets: list[RunningTablet] = []

    def of(user: "User") -> RunningTablet:
        tablets.append(RunningTablet(office, tmp_path / f"tablet-{len(tablets) + 2}").enrol(user))
        return tablets[-1]

    yield of
    for tablet in tablets:
        tablet.close()
