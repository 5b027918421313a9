"""A real office whose clock stands still until a case moves it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Row, select

from shared.operations.operation import Kind
from shared.ticket.people import Role
from shared.ticket.ticket import State
from shared.time.calendar import nth_business_day_after
from sync_server.database.tables import job, outbox
from sync_server.database.tables.waiting import MAIL
from sync_server.messages import events
from sync_server.records import records
from sync_server.reports import seal_certificates, signing_key
from sync_server.schedule import sample, worker
from tests import cast
from tests.contract.process.table import called
from tests.office import Clock, RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.differing import reported
from tests.sync_server.visit import Visit

MONDAY = datetime(2026, 1, 12, 16, tzinfo=UTC)
"""Ten in the morning in Mexico City, in a week without a holiday."""

REQUESTER = "marta@example.com"

STATES_ON_THE_WAY: dict[State, tuple[tuple[str, Role, dict[str, str]], ...]] = {
    State.CLASSIFIED: (("classify", Role.CALL_CENTRE, {}),),
    State.ASSIGNED: (),
    State.IN_ANALYSIS: (("start", Role.ENGINEER, {}),),
    State.WAITING_CUSTOMER: (
        ("start", Role.ENGINEER, {}),
        ("ask_customer", Role.ENGINEER, {"question": "¿Qué cuenta?"}),
    ),
    State.WAITING_FINAL_SOLUTION: (
        ("start", Role.ENGINEER, {}),
        ("await_solution", Role.ENGINEER, {"awaiting": "REF-LVPS"}),
    ),
    State.JOINT_ANALYSIS: (
        ("start", Role.ENGINEER, {}),
        ("joint", Role.ENGINEER, {"area": "Redes"}),
    ),
    State.ESCALATED: (("escalate", Role.SUPERVISOR, {"reason": "urge"}),),
    State.CLOSE_REQUESTED: (("request_close", Role.CALL_CENTRE, {"proof": "su correo"}),),
    State.MERGED: (("merge_into", Role.SUPERVISOR, {"folio": "SEI-2026-000001"}),),
    State.REFERRED: (("refer", Role.SUPERVISOR, {"to": "toner", "reason": "tóner"}),),
}
"""The commands that bring a ticket there, given by whom; the others need a whole visit."""

BEFORE_ASSIGNMENT = (State.CLASSIFIED, State.MERGED, State.REFERRED)


class StandingClock(Clock):
    """A clock that shows one moment until it is moved."""

    def __init__(self, at: datetime) -> None:
        super().__init__()
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


class ProcessOffice(RunningOffice):
    """An office with everybody in it, a seal, and an engineer's tablet."""

    clock: StandingClock

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.clock = StandingClock(MONDAY)
        self._uploaded: set[str] = set()

    def open(self) -> "ProcessOffice":
        """Open the doors, with everybody in."""
        self.start()
        key = signing_key.make("Folio", self.clock())
        signing_key.write(key, seal_certificates.folder(self.settings))
        self.furnish()
        van = {"items": {"REF-FUS-A3C": 99}}
        self.do(lambda tx: records.put(tx, "stock", self.user().id, van, self.clock()))
        for role in cast.NAMES:
            self.user(role)
        self.tablet = RawTablet(self)
        return self

    def close(self) -> None:
        """Everybody goes home."""
        self.tablet.close()
        self.stop()

    @property
    def known_roles(self) -> frozenset[Role]:
        """The roles in which somebody works here."""
        return frozenset(self._people)

    def next_monday(self) -> datetime:
        """Ten o'clock on the next Monday that has two weeks without a holiday before it."""
        at = self.clock.at
        while True:
            at = at + timedelta(days=(7 - at.weekday()) or 7)
            at = at.replace(hour=16, minute=0, second=0, microsecond=0)
            if nth_business_day_after(at, 10, self.context.calendar) == at + timedelta(days=14):
                self.clock.at = at
                return at

    def look(self) -> None:
        """The schedule does all that is due now, the jobs of its own thread included."""
        worker.run_due(self.context, self.clock())
        # But for the sample of tomorrow, which is asked for today.
        open_jobs = select(job.c.id).where(job.c.done_at.is_(None), job.c.kind != sample.SAMPLE)
        while self.ask(lambda tx: tx.scalar(open_jobs)):
            worker.run_due(self.context, self.clock())

    def request(self, **fields: Any) -> str:
        """A ticket of medium priority by a requester with an address, given to the engineer."""
        return self.ticket(**self.asked(**fields))

    def asked(self, **fields: Any) -> dict[str, Any]:
        """The fields of such a request."""
        requester = {**cast.TICKET["requester"], "contact": REQUESTER}
        plain = {"type": "technical_fault", "priority": "medium", "requester": requester}
        return {**plain, **fields}

    def visit(self, id: str, **statement: Any) -> Visit:
        """The whole visit, signed with remarks, finalised and granted."""
        visit = Visit(self.tablet, id).work().sign("remarks", remarks="Falta limpiar.", **statement)
        self.hand_in(visit)
        return visit

    def hand_in(self, visit: Visit, state: State = State.CUSTOMER_VALIDATION) -> None:
        """The report, the request to close, and every file: the office grants it."""
        visit.report().finalise()
        for name in sorted(set(visit.files) - self._uploaded):
            visit.upload(name)
        self._uploaded |= set(visit.files)
        visit.push()
        assert self.fields(visit.ticket)["state"] == state

    def validating(self, **fields: Any) -> str:
        """A ticket that waits for the customer's validation."""
        id = self.request(**fields)
        self.visit(id)
        return id

    def differing(self, asked_to_close: bool = False) -> str:
        """A finalised ticket whose report prints another thing than its record says."""
        visit = Visit(self.tablet, self.request()).work().sign("remarks", remarks="Falta limpiar.")
        reported(visit)
        for name in sorted(set(visit.files) - self._uploaded):
            visit.upload(name)
        self._uploaded |= set(visit.files)
        visit.push()
        assert "report_differs" in self.fields(visit.ticket)["flags"]
        if asked_to_close:
            self.command(visit.ticket, "request_close", Role.CALL_CENTRE, proof="su correo")
        return visit.ticket

    def closed(self) -> str:
        """A ticket that the customer signed «Conforme»."""
        id = self.request()
        self.hand_in(Visit(self.tablet, id).work().sign(), State.CLOSED)
        return id

    def in_state(self, state: State) -> str:
        """A ticket that stands there."""
        if state is State.CUSTOMER_VALIDATION:
            return self.validating()
        if state is State.CLOSED:
            return self.closed()
        id = self._begun(state)
        for name, role, words in STATES_ON_THE_WAY.get(state, ()):
            assert self.command(id, name, role, **words).reason is None
        assert self.fields(id)["state"] == state
        return id

    def told(self, id: str) -> list[Row[Any]]:
        """Every mail about a ticket, in order."""
        return self._outbox(id, MAIL)

    def announced(self, id: str) -> list[Row[Any]]:
        """Every event for other systems about a ticket, in order."""
        return self._outbox(id, events.WEBHOOK)

    def raised(self, id: str) -> list[Any]:
        """The escalations of a ticket, in order."""
        return list((self.fields(id).get("escalation") or {}).get("events") or ())

    def addressee(self, mail: Row[Any]) -> str:
        """Who gets a mail, by role; the requester and the customer's own address by these names."""
        roles = {person.email: role for role, person in self._people.items()}
        if mail.recipient in roles:
            return called(roles[mail.recipient])
        return {REQUESTER: "requester", "compras@example.com": "customer"}[mail.recipient]

    def addressees(self, mails: Iterable[Row[Any]]) -> str:
        """All of them, each once, in the order of the alphabet."""
        return ", ".join(sorted({self.addressee(mail) for mail in mails}))

    def _begun(self, state: State) -> str:
        if state is not State.NEW and state not in BEFORE_ASSIGNMENT:
            return self.request()
        id = self.context.new_id()
        body = {"fields": {**cast.TICKET, **self.asked()}}
        self.operation(id, Kind.CREATE, body, Role.CALL_CENTRE)
        return id

    def _outbox(self, id: str, way: str) -> list[Row[Any]]:
        query = select(outbox).where(outbox.c.ticket == id, outbox.c.way == way)
        return self.ask(lambda tx: tx.rows(query.order_by(outbox.c.created_at, outbox.c.id)))
