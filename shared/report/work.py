"""The middle of the report: what was wrong, what was done, with what, for how long, how soon."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from shared.report.blocks import Align, Block, Column, Section, Table, Text
from shared.report.phrases import Phrases, joined
from shared.report.subject import Subject
from shared.sla.reading import read_terms
from shared.sla.sla import ClockReading, SlaStatus
from shared.ticket.fields import CAPTURED, REQUESTED
from shared.ticket.fields import Field as PlainField
from shared.ticket.work import Action, PartPending, PartUsed, TimeEntry
from shared.time.office_hours import calendar_of


def findings(subject: Subject) -> Section:
    """Reported, found, cause, done, solution, test, classification: the engineer's own words.

    What else the customer signs stands under its word: the request's after what was reported, the
    engineer's at the end.
    """
    ticket, phrases = subject.ticket, subject.phrases
    say = phrases.say
    cause = joined(phrases.named("root_causes", ticket.root_cause, show_code=True),
                   ticket.root_cause_text, by="\n")  # fmt: skip
    test = joined(phrases.code("test", ticket.test_result), phrases.when(ticket.tested_at))
    final = phrases.named("final_classifications", ticket.final_classification, show_code=True)
    blocks = [
        Text(ticket.description, phrases.field("description")),
        *_plain(subject, REQUESTED),
        Text(ticket.diagnosis, phrases.field("diagnosis")),
        Text(cause, say("cause")),
        Text(_actions(ticket.actions, phrases), say("done")),
        Text(ticket.solution, phrases.field("solution")),
        Text(test, say("test")),
        Text(final, say("classification")),
        *_plain(subject, CAPTURED),
    ]
    return Section("work", say("work.heading"), tuple(blocks))


def _plain(subject: Subject, fields: Iterable[PlainField]) -> Iterator[Text]:
    phrases, doc = subject.phrases, subject.ticket.record.fields
    for field in fields:
        told = phrases.value(field, doc.get(field.name))
        if told and field.signed:
            yield Text(told, phrases.field(field.name))


def _actions(actions: tuple[Action, ...], phrases: Phrases) -> str:
    return "\n".join(joined(phrases.when(action.at), action.text) for action in actions)


def parts(subject: Subject) -> Section:
    """Parts used and parts pending; when there are none it says so."""
    ticket, phrases = subject.ticket, subject.phrases
    say = phrases.say
    code, name = Column(say("part.code"), 1.5), Column(say("part.name"), 3.2)
    quantity = Column(say("part.quantity"), 0.8, Align.END)
    used = Table(
        (code, name, quantity, Column(say("part.serial"), 1.6), Column(say("part.note"), 2)),
        tuple(_used(part, phrases) for part in ticket.parts_used),
        say("parts.used"),
        say("parts.none_used"),
    )
    pending = Table(
        (code, name, quantity, Column(say("part.eta"), 1.6), Column(say("part.note"), 2)),
        tuple(_pending(part, phrases) for part in ticket.parts_pending),
        say("parts.pending"),
        say("parts.none_pending"),
    )
    return Section("parts", say("parts.heading"), (used, pending))


def _used(part: PartUsed, phrases: Phrases) -> tuple[str, ...]:
    name = _part_name(part.code, phrases)
    return part.code, name, phrases.figure(part.quantity), part.serial, part.justification


def _part_name(code: str, phrases: Phrases) -> str:
    """What the catalogue calls it; the code stands beside it already."""
    name = phrases.named("parts", code)
    return "—" if name == code else name


def _pending(part: PartPending, phrases: Phrases) -> tuple[str, ...]:
    note = joined(
        phrases.say("part.blocking") if part.blocking else "",
        phrases.say("part.special") if part.special else "",
    )
    name = _part_name(part.code, phrases)
    return part.code, name, phrases.figure(part.quantity), phrases.day(part.eta), note


def hours(subject: Subject) -> Section:
    """The time entries and their sum, and each promised time with what became of it."""
    phrases = subject.phrases
    blocks = [_hours(subject, phrases), *_sla_limits(subject, phrases)]
    return Section("hours", phrases.say("hours.heading"), tuple(blocks))


def _hours(subject: Subject, phrases: Phrases) -> Table:
    say, entries = phrases.say, subject.ticket.time_entries
    total = sum((_length(entry) or timedelta() for entry in entries), timedelta())
    return Table(
        (
            Column(say("time.kind"), 2),
            Column(say("time.start"), 2),
            Column(say("time.end"), 2),
            Column(say("time.length"), 1.2, Align.END),
        ),
        tuple(_entry(entry, phrases) for entry in entries),
        empty=say("time.none"),
        total=(say("time.total"), "", "", phrases.span(total)) if len(entries) > 1 else (),
    )


def _entry(entry: TimeEntry, phrases: Phrases) -> tuple[str, ...]:
    length = _length(entry)
    kind = phrases.code("time", entry.kind)
    times = phrases.when(entry.start), phrases.when(entry.end)
    return kind, *times, "—" if length is None else phrases.span(length)


def _length(entry: TimeEntry) -> timedelta | None:
    """How long it took; nobody knows when it ends before it begins, and it is in no sum."""
    return entry.end - entry.start if entry.end >= entry.start else None


def _sla_limits(subject: Subject, phrases: Phrases) -> Iterator[Block]:
    rows = [
        (phrases.code("clock", reading.clock), phrases.when(reading.due),
         phrases.when(reading.happened) or "—", phrases.code("standing", kept(reading)))
        for reading in sla_limits(subject)
    ]  # fmt: skip
    if rows:
        columns = tuple(
            Column(phrases.say(f"sla.{name}"), share)
            for name, share in (("clock", 2), ("due", 2), ("at", 2), ("result", 1.2))
        )
        yield Table(columns, tuple(rows), phrases.say("sla.heading"))


def sla_limits(subject: Subject) -> tuple[ClockReading, ...]:
    """Each term of the ticket as it stood when the report was made; resolved when the engineer was
    done. All by the tablet's clock: its skew may not have been known when paper was made."""
    calendar = calendar_of(subject.organisation.get("calendar"))
    printed = subject.ticket.record.with_fields({"clock_skew": None})
    return read_terms(printed, calendar, subject.made_at, subject.finished_at)


def kept(reading: ClockReading) -> SlaStatus:
    """What paper says of a term: one that has not run out yet is running, however near."""
    warned = reading.status is SlaStatus.WARNING
    return SlaStatus.RUNNING if warned else reading.status
