"""Is a report sound as a file? It opens, and is PDF/A-3b to the byte.

The answer is everything that is wrong, each with a sentence for a person: CL19's findings. Whether
it says what our record says is asked of its reading: `report_reading.findings`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO

import pikepdf
from pikepdf import pdfa

from shared.words import t
from sync_server.reports.pdf_shape import foreign_filters


class Rule(StrEnum):
    """What a report must keep to; the codes name the sentences."""

    OPENS = "opens"
    SYNTAX = "syntax"
    STREAMS = "streams"
    ARCHIVAL = "archival"
    RECORD = "record"
    SHOWN = "shown"
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


def file_findings(pdf: bytes) -> list[Finding]:
    """All that is wrong with the file of a report as the tablet made it, before it is sealed.

    A file that does not open has that one finding, and so has one that is packed: it is not
    unpacked to see what else may be wrong with it.
    """
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
            packed = next(foreign_filters(opened), "")
            if packed:
                return [Finding(Rule.OPENS, f"packed by {packed}")]
            found = list(_syntax(opened))
    except (pikepdf.PdfError, ValueError) as error:
        return [Finding(Rule.OPENS, str(error))]
    return [*found, *_streams(pdf), *_archival(pdf)]


def _syntax(opened: pikepdf.Pdf) -> Iterator[Finding]:
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


def title_in_metadata(pdf: bytes) -> str:
    """The title in the second place where a PDF says it; empty where it says none.

    Only of a PDF that opens. Ours is never compressed: what is packed is not looked at.
    """
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
        stream = opened.Root.get("/Metadata")
        if not isinstance(stream, pikepdf.Stream) or "/Filter" in stream:
            return ""
        with opened.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
            return str(metadata.get("dc:title", ""))
