"""Is a report that arrived sound? It opens, is PDF/A-3b to the byte, and says what our record says.

The answer is everything that is wrong, each with a sentence for a person: CL19's findings.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import pdfa

from shared.operations.digest import canonical
from shared.words import t

PRINTED = frozenset({"before", "after", "capture"})


class Rule(StrEnum):
    """What a report must keep to; the codes name the sentences."""

    OPENS = "opens"
    SYNTAX = "syntax"
    STREAMS = "streams"
    ARCHIVAL = "archival"
    RECORD = "record"
    STROKES = "strokes"
    FOLIO = "folio"
    PHOTOS = "photos"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: the rule, and where and what, for whoever mends it."""

    rule: Rule
    detail: str = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: str) -> str:
        """For a person."""
        return t(f"report.finding.{self.rule}", language, **self.values)

    def __str__(self) -> str:
        return f"{self.rule}: {self.detail}"


def findings(pdf: bytes, record: Mapping[str, Any] | None = None) -> list[Finding]:
    """All that is wrong with a report as the tablet made it, before it is sealed.

    `record` is `digest.report_record` of our own merged record; without it only the file is
    looked at. A file that does not open has that one finding.
    """
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
            found = list(_syntax(opened))
            found += _content(opened, record) if record is not None else ()
    except (pikepdf.PdfError, ValueError) as error:
        return [Finding(Rule.OPENS, str(error))]
    return [*found, *_streams(pdf), *_archival(pdf)]


def _syntax(opened: pikepdf.Pdf) -> Iterator[Finding]:
    if opened.is_encrypted:
        yield Finding(Rule.SYNTAX, "encrypted")
    for problem in opened.check_pdf_syntax():
        yield Finding(Rule.SYNTAX, problem)
    for warning in opened.get_warnings():
        yield Finding(Rule.SYNTAX, str(warning))


def _archival(pdf: bytes) -> Iterator[Finding]:
    report = pdfa.validate_written(BytesIO(pdf), "3b")
    for finding in report.findings:
        yield Finding(Rule.ARCHIVAL, str(finding))


_OBJECT = re.compile(rb"\d+ \d+ obj\s*(<<.*?>>)\s*?stream(\r\n|\n|(?P<bad>))", re.DOTALL)
_LENGTH = re.compile(rb"/Length\s+(\d+)\b(?!\s+\d+\s+R)")
_ENTRY = re.compile(rb"(\d{10}) \d{5} n")


def _streams(pdf: bytes) -> Iterator[Finding]:
    """ISO 19005-3, 6.1.7.1: /Length is exact, and an end of line stands before `endstream`.

    Readers mend both in silence, and so do validators that read with them.
    """
    offsets = list(_offsets(pdf))
    if not offsets:
        yield Finding(Rule.STREAMS, "no plain cross-reference table")
    for start, end in zip(offsets, [*offsets[1:], len(pdf)], strict=True):
        found = _OBJECT.match(pdf, start, end)
        if found is None:
            continue
        length = _LENGTH.search(found[1])
        after = found.end() + int(length[1]) if length else -1
        if after < 0 or not re.match(rb"(\r\n|\r|\n)endstream", pdf[after : after + 12]):
            yield Finding(Rule.STREAMS, f"the stream of the object at byte {start}")


def _offsets(pdf: bytes) -> Iterator[int]:
    where = re.search(rb"startxref\s+(\d+)\s+%%EOF\s*\Z", pdf[-1024:])
    table = pdf[int(where[1]) :] if where else b""
    if table.startswith(b"xref"):
        entries = table[: table.find(b"trailer")]
        yield from sorted(int(entry[1]) for entry in _ENTRY.finditer(entries))


def _content(opened: pikepdf.Pdf, record: Mapping[str, Any]) -> Iterator[Finding]:
    strokes = (record.get("sign_off") or {}).get("strokes") or []
    yield from _attached(opened, "record.json", canonical(record), Rule.RECORD)
    yield from _attached(opened, "strokes.json", canonical(strokes), Rule.STROKES)
    for title in _titles(opened):
        if str(record["folio"]) not in title:
            yield Finding(Rule.FOLIO, title, {"folio": record["folio"]})
    printed = set(_images(opened))
    for name in _photos(record):
        if name not in printed:
            yield Finding(Rule.PHOTOS, name, {"photo": name[:16]})


def _titles(opened: pikepdf.Pdf) -> Iterator[str]:
    """The title in both of the places where a PDF says it."""
    yield str(opened.docinfo.get("/Title", ""))
    with opened.open_metadata(set_pikepdf_as_editor=False) as metadata:
        yield str(metadata.get("dc:title", ""))


def _photos(record: Mapping[str, Any]) -> Iterator[str]:
    for entry in record.get("evidence", ()):
        if entry.get("kind") in PRINTED and entry.get("mime") == "image/jpeg":
            yield entry["sha256"]


def _attached(opened: pikepdf.Pdf, name: str, expected: bytes, rule: Rule) -> Iterator[Finding]:
    attached = opened.attachments.get(name)
    if attached is None:
        yield Finding(rule, f"{name} is not attached")
    elif attached.get_file().read_bytes() != expected:
        yield Finding(rule, f"{name} differs from the office's record")


def _images(opened: pikepdf.Pdf) -> Iterator[str]:
    for item in opened.objects:
        if isinstance(item, pikepdf.Stream) and item.get("/Filter") == pikepdf.Name.DCTDecode:
            yield sha256(item.read_raw_bytes()).hexdigest()
