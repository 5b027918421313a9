"""Signing in to the console: counters that make guessing slow, and sessions kept here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import ScalarSelect, delete, func, insert, select, update

from sync_server.database.tables import session, sign_in_attempt, user
from sync_server.database.transactions import Transaction
from sync_server.identity import passwords, users
from sync_server.identity.users import User

FREE_TRIES = 5
FREE_TRIES_OF_AN_ADDRESS = 30
"""An office shares one network address, so that one is forgiven more."""

LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED = timedelta(hours=24)

IDLE = timedelta(hours=10)
LONGEST_SESSION = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many tries: nothing is checked before `until`."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Try:
    """A counted try: the account asked for, if there is one, and its rows in the count."""

    user: User | None
    counted: tuple[int, ...]


def wait_after(failures: int, free: int) -> timedelta:
    """How long the next try must wait after so many failures: doubling, up to 15 minutes."""
    if failures < free:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - free + 1, 12)), LONGEST_WAIT)


def begin(tx: Transaction, email: str, address: str, now: datetime) -> Try | Wait:
    """A try to sign in, counted as a failure before anything is checked.

    So many guesses at once do not slip past the count. The password is checked afterwards, outside
    of any transaction, because that is slow on purpose.
    """
    email = email.strip().lower()[:254]
    limits = {f"email:{email}": FREE_TRIES, f"ip:{address}": FREE_TRIES_OF_AN_ADDRESS}
    until = max(_open_again(tx, key, free, now) for key, free in limits.items())
    if until > now:
        return Wait(until)
    tx.execute(delete(sign_in_attempt).where(sign_in_attempt.c.at < now - REMEMBERED))
    counted = tuple(_count(tx, key, now) for key in limits)
    person = users.by_email(tx, email)
    return Try(person if person and person.active else None, counted)


def is_proven(attempt: Try, password: str) -> bool:
    """Whether this is the password of the account that was asked for; slow for nobody's too."""
    kept = attempt.user.password_hash if attempt.user else None
    return passwords.matches(kept, password)


def _count(tx: Transaction, key: str, now: datetime) -> int:
    row = tx.execute(insert(sign_in_attempt).values(key=key, at=now, succeeded=False))
    return int(row.inserted_primary_key[0])  # type: ignore[index]


def _open_again(tx: Transaction, key: str, free: int, now: datetime) -> datetime:
    failed = (sign_in_attempt.c.key == key) & ~sign_in_attempt.c.succeeded
    if key.startswith("email:"):
        # A success forgives that account only: whoever owns one must not thereby clear the way
        # for guessing at others from the same place.
        failed &= sign_in_attempt.c.id > _last_success(key)
    found = tx.execute(
        select(func.count().label("failures"), func.max(sign_in_attempt.c.at).label("last")).where(
            failed, sign_in_attempt.c.at > now - REMEMBERED
        )
    ).one()
    return found.last + wait_after(found.failures, free) if found.last else now


def _last_success(key: str) -> ScalarSelect[int]:
    succeeded = (sign_in_attempt.c.key == key) & sign_in_attempt.c.succeeded
    return (
        select(func.coalesce(func.max(sign_in_attempt.c.id), 0)).where(succeeded).scalar_subquery()
    )


def succeed(
    tx: Transaction, attempt: Try, token: str, address: str, agent: str, now: datetime
) -> None:
    """The try was good: its count is forgiven, and a session begins under `token` (256 bits)."""
    if attempt.user is None:
        raise ValueError("nobody signs in")
    counted = sign_in_attempt.c.id.in_(attempt.counted)
    tx.execute(update(sign_in_attempt).where(counted).values(succeeded=True))
    start_session(tx, attempt.user, token, address, agent, now)


def start_session(
    tx: Transaction, person: User, token: str, address: str, agent: str, now: datetime
) -> None:
    """A session for `person`; those that ended are cleared away."""
    tx.execute(delete(session).where(session.c.expires_at < now))
    tx.execute(
        insert(session).values(
            token_hash=_hash(token), user=person.id, created_at=now, seen_at=now,
            expires_at=now + IDLE, address=address[:64], agent=agent[:300],
        )
    )  # fmt: skip
    tx.execute(update(user).where(user.c.id == person.id).values(last_sign_in_at=now))


@dataclass(frozen=True, slots=True)
class Session:
    """A session that holds, and whose it is; `is_stale` when its last use should be written."""

    user: User
    token: str
    is_stale: bool


def session_of(tx: Transaction, token: str, now: datetime) -> Session | None:
    """The session under `token`, unless it ran out or its owner may no longer come in."""
    row = tx.one_or_none(
        select(session).where(session.c.token_hash == _hash(token), session.c.expires_at > now)
    )
    person = users.get(tx, row.user) if row else None
    if row is None or person is None or not person.active:
        return None
    return Session(person, token, is_stale=now - row.seen_at > SEEN_EVERY)


def keep_session(tx: Transaction, token: str, now: datetime) -> None:
    """The session was used: it lasts on, up to its longest."""
    mine = session.c.token_hash == _hash(token)
    row = tx.one_or_none(select(session.c.created_at).where(mine))
    if row is not None:
        expires = min(now + IDLE, row.created_at + LONGEST_SESSION)
        tx.execute(update(session).where(mine).values(seen_at=now, expires_at=expires))


def end_session(tx: Transaction, token: str) -> None:
    """The session of `token` is over, here and not only in the browser."""
    tx.execute(delete(session).where(session.c.token_hash == _hash(token)))


def end_sessions(tx: Transaction, person: str, but: str = "") -> None:
    """Every session of a person is over, except the one of the token `but`."""
    tx.execute(delete(session).where(session.c.user == person, session.c.token_hash != _hash(but)))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
