"""A name is something that somebody can read."""

import pytest

from shared.ticket.people import has_a_letter


@pytest.mark.parametrize("name", ["Ana", "Ñ", "李", "Ωμέγα", "عمر", "\u200bAna", "J. 2"])
def test_a_name_has_a_letter_of_any_script(name: str):
    assert has_a_letter(name)


@pytest.mark.parametrize(
    "name",
    ["", " ", "\u200b", "\u3164", "\u115f", "\u1160", "\uffa0", "\u2800", "\u00ad", "\u2060",
     "\ufeff", "\u202e", "123", "...", "\u0301", "\U000e0041"],
)  # fmt: skip
def test_what_nobody_sees_or_has_no_letter_is_no_name(name: str):
    assert not has_a_letter(name)
