"""Metadata never costs a photo: what is broken in it is as if it were not there."""

import struct
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from PIL import ExifTags, Image

from shared.report.photos import check, prepare

MEXICO = ZoneInfo("America/Mexico_City")
GIVEN = Path(__file__).parent / "given"

BYTE, ASCII, SHORT, LONG, RATIONAL, SIGNED = 1, 2, 3, 4, 5, 10
SIZES = {BYTE: "B", ASCII: "s", SHORT: "H", LONG: "I", RATIONAL: "I", SIGNED: "i"}

Tag = tuple[int, int, list[int] | bytes]
"""Number, type, and the values; a rational is two of them."""


def directory(tags: list[Tag], at: int) -> bytes:
    """A TIFF directory that stands `at` so many bytes into its block."""
    rows, far = struct.pack(">H", len(tags)), b""
    after = at + 6 + 12 * len(tags)
    for number, kind, values in tags:
        count = len(values) // 2 if kind in (RATIONAL, SIGNED) else len(values)
        if isinstance(values, bytes):
            body = values
        else:
            body = struct.pack(f">{len(values)}{SIZES[kind]}", *values)
        near = body.ljust(4, b"\0") if len(body) <= 4 else struct.pack(">I", after + len(far))
        far += b"" if len(body) <= 4 else body
        rows += struct.pack(">HHI", number, kind, count) + near
    return rows + bytes(4) + far


def exif(*tags: Tag, details: list[Tag] | None = None, gps: list[Tag] | None = None) -> bytes:
    """An EXIF block, as its bytes: nothing here is checked, as in a bad camera."""
    head = b"MM\0*\0\0\0\x08"
    at = 8 + 6 + 12 * (len(tags) + 2) + 200
    details_, gps_ = directory(details or [], at), directory(gps or [], at + 600)
    first = directory([*tags, (0x8769, LONG, [at]), (0x8825, LONG, [at + 600])], 8)
    return (head + first).ljust(at, b"\0") + details_.ljust(600, b"\0") + gps_


def picture() -> Image.Image:
    """Red at the top left, so that one sees which side is up."""
    image = Image.new("RGB", (320, 240), "white")
    image.paste((200, 0, 0), (0, 0, 80, 60))
    return image


def photo(block: bytes) -> bytes:
    file = BytesIO()
    picture().save(file, "JPEG", quality=95, exif=b"Exif\0\0" + block)
    return file.getvalue()


def shown(kept):
    check(kept.jpeg)
    return Image.open(BytesIO(kept.jpeg))


def is_red(pixel):
    return pixel[0] > 180 and max(pixel[1:]) < 40


NORTH, WEST = [19, 1, 25, 1, 5739, 100], [99, 1, 7, 1, 5955, 100]


def place(lat=NORTH, lon=WEST, north=b"N\0", west=b"W\0", more: list[Tag] | None = None):
    return [
        (1, ASCII, north), (2, RATIONAL, lat), (3, ASCII, west), (4, RATIONAL, lon), *(more or []),
    ]  # fmt: skip


ERROR = ExifTags.GPS.GPSHPositioningError


@pytest.mark.parametrize(
    ("name", "size", "position"),
    [
        ("exif-accuracy-0-0.jpg", (400, 300), {"lat": 19.4326, "lon": -99.133211}),
        ("exif-null-island.jpg", (400, 300), None),
        ("exif-turned-make-as-rational.jpg", (300, 400), None),
        ("exif-year-1899.jpg", (400, 300), None),
    ],
)
def test_a_photo_of_the_field_is_kept(name, size, position):
    kept = prepare((GIVEN / name).read_bytes(), MEXICO)
    assert (kept.width, kept.height) == size == shown(kept).size
    assert kept.position == position
    assert kept.taken_at is None


@pytest.mark.parametrize(
    ("year", "is_kept"), [(1899, 0), (1994, 0), (1995, 1), (2099, 1), (2100, 0), (9999, 0)]
)
def test_a_year_that_no_camera_has_seen_tells_no_time(year, is_kept):
    text = b"%d:12:31 23:59:59\0" % year
    kept = prepare(photo(exif(details=[(0x9003, ASCII, text)])), MEXICO)
    assert kept.taken_at == (datetime(year, 12, 31, 23, 59, 59, tzinfo=MEXICO) if is_kept else None)


@pytest.mark.parametrize("offset", [b"-06:00:17\0", b"-06:00\0"])
def test_an_offset_is_hours_and_minutes(offset):
    taken = [(0x9003, ASCII, b"2026:03:09 10:02:31\0"), (0x9011, ASCII, offset)]
    kept = prepare(photo(exif(details=taken)), MEXICO)
    assert str(kept.taken_at) == "2026-03-09 10:02:31-06:00"


@pytest.mark.parametrize(
    ("wrong", "accuracy"),
    [
        ((ERROR, RATIONAL, [0, 0]), None),
        ((ERROR, RATIONAL, [8, 0]), None),
        ((ERROR, ASCII, b"good\0"), None),
        ((ERROR, SIGNED, [-8, 1]), None),
        ((ERROR, ASCII, b"8\0"), 8.0),
        ((ERROR, SHORT, [8]), 8.0),
        ((ERROR, RATIONAL, [84, 10]), 8.4),
    ],
)
def test_an_accuracy_that_is_no_number_leaves_the_place(wrong, accuracy):
    kept = prepare(photo(exif(gps=place(more=[wrong]))), MEXICO)
    known = {} if accuracy is None else {"accuracy": accuracy}
    assert kept.position == {"lat": 19.432608, "lon": -99.133208, **known}


@pytest.mark.parametrize(
    "wrong",
    [
        place([0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 0, 1]),
        place([0, 0, 0, 0, 0, 0]),
        place([91, 1, 0, 1, 0, 1]),
        place([19, 1]),
        place(north=b"\0\0"),
        place(west=b"?\0"),
        place(north=b"W\0"),
        [(1, ASCII, b"N\0"), (2, ASCII, b"nineteen\0"), (3, ASCII, b"W\0"), (4, RATIONAL, WEST)],
        [(2, RATIONAL, NORTH), (4, RATIONAL, WEST)],
    ],
)
def test_a_place_that_cannot_be_read_is_none(wrong):
    assert prepare(photo(exif(gps=wrong)), MEXICO).position is None


def test_the_equator_and_greenwich_are_places():
    zero = [0, 1, 0, 1, 0, 1]
    north = {"lat": 19.432608, "lon": 0.0}
    assert prepare(photo(exif(gps=place(lon=zero))), MEXICO).position == north
    west = {"lat": 0.0, "lon": -99.133208}
    assert prepare(photo(exif(gps=place(lat=zero))), MEXICO).position == west


SIDES = {
    1: (20, 20), 2: (299, 20), 3: (299, 219), 4: (20, 219),
    5: (20, 20), 6: (219, 20), 7: (219, 299), 8: (20, 299),
}  # fmt: skip
"""Where the red corner comes to lie, by the orientation."""


@pytest.mark.parametrize("turn", SIDES)
@pytest.mark.parametrize(
    "written",
    [SHORT, LONG, RATIONAL, SIGNED, ASCII, BYTE],
    ids="SHORT LONG RAT SRAT ASC BYTE".split(),
)
def test_the_pixels_are_turned_whatever_type_the_orientation_has(turn, written):
    values: list[int] | bytes = [turn, 1] if written in (RATIONAL, SIGNED) else [turn]
    if written == ASCII:
        values = b"%d\0" % turn
    kept = prepare(photo(exif((0x0112, written, values), (0x010F, RATIONAL, [0, 0]))), MEXICO)
    image = shown(kept)
    assert image.size == ((320, 240) if turn < 5 else (240, 320))
    assert is_red(image.getpixel(SIDES[turn]))
    assert sum(is_red(image.getpixel(corner)) for corner in (
        (20, 20), (image.width - 21, 20), (20, image.height - 21),
        (image.width - 21, image.height - 21),
    )) == 1  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        (0x0112, SHORT, [0]), (0x0112, SHORT, [9]), (0x0112, RATIONAL, [0, 0]),
        (0x0112, RATIONAL, [13, 2]), (0x0112, ASCII, b"up\0"),
    ],
)  # fmt: skip
def test_an_orientation_that_says_nothing_turns_nothing(wrong):
    assert is_red(shown(prepare(photo(exif(wrong)), MEXICO)).getpixel((20, 20)))


@pytest.mark.parametrize(
    "block",
    [b"", b"MM", b"no TIFF at all", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff" * 9],
)
def test_a_block_that_is_no_exif_costs_nothing(block):
    kept = prepare(photo(block), MEXICO)
    assert (kept.taken_at, kept.position) == (None, None)
    assert is_red(shown(kept).getpixel((20, 20)))


def png_with(name: bytes, body: bytes) -> bytes:
    """A PNG with one more chunk whose checksum is wrong."""
    file = BytesIO()
    picture().save(file, "PNG")
    data = file.getvalue()
    chunk = struct.pack(">I", len(body)) + name + body + b"\0\0\0\0"
    return data[:33] + chunk + data[33:]


@pytest.mark.parametrize("name", [b"eXIf", b"iCCP", b"iTXt", b"zTXt", b"tIME", b"pHYs", b"acTL"])
def test_a_broken_chunk_beside_a_png_costs_nothing(name):
    kept = prepare(png_with(name, b"broken\0\0broken"), MEXICO)
    assert is_red(shown(kept).getpixel((20, 20)))


def test_a_png_is_turned_by_its_exif():
    kept = prepare(png_with(b"eXIf", exif((0x0112, SHORT, [6]))), MEXICO)
    assert is_red(shown(kept).getpixel(SIDES[6]))


@pytest.mark.parametrize("marker", [0xE1, 0xE2, 0xED, 0xEC, 0xFE])
@pytest.mark.parametrize(
    "body", [b"", b"Exif\0\0", b"Photoshop 3.0\x008BIM\x04", b"MPF\0II*\0\x08"]
)
def test_a_broken_segment_beside_a_jpeg_costs_nothing(marker, body):
    data = photo(b"MM")
    segment = struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
    kept = prepare(data[:2] + segment + data[2:], MEXICO)
    assert is_red(shown(kept).getpixel((20, 20)))


def test_a_segment_that_tells_a_wrong_length_costs_nothing():
    data = photo(b"MM")
    comment = b"\xff\xfe\x00\x04longer than told"
    kept = prepare(data[:2] + comment + data[2:], MEXICO)
    assert is_red(shown(kept).getpixel((20, 20)))
    assert b"longer" not in kept.jpeg
