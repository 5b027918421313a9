"""What the bytes of a file are that anybody may have made: asked of a checker process.

The functions here are all that such a process is asked; each has a door of the same name without
the underscore, through which the office asks.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import structlog
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from shared.report import photos
from sync_server.blobs.store import named
from sync_server.reports import pages_compared, report_reading, resaved
from sync_server.reports.pages_compared import Comparison
from sync_server.reports.pdf_rules import Finding as Wrong
from sync_server.reports.pdf_rules import Rule
from sync_server.reports.report_reading import ReportReading
from sync_server.reports.resaved import Resaved
from sync_server.reports.verify import Check, Finding, Verdict, verify
from sync_server.runtime.checkers import Checkers, TooCostly, checkers

log = structlog.get_logger(__name__)

MOST_PIXELS = 50_000_000
"""A picture of more pixels is a decompression bomb or no photo of ours."""

PICTURES = {"image/jpeg": b"\xff\xd8", "image/png": b"\x89PNG", "image/webp": b"RIFF"}
"""What we look into, and how its bytes begin."""
PDF = "application/pdf"

COSTLY = "costly"
"""Why a file was not read that takes more than a file is given."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look into the bytes found: `readable` as what they say they are, None if unasked."""

    readable: bool | None
    report: ReportReading | None = None


def warm() -> None:
    """A file is about to come: what will look at it starts meanwhile."""
    _checkers().warm()


def look(mime: str, content: bytes) -> Looked:
    """What these bytes are when read as `mime`. Slow: never in a transaction. Raises TooBusy."""
    if mime in PICTURES and not content.startswith(PICTURES[mime]):
        return Looked(readable=False)
    if not _is_looked_into(mime):
        return Looked(None)
    try:
        return _checkers().ask(_look, mime, content)
    except TooCostly:
        log.warning("a file costs more to look at than a file is given", mime=mime)
        if mime != PDF:
            return Looked(readable=False)
        return Looked(readable=False, report=_not_read(COSTLY))


def judge(
    pdf: bytes, trusted: Sequence[x509.Certificate], authorities: Sequence[x509.Certificate]
) -> Finding:
    """The verdict over a file that needs nothing but these certificates. Raises TooBusy."""
    try:
        return _checkers().ask(_judge, pdf, _packed(trusted), _packed(authorities))
    except TooCostly:
        return Finding(Verdict.UNKNOWN, (Check("opens_costly", passed=False),), named(pdf))


def read_resaved(pdf: bytes) -> Resaved | None:
    """What a file that was saved again carries; None when it cannot be read. Raises TooBusy."""
    if not pdf.startswith(b"%PDF-"):
        return None
    try:
        return _checkers().ask(_read_resaved, pdf)
    except TooCostly:
        return None


def compare(pdf: bytes, around: Mapping[str, Any]) -> Comparison | None:
    """A report of format 2 against what it carries. Raises TooBusy, TooCostly."""
    return _checkers().ask(pages_compared.compare_carried, pdf, around)


def _checkers() -> Checkers:
    return checkers((__name__,))


def _is_looked_into(mime: str) -> bool:
    return mime in PICTURES or mime in (PDF, "application/json") or mime.startswith("text/")


def _packed(certificates: Sequence[x509.Certificate]) -> list[bytes]:
    return [one.public_bytes(Encoding.DER) for one in certificates]


def _look(mime: str, content: bytes) -> Looked:
    if mime in PICTURES:
        return Looked(_is_picture(mime, content))
    if mime == PDF:
        report = _read_report(content)
        return Looked(report.opens, report)
    return Looked(_is_text(mime, content))


def _read_report(pdf: bytes) -> ReportReading:
    try:
        return report_reading.read(pdf)
    except MemoryError:
        raise
    except Exception as fault:
        log.warning("a report could not be read", fault=repr(fault)[:300])
        return _not_read("damaged")


def _not_read(why: str) -> ReportReading:
    return ReportReading(None, None, "", frozenset(), (Wrong(Rule.OPENS, why),))


def _judge(pdf: bytes, trusted: Sequence[bytes], authorities: Sequence[bytes]) -> Finding:
    ours, theirs = (
        [x509.load_der_x509_certificate(each) for each in some] for some in (trusted, authorities)
    )
    try:
        return verify(pdf, ours, theirs)
    except MemoryError:
        raise
    except Exception as fault:  # a parser of bytes that anybody may have made raises anything
        log.warning("a file could not be judged", fault=repr(fault)[:300])
        return Finding(Verdict.UNKNOWN, (Check("opens_damaged", passed=False),), named(pdf))


def _read_resaved(pdf: bytes) -> Resaved | None:
    try:
        return resaved.read(pdf)
    except MemoryError:
        raise
    except Exception as fault:  # a parser of bytes that anybody may have made raises anything
        log.info("a file that was saved again could not be read", fault=repr(fault)[:300])
        return None


def _is_picture(mime: str, content: bytes) -> bool:
    """Whether the pixels can be read: what stands beside them (EXIF, profiles) decides nothing."""
    try:
        return _is_webp(content) if mime == "image/webp" else _is_photo(content)
    except MemoryError:
        raise
    except Exception:
        # Decoders raise as many kinds as there are ways to break a picture, and the answer is one.
        log.info("a picture could not be read", mime=mime, size=len(content), exc_info=True)
        return False


def _is_photo(content: bytes) -> bool:
    try:
        photos.look(content, MOST_PIXELS)
    except photos.NotAPhoto:
        return False
    return True


def _is_webp(content: bytes) -> bool:
    with Image.open(BytesIO(content), formats=("WEBP",)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            return False
        picture.load()
    return True


def _is_text(mime: str, content: bytes) -> bool:
    try:
        text = content.decode()
        if mime == "application/json":
            json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
