"""The people of the office and the field, as accounts; their names travel to every tablet."""

import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from shared.ticket.people import Actor, Role
from shared.words.folding import folded
from sync_server.database.column_types import LONGEST_FOLDED
from sync_server.database.tables import user as table
from sync_server.database.transactions import Transaction
from sync_server.identity import email_addresses
from sync_server.records import records
from sync_server.runtime.context import ApplicationContext

PEOPLE = "people"
"""The catalogue of who is who."""


class EmailTaken(Exception):
    """Somebody has this address already."""


@dataclass(frozen=True, slots=True)
class User:
    """An account. `password_hash` is None for who never signs in at the console.

    `role` is what the person is called by, `more_roles` whatever else they are: the rights add up.
    """

    id: str
    email: str
    name: str
    role: Role
    locale: str
    active: bool
    password_hash: str | None
    more_roles: tuple[Role, ...] = ()

    @property
    def roles(self) -> tuple[Role, ...]:
        """All that the person is, first what they are called by."""
        return (self.role, *self.more_roles)

    def actor(self, allowed: Container[Role]) -> Actor:
        """The person in a role that is allowed this, the office's before the field's; in what
        they are called by where none is."""
        fits = [role for role in self.roles if role in allowed]
        in_the_office = (role for role in fits if role is not Role.ENGINEER)
        return Actor(self.id, next(in_the_office, fits[0] if fits else self.role))

    @property
    def in_the_field(self) -> Actor:
        """The person at their tablet: an engineer who is something else besides is one there."""
        return Actor(self.id, Role.ENGINEER if Role.ENGINEER in self.roles else self.role)


def add(
    tx: Transaction,
    context: ApplicationContext,
    email: str,
    name: str,
    role: Role | str | Sequence[Role],
    now: datetime,
    password_hash: str | None = None,
    locale: str = "es",
) -> str:
    """A new account in one role or several; its id.

    Raises EmailTaken, NotAnEmail, ValueError for an unknown role.
    """
    special_use = context.settings.allow_special_use_domains
    address = email_addresses.checked(email, special_use).lower()
    if by_email(tx, address) is not None:
        raise EmailTaken(address)
    id = context.new_id()
    tx.execute(
        insert(table).values(
            id=id, email=address, locale=locale, **_in_roles(_several(role)),
            password_hash=password_hash, active=True, created_at=now,
            **_named(name.strip() or address),
        )
    )  # fmt: skip
    _tell_tablets(tx, now)
    return id


def get(tx: Transaction, id: str) -> User | None:
    """One account, or None."""
    row = tx.one_or_none(select(table).where(table.c.id == id))
    return _user(row) if row else None


def by_email(tx: Transaction, email: str) -> User | None:
    """The account with this address, in any case of letters and form of accents."""
    typed = email.strip().lower()
    spelled = {typed, unicodedata.normalize("NFC", typed)}
    row = tx.one_or_none(select(table).where(table.c.email.in_(spelled)))
    return _user(row) if row else None


def all_of(tx: Transaction, role: Role | None = None) -> list[User]:
    """Every account, or those of one role, by name."""
    in_order = table.c.folded, table.c.name, table.c.id
    people = [_user(row) for row in tx.rows(select(table).order_by(*in_order))]
    return [user for user in people if role is None or role in user.roles]


def change(
    tx: Transaction,
    id: str,
    now: datetime,
    *,
    name: str | None = None,
    role: Role | None = None,
    roles: Sequence[Role] = (),
    active: bool | None = None,
    locale: str | None = None,
) -> None:
    """Change what is given of an account; `role` is its only one, `roles` are all of them."""
    given = {"active": active, "locale": locale}
    values = {column: value for column, value in given.items() if value is not None}
    values |= _named(name) if name is not None else {}
    if role is not None or roles:
        values |= _in_roles(list(roles) if role is None else [role])
    if values:
        tx.execute(update(table).where(table.c.id == id).values(values))
        _tell_tablets(tx, now)


def set_active(tx: Transaction, id: str, active: bool, now: datetime) -> None:
    """Deactivate or reactivate a user; operations of a deactivated user's tablet are parked."""
    change(tx, id, now, active=active)


def set_password(tx: Transaction, id: str, password_hash: str) -> None:
    """A new password, already hashed."""
    tx.execute(update(table).where(table.c.id == id).values(password_hash=password_hash))


def _several(role: Role | str | Sequence[Role]) -> list[Role]:
    return [Role(role)] if isinstance(role, str) else list(role)


def _in_roles(roles: Sequence[Role]) -> dict[str, str]:
    first, *others = dict.fromkeys(roles)
    return {"role": first.value, "more_roles": " ".join(other.value for other in others)}


def more_roles(kept: str) -> tuple[Role, ...]:
    """The further roles as they are kept."""
    return tuple(map(Role, kept.split()))


def _named(name: str) -> dict[str, str]:
    return {"name": name, "folded": folded(name)[:LONGEST_FOLDED]}


def _tell_tablets(tx: Transaction, now: datetime) -> None:
    query = select(table).order_by(table.c.id)
    people = [
        {
            "id": row.id, "name": row.name, "role": row.role, "active": row.active,
            **({"more_roles": row.more_roles.split()} if row.more_roles else {}),
        }
        for row in tx.rows(query)
    ]  # fmt: skip
    records.put(tx, "catalogue", PEOPLE, {"name": PEOPLE, "items": people}, now)


def _user(row: Row[Any]) -> User:
    return User(
        row.id, row.email, row.name, Role(row.role), row.locale, row.active, row.password_hash,
        more_roles(row.more_roles),
    )  # fmt: skip
