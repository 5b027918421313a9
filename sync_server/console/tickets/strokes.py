"""A signature as it was drawn: strokes to the paths of an SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from shared.ticket.sign_off import Stroke

MARGIN = 20


@dataclass(frozen=True, slots=True)
class Drawing:
    """`box` is an SVG viewBox that holds every point with a margin; one path a stroke."""

    box: str
    paths: Sequence[str]


def drawing(strokes: Sequence[Stroke]) -> Drawing | None:
    """The strokes as curves through the middles of their points; None without ink."""
    points = [(float(p[0]), float(p[1])) for stroke in strokes for p in stroke]
    if not points:
        return None
    left, top = min(x for x, _ in points) - MARGIN, min(y for _, y in points) - MARGIN
    width = max(x for x, _ in points) + MARGIN - left
    height = max(y for _, y in points) + MARGIN - top
    box = f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}"
    return Drawing(box, [_path(stroke) for stroke in strokes if stroke])


def _path(stroke: Stroke) -> str:
    points = [(float(p[0]), float(p[1])) for p in stroke]
    first = points[0]
    steps = [f"M{first[0]:.1f} {first[1]:.1f}"]
    for here, there in pairwise(points[1:]):
        middle = ((here[0] + there[0]) / 2, (here[1] + there[1]) / 2)
        steps.append(f"Q{here[0]:.1f} {here[1]:.1f} {middle[0]:.1f} {middle[1]:.1f}")
    last = points[-1]
    # A touch without a move is a dot: a line of no length with round ends.
    steps.append(f"L{last[0]:.1f} {last[1]:.1f}")
    return "".join(steps)
