"""Enrolment of tablets by one-time codes: short enough to type, too long to guess, soon expired."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select, update

from shared.words.folding import joined
from sync_server.database.tables import enrol_code
from sync_server.database.transactions import Transaction
from sync_server.identity import devices, users
from sync_server.identity.users import User
from sync_server.runtime.context import ApplicationContext

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that is read as a digit."""

LENGTH, GROUP = 15, 5
"""15 characters of 32 are 75 bits."""

LASTS = timedelta(minutes=15)

READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


class CodeRefused(Exception):
    """The code is unknown, used or expired, or its owner is no longer active."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A tablet that came in; the token is shown this once."""

    device_id: str
    token: str
    user: User


def make_code(
    tx: Transaction, context: ApplicationContext, user_id: str, created_by: str, now: datetime
) -> str:
    """A new code for a user, in groups of five; an earlier unused one of theirs is void."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    tx.execute(
        delete(enrol_code).where(enrol_code.c.user == user_id, enrol_code.c.used_at.is_(None))
    )
    tx.execute(
        insert(enrol_code).values(
            code_hash=_hash(code), user=user_id, created_by=created_by, created_at=now,
            expires_at=now + LASTS,
        )
    )  # fmt: skip
    return "-".join(code[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def enrol(
    tx: Transaction, context: ApplicationContext, code: str, about: dict[str, str], now: datetime
) -> Enrolled:
    """A new tablet for the code's owner; the code is used up. Raises CodeRefused."""
    mine = enrol_code.c.code_hash == _hash(joined(code).upper().translate(READ_AS))
    row = tx.one_or_none(select(enrol_code).where(mine).with_for_update())
    if row is None or row.used_at is not None or row.expires_at <= now:
        raise CodeRefused
    user = users.get(tx, row.user)
    if user is None or not user.active:
        raise CodeRefused
    device_id, token = devices.add(tx, context, user.id, about, now)
    tx.execute(update(enrol_code).where(mine).values(used_at=now, device=device_id))
    return Enrolled(device_id, token, user)


def _hash(code: str) -> str:
    return sha256(code.encode("utf-8", "surrogatepass")).hexdigest()
