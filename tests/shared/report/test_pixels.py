"""Evidence is not altered in silence: depth, colours, thin lines and tall pictures stay."""

from io import BytesIO
from itertools import pairwise
from pathlib import Path
from struct import pack
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageStat

from shared.report.photos import check, prepare
from shared.report.pixels import kept_size
from tests.shared.report.profiles import ADOBE_RGB, DISPLAY_P3, GREY_LINEAR, SRGB, gamma

MEXICO = ZoneInfo("America/Mexico_City")
GIVEN = Path(__file__).parent / "given"


def kept(image, kind="PNG", **options):
    file = BytesIO()
    image.save(file, kind, **options)
    return shown(file.getvalue())


def shown(data):
    photo = prepare(data, MEXICO, quality=95)
    check(photo.jpeg)
    return Image.open(BytesIO(photo.jpeg))


def near(pixel, wanted, by=4):
    pixel, wanted = (v if isinstance(v, tuple) else (v,) for v in (pixel, wanted))
    return all(abs(a - b) <= by for a, b in zip(pixel, wanted, strict=True))


@pytest.mark.parametrize(
    ("deep", "grey"), [(0, 0), (257, 1), (255, 1), (30_000, 117), (32_896, 128), (65_535, 255)]
)
def test_grey_of_16_bits_is_scaled(deep, grey):
    assert near(kept(Image.new("I;16", (300, 200), deep)).getpixel((150, 100)), grey, 0)


def test_a_ramp_of_16_bits_stays_a_ramp():
    image = shown((GIVEN / "png-16-bit-grey.png").read_bytes())
    row = [image.getpixel((x, 150)) for x in range(400)]
    assert near(row[0], 0, 2)
    assert near(row[-1], 255, 2)
    assert near(row[200], 128, 2)
    assert all(after >= before - 2 for before, after in pairwise(row))


def test_a_clear_shade_of_16_bits_becomes_paper():
    row = pack("<300H", *[700] * 150, *[20_000] * 150)
    image = Image.frombytes("I;16", (300, 200), row * 200)
    seen = kept(image, transparency=700)
    assert (seen.getpixel((50, 100)), seen.getpixel((250, 100))) == (255, 78)


@pytest.mark.parametrize(("depth", "shades"), [(1, 2), (2, 4), (4, 16)])
def test_few_shades_are_the_same_few(depth, shades):
    image = Image.new("P", (shades * 20, 40))
    image.putpalette([v for s in range(shades) for v in [s * 255 // (shades - 1)] * 3])
    for shade in range(shades):
        image.paste(shade, (shade * 20, 0, shade * 20 + 20, 40))
    seen = kept(image, bits=depth).convert("L")
    for shade in range(shades):
        assert near(seen.getpixel((shade * 20 + 10, 20)), shade * 255 // (shades - 1))


def lines(mode):
    """A drawing 4800 pixels wide with a black line of one pixel every 48."""
    image = Image.new("RGB", (4800, 2400), "white")
    draw = ImageDraw.Draw(image)
    for x in range(25, 4800, 48):
        draw.line((x, 0, x, 2399), fill="black")
    return (
        image.convert(mode, palette=Image.Palette.ADAPTIVE) if mode == "P" else image.convert(mode)
    )


@pytest.mark.parametrize("mode", ["P", "1", "L"])
def test_thin_lines_stay_when_a_picture_shrinks(mode):
    seen = kept(lines(mode)).convert("L")
    wanted = lines("RGB").resize(seen.size, Image.Resampling.LANCZOS, reducing_gap=2.0).convert("L")
    darkest = [min(seen.crop((x, 10, x + 16, 11)).tobytes()) for x in range(0, 1600, 16)]
    assert len(darkest) == 100
    assert max(darkest) < 220
    assert max(ImageStat.Stat(ImageChops.difference(seen, wanted)).mean) < 2


def test_what_is_clear_becomes_white_and_what_is_not_stays():
    image = Image.new("RGBA", (2400, 600), (0, 90, 0, 0))
    image.paste((0, 90, 0, 255), (1200, 0, 2400, 600))
    for seen in (kept(image), kept(image.quantize(8))):
        assert near(seen.getpixel((200, 100)), (255, 255, 255))
        assert near(seen.getpixel((1400, 100)), (0, 90, 0))


P3_RED, P3_SKIN = (255, 0, 0), (220, 170, 140)


def by_little_cms(image, icc):
    """What an independent converter makes of it."""
    source = ImageCms.ImageCmsProfile(BytesIO(icc))
    return ImageCms.profileToProfile(
        image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )


@pytest.mark.parametrize("profile", [DISPLAY_P3, ADOBE_RGB], ids=["Display P3", "Adobe RGB"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize(
    "colour", [(200, 40, 40), (30, 160, 60), (60, 60, 200), P3_SKIN, (0, 0, 0), (255, 255, 255)]
)
def test_the_colours_of_a_profile_become_those_of_srgb(profile, kind, colour):
    image = Image.new("RGB", (64, 64), colour)
    options = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    seen = kept(image, kind, icc_profile=profile, **options)
    assert near(seen.getpixel((30, 30)), by_little_cms(image, profile).getpixel((30, 30)), 6)
    assert "icc_profile" not in seen.info


def test_a_red_light_of_a_wide_screen_stays_red():
    seen = shown((GIVEN / "icc-wide-red-led.jpg").read_bytes())
    assert near(seen.getpixel((200, 150)), (255, 0, 0), 6)
    p3 = kept(Image.new("RGB", (64, 64), (234, 51, 35)), icc_profile=DISPLAY_P3)
    assert near(p3.getpixel((30, 30)), (255, 0, 0), 12)


def test_srgb_by_another_name_changes_no_pixel():
    image = Image.linear_gradient("L").convert("RGB")
    assert kept(image, icc_profile=SRGB).tobytes() == kept(image).tobytes()


def test_linear_grey_becomes_the_grey_that_screens_show():
    seen = kept(Image.new("L", (64, 64), 55), icc_profile=GREY_LINEAR)
    assert (seen.mode, seen.getpixel((30, 30))) == ("L", 128)


BROKEN = [
    b"none", bytes(200), DISPLAY_P3[:200], GREY_LINEAR,
    DISPLAY_P3[:128] + b"\xff\xff\xff\xff" + DISPLAY_P3[132:],
    DISPLAY_P3.replace(b"para\0\0\0\0\0\3", b"para\0\0\0\0\0\x09"),
    ADOBE_RGB.replace(gamma(2.19921875), gamma(217.2), 1),
]  # fmt: skip


@pytest.mark.parametrize("profile", BROKEN)
def test_a_broken_profile_or_one_of_other_colours_is_none(profile):
    image = Image.new("RGB", (64, 64), P3_SKIN)
    seen = kept(image, icc_profile=profile)
    assert near(seen.getpixel((30, 30)), P3_SKIN)
    assert "icc_profile" not in seen.info


def test_a_profile_of_tables_travels_with_its_picture():
    tables = DISPLAY_P3.replace(b"wtpt", b"A2B0")
    seen = kept(Image.new("RGB", (64, 64), P3_SKIN), icc_profile=tables)
    assert near(seen.getpixel((30, 30)), P3_SKIN)
    assert seen.info["icc_profile"] == tables


@pytest.mark.parametrize(
    ("size", "wanted"),
    [
        ((4032, 3024), (1600, 1200)),
        ((1600, 1200), (1600, 1200)),
        ((4000, 1601), (1600, 640)),
        ((4000, 1600), (1600, 640)),
        ((4000, 1500), (1707, 640)),
        ((1080, 12_000), (640, 7111)),
        ((1080, 2400), (720, 1600)),
        ((640, 16_000), (640, 16_000)),
        ((640, 32_000), (453, 22_627)),
        ((20, 4000), (20, 4000)),
        ((16, 60_000), (16, 60_000)),
    ],
)
def test_a_tall_picture_keeps_two_fifths_of_the_longest_side(size, wanted):
    width, height = size
    assert kept_size(width, height, 1600) == wanted
    assert kept_size(height, width, 1600) == tuple(reversed(wanted))


def test_a_tall_screenshot_stays_readable():
    """Letters of 32 pixels, as phones draw them, are still letters and not a grey band."""
    image = Image.new("RGB", (1080, 12_000), "white")
    draw = ImageDraw.Draw(image)
    for x in range(100, 500, 6):
        draw.line((x, 11_000, x, 11_031), fill="black", width=3)
    seen = kept(image)
    assert seen.size == (640, 7111)
    row = seen.convert("L").crop((70, 6527, 280, 6528)).tobytes()
    assert max(row) - min(row) > 120


def test_a_strip_of_few_pixels_is_a_photo_and_has_a_thumbnail():
    photo = prepare(_png(Image.new("RGB", (4000, 20), "navy")), MEXICO)
    assert (photo.width, photo.height) == (4000, 20)
    small = prepare(photo.jpeg, MEXICO, longest_side=320)
    assert min(small.width, small.height) >= 16


def _png(image: Image.Image) -> bytes:
    file = BytesIO()
    image.save(file, "PNG")
    return file.getvalue()
