"""Where one can go from here: what the rail shows to each role, with what waits there."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, func, select

from shared.ticket.people import Actor
from shared.words import t
from sync_server.database.tables import conflict, late_arrival, parked
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action, can


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail before it is drawn."""

    path: str
    word: str
    icon: str
    action: Action


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as drawn: `count` is how much waits for somebody there."""

    path: str
    word: str
    icon: str
    current: bool
    count: int


PLACES = (
    Place("/", "nav.board", "layout-dashboard", Action.SEE_BOARD),
    Place("/tickets", "nav.tickets", "ticket", Action.LIST_TICKETS),
    Place("/tickets/new", "nav.new_ticket", "plus", Action.REGISTER_TICKET),
    Place("/conflicts", "nav.conflicts", "git-compare-arrows", Action.SEE_CONFLICTS),
    Place("/late", "nav.late", "hourglass", Action.SEE_CONFLICTS),
    Place("/parked", "nav.parked", "circle-parking", Action.SEE_PARKED),
    Place("/archive", "nav.archive", "folder-archive", Action.SEE_ARCHIVE),
    Place("/devices", "nav.devices", "tablet", Action.SEE_DEVICES),
    Place("/people", "nav.people", "users", Action.SEE_PEOPLE),
    Place("/access", "nav.access", "key-round", Action.SEE_ACCESS_NOTES),
)

WAITING: Mapping[str, tuple[Table, ColumnElement[bool]]] = {
    "/conflicts": (conflict, conflict.c.resolved_at.is_(None)),
    "/late": (late_arrival, late_arrival.c.seen_at.is_(None)),
    "/parked": (parked, parked.c.settled_at.is_(None)),
}
"""What is counted beside an entry: rows that nobody has dealt with."""


def entries(tx: Transaction, actor: Actor, path: str, language: str) -> list[Entry]:
    """The entries that `actor` may open, the one of `path` marked."""
    here = _nearest(path)
    return [
        Entry(place.path, t(f"office.{place.word}", language), place.icon, place.path == here,
              _waiting(tx, place.path))
        for place in PLACES
        if can(actor, place.action)
    ]  # fmt: skip


def first_page(actor: Actor) -> str:
    """Where a role's day begins."""
    if can(actor, Action.SEE_BOARD):
        return "/"
    for path in ("/archive", "/people"):
        place = next(place for place in PLACES if place.path == path)
        if can(actor, place.action):
            return path
    return "/tickets"


def _nearest(path: str) -> str:
    fits = (p.path for p in PLACES if path == p.path or path.startswith(f"{p.path}/"))
    return max(fits, key=len, default="")


def _waiting(tx: Transaction, path: str) -> int:
    if path not in WAITING:
        return 0
    table, waits = WAITING[path]
    return int(tx.scalar(select(func.count()).select_from(table).where(waits)))
