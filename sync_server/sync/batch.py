"""One push being applied: the counter before it, progress, the result of each operation."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from sqlalchemy.exc import OperationalError

from shared.operations.digest import NotCanonical
from shared.operations.operation import MEMBERS, Kind, Operation, check_plain, read_hashed
from shared.operations.states import Refused
from shared.operations.wire import message_hash, upcast
from shared.ticket.shapes import Unreadable
from sync_server.database.transactions import Damaged, NoSpace, ReadOnly, Transaction, Unavailable
from sync_server.identity.devices import Device
from sync_server.records import records
from sync_server.records.feed import COMPANIONS
from sync_server.runtime.context import ApplicationContext
from sync_server.sync.hello import JUMP, NOISE
from sync_server.sync.id_shape import is_id
from sync_server.tickets import apply, folios, operation_log
from sync_server.tickets.log_entries import log_duplicate
from sync_server.tickets.results import Result, Sent
from sync_server.tickets.unit_of_work import Author, UnitOfWork

log = structlog.get_logger(__name__)

AWAY = (Damaged, NoSpace, ReadOnly, Unavailable, OperationalError)
"""Faults of the place, not of the operation: nothing was applied, and it may be sent again."""


class Gap(Exception):
    """Operations are missing before these: the office expects number `expect` next."""

    def __init__(self, expect: int) -> None:
        super().__init__(expect)
        self.expect = expect


class Fork(Exception):
    """Number `n` came with other words before: a tablet was restored, or copied to another."""

    def __init__(self, n: int) -> None:
        super().__init__(n)
        self.n = n


@dataclass(frozen=True, slots=True)
class Counter:
    """The last operation number and clock of a tablet, its row locked."""

    last_n: int
    durable_n: int
    skew: timedelta
    changed_at: datetime | None
    captured_at: datetime | None


class Batch:
    """One push being applied: what came before, and how far it got."""

    def __init__(
        self,
        tx: Transaction,
        context: ApplicationContext,
        device: Device,
        clock: Counter,
        messages: Sequence[Mapping[str, Any]],
        raw: Callable[[int], bytes],
        now: datetime,
        careful: bool,
    ) -> None:
        self.tx = tx
        self.careful = careful
        self.clock = clock
        self.device = device
        self._actor = device.actor
        self.messages = messages
        self.raw = raw
        self.last_n = clock.last_n
        self.captured_at = clock.captured_at
        self._seen: dict[int, tuple[str, Mapping[str, Any]]] = {
            n: (row.hash, {"n": n, "outcome": row.outcome, "rev": row.rev, **row.result})
            for n, row in operation_log.stored(tx, device.id, self._known_numbers()).items()
        }
        op_ids = [m["op_id"] for m in messages if is_id(m.get("op_id"))]
        self._first = {
            op_id: (words_of(row.message), {"outcome": row.outcome, "rev": row.rev, **row.result})
            for op_id, row in operation_log.first_by_op_id(tx, op_ids).items()
        }
        ids = {m["ticket"] for m in messages if is_id(m.get("ticket"))}
        self.unit = UnitOfWork(tx, context, now, ids)
        folios.look_up(tx, _provisional(messages))
        records.hold(tx, _named(messages))

    def apply(self, index: int) -> Mapping[str, Any]:
        """The result of one message: the stored one, or what becomes of it now."""
        message = self.messages[index]
        n: int = message["n"]
        hash, unsayable = self._hash(index)
        if n in self._seen:
            known, stored = self._seen[n]
            if known != hash and known != self._hash_of_old(index):
                raise Fork(n)
            return stored
        if n != self.last_n + 1:
            raise Gap(self.last_n + 1)
        self.last_n = n
        result = {"n": n, **self._become(index, hash, unsayable)}
        self._seen[n] = (hash, result)
        return result

    def _known_numbers(self) -> list[int]:
        return [m["n"] for m in self.messages if 0 < m["n"] <= self.clock.last_n]

    def _hash(self, index: int) -> tuple[str, str]:
        """The hash of a message, and why the log could not say it; mostly nothing."""
        message = self.messages[index]
        try:
            check_plain(message)
            return message_hash(message), ""
        except (NotCanonical, Unreadable) as error:
            return sha256(self.raw(index)).hexdigest(), str(error)[:300]

    def _hash_of_old(self, index: int) -> str | None:
        """What 0.1.0 noted, which logged more than can be shown."""
        try:
            return message_hash(self.messages[index])
        except NotCanonical:
            return None

    def _become(self, index: int, hash: str, unsayable: str) -> Mapping[str, Any]:
        message = self.messages[index]
        if unsayable:
            # Nothing is applied that the log cannot say: its bytes are kept, and no word of it.
            sent = Sent(
                {"n": message["n"]}, hash, lambda: self.raw(index), self.unit.now, None, None
            )
            return self._park(sent, "unreadable", fault=unsayable).on_the_wire()
        op_id, ticket = message.get("op_id"), message.get("ticket")
        sent = Sent(
            message, hash, lambda: self.raw(index), self.unit.now,
            op_id=op_id if is_id(op_id) else None,
            ticket=ticket if is_id(ticket) else None,
        )  # fmt: skip
        if sent.op_id in self._first:
            return self._again(message, sent)
        result = self._merged(message, sent).on_the_wire()
        if sent.op_id is not None:
            self._first[sent.op_id] = (words_of(message), result)
        return result

    def _again(self, message: Mapping[str, Any], sent: Sent) -> Mapping[str, Any]:
        """The same operation from another identity of the tablet; other words are kept apart."""
        words, first = self._first[message["op_id"]]
        if words != words_of(message):
            return self._park(replace(sent, op_id=None), "op_id_taken").on_the_wire()
        return log_duplicate(self.unit, self._author(False), sent, first)

    def _merged(self, message: Mapping[str, Any], sent: Sent) -> Result:
        if not self.device.user.active:
            return self._park(sent, "user_inactive")
        try:
            operation = read_hashed(upcast(message))
        except Unreadable as error:
            return self._park(sent, "unreadable", fault=str(error)[:300])
        author = self._author(self._clock_jumped(operation.captured_at))
        self.captured_at = operation.captured_at
        at = min(operation.captured_at - self.clock.skew, self.unit.now)
        if at != operation.captured_at:
            operation = replace(operation, captured_at=at)
        if self.careful:
            return self._carefully(operation, author, sent)
        return apply.apply_operation(self.unit, operation, author, sent)

    def _carefully(self, operation: Operation, author: Author, sent: Sent) -> Result:
        """Whatever fails leaves nothing behind, and the operation is parked."""
        try:
            with self.unit.attempt():
                result = apply.apply_operation(self.unit, operation, author, sent)
                self.unit.flush()
                return result
        except AWAY:
            raise
        except Exception as error:
            log.exception("operation parked", device=self.device.id, op_id=operation.op_id)
            return self._park(sent, "indigestible", fault=type(error).__name__)

    def _park(self, sent: Sent, reason: str, **values: str) -> Result:
        return apply.park(self.unit, self._author(False), sent, Refused(reason, values))

    def _author(self, jumped: bool) -> Author:
        return Author(self.device.id, self._actor, self.last_n, self.clock.skew, jumped)

    def _clock_jumped(self, captured_at: datetime) -> bool:
        """Backwards in the queue, ahead of the present, or since the last look at both clocks."""
        changed = self.clock.changed_at
        return (
            (self.captured_at is not None and captured_at < self.captured_at - JUMP)
            or captured_at - self.clock.skew > self.unit.now + JUMP
            or (changed is not None and captured_at - self.clock.skew <= changed + NOISE)
        )


def _named(messages: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """The (record, id) that new tickets in these messages name, as far as they can be read."""
    for fields in _born(messages):
        yield from ((record, fields[record]) for record in COMPANIONS if is_id(fields.get(record)))


def _provisional(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The numbers that the tablet gave to new tickets in these messages."""
    for fields in _born(messages):
        if is_id(fields.get("provisional_folio")):
            yield fields["provisional_folio"]


def _born(messages: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """The fields of each new ticket in these messages, as far as they can be read."""
    for message in messages:
        body = message.get("body") if message.get("kind") == Kind.CREATE else None
        fields = body.get("fields") if isinstance(body, dict) else None
        if isinstance(fields, dict):
            yield fields


def words_of(message: Mapping[str, Any]) -> dict[str, Any]:
    """A message without its number, which another identity of the tablet counts anew."""
    return {name: message.get(name) for name in MEMBERS if name != "n"}
