"""A signature shown: its strokes drawn into a small frame."""

from collections.abc import Sequence

import flet as ft
import flet.canvas as cv

from field_app.parts.theme import INK, LINE, PAPER, RADIUS

Strokes = Sequence[Sequence[Sequence[float]]]
MARGIN = 10


def ink(strokes: Strokes, *, width: float, height: float) -> ft.Control:
    """The strokes as large as the frame (dp) lets them be, in the middle of it."""
    points = [point for stroke in strokes for point in stroke]
    left, top = min(p[0] for p in points), min(p[1] for p in points)
    wide = max(p[0] for p in points) - left or 1
    tall = max(p[1] for p in points) - top or 1
    scale = min((width - 2 * MARGIN) / wide, (height - 2 * MARGIN) / tall)
    dx, dy = (width - wide * scale) / 2 - left * scale, (height - tall * scale) / 2 - top * scale
    paint = ft.Paint(color=INK, stroke_width=2, style=ft.PaintingStyle.STROKE,
                     stroke_cap=ft.StrokeCap.ROUND, stroke_join=ft.StrokeJoin.ROUND)  # fmt: skip
    shapes: list[cv.Shape] = [
        cv.Path(_path([(p[0] * scale + dx, p[1] * scale + dy) for p in stroke]), paint=paint)
        for stroke in strokes
        if len(stroke) > 1
    ]
    return ft.Container(
        cv.Canvas(shapes, width=width, height=height),
        width=width,
        height=height,
        bgcolor=PAPER,
        border=ft.Border.all(1, LINE),
        border_radius=RADIUS,
    )


def _path(points: Sequence[tuple[float, float]]) -> list[cv.Path.PathElement]:
    first, *rest = points
    return [cv.Path.MoveTo(*first), *(cv.Path.LineTo(*point) for point in rest)]
