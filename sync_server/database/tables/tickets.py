"""Tickets as merged, and the other records that travel with them."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text, text

from sync_server.database.column_types import FOLDED, Instant, Json
from sync_server.database.tables.naming import ID, metadata

ticket = Table(
    "ticket",
    metadata,
    Column("id", ID, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("doc", Json, nullable=False),
    Column("entries", Json, nullable=False),
    Column("written", Json, nullable=False),
    # Everything below is read out of `doc` and `entries` whenever they are stored, to be asked for.
    Column("folio", String(40), unique=True),
    Column("provisional_folio", String(80), index=True),
    Column("state", String(32), nullable=False, index=True),
    Column("priority", String(16), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("nature", String(32), nullable=False),
    Column("type", String(32), nullable=False),
    Column("scope", String(80)),
    Column("assignee", ID, index=True),
    Column("customer", ID, index=True),
    Column("site", ID, index=True),
    Column("asset", ID, index=True),
    Column("serial", String(80), index=True),
    Column("requester", Text, nullable=False, server_default=""),
    Column("search", Text, nullable=False, server_default=""),
    Column("created_at", Instant, nullable=False, index=True),
    Column("updated_at", Instant, nullable=False),
    Column("due_response", Instant, index=True),
    Column("due_on_site", Instant),
    Column("due_resolution", Instant, index=True),
    Column("responded_at", Instant),
    Column("arrived_at", Instant),
    Column("finalised_at", Instant),
    Column("finalise_rejected_at", Instant),
    Column("closed_at", Instant, index=True),
    Column("escalation_level", Integer, nullable=False, server_default="0"),
    Column("escalation_waits", Boolean, nullable=False, server_default=text("false"), index=True),
    Column("closing", Boolean, nullable=False, server_default=text("false"), index=True),
    Column("report_differs", Boolean, nullable=False, server_default=text("false"), index=True),
    Column("clock_changed", Boolean, nullable=False, server_default=text("false")),
    Column("root_cause", String(64)),
    Column("final_classification", String(64)),
    Column("follow_up_of", String(64)),
    Column("merged_into", String(64), index=True),
)
"""A ticket as merged: the record, who wrote each field last, and the columns that lists ask for.

`scope` is the feed in which it lives. `arrived_at`, `responded_at` and `finalised_at` are
corrected by the tablet's clock skew; what the engineer signed stays as it was in `doc`. `search`
is folded. A row whose state is terminal cannot be changed or deleted: a trigger says so.
"""

CODED = text("code_key <> ''")
"""A record that has a code: no other of its kind has the same."""

record = Table(
    "record",
    metadata,
    Column("record", String(16), primary_key=True),
    Column("id", ID, primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("doc", Json, nullable=False),
    Column("label", Text, nullable=False, server_default=""),
    Column("updated_at", Instant, nullable=False),
    Column("folded", FOLDED, nullable=False, server_default=""),
    Column("code", Text, nullable=False, server_default=""),
    Column("code_key", FOLDED, nullable=False, server_default=""),
    Index("ix_record_folded", "record", "folded"),
    Index(
        "ix_record_code_key",
        "record",
        "code_key",
        unique=True,
        sqlite_where=CODED,
        postgresql_where=CODED,
    ),
)
"""Asset, customer, site, catalogue, stock, answer, notice. `label` is its name or serial, `folded`
that name folded, or that serial in one piece: by it a record is looked up and put in order.
`code` is what a customer or a site is called in files, `code_key` the same in one piece, or for a
contact what tells it from others; it is the office's own and travels to no tablet.
"""
