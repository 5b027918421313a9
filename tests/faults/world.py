"""One office, its tablets, and the hand that breaks things: what every test here works with."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import select

from field_app.device.settings import Settings as TabletSettings
from field_app.device.trouble import Trouble
from shared.ticket.people import Role
from sync_server.database import tables
from sync_server.identity.users import User
from sync_server.runtime.context import ApplicationContext
from tests.faults import backups, oracle
from tests.faults.clock import Clock
from tests.faults.field import Field, Notebook
from tests.faults.places import Place
from tests.office import RunningOffice

CLEAN_ROUNDS = 3


class StillOffice(RunningOffice):
    """A running office whose clock stands still until it is moved."""

    def __init__(self, data: Path, clock: Clock, **settings: Any) -> None:
        super().__init__(data, **settings)
        self.clock = clock  # type: ignore[assignment]


class World:
    """`fields` are all tablets ever made; `notebook` what any of them said was saved."""

    def __init__(self, folder: Path, place: Place, **settings: Any) -> None:
        self.folder = folder
        self.clock = Clock()
        self.notebook = Notebook({}, {})
        self.fields: list[Field] = []
        self.running = self.office_in(folder / "office", **place.settings, **settings)
        self.running.start()
        self.running.furnish()
        self._engineers: dict[str, User] = {}
        self._ended: dict[str, str] = {}

    def office_in(self, data: Path, **settings: Any) -> RunningOffice:
        """The office of this world, its doors not yet open."""
        return StillOffice(data, self.clock, **settings)

    def line(self) -> httpx.BaseTransport:
        """What a tablet of this world speaks through, where nothing else is said."""
        return httpx.HTTPTransport()

    @property
    def office(self) -> ApplicationContext:
        return self.running.context

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def luis(self) -> User:
        """The engineer of most stories."""
        return self.running.user(Role.ENGINEER)

    def engineer(self, name: str) -> User:
        """Another engineer, the same for the same name."""
        if name not in self._engineers:
            self._engineers[name] = self.running.user(Role.ENGINEER, name)
        return self._engineers[name]

    def ticket(self, user: User | None = None, **fields: Any) -> str:
        """A ticket in the hands of an engineer: Luis, unless another is said."""
        return self.running.ticket(user or self.luis, **fields)

    def field(
        self,
        user: User | None = None,
        *,
        url: str | None = None,
        ahead: timedelta = timedelta(),
        settings: TabletSettings | None = None,
        transport: Callable[[], httpx.BaseTransport] | None = None,
    ) -> Field:
        """A new tablet, enrolled for an engineer, with everything that the office gives it."""
        number = len(self.fields) + 1
        field = Field(
            self.folder / f"tablet-{number}", self.clock, self.notebook, transport or self.line,
            seed=number, ahead=ahead, settings=settings,
        )  # fmt: skip
        self.fields.append(field)
        field.enrol(url or self.url, self.running.code(user or self.luis))
        field.round()
        return field

    def check(self) -> None:
        """The oracle's word on how things stand, whatever is under way."""
        oracle.check(self.office, self.fields, self.notebook)
        self._nothing_ended_changed()

    def settle(self, fields: Iterable[Field] | None = None) -> None:
        """Three clean rounds of every tablet, then the oracle's full word."""
        fields = list(self.fields if fields is None else fields)
        for _ in range(CLEAN_ROUNDS):
            for field in fields:
                self.clock.forward(seconds=1)
                field.round()
        oracle.check_settled(self.office, fields, self.notebook, all_fields=self.fields)
        self._nothing_ended_changed()

    def try_round(self, field: Field) -> Trouble | None:
        """A round that may fail in the ways that are known; the trouble it ended with."""
        try:
            field.round()
        except Trouble as trouble:
            return trouble
        return None

    def logged(self) -> dict[str, Any]:
        """The words of every operation in the office's log, by op_id."""
        o = tables.operation.c
        query = select(o.op_id, o.message).where(o.op_id.is_not(None), o.outcome != "duplicate")
        return {row.op_id: row.message for row in self.running.ask(lambda tx: tx.rows(query))}

    def backup(self) -> Path:
        """The office as it is now, put away."""
        return backups.taken(self.running, self.folder / f"backup-{uuid4().hex}")

    def restore(self, backup: Path) -> None:
        """The office is again what it was; what is not in the backup, it has forgotten."""
        backups.put_back(self.running, backup)
        self._ended = oracle.ended(self.office)

    def forget(self, field: Field) -> None:
        """This tablet is no longer part of the story; what it captured still is."""
        field.stop()
        self.fields.remove(field)

    def close(self) -> None:
        for field in self.fields:
            with suppress(Exception):
                field.stop()
        self.running.stop()

    def _nothing_ended_changed(self) -> None:
        now = oracle.ended(self.office)
        for id, hash in self._ended.items():
            assert now.get(id) == hash, f"{id} has ended and is not what it was"
        self._ended = now
