"""A visit in Tijuana, an office in Mexico City, a tablet in UTC: one zone, and it is named."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from field_app.screens.steps import ordered, route
from shared.time.timestamps import instant
from sync_server.archive import archive_search
from sync_server.records import records
from tests import cast
from tests.field_app.screens.hand import Hand
from tests.shared.report.pages import needs, words
from tests.sync_server.console.browser import browser
from tests.sync_server.console.browser import said as page_words
from tests.tablet import RunningTablet, finish_work, sign

TIJUANA = ZoneInfo("America/Tijuana")
NAMED = "Hora de Tijuana (UTC−08:00)"
HALF_PAST_TEN = datetime(2027, 1, 13, 10, 30, tzinfo=TIJUANA)
"""A Wednesday; 12:30 in Mexico City, 18:30 in UTC."""


@pytest.fixture
def there(office):
    """The office, its clock at half past ten in Tijuana, where its customer's site is."""
    office.clock.stop()
    office.clock.forward(seconds=(HALF_PAST_TEN - office.clock()).total_seconds())
    site = {**office.known("site", cast.SITE), "zone": "America/Tijuana"}
    office.do(lambda tx: records.put(tx, "site", cast.SITE, site, office.clock()))
    return office


def instants(value: Any) -> set[datetime]:
    """Every time in a record, wherever it stands."""
    if isinstance(value, dict):
        return {at for each in value.values() for at in instants(each)}
    if isinstance(value, list | tuple):
        return {at for each in value for at in instants(each)}
    try:
        at = instant(value) if isinstance(value, str) else None
    except ValueError:
        at = None
    return {at} if at else set()


def assert_said_in_tijuana(text: str, times: set[datetime]) -> None:
    """The zone is named once, and no time is said of another zone."""
    assert text.count(NAMED) == 1, text
    clocks = set(re.findall(r"\b\d{1,2}:\d{2}\b", _times_of(text)))
    assert clocks - clock_times(times) == set(), text


def _times_of(text: str) -> str:
    """Without the zone's name and the office's own words about its hours."""
    return text.replace(NAMED, "").replace("9:00 a 18:00", "")


def clock_times(times: Iterable[datetime]) -> set[str]:
    return {f"{at.astimezone(TIJUANA):%H:%M}" for at in times}


@pytest.fixture
def at() -> Iterator[Callable[[RunningTablet], Hand]]:
    """A hand at a tablet."""
    with ExitStack() as left:
        yield lambda tablet: left.enter_context(closing(Hand(tablet.tablet)))


@needs("pdftotext")
def test_every_time_of_a_visit_is_said_in_the_zone_of_its_site(
    there, second_tablet, at, tmp_path: Path
):
    id = there.ticket()
    tablet = second_tablet(there.user())
    there.clock.forward(minutes=40)
    finish_work(tablet.session, id)
    record = tablet.ticket(id).record
    times = instants([dict(record.fields), dict(record.entries)])
    assert clock_times(times).isdisjoint({"13:10", "19:10"})  # of the arrival, elsewhere
    hand = at(tablet)
    for step in ordered():
        hand.go(route(id, step.code))
        assert_said_in_tijuana("\n".join(hand.words()), times)
    hand.go(route(id, "work"))
    assert hand.sees("11:10")
    tablet.session.begin_signing(id)
    hand.rest()
    assert_said_in_tijuana("\n".join(hand.words()), times)
    sign(tablet.session, id)
    tablet.session.end_signing("2580")
    assert tablet.session.finalise(id) == []
    tablet.ask()
    assert there.fields(id)["state"] == "closed"
    record = there.record(id).record
    times |= instants([dict(record.fields), dict(record.entries)])
    pdf = tmp_path / "report.pdf"
    pdf.write_bytes(tablet.session.report(id).pdf)
    printed = words(pdf)
    for page in {word.page for word in printed}:
        text = " ".join(word.text for word in printed if word.page == page)
        # With seconds on the annex.
        assert_said_in_tijuana(re.sub(r"\b(\d{2}:\d{2}):\d{2}\b", r"\1", text), times)
    with browser(there, "supervisor") as client:
        ticket = page_words(client.get(f"/tickets/{id}"))
        [archived] = there.ask(lambda tx: archive_search.of_ticket(tx, id))
        kept = page_words(client.get(f"/archive/{archived.id}"))
        listed = page_words(client.get("/tickets"))
        public = page_words(client.get(f"/v/{archived.folio}?code={archived.record_digest[:32]}"))
    assert_said_in_tijuana(ticket, times | {archived.closed_at})
    assert_said_in_tijuana(kept, {archived.closed_at, archived.archived_at})
    assert NAMED in public
    assert f"{archived.closed_at.astimezone(TIJUANA):%H:%M}" in public
    assert "Hora de Ciudad de México (UTC−06:00)" in listed
    assert "12:30" in listed
