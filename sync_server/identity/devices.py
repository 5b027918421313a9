"""Tablets, and how they prove who they are: by an opaque token, kept only as its hash."""

import base64
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update

from shared.ticket.people import Actor, Role
from sync_server.database.tables import device as table
from sync_server.database.tables import user as user_table
from sync_server.database.transactions import Transaction
from sync_server.identity.users import User, more_roles
from sync_server.records import checklist_version
from sync_server.runtime.context import ApplicationContext

TOKEN_BYTES = 32
ROTATE_AFTER = timedelta(days=30)


class NotSignedIn(Exception):
    """No tablet has this token, or it was revoked; `wipe` asks it to erase what it holds."""

    def __init__(self, wipe: bool = False, device: "Device | None" = None) -> None:
        super().__init__("revoked" if device else "unknown token")
        self.wipe, self.device = wipe, device


@dataclass(frozen=True, slots=True)
class Device:
    """A tablet that has shown its token, and whose it is."""

    id: str
    user: User
    name: str
    token_issued_at: datetime

    @property
    def actor(self) -> Actor:
        """The person at the tablet."""
        return self.user.in_the_field


def hashed(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """256 bits that nobody guesses, in text."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def add(
    tx: Transaction, context: ApplicationContext, user_id: str, about: dict[str, str], now: datetime
) -> tuple[str, str]:
    """A new tablet of a user: its id and token. `about`: name, platform, app_version."""
    id, token = context.new_id(), new_token()
    tx.execute(
        insert(table).values(
            id=id, user=user_id, token_hash=hashed(token), token_issued_at=now, created_at=now,
            seen_at=now, last_n=0, durable_n=0, skew_ms=0, wipe=False,
            **{name: about.get(name, "") for name in ("name", "platform", "app_version")},
        )
    )  # fmt: skip
    return id, token


def signed_in(context: ApplicationContext, token: str) -> Device:
    """The tablet with this token; the first use of a new one ends the old. Raises NotSignedIn."""
    hash = hashed(token)
    with context.database.reading() as tx:
        row = _by_token(tx, hash)
    if row is None:
        raise NotSignedIn
    if row.revoked_at is not None:
        raise NotSignedIn(row.wipe, _device(row, row.token_issued_at))
    if row.token_hash == hash:
        return _device(row, row.token_issued_at)
    now = context.now()
    context.database.write(lambda tx: _begin_with(tx, row.id, hash, now))
    return _device(row, now)


def rotate(tx: Transaction, context: ApplicationContext, id: str) -> str:
    """A new token; the old one is accepted until the first use of this one.

    Asked twice it is the same one: a hello that the network doubled must not void what the tablet
    was given in the first answer.
    """
    known = tx.scalar(select(table.c.token_hash).where(table.c.id == id))
    derived = hmac.digest(context.secret, f"token of {id} after {known}".encode(), "sha256")
    token = base64.urlsafe_b64encode(derived).rstrip(b"=").decode()
    tx.execute(update(table).where(table.c.id == id).values(next_token_hash=hashed(token)))
    return token


def succeed(
    tx: Transaction, context: ApplicationContext, device: Device, now: datetime
) -> tuple[str, str]:
    """A new device id and token for a tablet that was restored or copied."""
    row = tx.execute(select(table).where(table.c.id == device.id)).one()
    about = {"name": row.name, "platform": row.platform, "app_version": row.app_version}
    id, token = add(tx, context, device.user.id, about, now)
    values = {"forked_at": None, "successor": id}
    tx.execute(update(table).where(table.c.id == device.id).values(values))
    skew = {"skew_ms": row.skew_ms, "skew_measured_at": row.skew_measured_at}
    tx.execute(update(table).where(table.c.id == id).values(skew))
    checklist_version.inherit(tx, device.id, id)
    return id, token


def revoke(tx: Transaction, id: str, now: datetime, wipe: bool = True) -> None:
    """Its token is refused from now on; at its next contact the tablet is asked to erase itself."""
    tx.execute(update(table).where(table.c.id == id).values(revoked_at=now, wipe=wipe))


def find(tx: Transaction, id: str) -> Device | None:
    """The tablet with this id and whose it is, whether its token still opens anything or not."""
    row = tx.one_or_none(_BY_ID, {"id": id})
    return _device(row, row.token_issued_at) if row else None


def get(tx: Transaction, id: str) -> Row[Any] | None:
    """The row of one tablet."""
    return tx.one_or_none(select(table).where(table.c.id == id))


def of_user(tx: Transaction, user: str) -> list[str]:
    """The ids of somebody's tablets, those that were shut out too."""
    return tx.scalars(select(table.c.id).where(table.c.user == user).order_by(table.c.id))


def every(tx: Transaction) -> list[Row[Any]]:
    """Every tablet with its user's name (`user_name`) and address, the longest silent first."""
    query = select(table, user_table.c.name.label("user_name"), user_table.c.email).join(
        user_table, user_table.c.id == table.c.user
    )
    return tx.rows(query.order_by(table.c.seen_at, table.c.id))


def _by_token(tx: Transaction, hash: str) -> Row[Any] | None:
    return tx.one_or_none(_BY_TOKEN, {"hash": hash})


def _begin_with(tx: Transaction, id: str, hash: str, now: datetime) -> None:
    same = (table.c.id == id, table.c.next_token_hash == hash)
    values = {"token_hash": hash, "next_token_hash": None, "token_issued_at": now}
    tx.execute(update(table).where(*same).values(values))


def _device(row: Row[Any], issued_at: datetime) -> Device:
    user = User(
        row.user_id, row.email, row.name, Role(row.role), row.locale, row.active,
        row.password_hash, more_roles(row.more_roles),
    )  # fmt: skip
    return Device(row.id, user, row.device_name, issued_at)


# Made once: it is asked at every request.
_C = table.c
_WITH_USER = select(
    _C.id, _C.name.label("device_name"), _C.token_hash, _C.token_issued_at, _C.revoked_at,
    _C.wipe, _C.user.label("user_id"), user_table.c.email, user_table.c.name,
    user_table.c.role, user_table.c.locale, user_table.c.active, user_table.c.password_hash,
    user_table.c.more_roles,
).join(user_table, user_table.c.id == _C.user)  # fmt: skip
_BY_TOKEN = _WITH_USER.where(
    or_(_C.token_hash == bindparam("hash"), _C.next_token_hash == bindparam("hash"))
)
_BY_ID = _WITH_USER.where(_C.id == bindparam("id"))
