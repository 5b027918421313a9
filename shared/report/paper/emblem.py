"""The product's sign: a page with a folded corner and a tick, as in assets/mark.svg."""

from shared.report.paper.marks import Curve, Drawn, Shape

WIDTH, HEIGHT = 256.0, 344.0
_ROUND = 24.0
_BEND = _ROUND * 0.4477

_PAGE: Curve = (
    (24, 0), (172, 0), (256, 84), (256, 320),
    (256, 344 - _BEND, 256 - _BEND, 344, 232, 344),
    (24, 344),
    (_BEND, 344, 0, 344 - _BEND, 0, 320),
    (0, 24),
    (0, _BEND, _BEND, 0, 24, 0),
)  # fmt: skip
_CORNER: Curve = (
    (172, 0), (256, 84), (196, 84),
    (172 + _BEND, 84, 172, 84 - _BEND, 172, 60),
)  # fmt: skip
_TICK: Curve = (
    (75.4, 188.6),
    (68, 181, 56, 181, 48.6, 188.6), (41, 196, 41, 208, 48.6, 215.4),
    (98.6, 265.4), (106.4, 273.2, 119.2, 272.8, 126.3, 264.4),
    (218.3, 160.4), (225.3, 152.4, 224.5, 140.6, 216.4, 133.7),
    (208.5, 126.6, 196.6, 127.5, 189.7, 135.6),
    (111, 224.6),
)  # fmt: skip


def emblem(height: float, page: str, corner: str) -> list[Drawn]:
    """The sign `height` points high with its top left at the origin."""
    scale = height / HEIGHT
    return [
        Shape(0, 0, (_scaled(_PAGE, scale),), page),
        Shape(0, 0, (_scaled(_CORNER, scale),), corner),
        Shape(0, 0, (_scaled(_TICK, scale),), "#ffffff"),
    ]


def _scaled(curve: Curve, scale: float) -> Curve:
    return tuple(tuple(number * scale for number in step) for step in curve)
