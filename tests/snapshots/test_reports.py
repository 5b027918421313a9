"""The service report, byte for byte and word for word: it changes only on purpose.

`make snapshots` writes the files here anew. Read the difference: the words in report-es.txt and
report-en.txt tell what changed; a hash in reports.json that changes without them is layout. When
either can be seen on paper, shared.report.annex.TEMPLATE becomes one higher.
"""

import json
import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

import pytest

from shared.report.blocks import Paper
from shared.report.content import service_report
from shared.report.paper.flow import pages
from shared.report.paper.marks import Words
from shared.report.paper.sheet import Sheet
from shared.report.pdf import ASSETS, render, slabs
from shared.report.typeface import typeface
from shared.ticket.ticket import Record
from tests.shared.report import specimens

HERE = Path(__file__).parent
HASHES = HERE / "reports.json"

pytestmark = pytest.mark.snapshot


def photo(number: int) -> bytes:
    """What the layout reads of a JPEG, and no more: no encoder's version is in the hashes."""
    size = (1200).to_bytes(2) + (1600).to_bytes(2)
    return b"\xff\xd8\xff\xc0\x00\x11\x08" + size + b"\x03" + bytes([number] * 9) + b"\xff\xd9"


def with_fixed_photos(record: Record) -> tuple[Record, dict[str, bytes]]:
    photos = {}
    evidence = []
    for number, entry in enumerate(record.entries["evidence"]):
        data = photo(number)
        name = sha256(data).hexdigest()
        photos[name] = data
        evidence.append({**entry, "sha256": name, "size": len(data)})
    sign_off = record.fields.get("sign_off")
    fixed = Record(record.id, record.fields, {**record.entries, "evidence": tuple(evidence)})
    if not sign_off or record.fields["diagnosis"].startswith("Otro"):
        return fixed, photos
    return specimens.signed(fixed, **{k: v for k, v in sign_off.items() if k != "digest"}), photos


def english(record: Record) -> Record:
    statement = {k: v for k, v in record.fields["sign_off"].items() if k != "digest"}
    return specimens.signed(record, **{**statement, "locale": "en"})


EVERY = [
    *((name, make, Paper.LETTER) for name, make in specimens.ALL.items()),
    ("ordinary, English, A4", lambda: english(specimens.ordinary()), Paper.A4),
]


def hashes() -> Mapping[str, str]:
    made = {}
    for name, make, paper in EVERY:
        record, photos = with_fixed_photos(make())
        report = service_report(specimens.subject(record, paper))
        pdf = render(report, photos, specimens.attachments(record))
        made[name] = sha256(pdf).hexdigest()
    return made


def words(record: Record) -> str:
    """What is printed, a line for each line of words, a blank one between pages."""
    record, photos = with_fixed_photos(record)
    report = service_report(specimens.subject(record))
    shapes = dict.fromkeys(photos, (1600, 1200))
    sheet = Sheet(report.paper, typeface(ASSETS / "fonts"), report.letterhead, shapes)
    lines = []
    for page in pages(slabs(report, sheet), sheet):
        for item in page:
            said = [mark.text for mark in item.slab.marks if isinstance(mark, Words)]
            lines += [" | ".join(said)] if said else []
        lines.append("")
    return "\n".join(lines)


def kept(path: Path, now: str) -> str:
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.write_text(now, encoding="utf-8")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("language", "make"), [
    ("es", specimens.ordinary), ("en", lambda: english(specimens.ordinary())),
])  # fmt: skip
def test_the_words_are_those_that_were_agreed(language, make):
    now = words(make())
    assert kept(HERE / f"report-{language}.txt", now) == now


def test_the_bytes_are_those_of_this_template():
    now = json.dumps(hashes(), indent=2, ensure_ascii=False) + "\n"
    assert json.loads(kept(HASHES, now)) == json.loads(now), "changed on purpose? make snapshots"
