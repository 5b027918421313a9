"""What the customer is given to read, frozen once they have read it: that is what they sign."""

from dataclasses import dataclass, replace

from field_app.device.trouble import Trouble
from field_app.store import drafts, shown
from field_app.store.database import Database
from field_app.visit import service_report
from shared.operations.digest import digest, shown_content
from shared.report.blocks import ServiceReport
from shared.report.conformity import agreed
from shared.report.content import as_signed, to_be_read
from shared.report.content import service_report as report_of
from shared.report.shown import Shown
from shared.ticket.ticket import Record

STROKES, FORM, READ = "strokes", "sign_off", "read"
"""Drafts of the signing screen: the ink so far, the rest of the form, and what was read."""


class ReadAgain(Trouble):
    """What was read is not what the ticket says any more."""

    key = "sync.trouble.read_again"


@dataclass(frozen=True, slots=True)
class Handover:
    """What the customer reads before signing; `was_read` once they have said that they did.

    `covers` is the digest of the ids and values that it is about: when one of them is another, it
    is to be read again. A label that the office corrects meanwhile stays as it was read.
    """

    content: ServiceReport
    shown: Shown
    covers: str
    was_read: bool

    @property
    def consent(self) -> str:
        """The text that they agree to; it becomes `sign_off.text`, word for word."""
        return agreed(self.shown)


def handover(database: Database, ticket: str, locale: str = "") -> Handover:
    """The report as if nobody had signed: a void signature is not shown. Raises UnknownTicket.

    What was read stays as it was read until it is signed, or is not what the ticket says any more.
    `locale` asks for another language than the customer's own.
    """
    record = service_report.recorded(database, ticket)
    subject = service_report.around(database, record.with_fields({"sign_off": None}))
    if locale:
        subject = replace(subject, customer={**subject.customer, "locale": locale})
    covers = digest(shown_content(record))
    read = drafts.draft(database, ticket, READ) or {}
    was_read = read.get("covers") == covers
    frozen = Shown.of(read["shown"]) if was_read else to_be_read(subject)
    on_screen = report_of(replace(subject, shown=frozen.document()))
    return Handover(on_screen, frozen, covers, was_read)


def keep_read(database: Database, ticket: str, read: Handover) -> None:
    """The customer has read this to its end: it is what they sign. Ink under another text goes."""
    with database.transaction():
        document = {"shown": read.shown.document(), "covers": read.covers}
        drafts.save_draft(database, ticket, READ, document)
        drafts.drop_draft(database, ticket, STROKES)


def freeze(database: Database, record: Record, locale: str) -> str:
    """Keep what is being signed, for the pages: what was read and what the customer says of it now.

    Gives its sha256. `record` has the sign-off, but for its digest and this. What nobody read on
    the screen is signed as the ticket stands. Raises ReadAgain.
    """
    read = handover(database, record.id, locale)
    if not read.was_read and drafts.draft(database, record.id, READ) is not None:
        raise ReadAgain
    signed = as_signed(read.shown, service_report.around(database, record))
    return shown.keep(database, signed.document())
