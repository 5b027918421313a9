"""A real office for tests: real HTTP on a free port, real SQLite in a folder."""

import asyncio
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import uvicorn
import uvicorn.server

from shared.operations.merge import Versioned
from shared.operations.operation import Kind
from shared.ticket.people import Actor, Role
from sync_server.app import create_app
from sync_server.database.migrations import migrate
from sync_server.database.open import open_database
from sync_server.database.transactions import Transaction
from sync_server.identity import enrolment, users
from sync_server.identity.users import User
from sync_server.records import records
from sync_server.runtime import web_server
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.settings import Settings
from sync_server.tickets import conflicts, late_arrivals, operation_log, store
from sync_server.tickets.apply import office_operation
from sync_server.tickets.results import Result
from tests import cast

T = TypeVar("T")


class _Hurried:
    """The asyncio of uvicorn's server, which looks ten times a second whether it is to close."""

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    async def sleep(seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.01))


setattr(uvicorn.server, "asyncio", _Hurried())  # noqa: B010


class Clock:
    """The time of day, moved forward or back by as much as a test likes."""

    def __init__(self) -> None:
        self.offset = timedelta()
        self._stands_at: datetime | None = None

    def __call__(self) -> datetime:
        return (self._stands_at or datetime.now(UTC)) + self.offset

    def stop(self) -> None:
        """From now on only `forward` moves it: a wait of two seconds outlasts a busy machine.

        At a whole second: what is written with milliseconds is then no other time.
        """
        self._stands_at = datetime.now(UTC).replace(microsecond=0)

    def forward(self, **by: float) -> None:
        self.offset += timedelta(**by)


class RunningOffice:
    """An office that answers at `url`; `stop` and `start` keep its data and its address."""

    def __init__(self, data: Path, **settings: Any) -> None:
        self.clock = Clock()
        self.settings = Settings(data=data, **settings)
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._people: dict[Role, User] = {}

    # Opening and closing

    def start(self, **settings: Any) -> "RunningOffice":
        """Open the doors; `settings` change from now on."""
        self.settings = self.settings.but(**settings)
        self._lay_the_tables()
        app = create_app(self.settings, self.clock)
        self.context: ApplicationContext = app.state.context
        config = uvicorn.Config(app, timeout_graceful_shutdown=2, **web_server.options())
        self._server = uvicorn.Server(config)
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.close()
        listening.bind(("127.0.0.1", self.port))
        self._socket = listening
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]})
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the office did not open")
            threading.Event().wait(0.01)
        return self

    def stop(self) -> None:
        """Close the doors; whoever calls gets no connection."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join()
            self._server = self._thread = None
            self._socket.close()

    def _lay_the_tables(self) -> None:
        """A new SQLite database begins as a copy of one that was migrated: each costs 0.1 s."""
        file = self.settings.data / "folio.db"
        if not self.settings.database_url and not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(migrated())

    # Asking and doing, past the doors

    def ask(self, question: Callable[[Transaction], T]) -> T:
        """A look into the database."""
        with self.context.database.reading() as tx:
            return question(tx)

    def do(self, work: Callable[[Transaction], T]) -> T:
        """A change in the database."""
        return self.context.database.write(work)

    def user(self, role: Role | str = Role.ENGINEER, name: str | None = None) -> User:
        """The office's person of this role, or a new one with this name."""
        role = Role(role)
        if name is None and role in self._people:
            return self._people[role]
        person = name or cast.NAMES[role]
        email = f"{'.'.join(person.lower().split())}@example.com"
        now = self.clock()
        id = self.do(lambda tx: users.add(tx, self.context, email, person, role, now))
        user = self.ask(lambda tx: users.get(tx, id))
        assert user is not None
        self._people.setdefault(role, user)
        return user

    def code(self, user: User | None = None) -> str:
        """An enrolment code for a person, the engineer if nobody else is named."""
        owner = user or self.user()
        supervisor = self.user(Role.SUPERVISOR)
        return self.do(
            lambda tx: enrolment.make_code(tx, self.context, owner.id, supervisor.id, self.clock())
        )

    def furnish(self) -> None:
        """The catalogues, a customer with a site and an asset, and the engineer's stock."""
        engineer = self.user().id
        self.do(lambda tx: cast.furnish(tx, self.context, engineer, self.clock()))

    def ticket(self, assignee: User | str | None = "engineer", **fields: Any) -> str:
        """A ticket, classified and assigned to the engineer unless another or None is said."""
        id = self.context.new_id()
        body = {"fields": {**cast.TICKET, **fields}}
        self.operation(id, Kind.CREATE, body, Role.CALL_CENTRE)
        self.command(id, "classify", Role.CALL_CENTRE)
        engineer = self.user() if isinstance(assignee, str) else assignee
        if engineer is not None:
            self.assign(id, engineer)
        return id

    def assign(self, id: str, engineer: User) -> Result:
        """The supervisor gives the ticket to an engineer."""
        return self.command(id, "assign", Role.SUPERVISOR, assignee=engineer.id)

    def command(self, id: str, name: str, role: Role = Role.SUPERVISOR, **body: Any) -> Result:
        """A command from the console."""
        return self.operation(id, Kind.COMMAND, {"name": name, **body}, role)

    def sets(
        self, id: str, role: Role = Role.SUPERVISOR, base_rev: int | None = None, **fields: Any
    ) -> Result:
        """Somebody at the console writes fields."""
        return self.operation(id, Kind.SET, {"fields": fields}, role, base_rev)

    def operation(
        self,
        id: str,
        kind: Kind,
        body: Mapping[str, Any],
        role: Role,
        base_rev: int | None = None,
    ) -> Result:
        """An operation of the office's person of this role."""
        actor = Actor(self.user(role).id, role)
        now = self.clock()
        return self.do(
            lambda tx: office_operation(tx, self.context, actor, id, kind, body, base_rev, now)
        )

    # What became of it

    def record(self, id: str) -> Versioned:
        """A ticket as merged."""
        found = self.ask(lambda tx: store.load(tx, id))
        assert found is not None
        return found

    def fields(self, id: str) -> Mapping[str, Any]:
        """A ticket's fields as merged."""
        return self.record(id).record.fields

    def entries(self, id: str, collection: str) -> tuple[Mapping[str, Any], ...]:
        """One of a ticket's collections as merged."""
        return self.record(id).record.entries.get(collection, ())

    def history(self, id: str) -> list[Any]:
        """A ticket's operations; fails when their chain is broken."""
        assert self.ask(lambda tx: operation_log.broken_at(tx, id)) is None
        return self.ask(lambda tx: operation_log.history(tx, id))

    def conflicts(self, id: str) -> list[Any]:
        """A ticket's open conflicts."""
        return self.ask(lambda tx: conflicts.open_of(tx, id))

    def late(self, id: str) -> list[Any]:
        """A ticket's late arrivals."""
        return self.ask(lambda tx: late_arrivals.of_ticket(tx, id))

    def known(self, record: str, id: str) -> Mapping[str, Any]:
        """The document of an asset, a customer, a catalogue …"""
        found = self.ask(lambda tx: records.get(tx, record, id))
        assert found is not None
        return found.doc


def lay_tables(address: str) -> None:
    """Bring the database at this address up to date; nobody else is connected to it afterwards."""
    database = open_database(address)
    migrate(database.migrating())
    database.close()


@cache
def migrated() -> bytes:
    """An SQLite database with every migration and nothing in it, made once a process."""
    with TemporaryDirectory(prefix="folio-migrated-") as folder:
        file = Path(folder) / "folio.db"
        lay_tables(f"sqlite:///{file}")
        return file.read_bytes()
