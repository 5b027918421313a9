"""Records that do not fit: kept as they came, counted like any other, shown to nobody.

A row of `base` has in `doc` and `entries` what may be read; where that is not all that came,
`unfit` says why and `raw` holds all of it as ASCII JSON. A newer app may read what this one cannot.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from field_app.device.trouble import Trouble
from field_app.store.database import Database, dump
from shared.ticket.records import Checked, checked

RULES = 1
"""Raised whenever the checks of shared.ticket.records change: what is kept is checked anew then."""

MOST_REPORTED = 50
"""Records told to the office with one greeting."""


class UnfitTicket(Trouble):
    """What the office sent of this ticket cannot be shown; it is kept, and the office told."""

    key = "sync.trouble.unfit_ticket"


class Read(NamedTuple):
    """A record as it came in: what fits of it, also as JSON text, and `raw` where not all does."""

    fits: Checked
    doc: str
    entries: str
    raw: str | None


def read(record: str, id: str, doc: Any, entries: Any) -> Read:
    """Check a record. Never raises."""
    fits = checked(record, id, doc, entries)
    raw = _raw({"doc": doc, "entries": entries}) if fits.why else None
    return Read(fits, dump(fits.doc), dump(fits.entries), raw)


def keep(database: Database, records: Iterable[tuple[str, str, int, Read]]) -> None:
    """Write (record, id, rev, read) into the base."""
    with database.transaction() as db:
        db.conn.executemany(
            "INSERT INTO base (record, id, rev, doc, entries, unfit, raw)"
            " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (record, id) DO UPDATE"
            " SET reported = reported AND rev = excluded.rev, rev = excluded.rev,"
            " doc = excluded.doc, entries = excluded.entries, unfit = excluded.unfit,"
            " raw = excluded.raw",
            [
                (record, id, rev, read.doc, read.entries, read.fits.why or None, read.raw)
                for record, id, rev, read in records
            ],
        )


def incomplete(database: Database, named: Mapping[str, str | None]) -> frozenset[str]:
    """Those of these records, by kind and id, that cannot be shown whole."""
    return frozenset(
        record for record, id in named.items() if id is not None and database.value(
            "SELECT 1 FROM base WHERE record = ? AND id = ? AND unfit IS NOT NULL", record, id
        )
    )  # fmt: skip


def folios(database: Database, tickets: Sequence[str]) -> dict[str, str]:
    """The numbers by which people know these tickets, where even that can be read."""
    found: dict[str, str] = {}
    for id in tickets:
        text = database.value(
            "SELECT coalesce(raw, '{\"doc\":' || doc || '}') FROM base"
            " WHERE record = 'ticket' AND id = ?",
            id,
        )
        doc = (json.loads(text) if text else {}).get("doc")
        folio = doc.get("folio") if isinstance(doc, dict) else None
        if isinstance(folio, str) and folio.isprintable() and len(folio) <= 64:
            found[id] = folio
    return found


def unreported(database: Database) -> list[dict[str, Any]]:
    """{record, id, rev, why} of those that the office has not been told of yet."""
    return database.rows(
        "SELECT record, id, rev, substr(unfit, 1, 500) AS why FROM base"
        " WHERE unfit IS NOT NULL AND reported = 0 ORDER BY record, id LIMIT ?",
        MOST_REPORTED,
    )


def reported(database: Database, told: Iterable[Mapping[str, Any]]) -> None:
    """The office has heard of these, at these revisions."""
    with database.transaction() as db:
        db.conn.executemany(
            "UPDATE base SET reported = 1 WHERE record = ? AND id = ? AND rev = ?",
            [(each["record"], each["id"], each["rev"]) for each in told],
        )


def check_again(database: Database) -> list[tuple[str, str]]:
    """Check everything that is kept, where it was last checked by other rules or by none.

    The records, with their ids, of which something else may be read now.
    """
    if database.fact("record_rules") == RULES:
        return []
    with database.transaction():
        rows = database.rows("SELECT record, id, rev, doc, entries, unfit, raw FROM base")
        changed = [(row, again) for row in rows if (again := _again(row)) is not None]
        keep(database, [(row["record"], row["id"], row["rev"], again) for row, again in changed])
        database.remember("record_rules", RULES)
    return [(row["record"], row["id"]) for row, _ in changed]


def _again(row: Mapping[str, Any]) -> Read | None:
    """A row read by today's rules; None where that changes nothing."""
    if row["raw"] is not None:
        came = json.loads(row["raw"])
    else:
        came = {"doc": json.loads(row["doc"]), "entries": json.loads(row["entries"])}
    found = read(row["record"], row["id"], came.get("doc"), came.get("entries"))
    return found if (found.fits.why or None) != row["unfit"] else None


def _raw(value: Any) -> str:
    try:
        return json.dumps(value, separators=(",", ":"))
    except (RecursionError, ValueError):
        # The office still has it; of this one only the name and the revision are kept.
        return "{}"
