"""The pixels of a photo, from what a file holds to what paper shows; nothing is lost in silence."""

from math import sqrt

from PIL import Image

from shared.report.icc import in_srgb

SMALLEST_SIDE = 16
LARGEST_SIDE = 65_500
"""Pixels along one side that a JPEG can have, a few below the format's own limit."""
_FLOOR = 2 / 5
_ROOM = 4

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By the orientation that EXIF tells."""


def kept_size(width: int, height: int, longest_side: int) -> tuple[int, int]:
    """The size in pixels at which a picture of `width` × `height` is kept, never a larger one.

    The longest side is `longest_side` at most, unless the shortest would fall below two fifths of
    that (640 of 1600): a tall screenshot stays readable, 1080 × 12000 at 640 × 7111. There are
    never more than four times `longest_side` squared pixels (10 million at 1600), unless the
    shortest side would fall below SMALLEST_SIDE. The sides can miss the last limit, LARGEST_SIDE:
    only when one is four thousand times the other.
    """
    short, long = min(width, height), max(width, height)
    scale = min(1.0, max(longest_side / long, _FLOOR * longest_side / short))
    scale = min(scale, longest_side * sqrt(_ROOM / (short * long)))
    scale = min(1.0, max(scale, SMALLEST_SIDE / short))
    return max(1, round(width * scale)), max(1, round(height * scale))


def upright(
    image: Image.Image, size: tuple[int, int], icc: bytes, orientation: int
) -> tuple[Image.Image, bytes]:
    """A picture in 8-bit grey or sRGB, of `size` before it is turned, and what profile it needs.

    Depth, palette, transparency and colours come before the shrinking, which would mix them up.
    The profile is b"" but for one that converts by tables, which travels with the picture.
    """
    image.draft(None, (size[0] * 2, size[1] * 2))
    image.load()
    flat, left = in_srgb(_opaque(_plain(image)), icc)
    flat = flat if flat.mode in ("L", "RGB") else flat.convert("RGB")
    if flat.size != size:
        flat = flat.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    turn = _TURNS.get(orientation)
    return (flat.transpose(turn) if turn is not None else flat), left


def _plain(image: Image.Image) -> Image.Image:
    """Eight bits a channel, no palette."""
    if image.mode.startswith("I"):
        return _in_eight_bits(image)
    if image.mode == "P":
        return image.convert("RGBA" if "transparency" in image.info else "RGB")
    return image.convert("L") if image.mode == "1" else image


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """Grey of 16 bits, scaled: 65535 becomes 255. A clear shade stays clear."""
    deep, clear = image.convert("I"), image.info.get("transparency")
    deep.info.pop("transparency", None)
    grey = deep.point([(value * 255 + 32767) // 65535 for value in range(65536)], "L")
    if not isinstance(clear, int):
        return grey
    solid = deep.point([0 if value == clear else 255 for value in range(65536)], "L")
    return Image.merge("LA", (grey, solid))


def _opaque(image: Image.Image) -> Image.Image:
    """Without transparency: what was clear becomes white, as on paper."""
    if "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode not in ("RGBA", "LA"):
        return image
    ground = Image.new(image.mode[:-1], image.size, "white")
    ground.paste(image.convert(ground.mode), mask=image.getchannel("A"))
    return ground
