"""What the camera gives and what is kept: small, upright, nothing hidden; and every refusal."""

import struct
import zlib
from contextlib import suppress
from datetime import datetime
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from shared.report.jpeg import frame, is_bare
from shared.report.photos import (
    EmptyPhoto,
    HeicPhoto,
    NotAPhoto,
    TooManyPixels,
    TruncatedPhoto,
    UnknownFormat,
    check,
    prepare,
)

MEXICO = ZoneInfo("America/Mexico_City")


def saved(image: Image.Image, kind: str = "JPEG", **options) -> bytes:
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def camera(wide=4032, tall=3024, **exif) -> bytes:
    """A photo as a telephone writes it: large, lying on its side, with time and place in it."""
    image = Image.linear_gradient("L").resize((wide, tall)).convert("RGB")
    data = image.getexif()
    data[ExifTags.Base.Orientation] = exif.get("orientation", 1)
    details = data.get_ifd(ExifTags.IFD.Exif)
    if "taken" in exif:
        details[ExifTags.Base.DateTimeOriginal] = exif["taken"]
    if "offset" in exif:
        details[ExifTags.Base.OffsetTimeOriginal] = exif["offset"]
    if "gps" in exif:
        data.get_ifd(ExifTags.IFD.GPSInfo).update(exif["gps"])
    return saved(image, exif=data)


GPS = {
    ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (19.0, 25.0, 57.39),
    ExifTags.GPS.GPSLongitudeRef: "W", ExifTags.GPS.GPSLongitude: (99.0, 7.0, 59.55),
    ExifTags.GPS.GPSHPositioningError: 8.0,
}  # fmt: skip


def test_a_large_photo_becomes_small_and_stays_whole():
    kept = prepare(camera(), MEXICO)
    assert (kept.width, kept.height) == (1600, 1200)
    assert len(kept.jpeg) < 400_000
    assert check(kept.jpeg) == frame(kept.jpeg)


def test_a_small_photo_is_not_blown_up():
    kept = prepare(camera(800, 600), MEXICO)
    assert (kept.width, kept.height) == (800, 600)


def test_a_photo_that_is_evidence_already_is_kept_byte_for_byte():
    data = saved(Image.linear_gradient("L").resize((640, 480)).convert("RGB"))
    assert prepare(data, MEXICO).jpeg == data


def test_what_hides_behind_or_inside_a_small_photo_does_not_pass():
    data = saved(Image.linear_gradient("L").resize((640, 480)).convert("RGB"))
    comment = b"\xff\xfe\x00\x08secret"
    for hidden in (data[:2] + comment + data[2:], data + b"PK\x03\x04\xff\xd9"):
        kept = prepare(hidden, MEXICO).jpeg
        assert kept != hidden
        assert is_bare(kept)


def test_the_tablet_decides_how_small():
    kept = prepare(camera(800, 600), MEXICO, longest_side=400, quality=50)
    assert (kept.width, kept.height) == (400, 300)


def test_a_photo_taken_standing_stands():
    kept = prepare(camera(800, 600, orientation=6), MEXICO)
    assert (kept.width, kept.height) == (600, 800)


def test_time_and_place_are_read_before_the_hidden_data_goes():
    kept = prepare(camera(800, 600, taken="2026:03:09 10:02:31", offset="-06:00", gps=GPS), MEXICO)
    assert kept.taken_at == datetime.fromisoformat("2026-03-09T10:02:31-06:00")
    assert kept.position == {"lat": 19.432608, "lon": -99.133208, "accuracy": 8.0}
    assert not Image.open(BytesIO(kept.jpeg)).getexif()
    assert b"Exif" not in kept.jpeg


def test_a_camera_without_a_zone_is_read_in_the_tablets():
    kept = prepare(camera(800, 600, taken="2026:03:09 10:02:31"), MEXICO)
    assert kept.taken_at == datetime(2026, 3, 9, 10, 2, 31, tzinfo=MEXICO)


@pytest.mark.parametrize("taken", ["0000:00:00 00:00:00", "2026:02:30 10:00:00", "yesterday", ""])
def test_a_clock_that_tells_nonsense_tells_nothing(taken):
    assert prepare(camera(800, 600, taken=taken, offset="+99:99"), MEXICO).taken_at is None


@pytest.mark.parametrize(
    "wrong",
    [(900.0, 0.0, 0.0), (1.0,), (IFDRational(0, 0), 0.0, 0.0)],
)  # fmt: skip
def test_a_place_that_is_nowhere_is_no_place(wrong):
    assert (
        prepare(camera(800, 600, gps={**GPS, ExifTags.GPS.GPSLatitude: wrong}), MEXICO).position
        is None
    )


def test_a_png_becomes_a_jpeg_on_white():
    clear = Image.new("RGBA", (300, 200), (255, 0, 0, 0))
    kept = prepare(saved(clear, "PNG"), MEXICO)
    assert frame(kept.jpeg).components == 3
    assert Image.open(BytesIO(kept.jpeg)).getpixel((150, 100)) == (255, 255, 255)


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGB", "RGBA", "I;16"])
def test_any_png_becomes_one_that_prints(mode):
    grey = Image.new("L", (300, 200), 120)
    image = Image.new("I;16", grey.size, 30_000) if mode == "I;16" else grey.convert(mode)
    assert check(prepare(saved(image, "PNG"), MEXICO).jpeg).printable


def test_a_jpeg_made_for_print_becomes_one_for_paper():
    kept = prepare(saved(Image.new("CMYK", (300, 200), (10, 20, 30, 0))), MEXICO)
    assert frame(kept.jpeg).components == 3


def test_the_same_photo_gives_the_same_evidence():
    photo = camera(900, 700)
    assert prepare(photo, MEXICO).sha256 == prepare(photo, MEXICO).sha256


HEIC = b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic" + bytes(400)


def bomb_png() -> bytes:
    """20,000 × 20,000 pixels of nothing in a few bytes."""
    size = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", size), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def bomb_jpeg() -> bytes:
    """A small photo that says it has 400 megapixels."""
    photo = saved(Image.new("RGB", (64, 64)))
    return photo.replace(struct.pack(">HH", 64, 64), struct.pack(">HH", 20_000, 20_000), 1)


REFUSED = [
    (b"", EmptyPhoto),
    (saved(Image.new("RGB", (3, 3))), EmptyPhoto),
    (b"Lista de pendientes: 1. Fusor", UnknownFormat),
    (b"%PDF-1.7 ...", UnknownFormat),
    (saved(Image.new("RGB", (64, 64)), "GIF"), UnknownFormat),
    (HEIC, HeicPhoto),
    (HEIC.replace(b"heic", b"avif"), HeicPhoto),
    (bomb_png(), TooManyPixels),
    (bomb_jpeg(), TooManyPixels),
    (camera(800, 600)[:9000], TruncatedPhoto),
    (camera(800, 600)[:40], TruncatedPhoto),
    (b"\xff\xd8\xff\xe0", TruncatedPhoto),
    (b"\x89PNG\r\n\x1a\n", TruncatedPhoto),
    (saved(Image.linear_gradient("L"), "PNG")[:120], TruncatedPhoto),
]


@pytest.mark.parametrize(("data", "cause"), REFUSED)
@pytest.mark.parametrize("ask", [lambda data: prepare(data, MEXICO), check])
def test_each_refusal_has_its_cause(ask, data, cause):
    if data.startswith(b"\x89PNG") and ask is check:
        cause = NotAPhoto
    with pytest.raises(cause):
        ask(data)


@pytest.mark.parametrize(("data", "cause"), REFUSED)
def test_each_refusal_says_what_to_do_in_both_languages(data, cause):
    with pytest.raises(cause) as refused:
        prepare(data, MEXICO)
    assert refused.value.sentence("es") != refused.value.sentence("en")
    assert "{" not in refused.value.sentence("es")


def test_a_photo_cut_anywhere_is_refused_or_whole():
    photo = saved(Image.linear_gradient("L").resize((320, 240)).convert("RGB"))
    for length in range(0, len(photo) - 2, 97):
        with pytest.raises(NotAPhoto):
            prepare(photo[:length], MEXICO)


def test_bytes_in_disorder_never_break_anything_else():
    photo = bytearray(saved(Image.linear_gradient("L").resize((320, 240)).convert("RGB")))
    for i in range(2, 700, 3):
        broken = bytes(photo[:i]) + b"\xff" + bytes(photo[i + 1 :])
        with suppress(NotAPhoto):
            assert prepare(broken, MEXICO).width


def test_evidence_that_cannot_be_printed_is_no_evidence():
    with pytest.raises(UnknownFormat):
        check(saved(Image.new("CMYK", (300, 200))))
