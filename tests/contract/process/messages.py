"""Who is told of what happens to a ticket: each event brought about, and the outbox read."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from shared.operations.operation import Kind
from shared.ticket.people import Role
from shared.ticket.ticket import State
from sync_server.identity.users import User
from tests import cast
from tests.contract.process.office import ProcessOffice
from tests.contract.process.table import NOBODY, table
from tests.sync_server.visit import Visit

HEAD = ("event", "told by mail", "subject", "for other systems")

Event = tuple[str, str, Callable[[], object]]
"""What happens, to which ticket, and how it is brought about."""


def messages(office: ProcessOffice) -> str:
    """One row for each event, escalations apart; what is due at once counts as told at once."""
    return table(HEAD, _rows(office))


def _rows(office: ProcessOffice) -> Iterator[tuple[str, ...]]:
    for events in (_at_the_desk, _under_way, _waiting, _ending, _closing):
        office.next_monday()
        for words, id, happens in events(office):
            office.look()
            before = _known(office, id)
            happens()
            office.look()
            yield _row(office, words, id, before)


def _row(office: ProcessOffice, words: str, id: str, before: frozenset[str]) -> tuple[str, ...]:
    mails = [mail for mail in office.told(id) if mail.id not in before]
    mails = [mail for mail in mails if mail.topic != "escalation"]
    events = [event for event in office.announced(id) if event.id not in before]
    subjects = sorted({_subject(office, id, mail.body["subject"]) for mail in mails})
    topics = sorted({f"`{event.topic}`" for event in events})
    return words, office.addressees(mails) or NOBODY, ", ".join(subjects), ", ".join(topics)


def _known(office: ProcessOffice, id: str) -> frozenset[str]:
    return frozenset(row.id for row in (*office.told(id), *office.announced(id)))


def _subject(office: ProcessOffice, id: str, subject: str) -> str:
    return f"«{subject.replace(office.fields(id)['folio'], '…')}»"


def _gives(
    office: ProcessOffice, id: str, name: str, role: Role, **words: str
) -> Callable[[], object]:
    def give() -> None:
        assert office.command(id, name, role, **words).reason is None

    return give


def _at_the_desk(office: ProcessOffice) -> Iterator[Event]:
    id = office.context.new_id()
    body = {"fields": {**cast.TICKET, **office.asked()}}
    yield "registered", id, lambda: office.operation(id, Kind.CREATE, body, Role.CALL_CENTRE)
    yield "classified", id, _gives(office, id, "classify", Role.CALL_CENTRE)
    merged = office.in_state(State.CLASSIFIED)
    folio = office.fields(id)["folio"]
    yield "merged", merged, _gives(office, merged, "merge_into", Role.SUPERVISOR, folio=folio)
    referred = office.in_state(State.CLASSIFIED)
    where = {"to": "toner", "reason": "consumibles"}
    yield "referred", referred, _gives(office, referred, "refer", Role.SUPERVISOR, **where)
    engineer = office.user(Role.ENGINEER)
    yield "assigned", id, lambda: office.assign(id, engineer)
    yield "given to another engineer", id, lambda: office.assign(id, _second_engineer(office))


def _under_way(office: ProcessOffice) -> Iterator[Event]:
    id = office.request()
    yield "work began", id, _gives(office, id, "start", Role.ENGINEER)
    office.clock.at += timedelta(minutes=1)
    yield "priority changed", id, lambda: office.sets(id, priority="low")
    yield (
        "escalated by a person",
        id,
        _gives(office, id, "escalate", Role.SUPERVISOR, reason="no se resolvió"),
    )
    office.assign(id, office.user(Role.ENGINEER))
    _gives(office, id, "start", Role.ENGINEER)()
    yield (
        "waits for a part",
        id,
        _gives(office, id, "await_solution", Role.ENGINEER, awaiting="REF-LVPS"),
    )


def _waiting(office: ProcessOffice) -> Iterator[Event]:
    id = office.in_state(State.IN_ANALYSIS)
    yield (
        "a question to the customer",
        id,
        _gives(office, id, "ask_customer", Role.ENGINEER, question="¿Qué cuenta?"),
    )
    yield "no answer for 2 business days", id, lambda: office.clock.forward(days=2)
    yield "answered", id, _gives(office, id, "answer", Role.CALL_CENTRE)
    again = office.in_state(State.WAITING_CUSTOMER)
    office.clock.forward(days=7)
    yield "closed for lack of information", again, lambda: office.clock.forward(days=1)


def _ending(office: ProcessOffice) -> Iterator[Event]:
    id = office.request()
    visit = Visit(office.tablet, id).work().sign("remarks", remarks="Falta limpiar.")
    yield "finalised and granted", id, lambda: office.hand_in(visit)
    yield "not validated for 1 h", id, lambda: office.clock.forward(hours=1)
    yield (
        "the solution rejected",
        id,
        _gives(office, id, "reject_solution", Role.CALL_CENTRE, reason="no imprime"),
    )
    asked = office.request()
    yield (
        "the closing asked for",
        asked,
        _gives(office, asked, "request_close", Role.CALL_CENTRE, proof="su correo"),
    )


def _closing(office: ProcessOffice) -> Iterator[Event]:
    id = office.validating()
    office.clock.forward(days=7)
    yield "closed, the customer silent", id, lambda: office.clock.forward(days=1)
    signed = office.request()
    visit = Visit(office.tablet, signed).work().sign()
    yield "closed at once, signed «Conforme»", signed, lambda: office.hand_in(visit, State.CLOSED)
    yield (
        "work that comes after the closing",
        signed,
        lambda: office.tablet.push(office.tablet.appends(signed, "notes", text="se me olvidó")),
    )


def _second_engineer(office: ProcessOffice) -> User:
    return office.user(Role.ENGINEER, "Julia Peña")
