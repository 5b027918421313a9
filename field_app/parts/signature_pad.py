"""Where the customer signs: strokes as vectors, handed over each time the finger is lifted.

It stands on a screen that does not scroll: inside one that does, a touch would scroll it instead.
Only the pad is drawn again while somebody writes, and of the pad only the stroke in hand.
"""

from collections.abc import Callable
from time import monotonic

import flet as ft
import flet.canvas as cv

from field_app.parts.net import component
from field_app.parts.theme import INK, LINE, MUTED, PAPER, RADIUS, TITLE

Strokes = list[list[list[float]]]
"""[[[x, y, ms] ..] ..]: 1/1000 of the pad's width, milliseconds since the first touch."""

INK_WIDTH = 3.2
INTERVAL = 12
"""Milliseconds between two points of a drag: a line stays smooth, the wire stays quiet."""


class Pen:
    """The strokes of one signature and the scale they are drawn at."""

    def __init__(self, strokes: Strokes) -> None:
        self.strokes = strokes
        self.width = self.height = 0.0
        self._began: float | None = None

    @property
    def scale(self) -> float:
        """dp for one unit: the whole width is 1000, unless older strokes are taller than that."""
        natural = self.width / 1000 or 1.0
        tallest = max((p[1] for stroke in self.strokes for p in stroke), default=0.0)
        overflows = self.height and tallest * natural > self.height + 1
        return self.height / tallest if overflows else natural

    def touch(self, x: float, y: float, at: float) -> None:
        """A new stroke begins here (dp) at this moment (seconds of any steady clock)."""
        self.strokes.append([])
        self.move(x, y, at)

    def move(self, x: float, y: float, at: float) -> None:
        """The stroke goes on to here; what leaves the pad stays at its edge."""
        if self._began is None:
            self._began = at - self._last_ms() / 1000
        x, y = min(max(x, 0), self.width or x), min(max(y, 0), self.height or y)
        point = [round(x / self.scale, 1), round(y / self.scale, 1), int(1000 * (at - self._began))]
        self.strokes[-1].append(point)

    def clear(self) -> None:
        """Nothing has been written."""
        self.strokes.clear()
        self._began = None

    def _last_ms(self) -> float:
        # Strokes of before a restart keep their times; new ones come after them.
        return max((p[2] for stroke in self.strokes for p in stroke), default=0.0)


@ft.memo
@component
def SignaturePad(pen: Pen, on_lift: Callable[[], object], words: str, version: int) -> ft.Control:
    """The pad, filling its place. `words` invite while it is empty; a new `version` redraws it."""
    _, redraw = ft.use_state(0)

    def again() -> None:
        redraw(lambda count: count + 1)

    def touched(event: ft.DragDownEvent[ft.GestureDetector]) -> None:
        pen.touch(event.local_position.x, event.local_position.y, monotonic())
        again()

    def moved(event: ft.DragUpdateEvent[ft.GestureDetector]) -> None:
        if pen.strokes:
            pen.move(event.local_position.x, event.local_position.y, monotonic())
        again()

    def sized(event: cv.CanvasResizeEvent) -> None:
        pen.width, pen.height = event.width, event.height
        again()

    def lifted(_: object) -> None:
        on_lift()

    paper = cv.Canvas(
        [*_line(pen), *(_stroke(stroke, pen.scale) for stroke in pen.strokes)],
        expand=True,
        resize_interval=0,
        on_resize=sized,
    )
    hand = ft.GestureDetector(
        content=paper,
        drag_interval=INTERVAL,
        on_pan_down=touched,
        on_pan_update=moved,
        on_pan_end=lifted,
        on_pan_cancel=lifted,
        mouse_cursor=ft.MouseCursor.PRECISE,
        expand=True,
    )
    # The invitation is hidden, not taken away: the hand must keep its place during a gesture.
    layers: list[ft.Control] = [_invitation(words, not pen.strokes), hand]
    return ft.Container(
        ft.Stack(layers, expand=True, fit=ft.StackFit.EXPAND),
        expand=True,
        bgcolor=PAPER,
        border=ft.Border.all(2, MUTED),
        border_radius=RADIUS,
        clip_behavior=ft.ClipBehavior.HARD_EDGE,
    )


def _invitation(words: str, visible: bool) -> ft.Control:
    return ft.Container(
        ft.Text(words, size=TITLE, color=MUTED, text_align=ft.TextAlign.CENTER),
        visible=visible,
        alignment=ft.Alignment.CENTER,
        padding=24,
    )


def _line(pen: Pen) -> list[cv.Shape]:
    if not pen.width:
        return []
    y = pen.height * 0.78
    paint = ft.Paint(color=LINE, stroke_width=2, style=ft.PaintingStyle.STROKE)
    return [cv.Line(pen.width * 0.06, y, pen.width * 0.94, y, paint=paint)]


def _stroke(stroke: list[list[float]], scale: float) -> cv.Shape:
    points = [(x * scale, y * scale) for x, y, *_ in stroke]
    if len(points) == 1:
        return cv.Circle(*points[0], INK_WIDTH / 1.6, paint=ft.Paint(color=INK))
    first, *rest = points
    path: list[cv.Path.PathElement] = [cv.Path.MoveTo(*first)]
    path += [cv.Path.LineTo(*point) for point in rest]
    return cv.Path(
        path,
        paint=ft.Paint(
            color=INK,
            stroke_width=INK_WIDTH,
            stroke_cap=ft.StrokeCap.ROUND,
            stroke_join=ft.StrokeJoin.ROUND,
            style=ft.PaintingStyle.STROKE,
        ),
    )
