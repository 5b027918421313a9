"""What a tablet asks of the office costs the same on its ten-thousandth day: nothing is scanned."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from sync_server.schedule import worker
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import finished

GROWS = frozenset(
    "operation ticket feed blob evidence record archive seal conflict late_arrival parked job "
    "outbox access_log device upload".split()
)
"""What has a row for each thing that ever happened, or was ever there."""

Asked = dict[str, tuple[Any, ...]]


@contextmanager
def listening() -> Iterator[Asked]:
    """Every statement that is run meanwhile, once, with some parameters of it."""
    asked: Asked = {}

    def hear(connection: Any, cursor: Any, statement: str, given: Any, *_: Any) -> None:
        first = given[0] if isinstance(given, list) and given else given
        asked.setdefault(statement, tuple(first or ()))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


def scanned(office: RunningOffice, statement: str, given: tuple[Any, ...]) -> set[str]:
    """The growing tables that SQLite would read from end to end for this."""
    if not re.match("SELECT|UPDATE|DELETE|WITH", statement):
        return set()
    plan = office.ask(
        lambda tx: tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all()
    )
    found = (re.match(r"SCAN (\w+)(?! USING INDEX)", row.detail) for row in plan)
    return {match[1] for match in found if match and match[1] in GROWS}


def test_a_visit_reads_no_table_from_end_to_end(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    with listening() as asked:
        visit = finished(tablet, ticket)
        visit.upload()
        visit.push()
        tablet.push(tablet.appends(ticket, "notes", text="Después de cerrado."))
        tablet.hello()
        tablet.pull()
    worker.run_jobs(office.context, office.clock())
    assert len(asked) > 40
    slow = {s: found for s, given in asked.items() if (found := scanned(office, s, given))}
    assert not slow, "\n\n".join(f"{sorted(found)}: {s}" for s, found in slow.items())
