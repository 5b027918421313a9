"""Colour profiles as cameras and screens carry them, built from the published primaries (D50)."""

import struct


def fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def curve(kind: int, *numbers: float) -> bytes:
    return b"para\0\0\0\0" + struct.pack(">HH", kind, 0) + fixed(*numbers)


def gamma(exponent: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(exponent * 256)) + b"\0\0"


def profile(space: bytes, **tags: bytes) -> bytes:
    """An ICC profile, version 4, of these tags."""
    at = 132 + 12 * len(tags)
    table = body = b""
    for name, data in tags.items():
        table += struct.pack(">4sII", name.encode(), at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = bytearray(128)
    head[8:12], head[12:16], head[16:20], head[20:24] = b"\4\0\0\0", b"mntr", space, b"XYZ "
    head[36:40], head[68:80] = b"acsp", fixed(0.9642, 1.0, 0.8249)
    head[0:4] = struct.pack(">I", at + len(body))
    return bytes(head) + struct.pack(">I", len(tags)) + table + body


Xyz = tuple[float, float, float]


def matrix(red: Xyz, green: Xyz, blue: Xyz, light: bytes) -> bytes:
    names = {"rXYZ": red, "gXYZ": green, "bXYZ": blue}
    return profile(
        b"RGB ",
        wtpt=b"XYZ \0\0\0\0" + fixed(0.9642, 1.0, 0.8249),
        **{name: b"XYZ \0\0\0\0" + fixed(*xyz) for name, xyz in names.items()},
        **dict.fromkeys(("rTRC", "gTRC", "bTRC"), light),
    )


SRGB_LIGHT = curve(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
SRGB = matrix(
    (0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410),
    SRGB_LIGHT,
)  # fmt: skip
DISPLAY_P3 = matrix(
    (0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407),
    SRGB_LIGHT,
)  # fmt: skip
ADOBE_RGB = matrix(
    (0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457),
    gamma(2.19921875),
)  # fmt: skip
GREY_LINEAR = profile(b"GRAY", wtpt=b"XYZ \0\0\0\0" + fixed(0.9642, 1.0, 0.8249), kTRC=gamma(1.0))
