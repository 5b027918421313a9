"""The tablet's tables, and how an older tablet's file becomes today's.

Bodies of queued operations never change. `user_version` counts the steps taken. A step is never
edited once it has shipped: add one.
"""

from collections.abc import Callable

from sqlite_utils import Database

from shared.words.folding import findable, folded


def _first(db: Database) -> None:
    # Raw DDL: sqlite-utils' `pk=` has no AUTOINCREMENT, and n would repeat after an empty queue.
    db.execute("""
        CREATE TABLE outbox (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            device_id TEXT NOT NULL,
            n INTEGER NOT NULL DEFAULT 0,
            op_id TEXT NOT NULL UNIQUE,
            ticket TEXT NOT NULL,
            kind TEXT NOT NULL,
            schema INTEGER NOT NULL,
            base_rev INTEGER NOT NULL,
            captured_at TEXT NOT NULL,
            body TEXT NOT NULL,
            hash TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'sent', 'acked', 'durable')),
            outcome TEXT,
            rev INTEGER,
            conflicts TEXT,
            missing TEXT,
            reason TEXT,
            acked_at TEXT,
            durable_at TEXT,
            reflected INTEGER NOT NULL DEFAULT 0,
            seen INTEGER NOT NULL DEFAULT 0,
            UNIQUE (device_id, n)
        )""")
    db.execute("CREATE INDEX outbox_of_ticket ON outbox (ticket, seq)")
    db.execute("CREATE INDEX outbox_by_state ON outbox (state, seq)")
    db.execute("""
        CREATE TABLE base (
            record TEXT NOT NULL, id TEXT NOT NULL, rev INTEGER NOT NULL,
            doc TEXT NOT NULL, entries TEXT NOT NULL,
            PRIMARY KEY (record, id)
        )""")
    db.execute("""
        CREATE TABLE membership (
            scope TEXT NOT NULL, record TEXT NOT NULL, id TEXT NOT NULL,
            rev INTEGER NOT NULL, generation INTEGER NOT NULL,
            PRIMARY KEY (scope, record, id)
        ) WITHOUT ROWID""")
    db.execute("CREATE INDEX membership_of ON membership (record, id)")
    db.table("scope").create(
        {"scope": str, "cursor": str, "generation": int}, pk="scope", not_null={"generation"}
    )
    db.execute("""
        CREATE TABLE ticket (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, rev INTEGER NOT NULL,
            doc TEXT NOT NULL, entries TEXT NOT NULL,
            label TEXT NOT NULL, state TEXT NOT NULL, priority TEXT NOT NULL, type TEXT NOT NULL,
            customer_id TEXT, site_id TEXT, asset_id TEXT,
            customer TEXT NOT NULL, site TEXT NOT NULL, location TEXT NOT NULL,
            asset TEXT NOT NULL, serial TEXT NOT NULL, description TEXT NOT NULL,
            due TEXT, due_kind TEXT, arrived INTEGER NOT NULL,
            stage TEXT NOT NULL, shelf TEXT NOT NULL, read_only INTEGER NOT NULL
        )""")
    db.execute("CREATE INDEX ticket_on_shelf ON ticket (shelf, due)")
    for column in ("customer_id", "site_id", "asset_id"):
        db.execute(f"CREATE INDEX ticket_{column} ON ticket ({column})")
    db.execute(
        "CREATE VIRTUAL TABLE ticket_words USING fts5"
        " (words, tokenize = 'unicode61 remove_diacritics 2')"
    )
    db.table("office_change").create(
        {"id": int, "ticket": str, "field": str, "before": str, "after": str, "at": str}, pk="id"
    )
    db.table("blob").create(
        {
            "sha256": str, "mime": str, "size": int, "rank": int, "path": str, "thumbnail": str,
            "state": str, "upload_url": str, "kept_at": str, "received_at": str,
            "durable_at": str, "trouble": str,
        },
        pk="sha256",
        not_null={"mime", "size", "rank", "path", "state", "kept_at"},
    )  # fmt: skip
    db.table("blob_use").create({"sha256": str, "ticket": str}, pk=("sha256", "ticket"))
    db.table("blob_use").create_index(["ticket"])
    db.table("draft").create({"ticket": str, "name": str, "value": str}, pk=("ticket", "name"))
    db.table("fact").create({"name": str, "value": str}, pk="name")


def _prose_apart(db: Database) -> None:
    # A ticket's names change often, its description hardly ever: each is indexed by itself.
    db.execute(
        "CREATE VIRTUAL TABLE ticket_prose USING fts5"
        " (words, tokenize = 'unicode61 remove_diacritics 2')"
    )
    db.execute("INSERT INTO ticket_prose (rowid, words) SELECT key, description FROM ticket")
    db.execute("DELETE FROM ticket_words")
    db.execute(
        "INSERT INTO ticket_words (rowid, words) SELECT key, label || ' ' || customer"
        " || ' ' || site || ' ' || location || ' ' || asset || ' ' || serial || ' '"
        " || coalesce(json_extract(doc, '$.requester.name'), '') FROM ticket"
    )


def _what_was_shown(db: Database) -> None:
    db.table("shown").create({"sha256": str, "document": str}, pk="sha256", not_null={"document"})


def _folded_words(db: Database) -> None:
    # What one types to find a ticket is folded, and so are the words that it is found by.
    key, batch = -1, 500
    while rows := db.execute(
        "SELECT t.key, w.words, p.words, t.label, t.serial FROM ticket t"
        " JOIN ticket_words w ON w.rowid = t.key JOIN ticket_prose p ON p.rowid = t.key"
        " WHERE t.key > ? ORDER BY t.key LIMIT ?", (key, batch),
    ).fetchall():  # fmt: skip
        key = rows[-1][0]
        names = [(findable([words], [label, serial]), row) for row, words, _, label, serial in rows]
        prose = [(folded(words), row) for row, _, words, *_ in rows]
        db.conn.executemany("UPDATE ticket_words SET words = ? WHERE rowid = ?", names)
        db.conn.executemany("UPDATE ticket_prose SET words = ? WHERE rowid = ?", prose)


def _what_does_not_fit(db: Database) -> None:
    # `doc` and `entries` hold what may be read; a record that does not fit is kept in `raw`.
    db.execute("ALTER TABLE base ADD COLUMN unfit TEXT")
    db.execute("ALTER TABLE base ADD COLUMN raw TEXT")
    db.execute("ALTER TABLE base ADD COLUMN reported INTEGER NOT NULL DEFAULT 0")
    db.execute("CREATE INDEX base_unfit ON base (reported) WHERE unfit IS NOT NULL")
    db.execute("ALTER TABLE ticket ADD COLUMN unfit TEXT")


def _what_waits(db: Database) -> None:
    # What is counted after every change is counted without reading what does not wait.
    db.execute("CREATE INDEX ticket_to_correct ON ticket (id) WHERE stage = 'to_correct'")
    db.execute("CREATE INDEX blob_kept ON blob (sha256) WHERE state = 'kept'")
    db.execute(
        "CREATE INDEX outbox_unseen ON outbox (ticket)"
        " WHERE seen = 0 AND outcome IN ('conflict', 'late', 'parked')"
    )


STEPS: tuple[Callable[[Database], None], ...] = (
    _first, _prose_apart, _folded_words, _what_was_shown, _what_does_not_fit,
    _what_waits,
)  # fmt: skip


def migrate(db: Database) -> bool:
    """Bring the database to today's tables; False when it comes from a newer Folio."""
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(STEPS):
        return False
    for number, step in enumerate(STEPS[version:], version + 1):
        step(db)
        db.execute(f"PRAGMA user_version = {number}")
    return True
