"""What the service report says: a ticket and what is known around it, in the customer's language.

Pure. The tablet shows it to the customer and prints it, and the server can say it again.
"""

from collections.abc import Iterator

from shared.report import annex, conformity, visit, work
from shared.report.blocks import Highlight, Mark, Section, ServiceReport
from shared.report.brand import letterhead
from shared.report.phrases import Phrases, brief, grouped, joined
from shared.report.subject import Subject
from shared.sla.sla import Clock

FIRST_WORDS = 60
"""Letters of what the customer objects to that stand on the first page, at most."""


def service_report(subject: Subject) -> ServiceReport:
    """The whole report of a ticket as it stands; without a sign-off, what the customer is shown.

    The annex comes only with a sign-off, or with remote work, which needs none. REPORT.md.
    """
    phrases = subject.phrases
    return ServiceReport(
        language=phrases.language,
        paper=subject.edition.paper,
        title=phrases.say("title"),
        folio=subject.folio,
        edition=phrases.say("edition", number=subject.edition.number,
                            date=phrases.when(subject.made_at)),
        made_at=subject.made_at,
        digest=subject.digest,
        short_digest=phrases.say("short_digest", digest=grouped(subject.digest[:16])),
        letterhead=letterhead(subject.organisation, phrases),
        highlights=tuple(_highlights(subject, phrases)),
        sections=tuple(_sections(subject)),
        page_of=phrases.say("page_of"),
        zone=subject.zone,
        substitution=phrases.say("substitution"),
        subject=joined(subject.customer.get("name") or "",
                       subject.asset.name if subject.asset else "",
                       subject.asset.serial if subject.asset else ""),
        draft=_draft(subject, phrases),
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
    if subject.ticket.sign_off or not subject.ticket.is_on_site:
        yield annex.evidence(subject)


def _highlights(subject: Subject, phrases: Phrases) -> Iterator[Highlight]:
    ticket, say = subject.ticket, phrases.say
    test = {"passed": Mark.DONE, "failed": Mark.MISSING}.get(ticket.test_result or "")
    yield Highlight(say("test"), phrases.code("test", ticket.test_result) or say("mark.missing"),
                    test or Mark.MISSING)  # fmt: skip
    pending = sum(part.quantity for part in ticket.parts_pending)
    yield Highlight(say("parts.pending"), phrases.figure(pending) if pending else say("none"),
                    Mark.EXCEPTION if pending else Mark.DONE)  # fmt: skip
    yield from _promise(subject, phrases)
    yield _said(subject, phrases)


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
    said = brief(sign_off.remarks or sign_off.reason, FIRST_WORDS)
    value = joined(phrases.code("signoff", sign_off.outcome), said and f"«{said}»", by="\n")
    return Highlight(label, value, conformity.accepted(sign_off))


def _draft(subject: Subject, phrases: Phrases) -> str:
    if subject.ticket.sign_off and not subject.sign_off_holds:
        return phrases.say("standing.void")
    return phrases.say("draft") if subject.ticket.is_on_site and not subject.ticket.sign_off else ""
