"""The checklist's rules about time: the test after the work, hours that add up, times in order."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from shared.closure.missing import ChecklistFacts
from shared.closure.rule import Lack, lacks, rule
from shared.ticket.ticket import Ticket

TOLERANCE = timedelta(minutes=5)
LONGEST_DAY = timedelta(hours=16)


@rule("CL09", "test_result", since=1)
def cl09_verification(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """A verification test passed, after the last action. R108."""
    if ticket.test_result != "passed" or ticket.tested_at is None:
        yield lacks("test_result", "test")
        return
    last = max((action.at for action in ticket.actions if action.at), default=ticket.tested_at)
    if ticket.tested_at < last:
        yield lacks("test_result", "test_again")


@rule("CL14", "time_entries", since=1)
def cl14_time_entries(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """Hours: end after start, no overlap, at most 16 hours a day. R133."""
    entries = sorted(ticket.time_entries, key=lambda entry: entry.start)
    if not entries:
        yield lacks("time_entries", "hours")
    if any(entry.end <= entry.start for entry in entries):
        yield lacks("time_entries", "hours_backwards")
    elif any(later.start < earlier.end for earlier, later in pairwise(entries)):
        yield lacks("time_entries", "hours_overlap")
    elif any(total > LONGEST_DAY for total in _hours_by_day(ticket).values()):
        yield lacks("time_entries", "hours_a_day")


def _hours_by_day(ticket: Ticket) -> dict[date, timedelta]:
    """Time on each calendar day, as the clock on the tablet showed it."""
    days: dict[date, timedelta] = {}
    for entry in ticket.time_entries:
        start, end = entry.start, entry.end.astimezone(entry.start.tzinfo)
        while start < end:
            midnight = start.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
            until = min(end, midnight)
            days[start.date()] = days.get(start.date(), timedelta()) + (until - start)
            start = until
    return days


@rule("CL23", "arrived_at", "departed_at", "tested_at", "sign_off", since=1)
def cl23_order_of_times(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """Opened, arrived, tested, departed and signed follow one another, give or take 5 minutes."""
    opened = ticket.created_at - known.clock_offset if ticket.created_at else None
    signed = ticket.sign_off.signed_at if ticket.sign_off else None
    for earlier, later, field, key in (
        (opened, ticket.arrived_at, "arrived_at", "arrived_early"),
        (ticket.arrived_at, ticket.departed_at, "departed_at", "departed_early"),
        (ticket.arrived_at, ticket.tested_at, "tested_at", "tested_early"),
        (ticket.tested_at, signed, "sign_off", "signed_early"),
    ):
        if _swapped(earlier, later):
            yield lacks(field, key)
    if ticket.is_on_site and ticket.arrived_at is None:
        yield lacks("arrived_at", "arrived_at")
    if ticket.is_on_site and ticket.departed_at is None:
        yield lacks("departed_at", "departed_at")


def _swapped(earlier: datetime | None, later: datetime | None) -> bool:
    return earlier is not None and later is not None and later < earlier - TOLERANCE
