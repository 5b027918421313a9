"""The ink of a signature: it fits its box, keeps its proportions, and swells where it is slow."""

from io import BytesIO
from math import cos, hypot, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from shared.report.signature import ink, preview
from tests.shared.report import specimens

numbers = st.floats(-5000, 5000) | st.floats(allow_nan=False, allow_infinity=False)
hands = st.lists(st.lists(st.tuples(numbers, numbers, numbers), max_size=8), max_size=5)


def points(curves):
    return [(step[i], step[i + 1]) for curve in curves for step in curve
            for i in range(0, len(step), 2)]  # fmt: skip


def box(curves):
    every = points(curves)
    across, down = [x for x, _ in every], [y for _, y in every]
    return min(across), min(down), max(across), max(down)


@given(hands)
def test_any_hand_stays_in_the_box(hand):
    for x, y in points(ink(hand, 250, 90)):
        assert 0 <= x <= 250
        assert 0 <= y <= 90


def test_a_signature_keeps_its_proportions():
    circle = [[[50 * cos(i / 10), 50 * sin(i / 10), 15 * i] for i in range(64)]]
    left, top, right, bottom = box(ink(circle, 300, 90))
    assert right - left == pytest.approx(bottom - top, abs=2)
    assert (left + right) / 2 == pytest.approx(150, abs=1)


def test_a_slow_pen_draws_thicker_than_a_fast_one():
    def thickness(ms):
        line = [[[i * 10, 0, i * ms] for i in range(40)], [[0, 300, 9000]]]
        down = [y for x, y in points(ink(line, 250, 90)[:1]) if 120 < x < 220]
        return max(down) - min(down)

    assert thickness(60) > 1.5 * thickness(2)


@pytest.mark.parametrize("way", [(40, 0), (-40, 0), (0, 40), (30, -30)])
def test_the_ends_of_a_stroke_are_round(way):
    """The outline reaches beyond both ends by half of the pen, and nowhere dents into them."""
    stroke = [[[200 + way[0] * i / 10, 200 + way[1] * i / 10, 30 * i] for i in range(11)]]
    frame = [[[0, 0, 9000]], [[400, 400, 9100]]]
    alone = ink([*stroke, *frame], 400, 400)[0]
    long = max(abs(part) for part in way)
    for sign in (1, -1):
        along = [sign * (x * way[0] + y * way[1]) / hypot(*way) for x, y in points([alone])]
        beyond = max(along) - sorted(along)[-5]
        assert beyond > 0.9
    across = [(x * -way[1] + y * way[0]) / hypot(*way) for x, y in points([alone])]
    assert max(across) - min(across) < long / 2


def test_a_touch_is_a_dot():
    (dot,) = ink([[[5, 5, 0]]], 250, 90)
    left, top, right, bottom = box([dot])
    assert right - left == pytest.approx(bottom - top)


def test_points_upon_each_other_do_no_harm():
    assert ink([[[5, 5, 0], [5, 5, 0], [5, 5, 7]], []], 250, 90)


def test_no_strokes_no_ink():
    assert ink([], 250, 90) == ()
    assert ink([[]], 250, 90) == ()


def test_strokes_from_nowhere_are_not_drawn():
    assert ink([[[1e300, 0, 0], [-1e300, 5, 9]]], 250, 90) == ()


def test_the_preview_is_the_same_ink():
    image = Image.open(BytesIO(preview(specimens.strokes(), 500, 200)))
    assert image.size == (500, 200)
    dark = sum(count for level, count in enumerate(image.histogram()) if level < 128)
    assert 0.005 < dark / (500 * 200) < 0.1


def test_a_signature_is_small_in_the_report():
    with_ink = specimens.made(specimens.ordinary())
    without = specimens.made(specimens.typed())
    attached = len(specimens.attachments(specimens.ordinary())["strokes.json"])
    assert len(with_ink) - len(without) < 30_000 + 2 * attached
