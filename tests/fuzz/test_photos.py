"""A share of the hostile photos in every run; `make soak` makes thousands."""

import pytest

from tests.fuzz.photos import FAR, _another, faults, hostile

SHARE = 150


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_no_photo_crashes_is_refused_or_becomes_another():
    assert list(faults(range(SHARE))) == []


def test_the_same_seed_makes_the_same_photo():
    assert hostile(7).data == hostile(7).data != hostile(8).data


def test_another_picture_would_be_seen():
    case = hostile(7)
    negative = case.picture.point([255 - value for value in range(256)] * 3)
    assert _another(case.picture, case.picture) == ""
    assert _another(case.picture, negative) != "", FAR
