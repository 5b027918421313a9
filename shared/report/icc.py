"""Colours of a profile that a camera or screen names (Display P3, Adobe RGB), made sRGB.

Of our own because the Pillow of Android and iOS carries no Little CMS: there, `PIL.ImageCms` cannot
be asked. Profiles of cameras and screens are three curves and a matrix (ICC.1:2022, 8.4.3 and 10).
"""

import struct
from collections.abc import Callable, Mapping
from enum import Enum
from functools import lru_cache
from itertools import pairwise

from PIL import Image, ImageFilter

Curve = Callable[[float], float]
Point = tuple[float, float, float]

GRID, _FEW = 33, 9
"""Points along each side of the table of colours, and of the one that tells if it is needed.

Between them colours miss Little CMS by a quarter of a level of 255 on average; one channel of what
sRGB cannot show, by up to twenty.
"""

_D50 = (0.9642, 1.0, 0.8249)
_FROM_XYZ: tuple[Point, ...] = (
    (3.1338561, -1.6168667, -0.4906146),
    (-0.9787684, 1.9161415, 0.0334540),
    (0.0719453, -0.2289914, 1.4052427),
)
"""XYZ under D50, as profiles count, to linear sRGB (Bradford)."""
_DARKEST, _LIGHTEST = 0.1, 0.6
"""Of the light at half of full value: 0.5 where it is linear, 0.16 at a gamma of 2.6."""
_NOTHING = 1.5 / 255
"""A change smaller than this is none: the profile is sRGB under another name."""


class Unsuitable(Enum):
    """Why there is no conversion by a profile."""

    BROKEN = "it cannot be read, or speaks of other colours than the picture's"
    SRGB = "these are sRGB's colours already"
    TABLES = "it converts by tables, as printers' profiles do: whoever shows the picture may use it"


def in_srgb(image: Image.Image, icc: bytes) -> tuple[Image.Image, bytes]:
    """A picture in grey or RGB with its colours in sRGB, and the profile that it still needs."""
    found = _conversion(icc, image.mode) if icc else Unsuitable.BROKEN
    if isinstance(found, Unsuitable):
        return image, icc if found is Unsuitable.TABLES else b""
    return (image.point(found) if isinstance(found, list) else image.filter(found)), b""


@lru_cache(maxsize=4)
def _conversion(icc: bytes, mode: str) -> ImageFilter.Color3DLUT | list[int] | Unsuitable:
    try:
        tags = _tags(icc)
        if icc[16:20] != {"RGB": b"RGB ", "L": b"GRAY"}.get(mode):
            return Unsuitable.BROKEN
        if b"A2B0" in tags or icc[20:24] != b"XYZ ":
            return Unsuitable.TABLES
        return _colours(tags) if mode == "RGB" else _shades(tags)
    except (struct.error, LookupError, ValueError, TypeError, ArithmeticError):
        return Unsuitable.BROKEN


def _colours(tags: Mapping[bytes, bytes]) -> ImageFilter.Color3DLUT | Unsuitable:
    curves = [_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
    columns = [_point(tags[name]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
    _demand(all(abs(sum(c[i] for c in columns) - _D50[i]) < 0.05 for i in range(3)))
    few = [step / (_FEW - 1) for step in range(_FEW)]
    same = (value for b in few for g in few for r in few for value in (r, g, b))
    table = _table(curves, columns, _FEW)
    if max(abs(new - old) for new, old in zip(table, same, strict=True)) < _NOTHING:
        return Unsuitable.SRGB
    return ImageFilter.Color3DLUT(GRID, _table(curves, columns, GRID))


def _table(
    curves: list[Curve], columns: list[tuple[float, float, float]], grid: int
) -> list[float]:
    """The sRGB values of `grid`³ colours, red counting fastest."""
    steps = [step / (grid - 1) for step in range(grid)]
    reds, greens, blues = ([curve(step) for step in steps] for curve in curves)
    matrix = [[sum(row[k] * c[k] for k in range(3)) for c in columns] for row in _FROM_XYZ]
    return [
        _encoded(row[0] * red + row[1] * green + row[2] * blue)
        for blue in blues
        for green in greens
        for red in reds
        for row in matrix
    ]


def _shades(tags: Mapping[bytes, bytes]) -> list[int] | Unsuitable:
    curve = _curve(tags[b"kTRC"])
    table = [round(_encoded(curve(shade / 255)) * 255) for shade in range(256)]
    same = max(abs(new - old) for old, new in enumerate(table)) <= 1
    return Unsuitable.SRGB if same else table


def _tags(icc: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", icc, 128)
    _demand(count <= 100)
    rows = (struct.unpack_from(">4sII", icc, 132 + 12 * number) for number in range(count))
    return {name: icc[at : at + size] for name, at, size in rows}


def _point(tag: bytes) -> Point:
    x, y, z = struct.unpack_from(">3i", tag, 8)
    return x / 65536, y / 65536, z / 65536


def _curve(tag: bytes) -> Curve:
    """From a value of the file to light, both of 0 to 1. Raises ValueError for no such curve."""
    curve = _sampled(tag) if tag[:4] == b"curv" else _formula(tag)
    lights = [curve(step / 32) for step in range(33)]
    rises = all(low <= high for low, high in pairwise(lights))
    _demand(rises and abs(lights[0]) < 0.05 and abs(lights[-1] - 1) < 0.05)
    _demand(_DARKEST < lights[16] < _LIGHTEST)
    return curve


def _sampled(tag: bytes) -> Curve:
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return lambda value: value
    samples = struct.unpack_from(f">{count}H", tag, 12)
    if count == 1:
        return lambda value: float(value ** (samples[0] / 256))

    def between(value: float) -> float:
        at = min(int(value * (count - 1)), count - 2)
        part = value * (count - 1) - at
        return float(samples[at] * (1 - part) + samples[at + 1] * part) / 65535

    return between


def _formula(tag: bytes) -> Curve:
    """A parametric curve, ICC.1:2022, 10.18."""
    _demand(tag[:4] == b"para")
    (kind,) = struct.unpack_from(">H", tag, 8)
    count = (1, 3, 4, 5, 7)[kind]
    said = [number / 65536 for number in struct.unpack_from(f">{count}i", tag, 12)]
    g, a, b, c, d, e, f = said + [1.0, 0.0, 0.0, 0.0, 0.0, 0.0][count - 1 :]
    if kind in (1, 2):  # below -b/a it is flat, at c
        return lambda x: float((a * x + b) ** g) + c if a * x + b >= 0 else c
    return lambda x: float((a * x + b) ** g) + e if x >= d else c * x + f


def _encoded(light: float) -> float:
    """Light to a value of sRGB, both of 0 to 1. IEC 61966-2-1."""
    light = min(max(light, 0.0), 1.0)
    return 12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _demand(holds: bool) -> None:
    if not holds:
        raise ValueError("no colour profile that a camera or screen could have")
