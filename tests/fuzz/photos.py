"""Photos with hostile metadata, any pixels: no crash, no false refusal, no other picture.

`python -m tests.fuzz.photos --count 20000 --seed 7`; `make soak` runs it before the simulation.
"""

import argparse
import secrets
import struct
import sys
import traceback
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from PIL import Image, ImageChops, ImageStat

from shared.report.photos import check, look, prepare
from shared.ticket.places import is_somewhere
from shared.time.timestamps import instant, wire_time
from tests.shared.report.profiles import ADOBE_RGB, DISPLAY_P3, SRGB

MEXICO = ZoneInfo("America/Mexico_City")
FAR = 30.0
"""Mean levels of 255 between two pictures; a wide profile that is converted moves one by 15."""

TAGS = (0x010F, 0x0112, 0x0132, 0x8769, 0x8825, 0xA005, 0x011A, 0x0128)
DETAILS = (0x9003, 0x9011, 0x9010, 0x9004, 0xA002, 0xA003, 0x927C)
GPS = (0, 1, 2, 3, 4, 5, 6, 7, 0x1D, 0x1F)
TEXTS = (
    b"1899:01:01 00:00:00\0", b"9999:12:31 23:59:59\0", b"2026:03:09 10:02:31\0",
    b"2026:13:40 25:61:61\0", b"\0", b"", b"N\0", b"S", b"W\0\0\0", b"E\0", b"-06:00\0",
    b"+99:99\0", b"nineteen\0", b"\xff\xfe\x80", b"-06:00:17\0", b"6\0", b"nan\0", b"inf\0",
)  # fmt: skip
NUMBERS = (0, 1, 2, 6, 8, 9, 19, 25, 99, 180, 181, 255, 65535, 2**31 - 1, 2**31, 2**32 - 1)


@dataclass(frozen=True, slots=True)
class Hostile:
    """A file, and the picture in it as it was painted (before any turning)."""

    data: bytes
    picture: Image.Image


def hostile(seed: int) -> Hostile:
    """The file of a seed: always a whole picture, with anything at all beside it."""
    chance = Random(seed)
    picture = _picture(chance)
    if chance.random() < 0.6:
        return Hostile(_jpeg(chance, picture.convert(chance.choice(("RGB", "L")))), picture)
    return Hostile(_png(chance, picture), picture)


def broken(case: Hostile) -> str:
    """What is wrong with what the product makes of it; empty when nothing is."""
    look(case.data)
    kept = prepare(case.data, MEXICO)
    check(kept.jpeg)
    if kept.taken_at is not None:
        instant(wire_time(kept.taken_at))
    if kept.position is not None and not is_somewhere(kept.position["lat"], kept.position["lon"]):
        return f"a place that is none: {kept.position}"
    return _another(case.picture, Image.open(BytesIO(kept.jpeg)))


def _another(painted: Image.Image, kept: Image.Image) -> str:
    """Whether the kept picture is the painted one, turned in one of the eight ways."""
    seen = kept.convert("L")
    small = [painted.convert("L").resize(size, Image.Resampling.BOX)
             for size in (seen.size, seen.size[::-1])]  # fmt: skip
    ways = [small[0], *(small[0].transpose(Image.Transpose(way)) for way in (0, 1, 3))]
    ways += [small[1].transpose(Image.Transpose(way)) for way in (2, 4, 5, 6)]
    far = min(ImageStat.Stat(ImageChops.difference(seen, way)).mean[0] for way in ways)
    return "" if far < FAR else f"another picture: {far:.0f} levels away"


def _picture(chance: Random) -> Image.Image:
    size = chance.randint(16, 260), chance.randint(16, 260)
    corners = bytes(chance.randrange(256) for _ in range(12))
    return Image.frombytes("RGB", (2, 2), corners).resize(size, Image.Resampling.BILINEAR)


def _jpeg(chance: Random, picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=90, progressive=chance.random() < 0.3)
    plain = file.getvalue()
    segments = b"".join(_segment(chance) for _ in range(chance.randint(1, 4)))
    tail = chance.choice((b"", b"", b"PK\x03\x04 hidden", chance.randbytes(40)))
    return plain[:2] + segments + plain[2:] + tail


def _segment(chance: Random) -> bytes:
    body = chance.choice((
        b"Exif\0\0" + _exif(chance), b"Exif\0\0" + _exif(chance), b"Exif\0\0" + _exif(chance),
        b"ICC_PROFILE\0\1\1" + _profile(chance), b"MPF\0" + _exif(chance),
        b"Photoshop 3.0\x008BIM\x03\xed" + chance.randbytes(12),
        b"http://ns.adobe.com/xap/1.0/\0<x tiff:Orientation='%d'/>" % chance.randint(0, 9),
        chance.randbytes(chance.randint(0, 60)),
    ))  # fmt: skip
    marker = {b"Exif": 0xE1, b"http": 0xE1, b"ICC_": 0xE2, b"MPF\0": 0xE2, b"Phot": 0xED}
    return struct.pack(">BBH", 0xFF, marker.get(body[:4], 0xFE), len(body) + 2) + body


def _png(chance: Random, picture: Image.Image) -> bytes:
    file = BytesIO()
    mode = chance.choice(("RGB", "RGBA", "L", "LA", "P", "I;16"))
    if mode == "I;16":
        grey = picture.convert("L")
        wide = b"".join(bytes((value, value)) for value in grey.tobytes())
        image = Image.frombytes("I;16", grey.size, wide)
    else:
        image = picture.quantize(64) if mode == "P" else picture.convert(mode)
    image.save(file, "PNG")
    plain = file.getvalue()
    chunks = b"".join(_chunk(chance) for _ in range(chance.randint(1, 4)))
    return plain[:33] + chunks + plain[33:] + chance.choice((b"", b"hidden"))


def _chunk(chance: Random) -> bytes:
    name = chance.choice((b"eXIf", b"iCCP", b"zTXt", b"iTXt", b"tEXt", b"pHYs", b"gAMA", b"acTL"))
    body = {
        b"eXIf": _exif(chance),
        b"iCCP": b"icc\0\0" + zlib.compress(_profile(chance)),
    }.get(name, chance.randbytes(chance.randint(0, 40)))
    if chance.random() < 0.2:
        body = chance.randbytes(len(body))
    check_sum = zlib.crc32(name + body) ^ (chance.random() < 0.3)
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", check_sum)


def _profile(chance: Random) -> bytes:
    profile = bytearray(chance.choice((SRGB, SRGB, DISPLAY_P3, ADOBE_RGB)))
    for _ in range(chance.choice((0, 1, 3))):
        profile[chance.randrange(len(profile))] = chance.randrange(256)
    return bytes(profile[: chance.choice((len(profile), len(profile), chance.randint(0, 300)))])


def _exif(chance: Random) -> bytes:
    block = bytearray(chance.choice((b"MM\0*\0\0\0\x08", b"MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0")))
    order = ">" if block[:2] == b"MM" else "<"
    at = 300, 600
    block += _directory(chance, order, TAGS, 8, pointers=at).ljust(292, b"\0")
    block = block[:300] + _directory(chance, order, DETAILS, 300).ljust(300, b"\0")[:300]
    block += _directory(chance, order, GPS, 600)
    for _ in range(chance.choice((0, 0, 2, 9))):
        block[chance.randrange(len(block))] = chance.randrange(256)
    cut = chance.choice((len(block), len(block), chance.randint(0, len(block))))
    return bytes(block[:cut])


def _directory(
    chance: Random, order: str, tags: tuple[int, ...], at: int, pointers: tuple[int, ...] = ()
) -> bytes:
    chosen = [tag for tag in tags if chance.random() < 0.8]
    rows, far = struct.pack(f"{order}H", len(chosen)), b""
    after = at + 6 + 12 * len(chosen)
    for tag in chosen:
        kind, count, body = _value(chance, order)
        if tag in (0x8769, 0x8825) and pointers and chance.random() < 0.9:
            kind, count, body = 4, 1, struct.pack(f"{order}I", pointers[tag == 0x8825])
        near = body.ljust(4, b"\0")
        if len(body) > 4:
            near, far = struct.pack(f"{order}I", after + len(far)), far + body
        rows += struct.pack(f"{order}HHI", tag, kind, count) + near
    return rows + bytes(4) + far


def _value(chance: Random, order: str) -> tuple[int, int, bytes]:
    kind = chance.choice((1, 2, 2, 3, 4, 5, 5, 5, 7, 9, 10, 11, 12, 13, 0, 99))
    if kind in (2, 7):
        text = chance.choice(TEXTS)
        return kind, len(text), text
    count = chance.choice((0, 1, 1, 3, 3, 3))
    size = {1: 1, 3: 2, 5: 8, 10: 8, 12: 8}.get(kind, 4)
    numbers = [chance.choice(NUMBERS) for _ in range(count * size // min(size, 4))]
    letter = {1: "B", 2: "H", 4: "I"}[min(size, 4)]
    top = 256 ** min(size, 4)
    body = struct.pack(f"{order}{len(numbers)}{letter}", *(number % top for number in numbers))
    return kind, chance.choice((count, count, count, count, 2**31)), body


def faults(seeds: range) -> Iterator[tuple[int, str]]:
    """Each seed that went wrong, with what was wrong."""
    for seed in seeds:
        case = hostile(seed)
        try:
            wrong = broken(case)
        except Exception:
            wrong = traceback.format_exc()
        if wrong:
            yield seed, wrong


def main(arguments: list[str] | None = None) -> int:
    """The number of photos that went wrong; each stays in a folder."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.photos", description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--kept", type=Path, default=Path(".data/fuzz"), help="for what broke")
    asked = parser.parse_args(arguments)
    first = secrets.randbelow(10**9) if asked.seed is None else asked.seed
    warnings.simplefilter("ignore")
    wrong = 0
    for seed, why in faults(range(first, first + asked.count)):
        wrong += 1
        asked.kept.mkdir(parents=True, exist_ok=True)
        (asked.kept / f"photo-{seed}").write_bytes(hostile(seed).data)
        sys.stdout.write(f"seed {seed}: {why}\n")
    sys.stdout.write(f"photos {first} to {first + asked.count - 1}: {wrong} went wrong\n")
    return wrong


if __name__ == "__main__":
    sys.exit(min(main(), 1))
