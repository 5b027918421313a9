"""The application context: settings, database, blob store, clock, live notification, hooks."""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from sqlalchemy import func, insert, select
from starlette.requests import Request

from shared.operations.ids import uuid7
from shared.operations.merge import Versioned
from shared.time.calendar import Calendar
from sync_server.blobs.file_work import FileWork
from sync_server.blobs.open import open_store
from sync_server.blobs.store import BlobStore
from sync_server.database.migrations import migrate
from sync_server.database.open import open_database
from sync_server.database.tables import feed_head, meta, operation
from sync_server.database.transactions import Database, Moved, Transaction
from sync_server.runtime import private_folder, setup
from sync_server.runtime.business_calendar import OfficeCalendar
from sync_server.runtime.live import OFFICE, Live
from sync_server.runtime.settings import Settings

Clock = Callable[[], datetime]


@dataclass(frozen=True)
class ApplicationContext:
    """What every part of the server is handed; one a process, made by `open_context`."""

    settings: Settings
    database: Database
    blobs: BlobStore
    live: Live
    clock: Clock
    office_calendar: OfficeCalendar
    secret: bytes
    on_close: tuple["OnClose", ...]
    """Hooks run when a ticket closes, in this order, inside the transaction that closes it."""

    entropy: Callable[[int], bytes] = os.urandom
    file_work: FileWork = field(default_factory=FileWork)

    @property
    def calendar(self) -> Calendar:
        """When the office is open."""
        return self.office_calendar.current

    def now(self) -> datetime:
        """The present moment, zoned."""
        return self.clock()

    def clock_from(self, now: datetime) -> Clock:
        """A clock that shows `now` at this moment and goes on from there, never back."""
        began = self.now()
        return lambda: now + max(self.now() - began, timedelta())

    def new_id(self) -> str:
        """A new UUIDv7."""
        return uuid7(self.clock(), self.entropy(10))

    def epoch(self, tx: Transaction) -> str:
        """The id of this database's history; a restore makes a new one. SYNC.md, O12."""
        return str(tx.scalar(select(meta.c.value).where(meta.c.key == "epoch")))

    def close(self) -> None:
        """Stop the live watcher and close the database, once queued writes are done."""
        self.live.close()
        self.file_work.close()
        self.database.close()


OnClose = Callable[[Transaction, ApplicationContext, Versioned, datetime], None]
"""Called with the closed ticket and the time of closing; an exception rolls the closing back."""


def utc_now() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def open_context(
    settings: Settings, clock: Clock = utc_now, *, on_close: tuple[OnClose, ...]
) -> ApplicationContext:
    """Open the data of an office: folder, schema, epoch and secret are made where they are missing.

    `on_close` is not to be forgotten: `assembly.assemble` gives the rooms that must be told.
    Raises what the database or the place for files raise when they cannot be opened.
    """
    private_folder.own(settings.data)
    if settings.blobs and "://" not in settings.blobs:
        private_folder.own(Path(settings.blobs))
    database = open_database(settings.database)
    migrate(database.migrating())
    database.write(lambda tx: _first_day(tx, clock()))
    with database.reading() as tx:
        settings = setup.completed(settings, setup.kept(tx))
    live = Live(lambda scopes: _heads(database, scopes))
    database.after_commit = lambda moves: _poke(live, moves)
    return ApplicationContext(
        settings=settings,
        database=database,
        blobs=open_store(settings.blob_place),
        live=live,
        clock=clock,
        office_calendar=OfficeCalendar(settings.zone, settings.country),
        secret=settings.secret.encode() or kept_secret(settings.data / "secret"),
        on_close=on_close,
    )


async def the_context(request: Request) -> ApplicationContext:
    """The context of a request's app, for FastAPI's Depends; async, so that it takes no thread."""
    context: ApplicationContext = request.app.state.context
    return context


def kept_secret(path: Path) -> bytes:
    """The secret in this file, created with mode 0600 if it is not there."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(32).encode())
    return path.read_bytes()


def _first_day(tx: Transaction, now: datetime) -> None:
    if tx.scalar(select(meta.c.value).where(meta.c.key == "epoch")) is None:
        tx.execute(
            insert(meta),
            [
                {"key": "epoch", "value": str(uuid4())},
                {"key": "created_at", "value": now.isoformat()},
            ],
        )


def _heads(database: Database, scopes: frozenset[str]) -> dict[str, int]:
    with database.reading() as tx:
        query = select(feed_head.c.scope, feed_head.c.seq).where(feed_head.c.scope.in_(scopes))
        heads = {row.scope: row.seq for row in tx.rows(query)}
        if OFFICE in scopes:
            heads[OFFICE] = tx.scalar(select(func.coalesce(func.max(operation.c.id), 0)))
    return heads


def _poke(live: Live, moves: Sequence[Moved]) -> None:
    for scope, seq in moves:
        live.poke(scope, seq)
