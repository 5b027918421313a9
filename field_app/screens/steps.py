"""The steps of a visit: each is declared beside its screen, and nothing else lists them."""

from collections.abc import Callable, Iterable, Set
from dataclasses import dataclass
from typing import Any, TypeVar

import flet as ft

from field_app.screens.modules import read_all
from shared.closure.missing import Missing
from shared.ticket.fields import FIELD, Owner
from shared.ticket.ticket import Ticket

VISIT, REVIEW, SIGN, DONE = "visit", "review", "sign", "done"
"""The steps that other screens lead to by name; a step between them is nobody else's business."""

Screen = Callable[..., Any]
Component = TypeVar("Component", bound=Screen)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step's being done is read off: the ticket, and the steps that lack something.

    None among `lacking` stands for what only the office can settle.
    """

    ticket: Ticket
    lacking: Set[str | None]


@dataclass(frozen=True, slots=True)
class Step:
    """A screen of a ticket; see `step`. `code` is the last part of its route."""

    code: str
    order: int
    icon: ft.IconData
    screen: Screen
    fields: frozenset[str]
    texts: frozenset[str]
    applies: Callable[[Ticket], bool]
    is_done: Callable[[Seen], bool]


class DeclaredTwice(Exception):
    """Two screens declare the same step, number or field."""


_STEPS: dict[str, Step] = {}


def step(
    code: str,
    *fields: str,
    order: int,
    icon: ft.IconData,
    texts: Iterable[str] = (),
    applies: Callable[[Ticket], bool] = lambda ticket: True,
    is_done: Callable[[Seen], bool] | None = None,
) -> Callable[[Component], Component]:
    """Declare the component below as a step of the visit; its name is the word `step.<code>`.

    `fields` are those of the checklist that are filled in there, `texts` the first parts of the
    names (field_app.visit.texts) of what is typed there, `order` is its number among the steps. A
    step that does not apply to a ticket counts as done and is passed over on arriving. One that
    applies is done when nothing is missing there, unless `is_done` says otherwise.
    Raises DeclaredTwice.
    """

    def nothing_lacks(seen: Seen) -> bool:
        return code not in seen.lacking

    def declared(screen: Component) -> Component:
        done = is_done or nothing_lacks
        made = Step(code, order, icon, screen, frozenset(fields), frozenset(texts), applies, done)
        for other in _STEPS.values():
            if other.code == code or other.order == order or other.fields & made.fields:
                raise DeclaredTwice(code)
        _STEPS[code] = made
        return screen

    return declared


def ordered() -> list[Step]:
    """The steps of a visit from the first to the last."""
    read_all()
    return sorted(_STEPS.values(), key=lambda step: step.order)


def known(code: str | None) -> Step:
    """The step of this code; the first one for a code that is none."""
    read_all()
    return _STEPS.get(code or VISIT) or ordered()[0]


def step_of(missing: Missing) -> str | None:
    """The way to what is missing; None where only the office can do something."""
    declared = (each.code for each in ordered() if missing.field in each.fields)
    return next(declared, None) or _plain_step(missing.field)


def step_of_text(name: str) -> str:
    """Where a text of this name (field_app.visit.texts) is typed; else the first step."""
    kind = name.split(".")[0]
    declared = (each.code for each in ordered() if kind in each.texts | each.fields)
    return next(declared, None) or _plain_step(kind) or VISIT


def _plain_step(name: str) -> str | None:
    """The step that a field without a layout of its own names in the table of fields."""
    field = FIELD.get(name)
    return field.plain or None if field and field.owner is Owner.ENGINEER else None


def is_customers(code: str | None) -> bool:
    """Whether a step comes after the review: what lacks there keeps nobody from signing."""
    return code is not None and known(code).order > known(REVIEW).order


def done_steps(ticket: Ticket, missing: Iterable[Missing], asked: bool) -> frozenset[str]:
    """The steps with nothing missing. `asked`: the engineer has finalised. «6 de 9»."""
    if asked:
        # The van's stock and the office's news go on changing; what was finalised does not.
        return frozenset(each.code for each in ordered())
    seen = Seen(ticket, frozenset(step_of(item) for item in missing))
    return frozenset(
        each.code for each in ordered() if not each.applies(ticket) or each.is_done(seen)
    )


def route(ticket_id: str, code: str) -> str:
    """The address of a step's screen."""
    return f"/tickets/{ticket_id}" if code == VISIT else f"/tickets/{ticket_id}/{code}"


def following(code: str) -> str:
    """The step after this one; the last has itself."""
    return next((each.code for each in ordered() if each.order > known(code).order), code)


def next_to_do(code: str, ticket: Ticket) -> str:
    """The first step after this one that applies to the ticket; itself if there is none."""
    later = (each for each in ordered() if each.order > known(code).order)
    return next((each.code for each in later if each.applies(ticket)), code)
