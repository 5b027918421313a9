"""An engineer in the field: a real tablet, and a notebook of everything it said was saved."""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any

import httpx
from PIL import Image

from field_app.app.tablet import Tablet, open_tablet
from field_app.device.device import Device
from field_app.device.settings import Settings, read_settings
from field_app.session.session import Session
from field_app.store import base, evidence
from field_app.store.database import Database
from field_app.store.operations import message_of
from field_app.store.queue_counts import queue_of
from field_app.sync.request_thread import Courier, a_thread
from field_app.sync.round import Moved
from sync_server.identity.users import User
from tests import cheap
from tests.faults.clock import TabletClock
from tests.faults.line import Line
from tests.pictures import photo
from tests.visits import work_without_photos

cheap.pins()

PIN = "2580"


class Killed(BaseException):
    """The process ends here: no handler of the product's may catch it."""


@dataclass
class Notebook:
    """What was said to be saved: operations by op_id as they were captured, files by hash."""

    operations: dict[str, Mapping[str, Any]]
    files: dict[str, bytes]


class Field:
    """One tablet. What it captures goes into the notebook once its method has returned."""

    def __init__(
        self,
        folder: Path,
        clock: Callable[[], Any],
        notebook: Notebook,
        inner: Callable[[], httpx.BaseTransport],
        *,
        seed: int = 1,
        ahead: timedelta = timedelta(),
        settings: Settings | None = None,
    ) -> None:
        self.folder = folder
        self.clock = TabletClock(clock, ahead)
        self.notebook = notebook
        self.settings = settings or read_settings()
        self.chance = Random(seed)
        self.courier: Courier = a_thread
        self.line = Line(inner())
        self._inner = inner
        self.tablet = self._opened()

    # Being a tablet

    @property
    def session(self) -> Session:
        return self.tablet.session

    @property
    def database(self) -> Database:
        return self.session.database

    @property
    def device_id(self) -> str:
        me = self.session.identity
        assert me is not None
        return me.device_id

    def enrol(self, url: str, code: str) -> None:
        """Come in with a code, and choose a PIN."""
        self.session.enrol(url, code)
        self.session.set_pin(PIN)

    def round(self, step: Callable[[str], None] = lambda name: None) -> Moved:
        """One round, as the engine would run it; raises what ended it."""
        round = self.tablet.network.round(self.session)
        assert round is not None, "nobody is signed in on this tablet"
        round.step = step
        round.courier = self.courier
        return round.run()

    def step(self) -> None:
        """The engine's own pass: a round whatever the schedule says, its troubles told."""
        self.tablet.engine.poke()
        self.tablet.engine.step()

    def killed_at(self, name: str) -> None:
        """A round, and the process ends right after this step; then the tablet starts again."""

        def step(done: str) -> None:
            if done == name:
                raise Killed(name)

        try:
            self.round(step)
        except Killed:
            self.restart()
        else:
            raise AssertionError(f"the round never came to {name!r}")

    def restart(self) -> None:
        """The process ends, however it was, and starts again on the same folder."""
        self.stop()
        self.line = Line(self._inner())
        self.tablet = self._opened()
        if self.session.token is not None:
            self.session.unlock(PIN)

    def stop(self) -> None:
        self.tablet.close()

    def _opened(self) -> Tablet:
        device = Device(
            self.folder, self.clock, self.chance.randbytes, platform="test", name=self.folder.name
        )
        return open_tablet(device, self.settings, transport=self.line)

    # Work, each piece noted once it is said to be saved

    def fill(self, ticket: str, **fields: Any) -> None:
        self.session.set_field(ticket, **fields)
        self.note()

    def append(self, ticket: str, collection: str, **entry: Any) -> str:
        id: str = self.session.append(ticket, collection, **entry)
        self.note()
        return id

    def act(self, ticket: str, text: str) -> str:
        """An action on the ticket, the simplest entry there is."""
        return self.append(ticket, "actions", text=text)

    def void(self, ticket: str, collection: str, id: str, reason: str = "error") -> None:
        self.session.void(ticket, collection, id, reason)
        self.note()

    def command(self, ticket: str, name: str, **body: Any) -> None:
        self.session.command(ticket, name, **body)
        self.note()

    def create(self, **fields: Any) -> str:
        ticket: str = self.session.create_ticket(**fields)
        self.note()
        return ticket

    def photo(self, ticket: str, kind: str = "after", data: bytes | None = None) -> str:
        id: str = self.session.keep_photo(ticket, kind, data or picture(self.chance))
        self.note()
        return id

    def file(self, ticket: str, data: bytes, kind: str = "transcript") -> str:
        id: str = self.session.keep_file(ticket, kind, data, "text/plain")
        self.note()
        return id

    def do_all(self, ticket: str, mode: str = "remote") -> None:
        """Everything that the checklist wants, short of photos and of finalising."""
        if self.session.ticket(ticket).ticket.state == "assigned":
            self.command(ticket, "start")
        began = self.session.now() - timedelta(minutes=30)
        work_without_photos(Noting(self, ticket), began, mode)
        if mode == "remote":
            self.file(ticket, f"Transcripción de la llamada {ticket}".encode())

    def finalise(self, ticket: str) -> None:
        missing = self.session.finalise(ticket)
        assert not missing, [item.en for item in missing]
        self.note()

    def note(self) -> None:
        """Write down what this tablet now holds that the notebook does not know."""
        for row in self.database.rows("SELECT * FROM outbox"):
            if row["op_id"] not in self.notebook.operations:
                self.notebook.operations[row["op_id"]] = message_of(row)
        for row in self.database.rows("SELECT sha256 FROM blob"):
            if row["sha256"] not in self.notebook.files:
                name = row["sha256"]
                self.notebook.files[name] = evidence.read(self.database, name)

    # What it holds

    def waiting(self) -> int:
        """Operations and files that the office has not confirmed."""
        return queue_of(self.database).operations + len(evidence.unsent(self.database))

    def base(self) -> dict[tuple[str, str], tuple[int, str, str]]:
        """What it believes the office to hold: (record, id) → (rev, doc, entries) as text."""
        return {
            (row["record"], row["id"]): (row["rev"], row["doc"], row["entries"])
            for row in self.database.rows("SELECT * FROM base")
        }

    def queued(self) -> list[dict[str, Any]]:
        """What waits in the queue of everybody who was ever on this tablet."""
        found = []
        for folder in self._people():
            with closing(sqlite3.connect(folder / "folio.db")) as database:
                database.row_factory = sqlite3.Row
                query = "SELECT * FROM outbox WHERE state IN ('queued', 'sent')"
                found += [dict(row) for row in database.execute(query)]
        return found

    def means_to_send(self, name: str) -> bool:
        """Whether the file is here, whole, and waits in somebody's queue."""
        for folder in self._people():
            with closing(sqlite3.connect(folder / "folio.db")) as database:
                query = "SELECT path FROM blob WHERE sha256 = ? AND state = 'kept'"
                for (path,) in database.execute(query, (name,)):
                    if evidence.name_of((folder / path).read_bytes()) == name:
                        return True
        return False

    def _people(self) -> list[Path]:
        return sorted(path.parent for path in self.folder.glob("users/*/folio.db"))

    def row(self, op_id: str) -> Mapping[str, Any]:
        """One operation in the outbox."""
        row = self.database.row("SELECT * FROM outbox WHERE op_id = ?", op_id)
        assert row is not None
        return row

    def kept(self) -> set[str]:
        """The op_ids of everything in the outbox, sent or not."""
        return {row["op_id"] for row in self.database.rows("SELECT op_id FROM outbox")}

    def outcomes(self) -> list[str | None]:
        """What became of each operation, oldest first."""
        return [r["outcome"] for r in self.database.rows("SELECT outcome FROM outbox ORDER BY seq")]

    def agrees(self, scope: str, said: Mapping[str, Any]) -> bool:
        return base.digest(self.database, scope) == dict(said)


@dataclass(frozen=True)
class Noting:
    """A field at work on a ticket, as `tests.visits` asks for it."""

    field: Field
    ticket: str

    def now(self) -> datetime:
        return self.field.session.now()

    def arrive(self) -> None:
        self.field.session.arrive(self.ticket)
        self.field.note()

    def set(self, **fields: Any) -> None:
        self.field.fill(self.ticket, **fields)

    def append(self, collection: str, **entry: Any) -> object:
        return self.field.append(self.ticket, collection, **entry)

    def photo(self, kind: str, number: int, caption: str) -> object:
        return self.field.photo(self.ticket, kind, photo(number))


def picture(chance: Random) -> bytes:
    """A real JPEG of few bytes, no two alike, and yet larger than its thumbnail."""
    file = BytesIO()
    noise = Image.frombytes("RGB", (8, 3), chance.randbytes(8 * 3 * 3))
    noise.resize((344, 140)).save(file, "JPEG", quality=30)
    return file.getvalue()


def owner(user: User) -> str:
    """The scope of somebody's work."""
    return f"user:{user.id}"
