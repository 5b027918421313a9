"""Small pieces that decide how a thing is said or drawn."""

from datetime import timedelta

import pytest

from field_app.parts.signature_pad import Pen
from field_app.parts.time_left import span
from field_app.screens.enrolment_code import read_code


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(minutes=2), "2 min"),
        (timedelta(days=2), "2 días 0 h"),
        (timedelta(days=1, hours=5, minutes=40), "1 día 5 h"),
        (timedelta(seconds=40), "menos de 1 min"),
    ],
)
def test_a_stretch_of_time_is_said_as_people_say_it(length: timedelta, words: str):
    assert span(length, "es") == words


def test_a_stretch_of_time_in_english():
    assert span(timedelta(days=1, hours=3), "en") == "1 day 3 h"
    assert span(timedelta(days=2, hours=3), "en") == "2 days 3 h"


def test_strokes_are_kept_in_thousandths_of_the_width_with_their_time():
    pen = Pen([])
    pen.width, pen.height = 500, 300
    pen.touch(50, 100, at=10.0)
    pen.move(250, 150, at=10.25)
    assert pen.strokes == [[[100.0, 200.0, 0], [500.0, 300.0, 250]]]


def test_a_finger_that_leaves_the_pad_draws_along_its_edge():
    pen = Pen([])
    pen.width, pen.height = 500, 300
    pen.touch(490, 10, at=0.0)
    pen.move(900, -50, at=0.1)
    assert pen.strokes[0][-1][:2] == [1000.0, 0.0]


def test_strokes_of_before_a_restart_keep_their_times_and_new_ones_come_after():
    pen = Pen([[[10, 10, 0], [20, 20, 900]]])
    pen.width, pen.height = 1000, 500
    pen.touch(30, 30, at=77.0)
    pen.move(40, 40, at=77.5)
    assert [point[2] for point in pen.strokes[1]] == [900, 1400]


def test_a_turned_tablet_shows_the_whole_signature():
    pen = Pen([[[0, 0, 0], [1000, 700, 10]]])
    pen.width, pen.height = 800, 280
    assert pen.scale == pytest.approx(0.4)


def test_a_code_is_read_with_or_without_its_address():
    assert read_code(" abcde-fghjk-mnpq ").code == "ABCDE-FGHJK-MNPQ"
    read = read_code("http://10.0.0.5:8000\nabcde-fghjk-mnpq")
    assert (read.code, read.server) == ("ABCDE-FGHJK-MNPQ", "http://10.0.0.5:8000")
