"""A customer who does not answer is reminded, and in the end the ticket closes by itself."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from shared.time.calendar import Calendar, in_utc, nth_business_day_after


class Action(StrEnum):
    """What a step does."""

    REMIND = "remind"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Step:
    """One step: so many hours by the clock, or so many business days, after the last action."""

    code: str
    action: Action
    hours: int = 0
    business_days: int = 0
    final_classification: str | None = None


_VALIDATION = (
    Step("reminder_1_hour", Action.REMIND, hours=1),
    Step("reminder_2_days", Action.REMIND, business_days=2),
    Step("reminder_5_days", Action.REMIND, business_days=5),
    Step("close", Action.CLOSE, business_days=6),
)

STEPS: Mapping[str, tuple[Step, ...]] = MappingProxyType(
    {
        "customer_validation": _VALIDATION,
        "close_requested": _VALIDATION,
        "waiting_customer": (
            Step("reminder_2_days", Action.REMIND, business_days=2),
            Step("reminder_4_days", Action.REMIND, business_days=4),
            Step("close", Action.CLOSE, business_days=6, final_classification="HD1"),
        ),
    }
)
"""By state code; a state that is not here never closes by itself. R076–R093."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A step and its instant (UTC). `key` names it for ever: it changes when the count restarts."""

    step: Step
    at: datetime
    key: str
    overtaken: bool = False


_CONFIRMED = Step("close_confirmed", Action.CLOSE, business_days=1)
"""The customer has said that it works: nobody is reminded, and there is a day for a rating."""


def plan(
    state: str,
    since: datetime,
    last_action: datetime | None,
    calendar: Calendar,
    confirmed: datetime | None = None,
) -> tuple[Planned, ...]:
    """Every step of a ticket in `state` since then (zoned), in order; none for other states.

    The count starts with the state and starts again with each action of support in it. From the
    moment in which the customer `confirmed` the solution it is one day more, whoever acts.
    PROCESS.md, Timers.
    """
    if state == "customer_validation" and confirmed is not None:
        said = in_utc(confirmed)
        return (
            Planned(_CONFIRMED, _at(_CONFIRMED, said, calendar), _key(state, _CONFIRMED, said)),
        )
    start = in_utc(since) if last_action is None else max(in_utc(since), in_utc(last_action))
    return tuple(
        Planned(step, _at(step, start, calendar), _key(state, step, start))
        for step in STEPS.get(state, ())
    )


def steps_due(planned: tuple[Planned, ...], done: Set[str], now: datetime) -> list[Planned]:
    """The steps whose time has come by `now` (zoned) and whose key is not in `done`, in order.

    After an outage nothing is dropped: each reminder still goes out, once, and before the
    closing, because closing for lack of information asks for its reminders to have been sent.
    One that leaves together with a later step is marked `overtaken`, so that its words promise
    no term that has passed. PROCESS.md, Timers; PROCESS.md, HD1 profile.
    """
    overdue = [item for item in planned if item.at <= in_utc(now)]
    return [
        Planned(item.step, item.at, item.key, overtaken=item is not overdue[-1])
        for item in overdue
        if item.key not in done
    ]


def next_step(planned: tuple[Planned, ...], done: Set[str]) -> datetime | None:
    """When the first step that is not done is due (UTC); None when all are done."""
    return min((item.at for item in planned if item.key not in done), default=None)


def _at(step: Step, start: datetime, calendar: Calendar) -> datetime:
    if step.business_days:
        return nth_business_day_after(start, step.business_days, calendar)
    return start + timedelta(hours=step.hours)


def _key(state: str, step: Step, start: datetime) -> str:
    return f"{state}/{step.code}/{start.isoformat(timespec='milliseconds')}"
