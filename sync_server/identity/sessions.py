"""Sign-in sessions of the console: begun, used, and ended here and not only in the browser."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, func, insert, select, update

from sync_server.database.tables import session, user
from sync_server.database.transactions import Transaction
from sync_server.identity import passwords, users
from sync_server.identity.users import User

IDLE = timedelta(hours=10)
LONGEST_SESSION = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)


def is_proven(person: User | None, password: str) -> bool:
    """Whether this is the password of the account; as slow for an account that does not exist."""
    return passwords.matches(person.password_hash if person else None, password)


def start_session(
    tx: Transaction, person: User, token: str, address: str, agent: str, now: datetime
) -> None:
    """A session for `person`; those that ended are cleared away."""
    tx.execute(delete(session).where(session.c.expires_at < now))
    tx.execute(
        insert(session).values(
            token_hash=token_hash(token), user=person.id, created_at=now, seen_at=now,
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
        select(session).where(session.c.token_hash == token_hash(token), session.c.expires_at > now)
    )
    person = users.get(tx, row.user) if row else None
    if row is None or person is None or not person.active:
        return None
    return Session(person, token, is_stale=now - row.seen_at > SEEN_EVERY)


def keep_session(tx: Transaction, token: str, now: datetime) -> None:
    """The session was used: it lasts on, up to its longest."""
    mine = session.c.token_hash == token_hash(token)
    row = tx.one_or_none(select(session.c.created_at).where(mine))
    if row is not None:
        expires = min(now + IDLE, row.created_at + LONGEST_SESSION)
        tx.execute(update(session).where(mine).values(seen_at=now, expires_at=expires))


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of somebody's sessions, as they see it; `handle` names it and opens nothing."""

    handle: str
    began: datetime
    seen: datetime
    address: str
    agent: str


def of_person(tx: Transaction, person: str, now: datetime) -> list[OpenSession]:
    """Somebody's sessions that hold, the last used first."""
    c = session.c
    query = select(session).where(c.user == person, c.expires_at > now)
    return [
        OpenSession(
            handle_of(row.token_hash), row.created_at, row.seen_at, row.address or "",
            row.agent or "",
        )
        for row in tx.rows(query.order_by(c.seen_at.desc(), c.token_hash))
    ]  # fmt: skip


def handle_of(hashed: str) -> str:
    """How a session is named on a page: by the beginning of what is kept of its token."""
    return hashed[:16]


def end_one(tx: Transaction, person: str, handle: str) -> bool:
    """Somebody's session with this handle is over; whether there was one."""
    mine = session.c.user == person, func.substr(session.c.token_hash, 1, 16) == handle
    return tx.execute(delete(session).where(*mine)).rowcount > 0


def end_session(tx: Transaction, token: str) -> None:
    """The session of `token` is over, here and not only in the browser."""
    tx.execute(delete(session).where(session.c.token_hash == token_hash(token)))


def end_sessions(tx: Transaction, person: str, but: str = "") -> None:
    """Every session of a person is over, except the one of the token `but`."""
    tx.execute(
        delete(session).where(session.c.user == person, session.c.token_hash != token_hash(but))
    )


def token_hash(token: str) -> str:
    """What is kept of a token: whoever reads the database cannot use it."""
    return sha256(token.encode()).hexdigest()
