"""The last sections before the annex: photos, checklist, and what the customer said and signed."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import Any

from shared.report.blocks import (
    Block,
    Check,
    Checklist,
    Field,
    Mark,
    Photo,
    PhotoPairs,
    Rating,
    Section,
    Signature,
    Text,
    Tone,
)
from shared.report.phrases import Phrases, grouped, joined
from shared.report.shown import Shown
from shared.report.subject import Subject
from shared.ticket.evidence import Evidence, EvidenceKind
from shared.ticket.profile import asks_meter
from shared.ticket.sign_off import SIGNED, SignOff, SignOffOutcome
from shared.ticket.ticket import Ticket

CONFORMITY = "conformity"
"""The key of the section in which the customer agrees."""

PICTURES = (EvidenceKind.BEFORE, EvidenceKind.AFTER, EvidenceKind.CAPTURE)


def photos(subject: Subject) -> Section | None:
    """Before beside after, in order of capture; what has no partner follows two by two."""
    phrases = subject.phrases
    shown: dict[str, list[Photo]] = {kind: [] for kind in PICTURES}
    for number, each in enumerate(subject.evidence, start=1):
        if each.kind in PICTURES and each.mime != "text/plain":
            shown[each.kind].append(_photo(number, each, phrases))
    before, after, rest = shown.values()
    count = min(len(before), len(after))
    alone = [*before[count:], *after[count:], *rest]
    pairs = [*zip(before, after, strict=False), *zip_longest(alone[::2], alone[1::2])]
    if not pairs:
        return None
    heading = phrases.say("photos.heading")
    return Section("photos", heading, (PhotoPairs(tuple(pairs), phrases.say("photo.missing")),))


def _photo(number: int, evidence: Evidence, phrases: Phrases) -> Photo:
    details = (
        phrases.when(evidence.taken_at),
        phrases.place(evidence.position),
        grouped(evidence.sha256[:16]),
    )
    role = f"{number} · {phrases.code('evidence', evidence.kind)}"
    return Photo(evidence.sha256, role, evidence.caption, tuple(filter(None, details)))


def checklist(subject: Subject) -> Section:
    """What a careful visit does, and where this one has an exception."""
    phrases = subject.phrases
    items = tuple(_checks(subject.ticket, phrases, _has_a_meter(subject)))
    return Section("checklist", phrases.say("checklist.heading"), (Checklist(items),))


def _has_a_meter(subject: Subject) -> bool:
    """Whether the paper speaks of a meter: it is asked for, or there is something to say of it."""
    own = subject.asset.asks_meter if subject.asset else None
    ticket = subject.ticket
    return asks_meter(subject.organisation, own) or bool(ticket.meter or ticket.meter_exception)


def _checks(ticket: Ticket, phrases: Phrases, has_a_meter: bool) -> Iterator[Check]:
    has_asset, on_site = ticket.asset is not None, ticket.is_on_site
    shown = ("after",) if on_site else ("capture", "transcript")
    justified = any(part.justification for part in ticket.parts_used)
    for name, applies, done, exception in (
        ("contact", True, bool(ticket.contacts), False),
        ("history", has_asset, ticket.history_reviewed, False),
        ("serial", has_asset and on_site, ticket.serial_matched, False),
        ("meter", has_asset and on_site, ticket.meter is not None, bool(ticket.meter_exception)),
        ("evidence", True, any(ticket.photos(kind) for kind in shown), False),
        ("test", True, ticket.test_result == "passed", False),
        ("pending", True, True, bool(ticket.parts_pending)),
        ("stock", bool(ticket.parts_used), True, justified),
    ):
        if name == "meter" and not has_a_meter:
            continue
        note = phrases.say(f"check.{name}.exception") if exception else ""
        mark = _mark(applies, done, exception)
        yield Check(mark, phrases.say(f"check.{name}"), phrases.say(f"mark.{mark}"), note)


def _mark(applies: bool, done: bool, exception: bool) -> Mark:
    if exception:
        return Mark.EXCEPTION
    if not applies:
        return Mark.NOT_APPLICABLE
    return Mark.DONE if done else Mark.MISSING


def conformity(subject: Subject) -> Section:
    """Before signing: what is being agreed to. After: what was agreed, by whom, and the stars."""
    sign_off = subject.ticket.sign_off
    heading = subject.phrases.say("conformity.heading")
    if sign_off is None:
        return Section(CONFORMITY, heading, (Text(consent(subject)), *_privacy(subject)))
    blocks = _signed(subject, sign_off, _privacy(subject), subject.sign_off_holds)
    return Section(CONFORMITY, heading, tuple(blocks))


def just_signed(read: Section, subject: Subject, sign_off: SignOff) -> Section:
    """The section that was `read` before signing, with what the customer then said.

    `subject` is the ticket with its `sign_off`, whose digest is not known yet.
    """
    _, *privacy = read.blocks
    return replace(read, blocks=tuple(_signed(subject, sign_off, privacy, holds=True)))


def consent(subject: Subject) -> str:
    """The text that the customer agrees to; it becomes `sign_off.text`, word for word."""
    own = subject.phrases.own(subject.organisation.get("consent"))
    return own or subject.phrases.say("consent")


def agreed(shown: Shown) -> str:
    """The text to be agreed to, as it was read."""
    consent, *_ = shown.sections[-1].blocks
    return consent.text if isinstance(consent, Text) else ""


def _signed(
    subject: Subject, sign_off: SignOff, privacy: Iterable[Block], holds: bool
) -> Iterator[Block]:
    # What was agreed to stands right above the signature.
    phrases = subject.phrases
    if sign_off.remarks:
        yield Text(sign_off.remarks, phrases.say("remarks"))
    if sign_off.reason:
        yield Text(sign_off.reason, phrases.say("reason"))
    yield from _rating(subject.ticket.satisfaction or {}, phrases)
    yield from privacy
    if sign_off.text:
        label = "agreed" if sign_off.outcome in SIGNED else "presented"
        yield Text(sign_off.text, phrases.say(label), Tone.LEGAL)
    yield _signature(subject, sign_off, holds)


def _signature(subject: Subject, sign_off: SignOff, holds: bool) -> Signature:
    phrases = subject.phrases
    standing, mark = _sign_off_status(sign_off, holds)
    place = sign_off.place or {}
    moment = "signed_at" if sign_off.outcome in SIGNED else "recorded_at"
    facts = [
        Field(phrases.say(moment), phrases.when(sign_off.signed_at, seconds=True)),
        Field(phrases.say("signed_in"), joined(str(place.get("name") or ""), phrases.place(place))),
        Field(phrases.say("device"), device(subject).get("name") or ""),
    ]
    if sign_off.witness:
        facts.append(Field(phrases.say("witness"), sign_off.witness))
    return Signature(
        outcome=phrases.code("signoff", sign_off.outcome),
        standing=phrases.say(f"standing.{standing}"),
        mark=mark,
        name=sign_off.name,
        position=sign_off.position,
        facts=tuple(facts),
        typed=sign_off.typed,
    )


def inked(signature: Signature, sign_off: SignOff, phrases: Phrases) -> Signature:
    """A shown signature with its strokes, and the digest that could not be known before it."""
    digest = Field(phrases.say("sign_off_digest"), grouped(sign_off.digest[:16]))
    facts = (*signature.facts[:1], digest, *signature.facts[1:])
    return replace(signature, facts=facts, strokes=sign_off.strokes)


def _sign_off_status(sign_off: SignOff, holds: bool) -> tuple[str, Mark]:
    if not holds:
        return "void", Mark.MISSING
    if sign_off.outcome not in SIGNED:
        return "unsigned", Mark.EXCEPTION
    if not sign_off.is_signed:
        return "unsigned", Mark.MISSING
    return "holds", accepted(sign_off)


def accepted(sign_off: SignOff) -> Mark:
    """How a sign-off that holds stands at a glance: good only when nothing was left open."""
    unreserved = sign_off.outcome == SignOffOutcome.CONFORMITY
    return Mark.DONE if unreserved else Mark.EXCEPTION


def _rating(satisfaction: Any, phrases: Phrases) -> Iterator[Block]:
    stars = int(satisfaction.get("rating") or 0)
    if 1 <= stars <= 5:
        words = phrases.say("rating.words", stars=stars)
        comment = satisfaction.get("comment") or ""
        yield Rating(phrases.say("rating"), stars, words, comment)


def _privacy(subject: Subject) -> Iterator[Block]:
    own = subject.phrases.own(subject.organisation.get("privacy"))
    if own:
        yield Text(own, subject.phrases.say("privacy"), Tone.LEGAL)


def device(subject: Subject) -> dict[str, Any]:
    """The tablet that took the sign-off, as its statement says: name, app, clock_offset in s."""
    statement = subject.ticket.record.fields.get("sign_off")
    said = statement.get("device") if isinstance(statement, dict) else None
    return dict(said) if isinstance(said, dict) else {}
