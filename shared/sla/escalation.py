"""Who must hear of this ticket now? E1, E2, E3, E5: once for each cause, and never down again."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from shared.time.calendar import in_utc


class Trigger(StrEnum):
    """The causes that the office sees by itself. PROCESS.md, Escalation; R040, R041, R043, R044."""

    E1 = "E1"
    E2 = "E2"
    E3 = "E3"
    E5 = "E5"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a ticket when the question is asked; times are zoned.

    `raised` holds the highest level already raised for each trigger. `resolved` is true from the
    engineer's finalisation until the customer rejects it. `recurrent` is a second rejection.
    A term that was answered is not due any more: None.
    """

    opened: datetime
    now: datetime
    priority: str
    resolved: bool = False
    response_breached: bool = False
    resolution_breached: bool = False
    special_part_needed: bool = False
    customer_dissatisfied: bool = False
    recurrent: bool = False
    raised: Mapping[str, int] = field(default_factory=dict)
    response_due: datetime | None = None
    resolution_due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """Natural time without a solution after which level 1, 2 and, when high, 3 must know."""

    first: timedelta = timedelta(hours=24)
    second: timedelta = timedelta(hours=48)
    third_when_high: timedelta = timedelta(hours=72)


_LAST = datetime.max.replace(tzinfo=UTC)

LIMITS = Limits()
"""The defaults of PROCESS.md, Escalation; an organisation may set its own."""


@dataclass(frozen=True, slots=True)
class Escalation:
    """Tell `level` (1 supervisor, 2 manager, 3 director) why; the cause, not the ticket's level."""

    trigger: Trigger
    level: int
    reason_code: str

    @property
    def tells_account_executive(self) -> bool:
        """Does the account executive hear of it too?"""
        return self.trigger is Trigger.E5


def escalations(facts: Facts, limits: Limits = LIMITS) -> list[Escalation]:
    """What is to be raised now, in the order of the triggers; nothing that was raised before.

    A trigger is raised again only when it has grown to a higher level; after an outage only at
    the level it has reached, not at those it has passed. PROCESS.md, Escalation; R040–R047.
    """
    return [
        escalation
        for escalation in _causes(facts, limits)
        if escalation.level > facts.raised.get(escalation.trigger, 0)
    ]


def next_look(facts: Facts, limits: Limits = LIMITS) -> datetime | None:
    """When something may be to be raised: now, where something is; else the first moment (UTC) at
    which time alone may bring it about; None for never.

    Nothing is to be raised before it while ticket, calendar and limits stay as they are.
    """
    if escalations(facts, limits):
        return in_utc(facts.now)
    ages = {} if facts.resolved else _ages(facts, limits)
    terms = {1: facts.response_due, 2: facts.resolution_due}
    coming = (
        *(at for level, at in ages.items() if level > facts.raised.get(Trigger.E1, 0)),
        *(at for level, at in terms.items() if at and level > facts.raised.get(Trigger.E2, 0)),
    )
    return min((at for at in map(in_utc, coming) if at >= in_utc(facts.now)), default=None)


def _ages(facts: Facts, limits: Limits) -> Mapping[int, datetime]:
    third = {3: limits.third_when_high} if facts.priority == "high" else {}
    after = {1: limits.first, 2: limits.second, **third}
    opened = in_utc(facts.opened)
    return {level: opened + age for level, age in after.items() if opened <= _LAST - age}


def _causes(facts: Facts, limits: Limits) -> Iterator[Escalation]:
    if level := _level_of_age(facts, limits):
        yield Escalation(Trigger.E1, level, "unresolved")
    if facts.resolution_breached:
        yield Escalation(Trigger.E2, 2, "resolution_breached")
    elif facts.response_breached:
        yield Escalation(Trigger.E2, 1, "response_breached")
    if facts.special_part_needed:
        yield Escalation(Trigger.E3, 1, "special_part")
    if facts.customer_dissatisfied:
        yield _dissatisfaction(facts)


def _level_of_age(facts: Facts, limits: Limits) -> int:
    age = in_utc(facts.now) - in_utc(facts.opened)
    if facts.resolved or age <= limits.first:
        return 0
    if age > limits.third_when_high and facts.priority == "high":
        return 3
    return 2 if age > limits.second else 1


def _dissatisfaction(facts: Facts) -> Escalation:
    if facts.priority == "high":
        return Escalation(Trigger.E5, 2, "dissatisfied_high")
    if facts.recurrent:
        return Escalation(Trigger.E5, 2, "dissatisfied_recurrent")
    return Escalation(Trigger.E5, 1, "dissatisfied")
