"""What a service report holds as a file: the record it speaks of, the strokes, the photos."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from shared.operations.digest import NotCanonical, canonical, digest, sign_off_digest
from shared.ticket.ticket import Record
from sync_server.blobs.store import named
from sync_server.reports.pdf_shape import Misshapen, check_shape

RECORD = "record.json"
STROKES = "strokes.json"
PHOTOS = frozenset({"before", "after", "capture"})

TRACES = (b"FolioSeal", b"<pdf:Producer>Folio</pdf:Producer>", b"(record.json)")
"""Words that stand in a report of ours uncompressed, by which a damaged one is still known."""


class NotAReport(Exception):
    """These bytes are no report; `reason` is not_pdf, foreign, encrypted or damaged."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReportFile:
    """A report taken apart: `images` are the sha256 of each JPEG in it, `pages` their number.

    `revisions` is 1 for a report as it came and 2 for a sealed one.
    """

    attachments: Mapping[str, bytes]
    images: frozenset[str]
    pages: int
    title: str = ""
    revisions: int = 1

    @property
    def record(self) -> dict[str, Any] | None:
        """The attached record, when it is there and in canonical form."""
        value = canonical_json(self.attachments.get(RECORD))
        return value if isinstance(value, dict) else None

    @property
    def strokes(self) -> list[Any] | None:
        """The attached strokes of the signature, when they are there and in canonical form."""
        value = canonical_json(self.attachments.get(STROKES))
        return value if isinstance(value, list) else None


def read_report(pdf: bytes) -> ReportFile:
    """A report taken apart, without mending anything in it. Raises NotAReport."""
    revisions = check_form(pdf)
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
            if opened.is_encrypted:
                raise NotAReport("encrypted")
            if opened.get_warnings():
                raise NotAReport("damaged")
            check_shape(opened)
            return ReportFile(
                attachments(opened),
                frozenset(pictures(opened)),
                len(opened.pages),
                str(opened.docinfo.get("/Title", "")),
                revisions,
            )
    except pikepdf.PasswordError as error:
        raise NotAReport("encrypted") from error
    except Misshapen as error:
        raise NotAReport("foreign") from error
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise NotAReport("damaged") from error


_START = re.compile(rb"startxref\s+(\d{1,12})\s+%%EOF\s*\Z")
_PREVIOUS = re.compile(rb"/Prev\s+(\d{1,12})")
MOST_REVISIONS = 64


def check_form(pdf: bytes) -> int:
    """How many revisions a PDF has that is built as ours are: plain tables, nothing packed.

    Raises NotAReport. Whatever else there may be in a file from anywhere, no reader is given
    anything to unpack.
    """
    if not pdf.startswith(b"%PDF-"):
        raise NotAReport("not_pdf")
    start = _START.search(pdf[-2048:])
    if start is None:
        raise NotAReport("damaged")
    offset: int | None = int(start[1])
    for count in range(MOST_REVISIONS):
        if offset is None:
            return count
        offset = _previous(pdf, offset)
    raise NotAReport("foreign")


def _previous(pdf: bytes, offset: int) -> int | None:
    """Where the table before the one at `offset` stands, or None."""
    if pdf[offset : offset + 4] != b"xref":
        raise NotAReport("foreign" if _OBJECT.match(pdf, offset) else "damaged")
    begin = pdf.find(b"trailer", offset)
    trailer = pdf[begin : pdf.find(b"startxref", begin)] if begin >= 0 else b""
    if b"/XRefStm" in trailer:
        raise NotAReport("foreign")
    if b"/Encrypt" in trailer:
        raise NotAReport("encrypted")
    previous = _PREVIOUS.search(trailer)
    return int(previous[1]) if previous else None


_OBJECT = re.compile(rb"\s*\d+\s+\d+\s+obj")


def shows_traces(pdf: bytes) -> bool:
    """Whether bytes that may be damaged were once a report of ours."""
    return any(trace in pdf for trace in TRACES)


def record_digest(record: Mapping[str, Any]) -> str:
    """Hex sha256 of an attached record, as in its QR."""
    return digest(record)


def named_photos(record: Mapping[str, Any]) -> frozenset[str]:
    """The sha256 of each photo that an attached record names."""
    return frozenset(
        str(entry.get("sha256")) for entry in _evidence(record) if entry.get("kind") in PHOTOS
    )


def named_evidence(record: Mapping[str, Any]) -> list[str]:
    """The sha256 of all evidence that an attached record names, in the order of its numbers."""
    return [str(entry.get("sha256")) for entry in _evidence(record)]


def said_lost(record: Mapping[str, Any]) -> frozenset[str]:
    """The hashes of which an attached record says that their bytes were lost when it was made."""
    lost = record.get("lost")
    return frozenset(map(str, lost)) if isinstance(lost, list) else frozenset()


def statement_holds(record: Mapping[str, Any]) -> bool | None:
    """Whether the customer's statement was made over exactly this content; None without one."""
    sign_off = record.get("sign_off")
    if not isinstance(sign_off, dict):
        return None
    entries = {**_mapping(record, "entries"), "evidence": _evidence(record)}
    shown = Record(str(record.get("ticket")), _mapping(record, "fields"), entries)
    try:
        return bool(sign_off.get("digest") == sign_off_digest(shown, sign_off))
    except (NotCanonical, KeyError, TypeError, AttributeError):
        return False


def shown_holds(record: Mapping[str, Any]) -> bool | None:
    """Whether the shown content that a record carries is the one that was signed.

    None where nothing says so: it carries none (format 1), nobody signed, the signature names none
    (Folio 0.1.0), or the signature is void, and so is about another content than this.
    """
    shown, sign_off = record.get("shown"), record.get("sign_off")
    if shown is None or not isinstance(sign_off, dict) or sign_off.get("shown") is None:
        return None
    if not statement_holds(record):
        return None
    return bool(digest(shown) == sign_off["shown"])


def _evidence(record: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    rows = record.get("evidence")
    return tuple(row for row in rows if isinstance(row, dict)) if isinstance(rows, list) else ()


def _mapping(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def canonical_json(content: bytes | None) -> Any:
    """The value of canonical JSON; None for anything else."""
    if content is None:
        return None
    try:
        value = json.loads(content)
        return value if canonical(value) == content else None
    except (ValueError, RecursionError):
        return None


def attachments(opened: pikepdf.Pdf) -> dict[str, bytes]:
    """The attached files by name."""
    return dict(_attachments(opened))


def pictures(opened: pikepdf.Pdf) -> dict[str, bytes]:
    """The JPEG files in it, by the sha256 of their bytes."""
    found = (item.read_raw_bytes() for item in opened.objects if _is_jpeg(item))
    return {named(content): content for content in found}


def _is_jpeg(item: Any) -> bool:
    return isinstance(item, pikepdf.Stream) and bool(item.get("/Filter") == pikepdf.Name.DCTDecode)


def _attachments(opened: pikepdf.Pdf) -> Iterator[tuple[str, bytes]]:
    for name, specification in opened.attachments.items():
        stream = specification.get_file().obj
        # Ours are never compressed: one that is was not written by us, and may be a bomb.
        if "/Filter" not in stream:
            yield name, stream.read_raw_bytes()
