"""What was promised, and what happens to a customer who does not answer: read off the clock."""

from datetime import datetime, timedelta

from shared.ticket.people import Role
from shared.ticket.ticket import Priority, State
from shared.time.calendar import business_time_between, nth_business_day_after
from shared.time.timestamps import instant
from shared.words import t
from tests.contract.process.office import ProcessOffice
from tests.contract.process.table import hours, table

TERMS = ("response", "on_site", "resolution")

SECOND = timedelta(seconds=1)
DAYS = 8


def targets(office: ProcessOffice) -> str:
    """The terms that a new ticket gets, in business hours from its opening."""
    office.next_monday()
    rows = [
        (t(f"process.priority.{p}", "en").lower(), *(hours(span) for span in _spans(office, p)))
        for p in Priority
    ]
    return table(("priority", "first response", "on site", "resolution"), rows)


def timers(office: ProcessOffice) -> str:
    """When mails go out and when the ticket closes, for each state in which it may wait."""
    since = office.next_monday()
    waiting = {
        "`customer_validation`": office.validating(),
        "`close_requested`, after the engineer had finalised": _asked_to_close(office),
        "`close_requested`, nothing done yet": office.in_state(State.CLOSE_REQUESTED),
        "`waiting_customer`": office.in_state(State.WAITING_CUSTOMER),
        "`waiting_final_solution`": office.in_state(State.WAITING_FINAL_SOLUTION),
    }
    seen = _watched(office, since, list(waiting.values()))
    rows = [
        (name, " · ".join(seen[id].reminders) or "none", seen[id].closes or "never by itself")
        for name, id in waiting.items()
    ]
    return table(("state", "reminders", "closes"), rows)


class Seen:
    """What happened to one ticket, by the moment at which it did."""

    def __init__(self) -> None:
        self.reminders: list[str] = []
        self.closes = ""


def _watched(office: ProcessOffice, since: datetime, ids: list[str]) -> dict[str, Seen]:
    seen = {id: Seen() for id in ids}
    for moment, at in _moments(office, since):
        office.clock.at = at - SECOND
        office.look()
        assert all(_new(office, seen[id], id) == (0, False) for id in ids), f"before {moment}"
        office.clock.at = at
        office.look()
        for id in ids:
            reminded, closed = _new(office, seen[id], id)
            seen[id].reminders += [f"after {moment}"] * reminded
            if closed:
                seen[id].closes = f"after {moment}{_as(office, id)}"
    return seen


def _moments(office: ProcessOffice, since: datetime) -> list[tuple[str, datetime]]:
    calendar = office.context.calendar
    days = [(n, nth_business_day_after(since, n, calendar)) for n in range(1, DAYS + 1)]
    return [
        *((f"{n} h", since + timedelta(hours=n)) for n in (1, 2, 4)),
        *((f"{n} business day{'s' if n > 1 else ''}", at) for n, at in days),
    ]


def _new(office: ProcessOffice, seen: Seen, id: str) -> tuple[int, bool]:
    sent = [mail for mail in office.told(id) if mail.topic.startswith("reminder.")]
    closed = office.fields(id)["state"] == State.CLOSED
    return len(sent) - len(seen.reminders), closed and not seen.closes


def _as(office: ProcessOffice, id: str) -> str:
    final = office.fields(id).get("final_classification")
    return f", as {final}" if final == "HD1" else ""


def _asked_to_close(office: ProcessOffice) -> str:
    id = office.validating()
    assert office.command(id, "request_close", Role.CALL_CENTRE, proof="su correo").reason is None
    return id


def _spans(office: ProcessOffice, priority: Priority) -> list[timedelta | None]:
    fields = office.fields(office.request(priority=priority.value))
    opened = instant(fields["created_at"])
    assert opened is not None
    terms = [instant(fields["due"][term]) for term in TERMS]
    calendar = office.context.calendar
    return [business_time_between(opened, at, calendar) if at else None for at in terms]
