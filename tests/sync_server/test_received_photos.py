"""A photo that comes in is whole or not by its pixels, whatever its camera wrote beside them."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select

from sync_server.database.tables import blob
from tests.sync_server.tablets import announce, enrolled, send

GIVEN = Path(__file__).parent.parent / "shared" / "report" / "given"
BROKEN_EXIF = b"MM\0*\0\0\0\x08\xff\xff" + bytes(range(256)) * 20


@pytest.fixture
def tablet(office):
    client = enrolled(office)
    yield client
    client.close()


def arrived(office, tablet, content, mime="image/jpeg"):
    """What the office notes of a file that came whole: whether it can be read as what it is."""
    answer = send(tablet, announce(tablet, content, mime), 0, content)
    assert answer.status_code == 204
    sha = sha256(content).hexdigest()
    row = office.ask(lambda tx: tx.one_or_none(select(blob).where(blob.c.sha256 == sha)))
    return row.readable


def picture(kind="JPEG", size=(64, 48), **options):
    file = BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(file, kind, **options)
    return file.getvalue()


def test_metadata_costs_no_photo(office, tablet):
    for path in sorted(GIVEN.glob("*.jpg")):
        assert arrived(office, tablet, path.read_bytes()) is True, path.name
    assert arrived(office, tablet, picture(exif=b"Exif\0\0" + BROKEN_EXIF)) is True
    deep = (GIVEN / "png-16-bit-grey.png").read_bytes()
    broken_chunk = b"\0\0\0\x04iCCPxxxx\0\0\0\0"
    assert arrived(office, tablet, deep[:33] + broken_chunk + deep[33:], "image/png") is True


def test_a_whole_picture_of_each_kind_counts_however_small(office, tablet):
    for kind in ("JPEG", "PNG", "WEBP"):
        assert arrived(office, tablet, picture(kind), f"image/{kind.lower()}") is True
    assert arrived(office, tablet, picture(size=(320, 4))) is True


NO_PICTURE = [
    (picture()[:-200], "image/jpeg"),
    (picture("PNG")[:-40], "image/png"),
    (picture("WEBP")[:-40], "image/webp"),
    (picture("PNG", (65, 48)), "image/jpeg"),
    (picture(size=(65, 48)), "image/png"),
    (picture(size=(66, 48)), "image/webp"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF\0\0\0\0WEBP", "image/webp"),
]


def test_what_is_no_whole_picture_of_its_kind_is_kept_and_does_not_count(office, tablet):
    found = [arrived(office, tablet, content, mime) for content, mime in NO_PICTURE]
    assert found == [False] * len(NO_PICTURE)
