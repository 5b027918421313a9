"""What was done to a sealed report, and what `verify` then says: the table in docs/REPORT.md."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner

from shared.report.content import service_report
from shared.report.pdf import render
from shared.ticket.ticket import Record
from sync_server.reports.signer import HeldKeySigner, Seal
from sync_server.reports.verify import Finding, Verdict, verify
from tests.shared.report import specimens
from tests.sync_server.sealed import SEALED_AT, key, other_key

PAGE = Path(__file__).parents[2] / "docs" / "REPORT.md"
BEGIN, END = "<!-- tried -->\n", "<!-- /tried -->"


@cache
def small_photo(number: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), (40 * number, 90, 120)).save(file, "JPEG", quality=60)
    return file.getvalue()


@cache
def received() -> bytes:
    """A signed report with two photos, small enough to be verified a few hundred times."""
    photos = {sha256(small_photo(n)).hexdigest(): small_photo(n) for n in (1, 2)}
    evidence = tuple(
        {"id": f"e{n}", "sha256": name, "mime": "image/jpeg", "size": len(data), "kind": kind,
         "caption": "Fusor", "taken_at": specimens.at(70 + n)}
        for n, ((name, data), kind) in enumerate(
            zip(photos.items(), ("before", "after"), strict=True))
    )  # fmt: skip
    fields = {**specimens.FIELDS, **specimens.TIMES}
    record = specimens.signed(Record("t1", fields, specimens.entries(evidence=evidence)))
    report = service_report(specimens.subject(record))
    return render(report, photos, specimens.attachments(record))


@cache
def sealed() -> bytes:
    return Seal.with_key(key()).sealed(received(), SEALED_AT)


def judged(pdf: bytes) -> Finding:
    """The verdict with nothing at hand but the office's certificate."""
    return verify(pdf, [key().certificate])


def flipped(at: int) -> bytes:
    """The sealed file with one bit of one byte changed; which bit depends on the place."""
    changed = bytearray(sealed())
    changed[at] ^= 1 << at % 8
    return bytes(changed)


@dataclass(frozen=True)
class Region:
    """Some bytes of the sealed file, by what stands there."""

    name: str
    begin: int
    end: int

    def spots(self, most: int) -> Iterator[int]:
        """First, last, and some between."""
        size = self.end - self.begin
        step = max(1, size // (most - 1))
        yield from sorted({*range(self.begin, self.end, step), self.end - 1})


KINDS = (
    (b"/Type /Catalog", "catalogue"), (b"/Type /Metadata", "metadata (XMP)"),
    (b"/Subtype /Image", "photo"), (b"/Type /EmbeddedFile", "attachment"),
    (b"/Type /Filespec", "attachment's name"), (b"/FontFile2", "font descriptor"),
    (b"/Length1", "font file"), (b"/Type /Font", "font"), (b"/N 3", "colour profile"),
    (b"/Type /Page\n", "page"), (b"/Type /Pages", "page tree"),
    (b"/Title", "information"), (b"> Tj", "page content"),
)  # fmt: skip


def kind(content: bytes) -> str:
    return next((name for mark, name in KINDS if mark in content), "other object")


@cache
def regions() -> tuple[Region, ...]:
    """The whole file, cut at its objects; the update of the seal cut at its parts."""
    return (*_received_regions(), *_update_regions())


def _received_regions() -> Iterator[Region]:
    whole = received()
    starts = [m.start() for m in re.finditer(rb"(?<=\n)\d+ \d+ obj", whole)]
    table = whole.rindex(b"\nxref\n") + 1
    yield Region("header", 0, starts[0])
    for begin, end in zip(starts, [*starts[1:], table], strict=True):
        yield Region(kind(whole[begin:end]), begin, end)
    trailer = whole.rindex(b"trailer")
    yield Region("cross-reference table", table, trailer)
    yield Region("trailer", trailer, len(whole))


def _update_regions() -> Iterator[Region]:
    whole, begin = sealed(), len(received())
    hexes = re.compile(rb"/Contents <([0-9A-F]+?)(0{16,})>").search(whole, begin)
    table = whole.rindex(b"\nxref\n") + 1
    trailer = whole.rindex(b"trailer")
    assert hexes
    yield Region("seal: signature's object before its envelope", begin, hexes.start(1))
    yield Region("seal: envelope (CMS)", *hexes.span(1))
    yield Region("seal: room behind the envelope", *hexes.span(2))
    yield Region("seal: objects behind it", hexes.end(2), table)
    yield Region("seal: cross-reference table", table, trailer)
    yield Region("seal: trailer", trailer, len(whole))


def test_the_regions_are_the_whole_file():
    end = 0
    for region in regions():
        assert region.begin == end
        end = region.end
    assert end == len(sealed())
    names = {region.name for region in regions()}
    assert {name for _, name in KINDS} <= names


def test_untouched_it_is_authentic():
    finding = judged(sealed())
    assert finding.verdict is Verdict.AUTHENTIC
    assert failed(finding) == set()


def failed(finding: Finding) -> set[str]:
    return {check.code for check in finding.checks if check.passed is False}


@cache
def flips() -> dict[str, tuple[int, set[str]]]:
    """For each region: how many bytes of it were tried, and which checks failed over them."""
    tried: dict[str, tuple[int, set[str]]] = {}
    for region in regions():
        most = 24 if region.name.startswith("seal") else 3
        for at in region.spots(most):
            finding = judged(flipped(at))
            assert finding.verdict in FOUND, (region, at, finding)
            count, seen = tried.get(region.name, (0, set()))
            tried[region.name] = (count + 1, seen | failed(finding))
    return tried


@pytest.mark.slow
def test_any_one_byte_changed_is_found():
    assert sum(count for count, _ in flips().values()) > 250


# What somebody would do on purpose


def appended(pdf: bytes) -> bytes:
    """An incremental update, as an editor would write it."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root[NameObject("/PageLayout")] = NameObject("/TwoPageLeft")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def saved_again(pdf: bytes, change: Callable[[pikepdf.Pdf], object] = lambda _: None) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        change(opened)
        opened.save(out, static_id=True)
    return out.getvalue()


def other_photo(pdf: pikepdf.Pdf) -> None:
    image = next(o for o in pdf.objects if isinstance(o, pikepdf.Stream)
                 and o.get("/Filter") == pikepdf.Name.DCTDecode)  # fmt: skip
    image.write(small_photo(3), filter=pikepdf.Name.DCTDecode)


def other_record(pdf: pikepdf.Pdf) -> None:
    held = pdf.attachments["record.json"].get_file().read_bytes()
    pdf.attachments["record.json"] = held.replace(b"118 %", b"018 %")


def same_length(old: bytes, new: bytes) -> bytes:
    assert sealed().count(old) >= 1
    assert len(old) == len(new)
    return sealed().replace(old, new)


def photos_swapped() -> bytes:
    one, two = small_photo(1), small_photo(2)
    longer = max(len(one), len(two))
    # The shorter one keeps its length by what stands behind a JPEG's end.
    held = {p: p.ljust(longer, b"\0")[: len(p)] for p in (one, two)}
    return sealed().replace(one, held[two][: len(one)].ljust(len(one), b"\0"))


def sealed_anew() -> bytes:
    """The received report, changed, under the seal of somebody else."""
    changed = received().replace(b"118 %", b"018 %")
    return Seal.with_key(other_key()).sealed(changed, SEALED_AT)


def another_s_seal() -> bytes:
    return Seal.with_key(other_key()).sealed(received(), SEALED_AT)


ON_PURPOSE: dict[str, tuple[Callable[[], bytes], Verdict]] = {
    "one byte appended": (lambda: sealed() + b"\n", Verdict.ALTERED),
    "an incremental update appended (other layout)": (lambda: appended(sealed()), Verdict.ALTERED),
    "another report's update appended":
        (lambda: sealed() + sealed()[len(received()):], Verdict.ALTERED),
    "a second certificate's signature appended":
        (lambda: second_signature(), Verdict.ALTERED),
    "last byte cut off": (lambda: sealed()[:-1].rstrip(b"\n"), Verdict.ALTERED),
    "cut in the middle, before anything that says whose it is":
        (lambda: sealed()[: len(sealed()) // 2], Verdict.UNKNOWN),
    "cut behind the attached record":
        (lambda: sealed()[: sealed().index(b"<pdf:Producer>")], Verdict.UNCHECKED),
    "cut inside of the seal":
        (lambda: sealed()[: (len(received()) + len(sealed())) // 2], Verdict.UNCHECKED),
    "first 1024 bytes cut off": (lambda: sealed()[1024:], Verdict.UNCHECKED),
    "photo replaced by the other one, in place": (photos_swapped, Verdict.ALTERED),
    "photo replaced and saved again (pikepdf)":
        (lambda: saved_again(sealed(), other_photo), Verdict.UNCHECKED),
    "a field of the attachment changed, in place":
        (lambda: same_length(b"118 %", b"018 %"), Verdict.ALTERED),
    "attachment replaced and saved again (pikepdf)":
        (lambda: saved_again(sealed(), other_record), Verdict.UNCHECKED),
    "attachment removed and saved again (pikepdf)":
        (lambda: saved_again(sealed(), lambda p: p.attachments.clear()), Verdict.UNCHECKED),
    "printed word changed, record untouched":
        (lambda: changed_print(), Verdict.ALTERED),
    "opened and saved again without any change (pikepdf)":
        (lambda: saved_again(sealed()), Verdict.UNCHECKED),
    "name of the seal's field changed":
        (lambda: same_length(b"FolioSeal", b"FolioSeat"), Verdict.UNCHECKED),
    "date of the seal changed": (lambda: other_date(), Verdict.ALTERED),
    "envelope replaced by another certificate's": (lambda: other_envelope(), Verdict.ALTERED),
    "report changed and sealed by somebody else": (sealed_anew, Verdict.UNKNOWN),
    "report sealed by somebody else": (another_s_seal, Verdict.UNKNOWN),
    "seal taken off (the report as it came)": (received, Verdict.UNKNOWN),
}  # fmt: skip
"""Unknown is right where nothing in a file is ours to vouch for; unchecked where the file is not
the one that was sealed, and no change in it was established. With the archive at hand a file under
a folio of ours is never unknown, and the words of one that was saved again are compared."""

FOUND = (Verdict.ALTERED, Verdict.UNCHECKED)
NOT_OURS = "altered or unchecked"


class Heedless(PdfSigner):
    """A program that signs although the seal allows nothing after it."""

    def _enforce_certification_constraints(self, reader) -> None:
        """Nothing is enforced."""


def second_signature() -> bytes:
    out = BytesIO()
    signer = Heedless(
        PdfSignatureMetadata(field_name="Other", md_algorithm="sha256"), HeldKeySigner(other_key())
    )
    signer.sign_pdf(IncrementalPdfFileWriter(BytesIO(sealed())), output=out)
    return out.getvalue()


def changed_print() -> bytes:
    """One letter on the first page becomes its neighbour in the font; the record stays."""
    where = sealed().index(b"> Tj")
    letter = b"3" if sealed()[where - 1 : where] != b"3" else b"4"
    return sealed()[: where - 1] + letter + sealed()[where:]


def other_date() -> bytes:
    return same_length(b"20260309180000Z", b"20250309180000Z")


def other_envelope() -> bytes:
    pattern = re.compile(rb"/Contents <([0-9A-F]+)>")
    other = pattern.search(another_s_seal(), len(received()))
    ours = pattern.search(sealed(), len(received()))
    assert other
    assert ours
    put = other[1][: len(ours[1])].ljust(len(ours[1]), b"0")
    return sealed()[: ours.start(1)] + put + sealed()[ours.end(1) :]


@cache
def attempted(what: str) -> Finding:
    return judged(ON_PURPOSE[what][0]())


@pytest.mark.parametrize("what", ON_PURPOSE)
def test_what_is_done_on_purpose_is_found(what):
    finding = attempted(what)
    assert finding.verdict is ON_PURPOSE[what][1], finding.checks
    assert ON_PURPOSE[what][0]() != sealed()


# The table


def table() -> str:
    rows = ["| done to the sealed file | `folio verify` says | because |", "|---|---|---|"]
    for name, (count, codes) in sorted(flips().items()):
        rows.append(
            f"| one bit of one byte: {name} ({count} places) | {NOT_OURS} | {said(codes)} |"
        )
    for name in ON_PURPOSE:
        finding = attempted(name)
        rows.append(f"| {name} | {finding.verdict.value} | {said(failed(finding))} |")
    return "\n".join(rows) + "\n"


def said(codes: set[str]) -> str:
    return ", ".join(f"`{code}`" for code in sorted(codes)) or "–"


def lasting(rows: str) -> list[str]:
    """The rows without what differs from seal to seal: an envelope is not always as long."""
    return [
        re.sub(r" \(\d+ places\) \|.*", "", row) if "one bit" in row else row
        for row in rows.splitlines()
    ]


@pytest.mark.snapshot
def test_the_documentation_says_what_was_tried():
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    told, after = rest.split(END)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        told = table()
        PAGE.write_text(f"{before}{BEGIN}{told}{END}{after}", encoding="utf-8")
    assert lasting(told) == lasting(table()), "other things are found now? make snapshots"
