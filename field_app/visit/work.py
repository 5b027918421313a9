"""Changes to a ticket, each an operation: kept and shown in one transaction, or refused."""

from collections.abc import Mapping
from typing import Any

from field_app.device.device import Device
from field_app.device.trouble import Trouble
from field_app.store import operation_queue, view
from field_app.store.database import Database
from field_app.store.enrolment import enrolled
from field_app.store.tickets import UnknownTicket
from shared.operations.operation import Kind, Operation
from shared.operations.states import Refused, move
from shared.ticket.fields import DATED
from shared.ticket.plain import showable
from shared.ticket.shapes import Unreadable
from shared.ticket.ticket import Mode, Record, State, Ticket
from shared.time.timestamps import wire_time
from shared.words import t


class CommandRefused(Trouble):
    """A command that is not legal now; `refused` says why."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(**refused.values)
        self.refused = refused

    def sentence(self, language: str) -> str:
        values = {name: _said(name, str(value), language) for name, value in self.values.items()}
        return t(f"process.refused.{self.refused.code}", language, **values)


class ReadOnly(Trouble):
    """The ticket went to somebody else."""

    key = "sync.trouble.read_only"


class TicketClosed(Trouble):
    """The ticket has ended."""

    key = "sync.trouble.ticket_closed"


class Unwritable(Trouble):
    """What was said has no place in an operation: too long, too large."""

    key = "sync.trouble.unwritable"


def set_fields(
    database: Database,
    device: Device,
    ticket: str,
    fields: Mapping[str, Any],
    seen: int | None = None,
) -> Operation | None:
    """Write fields that differ from what is shown; None when none does.

    `seen` is the revision that the person had before their eyes when they began, where the office
    may have sent another since.
    """
    with database.transaction():
        record = changeable(database, ticket)
        changed = {
            name: value for name, value in fields.items() if record.fields.get(name) != value
        }
        if not changed:
            return None
        return _record(database, device, ticket, Kind.SET, {"fields": changed}, seen)


def append(
    database: Database, device: Device, ticket: str, collection: str, entry: Mapping[str, Any]
) -> str:
    """Add an entry; `id`, and `at` where its shape has one, are filled when absent."""
    filled = {"id": device.new_id(), **entry}
    if collection in DATED and "at" not in filled:
        filled["at"] = wire_time(device.now())
    with database.transaction():
        changeable(database, ticket)
        body = {"collection": collection, "entry": filled}
        _record(database, device, ticket, Kind.APPEND, body)
    return str(filled["id"])


def void(
    database: Database, device: Device, ticket: str, collection: str, id: str, reason: str
) -> None:
    """Strike an entry out; it stays readable."""
    with database.transaction():
        changeable(database, ticket)
        body = {"collection": collection, "id": id, "reason": reason}
        _record(database, device, ticket, Kind.VOID, body)


def command(
    database: Database, device: Device, ticket: str, name: str, body: Mapping[str, Any]
) -> None:
    """Ask for a move that is legal as far as the tablet knows. Raises CommandRefused."""
    with database.transaction():
        record = changeable(database, ticket)
        target = move(Ticket.of(record), name, enrolled(database).user.actor, body)
        if isinstance(target, Refused):
            raise CommandRefused(target)
        _record(database, device, ticket, Kind.COMMAND, {"name": name, **body})


def sign(database: Database, device: Device, ticket: str, sign_off: Mapping[str, Any]) -> None:
    """Make `sign_off` the ticket's sign-off."""
    _record(database, device, ticket, Kind.SIGN, {"sign_off": sign_off})


def arrive(database: Database, device: Device, ticket: str) -> None:
    """«Llegué»: on site, now; an assigned ticket starts. One transaction."""
    with database.transaction():
        record = changeable(database, ticket)
        if Ticket.of(record).state is State.ASSIGNED:
            command(database, device, ticket, "start", {})
        now = wire_time(device.now())
        set_fields(database, device, ticket, {"mode": Mode.ON_SITE.value, "arrived_at": now})


def create(database: Database, device: Device, fields: Mapping[str, Any]) -> str:
    """A ticket born here, under a provisional folio until the office gives it one."""
    ticket = device.new_id()
    with database.transaction():
        me = enrolled(database)
        number = operation_queue.last(database)[0] + 1
        folio = t(
            "sync.offline_folio", device=me.device_id.replace("-", "")[-6:].upper(), number=number
        )
        body = {"fields": {"provisional_folio": folio, **fields}}
        _record(database, device, ticket, Kind.CREATE, body)
    return ticket


def changeable(database: Database, ticket: str) -> Record:
    """The record as shown, when it may be changed. Raises UnknownTicket, ReadOnly, TicketClosed."""
    record = view.viewed(database, ticket)
    if record is None:
        raise UnknownTicket
    if Ticket.of(record).is_terminal:
        raise TicketClosed
    if view.is_read_only(database, ticket):
        raise ReadOnly
    return record


def base_revision(database: Database, ticket: str) -> int:
    """The revision of the ticket that the office last sent; 0 for one that it does not have."""
    found = database.value("SELECT rev FROM base WHERE record = 'ticket' AND id = ?", ticket)
    return int(found or 0)


def _record(
    database: Database,
    device: Device,
    ticket: str,
    kind: Kind,
    body: Mapping[str, Any],
    seen: int | None = None,
) -> Operation:
    base_rev = base_revision(database, ticket) if seen is None else seen
    try:
        return operation_queue.record(
            database, ticket, kind, showable(body),
            at=device.now(), op_id=device.new_id(), base_rev=base_rev,
        )  # fmt: skip
    except Unreadable as error:
        raise Unwritable from error


def _said(name: str, value: str, language: str) -> str:
    keys = {"command": "command", "state": "state", "role": "role", "field": "field"}
    return t(f"process.{keys[name]}.{value}", language) if name in keys else value
