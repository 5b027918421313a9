"""May this token still do this? One question for every door, and for what is open behind it.

A tablet's token that is unknown, replaced or revoked does nothing. That of somebody who was
deactivated still hands in what was captured, and only that: it reads no file and hears nothing. A
session of the console ends with its row, its time or its owner.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select

from sync_server.database.tables import device as table
from sync_server.database.tables import operation, session, user
from sync_server.database.transactions import Transaction
from sync_server.identity.devices import Device
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.live import Holder


class Use(StrEnum):
    """What a tablet does with its token."""

    GREET = "greet"
    PUSH = "push"
    PULL = "pull"
    SEND_FILE = "send_file"
    READ_FILE = "read_file"
    LISTEN = "listen"


HANDING_IN = frozenset({Use.GREET, Use.PUSH, Use.PULL, Use.SEND_FILE})
"""What is left to somebody who was deactivated: their tablet goes through a round, to whose pull
no scope belongs any more, and brings the files that its own operations name."""


def may(device: Device, use: Use) -> bool:
    """Whether the owner of a token that holds may use it so."""
    return device.user.active or use in HANDING_IN


def is_live(tx: Transaction, device: Device) -> bool:
    """Whether a tablet that was let in was not shut out since."""
    query = select(table.c.id).where(table.c.id == device.id, table.c.revoked_at.is_(None))
    return tx.scalar(query) is not None


def may_bring(tx: Transaction, device: Device, sha256: str) -> bool:
    """Whether this tablet may bring these bytes: any of its own, afterwards only what it named."""
    if device.user.active:
        return True
    c = operation.c
    named = c.message.contains(sha256, autoescape=True)
    query = select(c.id).where(c.device == device.id, named).limit(1)
    return tx.scalar(query) is not None


def of_device(id: str) -> Holder:
    """A tablet that holds something open."""
    return Holder("device", id)


def of_session(hashed: str) -> Holder:
    """A session that holds something open, by the hash of its token."""
    return Holder("session", hashed)


def ended(tx: Transaction, holders: Iterable[Holder], now: datetime) -> frozenset[Holder]:
    """Those of `holders` who may hold nothing open any more."""
    held = frozenset(holders)
    known = {kind: {one.id for one in held if one.kind == kind} for kind in ("device", "session")}
    good = {of_device(id) for id in _live_devices(tx, known["device"])}
    return held - good - {of_session(id) for id in _live_sessions(tx, known["session"], now)}


def watch(context: ApplicationContext) -> Callable[[frozenset[Holder]], frozenset[Holder]]:
    """`ended`, for the live line of an office."""

    def asked(holders: frozenset[Holder]) -> frozenset[Holder]:
        with context.database.reading() as tx:
            return ended(tx, holders, context.now())

    return asked


def _live_devices(tx: Transaction, ids: set[str]) -> list[str]:
    if not ids:
        return []
    c = table.c
    query = select(c.id).join(user, user.c.id == c.user)
    return tx.scalars(query.where(c.id.in_(ids), c.revoked_at.is_(None), user.c.active))


def _live_sessions(tx: Transaction, hashes: set[str], now: datetime) -> list[str]:
    if not hashes:
        return []
    c = session.c
    query = select(c.token_hash).join(user, user.c.id == c.user)
    return tx.scalars(query.where(c.token_hash.in_(hashes), c.expires_at > now, user.c.active))
