"""Figures are read as their locale writes them, and never guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.ticket.shapes import Unreadable, count
from shared.words.figures import LARGEST, NotWhole, figure, marks, whole_figure

LOCALES = ("es-MX", "en", "es-ES")


@pytest.mark.parametrize(
    ("text", "locale", "read"),
    [
        ("284,342.7", "es-MX", Decimal("284342.7")),
        ("284342.7", "es-MX", Decimal("284342.7")),
        ("284,342", "en-US", Decimal(284342)),
        ("284.342,7", "es-ES", Decimal("284342.7")),
        ("284 342", "es-MX", Decimal(284342)),
        (" 284\u00a0342 ", "es-MX", Decimal(284342)),
        ("-284,342", "es-MX", Decimal(-284342)),
        ("\u2212284342", "es-MX", Decimal(-284342)),
        ("２８４", "es-MX", Decimal(284)),
        ("0", "es-MX", Decimal(0)),
    ],
)
def test_a_figure_is_read_as_its_locale_writes_it(text: str, locale: str, read: Decimal):
    assert figure(text, locale) == read


@pytest.mark.parametrize(
    "text",
    ["", "-", "2,84,342", "2843,42", "284,34", "284.", ".5", "1.2.3", "1,000,00", "1e5", "12a",
     "1,000 000", "--5", "284,342,", "\u0663"],
)  # fmt: skip
def test_what_is_not_plainly_a_figure_is_none(text: str):
    assert figure(text, "es-MX") is None


@given(st.integers(-(10**20), 10**20), st.sampled_from(LOCALES))
def test_a_figure_in_groups_is_the_same_figure(number: int, locale: str):
    thousands, _ = marks(locale)
    grouped = f"{number:,}".replace(",", thousands)
    assert figure(grouped, locale) == figure(str(number), locale) == number


@given(st.integers(0, 10**12), st.text("0123456789", min_size=1, max_size=6),
       st.sampled_from(LOCALES))  # fmt: skip
def test_decimals_never_become_thousands(whole: int, decimals: str, locale: str):
    _, mark = marks(locale)
    assert figure(f"{whole}{mark}{decimals}", locale) == Decimal(f"{whole}.{decimals}")


@given(st.text(max_size=12), st.sampled_from(LOCALES))
def test_anything_typed_is_a_figure_or_none(text: str, locale: str):
    read = figure(text, locale)
    assert read is None or read.is_finite()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("284342.7", "not_whole"),
        ("-1", "below_zero"),
        ("nada", "not_a_figure"),
        (str(LARGEST + 1), "too_large"),
    ],
)
def test_what_is_no_count_says_why(text: str, why: str):
    with pytest.raises(NotWhole) as raised:
        whole_figure(text, "es-MX")
    assert raised.value.why == why


def test_a_count_is_at_most_what_an_operation_carries():
    assert whole_figure(f"{LARGEST:,}", "es-MX") == LARGEST
    count(LARGEST, "meter")
    with pytest.raises(Unreadable):
        count(LARGEST + 1, "meter")
