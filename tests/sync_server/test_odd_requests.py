"""Odd cursors, months and addresses are no faults of ours; no cell begins a formula."""

import base64
import json
from collections.abc import Iterator

import httpx
import pytest

from shared.ticket.people import Role
from sync_server.runtime import csv_cells
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.console.browser import browser


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    office = RunningOffice(tmp_path_factory.mktemp("office")).start()
    office.furnish()
    yield office
    office.stop()


def test_a_cursor_of_any_form_reads_from_the_beginning(here):
    tablet = RawTablet(here)
    tablet.pull()
    scope = next(iter(tablet.cursors))
    for seq, floor in ((1e400, 0), (0, 1e400), (0, 2**70), (0, -(2**70)), ("7", 0), ([], {}),
                       (True, 0), (-1, 0), (2**53, 2**53)):  # fmt: skip
        said = json.dumps([tablet.epoch, seq, floor]).encode()
        cursor = base64.urlsafe_b64encode(said).decode()
        message = {"device_id": tablet.device_id, "cursors": {scope: cursor}}
        answer = tablet.post("/api/v1/sync/pull", message)
        assert answer.status_code == 200, (seq, floor, answer.text)
        assert answer.json()["changes"]
    tablet.close()


@pytest.mark.parametrize(
    "month", ["0000-01", "0001-01", "9999-12", "2026-13", "2026-00", "٢٠٢٦-01", "2026-1", "x"]
)
def test_a_month_that_is_none_is_not_here(here, month):
    page = browser(here, Role.BACK_OFFICE)
    assert page.get(f"/archive/month/{month}").status_code == 404
    assert page.get("/archive", params={"month": month}).status_code == 200
    page.close()


def test_a_redirect_never_names_the_host_that_was_claimed(here):
    answer = httpx.get(f"{here.url}/sign-in/", headers={"Host": "evil.example"})
    assert answer.status_code == 307
    assert answer.headers["location"] == "/sign-in"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"),
        ("\rx", "'\rx"), (" =1", "' =1"), (";=1", "';'=1"), ("a; =1", "a;' =1"), (";", "';"),
        ("Juan; hijos = 2", "Juan; hijos = 2"), ("SEI-2026-000101", "SEI-2026-000101"),
    ],
)  # fmt: skip
def test_no_cell_begins_a_formula(said, written):
    assert csv_cells.as_text(said) == written


def test_a_form_that_is_too_large_gets_a_page(here):
    page = browser(here, Role.SUPERVISOR)
    answer = page.post("/tickets/new", data={"description": "x" * 300_000})
    assert answer.status_code == 413
    assert "Es demasiado a la vez" in answer.text
    page.close()
