"""What waits is counted after every change: it costs what waits, never what the tablet holds."""

import re

from field_app.store.database import Database
from field_app.store.queue_counts import queue_of


def read_from_end_to_end(database: Database, statement: str) -> set[str]:
    """The tables that SQLite would read whole for this, and not by what a part of them says."""
    plan = database.rows(f"EXPLAIN QUERY PLAN {statement}")
    partial = {row["name"] for row in database.rows(
        "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    )}  # fmt: skip
    scans = (
        re.match(r"SCAN (?!CONSTANT ROW)(\w+)(?: USING (?:COVERING )?INDEX (\w+))?", r["detail"])
        for r in plan
    )
    return {scan[1] for scan in scans if scan and scan[2] not in partial}


def test_counting_what_waits_reads_nothing_that_does_not_wait(database):
    asked: list[str] = []
    database._connection.set_trace_callback(asked.append)
    queue_of(database)
    database._connection.set_trace_callback(None)
    assert {"outbox", "blob", "ticket"} <= {w for s in asked for w in re.findall(r"FROM (\w+)", s)}
    # Of what the office changed only that is kept which nobody has seen.
    assert set().union(*(read_from_end_to_end(database, s) for s in asked)) <= {"office_change"}
