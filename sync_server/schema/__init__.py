"""Every table of the office: JSON kept as text, instants as UTC text, alike on both databases."""

from sync_server.schema.devices import device, enrol_code
from sync_server.schema.feeds import feed, feed_head
from sync_server.schema.files import blob, evidence, upload
from sync_server.schema.log import FIRST, conflict, late_arrival, operation, parked
from sync_server.schema.naming import metadata
from sync_server.schema.office import folio_counter, meta
from sync_server.schema.people import access_log, session, sign_in_attempt, user
from sync_server.schema.reports import archive, cross_rendering, report_reading, seal
from sync_server.schema.terms import disposal, legal_hold
from sync_server.schema.tickets import record, ticket
from sync_server.schema.waiting import job, outbox

__all__ = [
    "FIRST",
    "access_log",
    "archive",
    "blob",
    "conflict",
    "cross_rendering",
    "device",
    "disposal",
    "enrol_code",
    "evidence",
    "feed",
    "feed_head",
    "folio_counter",
    "job",
    "late_arrival",
    "legal_hold",
    "meta",
    "metadata",
    "operation",
    "outbox",
    "parked",
    "record",
    "report_reading",
    "seal",
    "session",
    "sign_in_attempt",
    "ticket",
    "upload",
    "user",
]
