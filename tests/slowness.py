"""Which tests are slow, said in one place, and nothing slow that does not say so.

`make quick` runs what bears none of the marks slow, browser and postgres. There the processor time
of each test is held to a limit: that hardly changes on a busy machine, as seconds do.
"""

import os
from collections.abc import Callable, Generator
from pathlib import Path, PurePath

import pytest

TESTS = Path(__file__).parent

SLOW = frozenset(
    "benchmarks browser faults fuzz given independent journeys mutants simulation"
    " contract/test_process_page.py contract/test_schema.py"
    " field_app/screens/test_capture.py field_app/screens/test_signing.py"
    " field_app/screens/test_typing.py shared/report/test_any_record.py"
    " shared/report/test_pdf.py sync_server/console/test_archive_pages.py"
    " sync_server/console/test_board.py sync_server/console/test_new_ticket.py"
    " sync_server/console/test_once.py"
    " sync_server/on_postgresql sync_server/test_altered_archive.py"
    " sync_server/test_archive.py sync_server/test_backup.py sync_server/test_checkers.py"
    " sync_server/test_checklist_version.py sync_server/test_cli.py"
    " sync_server/test_closing.py sync_server/test_damage.py"
    " sync_server/test_email_addresses.py sync_server/test_every_report.py"
    " sync_server/test_leases.py sync_server/test_pages_compared.py"
    " sync_server/test_public_verification.py sync_server/test_report_differs.py"
    " sync_server/test_report_mail.py sync_server/test_resaved.py"
    " sync_server/test_resealing.py sync_server/test_retention.py"
    " sync_server/test_seal_clock.py sync_server/test_tampering.py"
    " sync_server/test_verify.py".split()
)
"""Folders and files that are slow as a whole: they open offices and processes by dozens."""

LIMIT = 5.0
"""Seconds of processor time of a test that `make quick` runs; above two it should bear the mark."""


def is_slow(file: PurePath) -> bool:
    """Whether a file of tests, by its path below tests/, is slow as a whole."""
    return not SLOW.isdisjoint(place.as_posix() for place in (file, *file.parents))


def passed_over(file: Path, chosen: str) -> bool:
    """Whether a file need not even be read: it is slow, and nothing slow is chosen."""
    below = file.is_relative_to(TESTS) and is_slow(file.relative_to(TESTS))
    return below and "not slow" in chosen


def mark(items: list[pytest.Item]) -> None:
    """The mark slow for all that is slow as a whole."""
    for item in items:
        if item.path.is_relative_to(TESTS) and is_slow(item.path.relative_to(TESTS)):
            item.add_marker(pytest.mark.slow)


def processor() -> float:
    """Seconds that this process took so far, with the children that it has waited for."""
    return sum(os.times()[:4])


def held_to_the_limit(item: pytest.Item, clock: Callable[[], float] = processor) -> Generator[None]:
    """A test that `make quick` runs fails when it took too long."""
    before = clock()
    yield
    took = clock() - before
    if "not slow" in item.config.option.markexpr and took > LIMIT:
        pytest.fail(f"{took:.1f} s of processor time: make it cheaper, or mark it slow")
