"""The PIN: five tries, each wait longer, and no way around it by the clock."""

from datetime import timedelta

import pytest

from field_app.session import pin
from field_app.session.pin import PinBlocked, PinWait, WeakPin
from tests.field_app.cast import NOW

KEPT = pin.new_pin("2580", b"s" * 16, tries=5)


def failed(times: int) -> pin.Pin:
    kept = KEPT
    for number in range(times):
        kept = pin.tried(kept, "0000", NOW + timedelta(hours=number + 1 - times))
    return kept


@pytest.mark.parametrize("digits", ["123", "123456789", "12a4", "1111", "", "１２３４"])
def test_a_weak_pin_is_refused(digits):
    with pytest.raises(WeakPin):
        pin.new_pin(digits, b"s" * 16, 5)


def test_the_pin_itself_is_not_kept():
    assert "2580" not in str(KEPT.as_json())


def test_the_right_pin_opens_and_forgets_the_wrong_ones():
    after = pin.tried(failed(4), "2580", NOW + timedelta(days=1))
    assert after.failed == 0


@pytest.mark.parametrize(("times", "seconds"), [(1, 0), (2, 5), (3, 30), (4, 120)])
def test_each_wrong_pin_waits_longer(times, seconds):
    kept = failed(times)
    assert pin.remaining(kept, NOW) == timedelta(seconds=seconds)


def test_within_the_wait_even_the_right_pin_is_not_looked_at():
    kept = failed(3)
    with pytest.raises(PinWait):
        pin.tried(kept, "2580", NOW + timedelta(seconds=29))
    assert pin.tried(kept, "2580", NOW + timedelta(seconds=30)).failed == 0


def test_a_clock_set_back_does_not_shorten_the_wait():
    kept = failed(3)
    assert pin.remaining(kept, NOW - timedelta(days=400)) == timedelta(seconds=30)


def test_after_five_only_the_office_opens():
    with pytest.raises(PinBlocked):
        pin.tried(failed(5), "2580", NOW + timedelta(days=1))


def test_what_is_kept_survives_a_restart():
    assert pin.Pin.of(failed(3).as_json()) == failed(3)
