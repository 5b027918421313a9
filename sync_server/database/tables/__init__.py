"""Every table of the office: JSON kept as text, instants as UTC text, alike on both databases."""

from sync_server.database.tables.devices import checklist_handed_out, device, enrol_code
from sync_server.database.tables.feeds import feed, feed_head
from sync_server.database.tables.files import blob, blob_brought, evidence, upload
from sync_server.database.tables.imports import import_row
from sync_server.database.tables.log import FIRST, conflict, late_arrival, operation, parked
from sync_server.database.tables.naming import metadata
from sync_server.database.tables.office import folio_counter, meta
from sync_server.database.tables.people import (
    access_log,
    audit_disposal,
    failed_try,
    form_key,
    kept_form,
    session,
    sign_in_attempt,
    user,
)
from sync_server.database.tables.reports import (
    archive,
    archive_words,
    cross_rendering,
    register_difference,
    report_reading,
    seal,
)
from sync_server.database.tables.terms import disposal, legal_hold
from sync_server.database.tables.tickets import record, ticket
from sync_server.database.tables.timers import timer
from sync_server.database.tables.unreadable import integrity, unreadable_record
from sync_server.database.tables.waiting import job, outbox

__all__ = [
    "FIRST",
    "access_log",
    "archive",
    "archive_words",
    "audit_disposal",
    "blob",
    "blob_brought",
    "checklist_handed_out",
    "conflict",
    "cross_rendering",
    "device",
    "disposal",
    "enrol_code",
    "evidence",
    "failed_try",
    "feed",
    "feed_head",
    "folio_counter",
    "form_key",
    "import_row",
    "integrity",
    "job",
    "kept_form",
    "late_arrival",
    "legal_hold",
    "meta",
    "metadata",
    "operation",
    "outbox",
    "parked",
    "record",
    "register_difference",
    "report_reading",
    "seal",
    "session",
    "sign_in_attempt",
    "ticket",
    "timer",
    "unreadable_record",
    "upload",
    "user",
]
