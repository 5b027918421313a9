"""Reports: what was parsed from each PDF, the archive, and its seals."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from sync_server.database.column_types import FOLDED, Instant, Json
from sync_server.database.tables.naming import ID, metadata

report_reading = Table(
    "report_reading",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("record", Json),
    Column("strokes", Json),
    Column("title", Text, nullable=False),
    Column("images", Json, nullable=False),
    Column("findings", Json, nullable=False),
    Column("read_at", Instant, nullable=False),
)
"""What a report says, read once when its bytes arrive: reading a PDF keeps no transaction waiting.

`images` are the sha256 of each JPEG in it; `findings` [rule, detail] of what is wrong with the
file itself.
"""

cross_rendering = Table(
    "cross_rendering",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("same", Boolean, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("how", String(16), nullable=False, server_default="bytes"),
    Column("differs", Boolean, nullable=False, server_default=text("false")),
    Column("differing", Json, nullable=False, server_default=text("'[]'")),
)
"""What the comparison of the pages of this report with its record found, when it arrived.

`same`: printed again, every byte was the same. `how` is what was compared (bytes, words, values,
nothing); `differs`: a person has to look; `differing` [heading, record, pages] where they part.
"""

register_difference = Table(
    "register_difference",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("ticket", ID, ForeignKey("ticket.id"), nullable=False, index=True),
    Column("words", Json, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant, index=True),
    Column("seen_by", ID),
)
"""A report whose words the office's registers said otherwise when it came: told, never held
against it. `words` are [heading, register, report].
"""

archive = Table(
    "archive",
    metadata,
    Column("id", ID, primary_key=True),
    Column("ticket", ID, ForeignKey("ticket.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("folio", String(40), nullable=False, index=True),
    Column("serial", String(80), index=True),
    Column("customer", ID, index=True),
    Column("customer_name", Text, nullable=False, server_default=""),
    Column("engineer", ID, index=True),
    Column("engineer_name", Text, nullable=False, server_default=""),
    Column("report_sha256", String(64), index=True),
    Column("record_digest", String(64), nullable=False, index=True),
    Column("record", Json, nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("chain", String(64)),
    Column("closed_at", Instant, nullable=False, index=True),
    Column("archived_at", Instant, nullable=False),
    Column("proof", String(64)),
    UniqueConstraint("ticket", "version"),
)
"""The report as it came and the record it speaks of, never changed (a trigger says so).

`proof` is the hash of this row and of the whole ticket as it was closed.
"""

archive_words = Table(
    "archive_words",
    metadata,
    Column("archive", ID, ForeignKey("archive.id"), primary_key=True),
    Column("folio", FOLDED, nullable=False),
    Column("serial", FOLDED, nullable=False),
    Column("customer", FOLDED, nullable=False),
)
"""What an archived report is searched by: folio and serial in one piece, the customer's name,
folded. The archive itself is never changed; this can be made from it anew.
"""

seal = Table(
    "seal",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("archive", ID, ForeignKey("archive.id"), nullable=False, index=True),
    Column("sealed_at", Instant, nullable=False),
    Column("certificate", String(64), nullable=False),
    Column("stamped", Boolean, nullable=False),
)
"""A sealed file of an archived report, whose prefix is the report; never changed.

Another certificate adds a row, whose file begins with the earlier one's, and keeps that.
`certificate` is its sha256; `stamped`: a time-stamp authority vouches for the date.
"""
