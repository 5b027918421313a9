"""The report to the customer: by mail, once, in their language, with the address to verify it."""

from datetime import datetime
from urllib.parse import quote

from sync_server.archive import archive_search
from sync_server.archive.archive_search import Archived
from sync_server.database.transactions import Transaction
from sync_server.messages import notices
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import store

PDF = "application/pdf"


def send(
    tx: Transaction, context: ApplicationContext, archived: Archived, sha256: str, now: datetime
) -> None:
    """Send the file of this hash, once for each version of the report; to nobody else."""
    versioned = store.load(tx, archived.ticket)
    if versioned is None:
        return
    printed = str(archive_search.record_of(tx, archived.id).get("folio") or archived.folio)
    attached = {"sha256": sha256, "name": f"{archived.folio}.pdf", "mime": PDF}
    address = (
        f"{context.settings.public_url.rstrip('/')}/v/{quote(printed, safe='')}"
        f"#{archived.record_digest[:32]}"
    )
    to = notices.address_of(tx, context, versioned.record)
    notices.tell(
        tx, context, notices.REPORT, f"report/{archived.id}", versioned.record, to, now, [attached],
        address=address,
    )  # fmt: skip
