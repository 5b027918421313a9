"""What anybody with the paper in hand may compare with it: facts of a report that name nobody."""

from dataclasses import dataclass
from datetime import datetime

from shared.words import t
from sync_server.archive import archive_search
from sync_server.archive.archive_search import Archived
from sync_server.blobs.store import BlobAltered, BlobMissing, StoreDown
from sync_server.database.transactions import Transaction
from sync_server.reports.report_file import NotAReport, read_report, statement_holds
from sync_server.runtime.context import ApplicationContext

SERIAL_END = 4
"""So many last characters of a serial tell two machines apart and lead to nobody's."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A registered report as a stranger may know it.

    `serial_end` is empty without a machine, or when its whole serial is no longer than that end.
    `result` and `outcome` are codes of the process (test, signoff), empty when there is none;
    `void` when the content changed after it was signed. `pending` counts the parts still to come.
    `pages` is None while the file cannot be read. This is version `version` of `versions`.
    """

    closed_at: datetime
    serial_end: str
    result: str
    pending: int
    outcome: str
    void: bool
    pages: int | None
    version: int
    versions: int

    def result_words(self, language: str) -> str:
        """What the test came to."""
        return t(f"process.test.{self.result}", language) if self.result else ""

    def conformity_words(self, language: str) -> str:
        """What the customer said, or that nobody was asked to sign."""
        if self.void:
            return t("archive.fact.void", language)
        if not self.outcome:
            return t("archive.fact.unsigned", language)
        return t(f"process.signoff.{self.outcome}", language)


def facts_of(tx: Transaction, context: ApplicationContext, one: Archived) -> Facts:
    """Of one archived report, beside its other versions."""
    record = archive_search.record_of(tx, one.id)
    fields, entries = record.get("fields") or {}, record.get("entries") or {}
    sign_off = record.get("sign_off") or {}
    serial = one.serial or ""
    return Facts(
        closed_at=one.closed_at,
        serial_end=serial[-SERIAL_END:] if len(serial) > SERIAL_END else "",
        result=fields.get("test_result") or "",
        pending=sum(int(part.get("quantity") or 0) for part in entries.get("parts_pending") or ()),
        outcome=sign_off.get("outcome") or "",
        void=statement_holds(record) is False,
        pages=_pages(context, one),
        version=one.version,
        versions=max(each.version for each in archive_search.of_ticket(tx, one.ticket)),
    )


def _pages(context: ApplicationContext, one: Archived) -> int | None:
    if one.report_sha256 is None:
        return None
    try:
        return read_report(context.blobs.read(one.report_sha256)).pages
    except (BlobMissing, BlobAltered, StoreDown, NotAReport):
        return None
