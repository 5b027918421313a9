"""Letters and lines: what can be shown is shown, what cannot is seen to be missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.pdf import ASSETS
from shared.report.typeface import SUBSTITUTE, typeface

FACE = typeface(ASSETS / "fonts")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def test_every_latin_letter_has_its_shape():
    ranges = (range(0x20, 0x7F), range(0xA1, 0x180), range(0x1E00, 0x1EF9))
    unused = {0xAD, 0x149, 0x1E9C}  # the soft hyphen; two letters that nobody writes
    letters = "".join(chr(code) for codes in ranges for code in codes if code not in unused)
    assert SUBSTITUTE not in FACE.legible(letters)


@pytest.mark.parametrize(
    ("pasted", "shown"),
    [
        ("café", "café"),
        ("cafe\u0301", "café"),
        ("línea 1\r\nlínea 2\u2028fin", "línea 1\nlínea 2\nfin"),
        ("a\tb\u00a0c\u3000d", "a b\u00a0c d"),
        ("\ufb01n ＡＢＣ", "fin ABC"),
        ("so\u00adft \u200bzero", "soft zero"),
        ("ok \U0001f44d", f"ok {SUBSTITUTE}"),
        ("\U0001f44d\U0001f3fd", SUBSTITUTE),
        ("\U0001f469\u200d\U0001f527", SUBSTITUTE),
        ("\U0001f1f2\U0001f1fd\U0001f1fa\U0001f1f8", SUBSTITUTE * 2),
        ("漢字", SUBSTITUTE * 2),
        ("\u0007bell", "bell"),
        ("☑ ★ ✓ → −", f"{SUBSTITUTE} ★ ✓ → −"),
    ],
)
def test_what_people_paste(pasted, shown):
    assert FACE.legible(pasted) == shown


@given(texts)
def test_legible_text_has_only_letters_of_the_face(text):
    legible = FACE.legible(text)
    assert FACE.characters.issuperset(legible)
    assert FACE.legible(legible) == legible


@given(texts, st.floats(20, 400), st.sampled_from([7.2, 8.8, 20]))
def test_no_line_is_wider_than_its_column(text, width, size):
    for line in FACE.regular.lines(FACE.legible(text), size, width):
        assert FACE.regular.width(line, size) <= width + 1e-6


@given(texts, st.floats(20, 400))
def test_breaking_loses_no_letter(text, width):
    legible = FACE.legible(text)
    lines = FACE.regular.lines(legible, 8.8, width)
    assert "".join("".join(lines).split()) == "".join(legible.split())


def test_figures_are_as_wide_as_one_another():
    assert len({FACE.regular.width(figure, 10) for figure in "0123456789"}) == 1
