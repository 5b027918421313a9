"""Hello: tablet and office compare operation numbers and clocks; the tablet is told what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select, update

from shared.operations.digest import REPORT_FORMAT
from sync_server.database.tables import device as table
from sync_server.database.transactions import Transaction
from sync_server.identity import devices
from sync_server.identity.devices import ROTATE_AFTER, Device
from sync_server.records import feed, unreadable_records
from sync_server.records.unreadable_records import Unreadable
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import operation_log

NOISE = timedelta(seconds=5)
"""What a slow line makes of an equal clock: not counted as a difference."""

JUMP = timedelta(minutes=5)
"""A clock that moves more than this against ours, or backwards, was changed. PROCESS.md, SLA."""


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a tablet says of itself: its newest number and that operation's hash, its clock.

    `first_n` is the number from which on it still has everything, where it says so; `unreadable`
    what it could not show, each told once.
    """

    app_version: str
    epoch: str | None
    last_n: int
    last_hash: str | None
    wall: datetime | None
    first_n: int | None = None
    unreadable: tuple[Unreadable, ...] = ()


def scopes_of(device: Device) -> list[str]:
    """The scopes that this tablet pulls; none for a deactivated user."""
    return [feed.ORG, feed.scope_of_user(device.user.id)] if device.user.active else []


def greet(
    tx: Transaction, context: ApplicationContext, device: Device, said: Greeting, now: datetime
) -> Mapping[str, Any]:
    """The answer to a hello, as it goes over the wire; notes version, clock and contact."""
    row = tx.execute(select(table).where(table.c.id == device.id).with_for_update()).one()
    values = {"seen_at": now, "app_version": said.app_version, **_clock(row, said, now)}
    tx.execute(update(table).where(table.c.id == device.id).values(values))
    unreadable_records.note(tx, device.id, said.unreadable, now)
    epoch = context.epoch(tx)
    answer: dict[str, Any] = {
        "epoch": epoch,
        "last_n": row.last_n,
        "durable_n": row.last_n if context.settings.durable == "commit" else row.durable_n,
        "scopes": scopes_of(device),
        "minimum_pull_schema": context.settings.minimum_pull_schema,
        "report_format": REPORT_FORMAT,
        "actions": _actions(tx, context, device, row, said, epoch, now),
    }
    if now - device.token_issued_at > ROTATE_AFTER:
        answer["token"] = devices.rotate(tx, context, device.id)
    return answer


def _actions(
    tx: Transaction,
    context: ApplicationContext,
    device: Device,
    row: Row[Any],
    said: Greeting,
    epoch: str,
    now: datetime,
) -> list[dict[str, Any]]:
    actions: list[dict[str, Any]] = []
    if row.forked_at is not None or _forked(tx, row, said) or _has_a_hole(row, said):
        id, token = devices.succeed(tx, context, device, now)
        actions.append({"do": "reidentify", "device_id": id, "token": token})
    if said.epoch is not None and said.epoch != epoch:
        if said.last_n > row.last_n:
            # Our last one, too: another copy of this tablet may have sent it since the restore.
            actions.append({"do": "replay", "from_n": max(row.last_n, 1)})
        actions += [{"do": "resync", "scope": scope} for scope in scopes_of(device)]
    return actions


def _forked(tx: Transaction, row: Row[Any], said: Greeting) -> bool:
    """Whether the tablet's newest operation, which we have under its number, is another one."""
    if said.last_hash is None or not 0 < said.last_n <= row.last_n:
        return False
    known = operation_log.stored(tx, row.id, [said.last_n]).get(said.last_n)
    return known is not None and known.hash != said.last_hash


def _has_a_hole(row: Row[Any], said: Greeting) -> bool:
    """Whether between our last number and its first one there are some that nobody has any more.

    A restored office forgot them, and the tablet had swept them: under another name it goes on.
    """
    return said.first_n is not None and said.first_n > row.last_n + 1


def _clock(row: Row[Any], said: Greeting, now: datetime) -> dict[str, Any]:
    if said.wall is None:
        return {}
    skew = said.wall - now
    if abs(skew) < NOISE:
        skew = timedelta(0)
    values = {"skew_ms": int(skew / timedelta(milliseconds=1)), "skew_measured_at": now}
    before = timedelta(milliseconds=row.skew_ms)
    if row.skew_measured_at is not None and abs(skew - before) > JUMP:
        return {**values, "clock_changed_at": now}
    return values
