"""What the office stores as JSON comes back as it was, whatever it is; and so do instants."""

import json
import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_server.database.column_types import instant_text, json_text

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(VALUES)
def test_any_json_comes_back_as_it_was(value: object):
    assert json.loads(json_text(value)) == value


@pytest.mark.parametrize(
    "value",
    [
        math.inf,
        {"a": [None, -math.inf]},
        2**64,
        -(2**70),
        {"größe": 1.5},
        "\ud800",
        "a\0b",
        {"\0": None},
    ],
)
def test_what_a_fast_encoder_writes_otherwise_comes_back_too(value: object):
    text = json_text(value)
    assert json.loads(text) == value
    assert "\0" not in text
    assert text.encode()


def test_not_a_number_is_not_forgotten():
    assert math.isnan(json.loads(json_text({"x": math.nan}))["x"])


def test_very_deep_comes_back():
    deep: object = "here"
    for _ in range(400):
        deep = [deep]
    assert json.loads(json_text(deep)) == deep


@given(st.integers(-(2 * 10**9), 32 * 10**9), st.integers(0, 999_999), st.integers(-840, 840))
def test_the_order_of_instants_as_text_is_their_order(second: int, microsecond: int, offset: int):
    zone = timezone(timedelta(minutes=offset))
    at = datetime.fromtimestamp(second, zone).replace(microsecond=microsecond)
    text = instant_text(at)
    assert len(text) == 27
    assert datetime.fromisoformat(text) == at
    assert instant_text(at - timedelta(microseconds=1)) < text
    assert text < instant_text(at.astimezone(UTC) + timedelta(days=1))


def test_a_time_without_a_zone_is_not_stored():
    with pytest.raises(ValueError, match="zone"):
        instant_text(datetime.now(UTC).replace(tzinfo=None))
