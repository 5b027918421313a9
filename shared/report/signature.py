"""A signature's ink: strokes of a finger become outlines that swell where the hand was slow."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from math import hypot

from PIL import Image, ImageDraw

from shared.report.blocks import Stroke
from shared.report.paper.marks import Curve

Point = tuple[float, float]

THIN, THICK = 0.0045, 0.0135  # of the box's width
CALM = 1.6  # at this speed, in box widths a second, the pen is halfway between thick and thin
SMALLEST_STEP = 0.004  # of the box's width: nearer points say nothing and make outlines kink
CIRCLE = 0.5523
FARTHEST = 1e9
"""No hand moves so far, nor so long: strokes beyond it are not drawn, only kept."""


def ink(strokes: Sequence[Stroke], width: float, height: float) -> tuple[Curve, ...]:
    """Outlines of `strokes` fitted and centred in a box in points, y downwards. None when empty."""
    outlines = (_outline(points, width) for points in _fitted(strokes, width, height) if points)
    return tuple(tuple(_within(step, width, height) for step in curve) for curve in outlines)


def preview(strokes: Sequence[Stroke], width: int, height: int) -> bytes:
    """The same ink as a PNG of `width` × `height` pixels, black on white."""
    fine = 3
    image = Image.new("L", (width * fine, height * fine), 255)
    draw = ImageDraw.Draw(image)
    for curve in ink(strokes, width * fine, height * fine):
        draw.polygon(_flat(curve), fill=20)
    file = BytesIO()
    image.resize((width, height), Image.Resampling.LANCZOS).save(file, "PNG")
    return file.getvalue()


def _within(step: tuple[float, ...], width: float, height: float) -> tuple[float, ...]:
    """A smooth line may swing out at a sharp turn: not out of the box."""
    limits = (width, height) * (len(step) // 2)
    return tuple(min(max(number, 0.0), limit) for number, limit in zip(step, limits, strict=True))


def _fitted(
    strokes: Sequence[Stroke], width: float, height: float
) -> list[list[tuple[float, float, float]]]:
    """Points (x, y, seconds) scaled to the box, keeping the proportions of the hand."""
    points = [point for stroke in strokes for point in stroke]
    if not points or not all(abs(number) < FARTHEST for point in points for number in point):
        return []
    margin = THICK * width
    left, top = min(p[0] for p in points), min(p[1] for p in points)
    wide = max(p[0] for p in points) - left
    tall = max(p[1] for p in points) - top
    scale = min(
        (width - 2 * margin) / wide if wide else float("inf"),
        (height - 2 * margin) / tall if tall else float("inf"),
    )
    if scale == float("inf"):
        scale = 1.0
    dx, dy = (width - wide * scale) / 2, (height - tall * scale) / 2
    return [
        _thinned(
            [((x - left) * scale + dx, (y - top) * scale + dy, ms / 1000) for x, y, ms in stroke],
            SMALLEST_STEP * width,
        )
        for stroke in strokes
    ]


def _thinned(
    points: list[tuple[float, float, float]], step: float
) -> list[tuple[float, float, float]]:
    kept = points[:1]
    for point in points[1:]:
        if hypot(point[0] - kept[-1][0], point[1] - kept[-1][1]) >= step:
            kept.append(point)
    if len(points) > 1 and kept[-1] != points[-1] and len(kept) > 1:
        kept[-1] = points[-1]
    return kept


def _outline(points: list[tuple[float, float, float]], width: float) -> Curve:
    """One closed outline around a stroke: along its left side, back along its right."""
    halves = list(_half_widths(points, width))
    if len(points) == 1:
        return dot(points[0][0], points[0][1], THICK * width * 0.62)
    left, right = [], []
    for i, (x, y, _) in enumerate(points):
        before, after = points[max(i - 1, 0)], points[min(i + 1, len(points) - 1)]
        dx, dy = after[0] - before[0], after[1] - before[1]
        length = hypot(dx, dy) or 1.0
        nx, ny = -dy / length * halves[i], dx / length * halves[i]
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    right.reverse()
    return (
        left[0],
        *_smooth(left),
        _cap(left[-1], right[0]),
        *_smooth(right),
        _cap(right[-1], left[0]),
    )


def _half_widths(points: list[tuple[float, float, float]], width: float) -> Iterator[float]:
    """Half the pen's width at each point: slow is thick, fast is thin, and never a jump."""
    thin, thick = THIN * width / 2, THICK * width / 2
    half = (thin + thick) / 2
    for i, (x, y, at) in enumerate(points):
        if i:
            px, py, before = points[i - 1]
            speed = hypot(x - px, y - py) / width / max(at - before, 0.004)
            wanted = thin + (thick - thin) * CALM / (CALM + speed)
            half += (wanted - half) * 0.35
        yield half


def _smooth(points: list[Point]) -> Iterator[tuple[float, ...]]:
    """Catmull–Rom through the points, as Béziers."""
    last = len(points) - 1
    for i in range(last):
        (x0, y0), (x1, y1) = points[max(i - 1, 0)], points[i]
        (x2, y2), (x3, y3) = points[i + 1], points[min(i + 2, last)]
        yield (
            x1 + (x2 - x0) / 6, y1 + (y2 - y0) / 6,
            x2 - (x3 - x1) / 6, y2 - (y3 - y1) / 6,
            x2, y2,
        )  # fmt: skip


def _cap(start: Point, end: Point) -> tuple[float, ...]:
    """Half a circle, nearly, bulging away from the stroke: the round end of the pen."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    bulge = 2 / 3
    return (
        start[0] - dy * bulge, start[1] + dx * bulge,
        end[0] - dy * bulge, end[1] + dx * bulge,
        *end,
    )  # fmt: skip


def dot(x: float, y: float, r: float) -> Curve:
    """A disc of radius `r` around (x, y)."""
    k = r * CIRCLE
    return (
        (x + r, y),
        (x + r, y + k, x + k, y + r, x, y + r),
        (x - k, y + r, x - r, y + k, x - r, y),
        (x - r, y - k, x - k, y - r, x, y - r),
        (x + k, y - r, x + r, y - k, x + r, y),
    )


def _flat(curve: Curve) -> list[Point]:
    """The outline as a polygon, four chords to a Bézier."""
    flat: list[Point] = [(curve[0][0], curve[0][1])]
    for step in curve[1:]:
        if len(step) == 2:
            flat.append((step[0], step[1]))
            continue
        (x0, y0), (x1, y1, x2, y2, x3, y3) = flat[-1], step
        for t in (0.25, 0.5, 0.75, 1.0):
            u = 1 - t
            a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
            flat.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return flat
