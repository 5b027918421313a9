"""The evidence page: how to verify the report, the hash of each item, and what happened when."""

from collections.abc import Iterator
from datetime import datetime

from shared.closure.checklist import current_version
from shared.operations.digest import lost_bytes
from shared.report.blocks import (
    Align,
    Column,
    Field,
    Fields,
    Section,
    Table,
    Text,
    Tone,
    Verification,
)
from shared.report.conformity import device
from shared.report.phrases import Phrases, brief, joined
from shared.report.subject import Subject

TEMPLATE = 4
"""Of the report's words and layout; a change of either that can be seen makes it one higher."""


def evidence(subject: Subject) -> Section:
    """The annex, on a page of its own."""
    phrases = subject.phrases
    say = phrases.say
    verification = Verification(subject.url, subject.digest, say("digest"), say("verify"))
    # Nobody read this page before signing: it holds the digest of what they signed.
    added = (Text(say("evidence.added"), tone=Tone.LEGAL),) if subject.ticket.sign_off else ()
    blocks = (
        *added, verification, _items(subject, phrases), _events(subject, phrases), _made(subject)
    )  # fmt: skip
    return Section("evidence", say("evidence.heading"), blocks, annex=True)


def _items(subject: Subject, phrases: Phrases) -> Table:
    say, lost = phrases.say, lost_bytes(subject.ticket.record)
    rows = tuple(
        (
            str(number),
            joined(
                phrases.code("evidence", each.kind),
                each.caption,
                say("item.lost") if each.sha256 in lost else "",
            ),
            phrases.when(each.taken_at, seconds=True),
            phrases.figure(each.size),
            f"{each.sha256[:32]} {each.sha256[32:]}",
        )
        for number, each in enumerate(subject.evidence, start=1)
    )
    # On A4 the broadest half of a hash and the longest time just stay on one line.
    columns = (
        Column("#", 0.16, Align.END),
        Column(say("item"), 1.13),
        Column(say("item.taken"), 0.96),
        Column(say("item.size"), 0.44, Align.END),
        Column("SHA-256", 1.72),
    )
    return Table(columns, rows, say("items"), say("items.none"))


def _events(subject: Subject, phrases: Phrases) -> Table:
    say = phrases.say
    # The sort is stable: of two events in the same second, the natural order stays.
    events = sorted(_happened(subject, phrases), key=lambda event: event[0].timestamp())
    rows = tuple((phrases.when(at, seconds=True), what) for at, what in events)
    columns = (Column(say("event.at"), 1.2), Column(say("event.what"), 4))
    return Table(columns, rows, say("events"), say("events.none"))


def _happened(subject: Subject, phrases: Phrases) -> Iterator[tuple[datetime, str]]:
    ticket, say = subject.ticket, phrases.say
    moments = [
        (ticket.created_at, joined(say("event.opened"), phrases.code("channel", ticket.channel))),
        *((each.at, joined(say("event.contact"), phrases.code("contact", each.how), each.whom))
          for each in ticket.contacts),
        (ticket.arrived_at, say("event.arrived")),
        *((each.at, joined(say("event.action"), brief(each.text))) for each in ticket.actions),
        (ticket.tested_at, joined(say("event.test"), phrases.code("test", ticket.test_result))),
        (ticket.sign_off.signed_at if ticket.sign_off else None,
         joined(say("event.sign_off"),
                phrases.code("signoff", ticket.sign_off.outcome if ticket.sign_off else ""))),
        (ticket.departed_at, say("event.departed")),
    ]  # fmt: skip
    return ((at, what) for at, what in moments if at is not None)


def _made(subject: Subject) -> Fields:
    phrases = subject.phrases
    say = phrases.say
    by = device(subject)
    offset = by.get("clock_offset")
    checklist = subject.edition.checklist or current_version()
    clock = phrases.seconds(float(offset)) if isinstance(offset, int | float) else ""
    return Fields(
        (
            Field(say("made.app"), joined("Folio", str(by.get("app") or ""), by=" ")),
            Field(say("made.template"), f"{TEMPLATE} · {say('made.checklist')} {checklist}"),
            Field(say("made.clock"), clock),
            Field(say("made.ticket"), subject.ticket.id),
        )
    )
