"""What the service report says: a ticket and what is known around it, in the customer's language.

Pure. The tablet shows it to the customer and prints it, and the server can say it again.
"""

from collections.abc import Iterator
from dataclasses import replace

from shared.report import annex, conformity, visit, work
from shared.report.blocks import Block, Highlight, Mark, Section, ServiceReport, Signature
from shared.report.brand import letterhead
from shared.report.phrases import Phrases, brief, grouped, joined
from shared.report.shown import Shown
from shared.report.subject import Subject
from shared.sla.sla import Clock
from shared.ticket.sign_off import SignOff

FIRST_WORDS = 60
"""Letters of what the customer objects to that stand on the first page, at most."""


def content(subject: Subject) -> Shown:
    """What the pages say of a ticket as it stands, in the words of the records around it."""
    phrases = subject.phrases
    return Shown(
        language=phrases.language,
        title=phrases.say("title"),
        folio=subject.folio,
        about=joined(subject.customer.get("name") or "",
                     subject.asset.name if subject.asset else "",
                     subject.asset.serial if subject.asset else ""),
        highlights=(*_highlights(subject, phrases), _said(subject, phrases)),
        sections=tuple(_sections(subject)),
        zone=subject.zone,
        substitution=phrases.say("substitution"),
        draft=_draft(subject, phrases),
    )  # fmt: skip


def to_be_read(subject: Subject) -> Shown:
    """What a customer is shown before signing; `subject` is the ticket without a sign-off."""
    whole = content(subject)
    sections = [s for s in whole.sections if s.key != conformity.CONFORMITY]
    # That nobody has signed yet is no news to whom it is shown.
    return replace(whole, highlights=whole.highlights[:-1], draft="",
                   sections=(*sections, conformity.conformity(subject)))  # fmt: skip


def as_signed(read: Shown, subject: Subject) -> Shown:
    """What was read, followed by what the customer said of it: all that the signature covers.

    `subject` is the ticket with its sign-off, whose digest is not known yet and comes into no
    word. Whatever was read stays as it was read.
    """
    sign_off = subject.ticket.sign_off
    assert sign_off is not None
    *sections, agreeing = read.sections
    said = _signed(sign_off, subject.phrases)
    signed = conformity.just_signed(agreeing, subject, sign_off)
    return replace(read, highlights=(*read.highlights, said), sections=(*sections, signed))


def service_report(subject: Subject) -> ServiceReport:
    """The whole report: the frozen content (`subject.shown`) in its furniture, and the annex.

    Without frozen content, what the ticket says as it stands. The annex comes only with a
    sign-off, or with remote work, which needs none. REPORT.md. Raises NotShown.
    """
    phrases = subject.phrases
    shown = content(subject) if subject.shown is None else Shown.of(subject.shown)
    return ServiceReport(
        language=shown.language,
        paper=subject.edition.paper,
        title=shown.title,
        folio=shown.folio,
        edition=phrases.say("edition", number=subject.edition.number,
                            date=phrases.when(subject.made_at)),
        made_at=subject.made_at,
        digest=subject.digest,
        short_digest=phrases.say("short_digest", digest=grouped(subject.digest[:16])),
        letterhead=subject.letterhead or letterhead(subject.organisation, phrases),
        highlights=shown.highlights,
        sections=(*_inked(shown, subject), *_annexes(subject)),
        page_of=phrases.say("page_of"),
        zone=shown.zone,
        substitution=shown.substitution,
        subject=shown.about,
        draft=shown.draft,
    )  # fmt: skip


def _sections(subject: Subject) -> Iterator[Section]:
    yield visit.customer_and_asset(subject)
    yield visit.service(subject)
    yield work.findings(subject)
    yield work.parts(subject)
    yield work.hours(subject)
    photos = conformity.photos(subject)
    if photos is not None:
        yield photos
    yield conformity.checklist(subject)
    if subject.ticket.is_on_site or subject.ticket.sign_off:
        yield conformity.conformity(subject)


def _annexes(subject: Subject) -> Iterator[Section]:
    if subject.ticket.sign_off or not subject.ticket.is_on_site:
        yield annex.evidence(subject)


def _inked(shown: Shown, subject: Subject) -> Iterator[Section]:
    """The sections as shown, the signature with its strokes and its digest."""
    sign_off = subject.ticket.sign_off

    def inked(block: Block) -> Block:
        if sign_off is None or not isinstance(block, Signature):
            return block
        return conformity.inked(block, sign_off, subject.phrases)

    for section in shown.sections:
        yield replace(section, blocks=tuple(map(inked, section.blocks)))


def _highlights(subject: Subject, phrases: Phrases) -> Iterator[Highlight]:
    ticket, say = subject.ticket, phrases.say
    test = {"passed": Mark.DONE, "failed": Mark.MISSING}.get(ticket.test_result or "")
    yield Highlight(say("test"), phrases.code("test", ticket.test_result) or say("mark.missing"),
                    test or Mark.MISSING)  # fmt: skip
    pending = sum(part.quantity for part in ticket.parts_pending)
    yield Highlight(say("parts.pending"), phrases.figure(pending) if pending else say("none"),
                    Mark.EXCEPTION if pending else Mark.DONE)  # fmt: skip
    yield from _promise(subject, phrases)


def _promise(subject: Subject, phrases: Phrases) -> Iterator[Highlight]:
    marks = {"met": Mark.DONE, "breached": Mark.MISSING, "running": Mark.NOT_APPLICABLE}
    for reading in work.sla_limits(subject):
        if reading.clock is Clock.RESOLUTION:
            standing = work.kept(reading)
            yield Highlight(
                phrases.say("sla.highlight"), phrases.code("standing", standing), marks[standing]
            )


def _said(subject: Subject, phrases: Phrases) -> Highlight:
    sign_off = subject.ticket.sign_off
    label = phrases.say("conformity.heading")
    if sign_off is None:
        on_site = subject.ticket.is_on_site
        return Highlight(label, phrases.say("sign_off.none" if on_site else "sign_off.remote"),
                         Mark.MISSING if on_site else Mark.NOT_APPLICABLE)  # fmt: skip
    if not subject.sign_off_holds:
        return Highlight(label, phrases.say("sign_off.void"), Mark.MISSING)
    return _signed(sign_off, phrases)


def _signed(sign_off: SignOff, phrases: Phrases) -> Highlight:
    said = brief(sign_off.remarks or sign_off.reason, FIRST_WORDS)
    value = joined(phrases.code("signoff", sign_off.outcome), said and f"«{said}»", by="\n")
    return Highlight(phrases.say("conformity.heading"), value, conformity.accepted(sign_off))


def _draft(subject: Subject, phrases: Phrases) -> str:
    if subject.ticket.sign_off and not subject.sign_off_holds:
        return phrases.say("standing.void")
    return phrases.say("draft") if subject.ticket.is_on_site and not subject.ticket.sign_off else ""
