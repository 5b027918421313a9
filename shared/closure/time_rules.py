"""The checklist's rules about time: the test after the work, hours that add up, times in order."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from shared.closure.missing import ChecklistFacts, Missing
from shared.ticket.ticket import Ticket

TOLERANCE = timedelta(minutes=5)
LONGEST_DAY = timedelta(hours=16)


def cl09_verification(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """A verification test passed, after the last action. R108."""
    if ticket.test_result != "passed" or ticket.tested_at is None:
        yield Missing("CL09", "test_result", "Falta la prueba de verificación aprobada.",
                      "A verification test that passed is missing.")  # fmt: skip
        return
    last = max((action.at for action in ticket.actions if action.at), default=ticket.tested_at)
    if ticket.tested_at < last:
        yield Missing("CL09", "test_result", "Hay trabajo posterior a la prueba: pruebe de nuevo.",
                      "There is work after the test: test again.")  # fmt: skip


def cl14_time_entries(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """Hours: end after start, no overlap, at most 16 hours a day. R133."""
    entries = sorted(ticket.time_entries, key=lambda entry: entry.start)
    if not entries:
        yield Missing("CL14", "time_entries", "Faltan las horas trabajadas.",
                      "The hours worked are missing.")  # fmt: skip
    if any(entry.end <= entry.start for entry in entries):
        yield Missing("CL14", "time_entries", "Hay horas que terminan antes de empezar.",
                      "Some hours end before they start.")  # fmt: skip
    elif any(later.start < earlier.end for earlier, later in pairwise(entries)):
        yield Missing("CL14", "time_entries", "Hay horas que se enciman.",
                      "Some hours overlap.")  # fmt: skip
    elif any(total > LONGEST_DAY for total in _hours_by_day(ticket).values()):
        yield Missing("CL14", "time_entries", "Hay más de 16 horas en un mismo día.",
                      "There are more than 16 hours in one day.")  # fmt: skip


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


def cl23_order_of_times(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """Opened, arrived, tested, departed and signed follow one another, give or take 5 minutes."""
    opened = ticket.created_at - known.clock_offset if ticket.created_at else None
    signed = ticket.sign_off.signed_at if ticket.sign_off else None
    for earlier, later, field, es, en in (
        (opened, ticket.arrived_at, "arrived_at",
         "La llegada es anterior a la apertura del ticket.",
         "The arrival is before the ticket was opened."),
        (ticket.arrived_at, ticket.departed_at, "departed_at",
         "La salida es anterior a la llegada.",
         "The departure is before the arrival."),
        (ticket.arrived_at, ticket.tested_at, "tested_at", "La prueba es anterior a la llegada.",
         "The test is before the arrival."),
        (ticket.tested_at, signed, "sign_off", "La firma es anterior a la prueba.",
         "The signature is before the test."),
    ):  # fmt: skip
        if _swapped(earlier, later):
            yield Missing("CL23", field, es, en)
    if ticket.is_on_site and ticket.arrived_at is None:
        yield Missing("CL23", "arrived_at", "Falta la hora de llegada.",
                      "The time of arrival is missing.")  # fmt: skip
    if ticket.is_on_site and ticket.departed_at is None:
        yield Missing("CL23", "departed_at", "Falta la hora de salida.",
                      "The time of departure is missing.")  # fmt: skip


def _swapped(earlier: datetime | None, later: datetime | None) -> bool:
    return earlier is not None and later is not None and later < earlier - TOLERANCE
