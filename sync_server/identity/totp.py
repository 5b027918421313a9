"""The second step of signing in: a code that changes every half minute, from one's own phone."""

from base64 import b32encode
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import select, update

from sync_server.database.tables import user
from sync_server.database.transactions import Database, Transaction
from sync_server.identity.kept_secrets import MARK, decrypted, encrypted

SECRET_BYTES = 20
TOLERATED = 1
"""Steps that a phone's clock may be off, to either side."""


def new_secret(entropy: bytes) -> str:
    """A secret as phones take it: base 32 of 20 random bytes. RFC 6238."""
    return b32encode(entropy[:SECRET_BYTES]).decode()


def code(secret: str, step: int) -> str:
    """The six digits of one half minute since 1970. RFC 4226, 5.3."""
    return pyotp.TOTP(secret).generate_otp(step)


def step_of(secret: str, typed: str, now: datetime) -> int | None:
    """The half minute whose code was typed, if it is near `now`."""
    digits = "".join(typed.split())
    if not digits.isdecimal():
        return None
    try:
        return pyotp.TOTP(secret).verify_and_get_timecode(
            digits, for_time=now, valid_window=TOLERATED
        )
    except OTPVerificationError:
        return None


def has_secret(tx: Transaction, id: str) -> bool:
    """Whether they need a code besides the password."""
    return tx.scalar(select(user.c.totp_secret).where(user.c.id == id)) is not None


def use(tx: Transaction, key: bytes, id: str, typed: str, now: datetime) -> bool:
    """Whether this is a good code of theirs, which from now on is used up.

    `key` is the office's secret. Raises UnreadableSecret when it is not the one of before.
    """
    row = tx.one_or_none(
        select(user.c.totp_secret, user.c.totp_step).where(user.c.id == id).with_for_update()
    )
    if row is None or not row.totp_secret:
        return False
    step = step_of(decrypted(key, _purpose(id), row.totp_secret), typed, now)
    if step is None or step <= (row.totp_step or 0):
        return False
    tx.execute(update(user).where(user.c.id == id).values(totp_step=step))
    return True


def turn_on(tx: Transaction, key: bytes, id: str, secret: str, step: int) -> None:
    """From now on they need a code too; the one that proved the secret is used up."""
    kept = encrypted(key, _purpose(id), secret)
    tx.execute(update(user).where(user.c.id == id).values(totp_secret=kept, totp_step=step))


def encrypt_those_in_clear(database: Database, key: bytes) -> int:
    """What an earlier version kept in clear is encrypted; how many there were.

    Nothing is written where there are none: a database that cannot be written opens all the same.
    """
    with database.reading() as tx:
        there_are = bool(tx.rows(_IN_CLEAR.limit(1)))
    return database.write(lambda tx: _encrypt(tx, key)) if there_are else 0


_IN_CLEAR = select(user.c.id, user.c.totp_secret).where(
    user.c.totp_secret.is_not(None), user.c.totp_secret.not_like(f"{MARK}%")
)


def _encrypt(tx: Transaction, key: bytes) -> int:
    rows = tx.rows(_IN_CLEAR)
    for row in rows:
        kept = encrypted(key, _purpose(row.id), row.totp_secret)
        tx.execute(update(user).where(user.c.id == row.id).values(totp_secret=kept))
    return len(rows)


def _purpose(id: str) -> str:
    return f"second step of {id}"


def turn_off(tx: Transaction, id: str) -> None:
    """The password is enough again."""
    tx.execute(update(user).where(user.c.id == id).values(totp_secret=None, totp_step=None))


def address(secret: str, email: str, issuer: str) -> str:
    """What a phone reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer)
