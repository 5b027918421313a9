"""What the running office raises, for each thing that may happen to a ticket."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from shared.operations.operation import Kind
from shared.ticket.people import Role
from shared.time.timestamps import instant
from shared.words import t
from tests.contract.process.office import ProcessOffice
from tests.contract.process.table import NOT_RAISED, table
from tests.sync_server.visit import Visit

HEAD = ("when", "trigger", "level", "state then", "told by mail")
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Case:
    """What happened to a ticket; how many escalations and which mails there were before."""

    words: str
    ticket: str
    events: int = 0
    mails: frozenset[str] = frozenset()


def escalation(office: ProcessOffice) -> str:
    """One row for each case, as the schedule answers it within the minute."""
    return table(HEAD, _rows(office))


def _rows(office: ProcessOffice) -> Iterator[tuple[str, ...]]:
    for cases in (_aged, _aged_high, _late, _special_part, _unsolved, _unfinished, _dissatisfied,
                  _dissatisfied_high, _unacknowledged):  # fmt: skip
        office.next_monday()
        for case in cases(office):
            office.look()
            yield _row(office, case)


def _row(office: ProcessOffice, case: Case) -> tuple[str, ...]:
    events = office.raised(case.ticket)[case.events :]
    mails = [mail for mail in office.told(case.ticket) if mail.id not in case.mails]
    about = [mail for mail in mails if mail.topic in ("escalation", "complaint")]
    if not events:
        return case.words, NOT_RAISED, "", "", office.addressees(about)
    triggers = " and ".join(_named(event) for event in events)
    levels = " and ".join(str(event["level"]) for event in events)
    state = f"`{office.fields(case.ticket)['state']}`"
    return case.words, triggers, levels, state, office.addressees(about) or "nobody"


def _named(event: Any) -> str:
    trigger = str(event["trigger"])
    return t(f"process.trigger.{trigger}", "en").lower() if trigger == "manual" else trigger


def _at(office: ProcessOffice, words: str, id: str) -> Case:
    """From here on: what was raised before is looked at, and counts no more."""
    office.look()
    return Case(words, id, len(office.raised(id)), frozenset(mail.id for mail in office.told(id)))


def _responded(office: ProcessOffice, **fields: Any) -> str:
    id = office.request(**fields)
    assert office.command(id, "start", Role.ENGINEER).reason is None
    return id


def _aged(office: ProcessOffice) -> Iterator[Case]:
    id, opened = _responded(office, priority="low"), office.clock.at
    for count in (24, 48):
        office.clock.at = opened + timedelta(hours=count)
        case = _at(office, f"unresolved for more than {count} h by the wall clock", id)
        office.clock.at += MINUTE
        yield case


def _aged_high(office: ProcessOffice) -> Iterator[Case]:
    id, opened = _responded(office, priority="high"), office.clock.at
    office.clock.at = opened + timedelta(hours=72)
    case = _at(office, "for more than 72 h, high priority", id)
    office.clock.at += MINUTE
    yield case


def _late(office: ProcessOffice) -> Iterator[Case]:
    id = office.request(priority="high")
    for term, words in (("response", "first response late"), ("resolution", "resolution late")):
        due = instant(office.fields(id)["due"][term])
        assert due is not None
        office.clock.at = due
        case = _at(office, words, id)
        office.clock.at += MINUTE
        yield case


def _special_part(office: ProcessOffice) -> Iterator[Case]:
    visit = Visit(office.tablet, _responded(office))
    case = _at(office, "a special part is pending", visit.ticket)
    visit.appends("parts_pending", code="REF-LVPS", quantity=1, blocking=True)
    visit.push()
    yield case


def _unsolved(office: ProcessOffice) -> Iterator[Case]:
    visit = Visit(office.tablet, _responded(office))
    case = _at(office, "the verification test fails twice in a row", visit.ticket)
    for _ in range(2):
        visit.sets(test_result="failed", tested_at=visit.at())
        visit.push()
        office.clock.at += MINUTE
    yield case
    yield _escalated_by(office, Role.ENGINEER, "the engineer escalates: «no se resolvió»")
    yield _escalated_by(office, Role.SUPERVISOR, "the supervisor escalates")
    yield _escalated_by(office, Role.MANAGER, "the manager escalates")


def _escalated_by(office: ProcessOffice, role: Role, words: str) -> Case:
    id = _responded(office)
    case = _at(office, words, id)
    assert office.command(id, "escalate", role, reason="no se resolvió").reason is None
    return case


def _unfinished(office: ProcessOffice) -> Iterator[Case]:
    visit = Visit(office.tablet, _responded(office))
    visit.sets(mode="on_site", arrived_at=visit.at(), departed_at=visit.at(30))
    visit.push()
    case = _at(office, "a visit ended and the business day with it, nothing decided", visit.ticket)
    office.clock.at += timedelta(hours=8, minutes=1)
    yield case


def _dissatisfied(office: ProcessOffice) -> Iterator[Case]:
    id = _responded(office)
    case = _at(office, "the account executive notes a complaint", id)
    _noted(office, id)
    yield case
    visit = Visit(office.tablet, office.request()).work()
    visit.sets(satisfaction={"rating": 1, "comment": "muy lento"})
    visit.sign("remarks", remarks="Sigue sin imprimir bien.")
    case = _at(office, "the customer signs with remarks and a rating of 1", visit.ticket)
    office.hand_in(visit)
    yield case
    yield _rejected(office, "the customer rejects the solution", visit.ticket)
    assert office.command(visit.ticket, "acknowledge_escalation").reason is None
    again = Visit(office.tablet, visit.ticket)
    again.sign("remarks", remarks="Sigue sin imprimir bien.")
    again.files = dict(visit.files)
    office.hand_in(again)
    yield _rejected(office, "rejects it once more", visit.ticket)


def _dissatisfied_high(office: ProcessOffice) -> Iterator[Case]:
    id = office.validating(priority="high")
    yield _rejected(office, "rejects it, high priority", id)


def _rejected(office: ProcessOffice, words: str, id: str) -> Case:
    case = _at(office, words, id)
    rejected = office.command(id, "reject_solution", Role.CALL_CENTRE, reason="no imprime")
    assert rejected.reason is None
    return case


def _noted(office: ProcessOffice, id: str) -> None:
    entry = {"id": office.context.new_id(), "text": "El cliente se queja."}
    body = {"collection": "notes", "entry": entry}
    office.operation(id, Kind.APPEND, body, Role.ACCOUNT_EXECUTIVE)


def _unacknowledged(office: ProcessOffice) -> Iterator[Case]:
    id, opened = _responded(office, priority="high"), office.clock.at
    # Resolution is late at 18:00 on Monday: level 2. Before Tuesday's end, a day's age.
    office.clock.at = opened + timedelta(hours=30)
    case = _at(office, "level 2 does not acknowledge for 8 business hours", id)
    office.clock.at = opened + timedelta(hours=48)
    yield case
