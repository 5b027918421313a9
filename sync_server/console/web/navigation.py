"""Where one can go from here: what the rail shows to each role, with what waits there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Table, func, select

from shared.ticket.people import Actor
from shared.words import t
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action, can

Waiting = tuple[Table, ColumnElement[bool]]
"""What is counted beside an entry: rows that nobody has dealt with."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the rail before it is drawn; see `place`."""

    path: str
    word: str
    icon: str
    action: Action
    order: int
    waiting: Waiting | None
    first: int | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as drawn: `count` is how much waits for somebody there."""

    path: str
    word: str
    icon: str
    current: bool
    count: int


_PLACES: dict[str, Place] = {}


May = Callable[[Action], bool]
"""Whether the visitor may do something."""


class PlaceTaken(Exception):
    """Two pages declare the same place of the rail."""


def place(
    path: str,
    word: str,
    icon: str,
    action: Action,
    *,
    order: int,
    waiting: Waiting | None = None,
    first: int | None = None,
) -> None:
    """Declare an entry of the rail, beside the route that answers there. Raises PlaceTaken.

    `action` is what the page asks leave for, `order` its number from top to bottom, `waiting` the
    rows that are counted beside it. A role's day begins at the lowest `first` that is open to it.
    """
    if path in _PLACES or order in {taken.order for taken in _PLACES.values()}:
        raise PlaceTaken(path)
    _PLACES[path] = Place(path, word, icon, action, order, waiting, first)


def places() -> list[Place]:
    """Every declared entry, from top to bottom."""
    return sorted(_PLACES.values(), key=lambda place: place.order)


def entries(tx: Transaction, may: May, path: str, language: str) -> list[Entry]:
    """The entries that the visitor may open, the one of `path` marked."""
    here = _nearest(path)
    return [
        Entry(place.path, t(f"office.{place.word}", language), place.icon, place.path == here,
              _waiting(tx, place))
        for place in places()
        if may(place.action)
    ]  # fmt: skip


def first_page(actors: Sequence[Actor]) -> str:
    """Where the day begins of a person in these roles."""
    open_to_it = (
        place for place in places()
        if place.first is not None and any(can(actor, place.action) for actor in actors)
    )  # fmt: skip
    return min(open_to_it, key=lambda place: place.first or 0).path


def _nearest(path: str) -> str:
    fits = (p.path for p in places() if path == p.path or path.startswith(f"{p.path}/"))
    return max(fits, key=len, default="")


def _waiting(tx: Transaction, place: Place) -> int:
    if place.waiting is None:
        return 0
    table, waits = place.waiting
    return int(tx.scalar(select(func.count()).select_from(table).where(waits)))
