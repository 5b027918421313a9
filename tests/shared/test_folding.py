"""Spellings that mean the same to a reader are one; what makes another word stays another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.words.folding import findable, folded, joined

SERIAL = ("CNX-4471", "cnx-4471", "CNX 4471", "CNX4471", "CNX\u20134471", "ＣＮＸ－４４７１",
          "\u200bCNX\u00ad-\u00a04471 ", "CNX\u22124471\u2060")  # fmt: skip
CUSTOMER = ("Óptica Ibáñez", "OPTICA IBANEZ", "O\u0301ptica Iba\u0301n\u0303ez",
            "  Óptica\u00a0 Ibáñez\ufeff", "óptica-ibáñez", "Óptica\u2003Ibá\u200dñez")  # fmt: skip


def test_one_serial_has_one_form_in_every_spelling():
    assert {joined(each) for each in SERIAL} == {"cnx4471"}


def test_one_customer_has_one_form_in_every_spelling():
    assert {folded(each) for each in CUSTOMER} == {"optica ibanez"}


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("Straße", "strasse"), ("ΟΔΌΣ", "οδοσ"), ("Søren Łódź", "soren lodz"), ("1º", "1o"),
        ("D’Angelo", "d'angelo"), ("İstanbul", "istanbul"), ("a\x00b\tc\nd", "ab c d"),
        ("\ud800x", "x"), ("שָׁלוֹם", "שלום"), ("\u3164\u2800", ""), ("—", ""),
    ],
)  # fmt: skip
def test_a_text_is_folded(typed: str, form: str):
    assert folded(typed) == form


@pytest.mark.parametrize(
    ("one", "other"), [("はは", "ばば"), ("कि", "कु"), ("La Vega", "Lavega"), ("A1", "A/1")]
)
def test_what_is_another_word_stays_another(one: str, other: str):
    assert folded(one) != folded(other)


def test_folding_twice_changes_nothing_for_any_character_that_folds():
    forms = {folded(f"a{chr(code)}b") for code in (*range(0x3000), *range(0xF900, 0x10000))}
    assert not [form for form in forms if folded(form) != form]


@given(st.text())
def test_folding_any_text_twice_changes_nothing(text: str):
    assert folded(folded(text)) == folded(text)


@given(st.text(st.characters(codec="latin-1")))
def test_a_western_text_folds_like_the_same_text_beside_a_letter_of_another_script(text: str):
    assert folded(f"{text} я") == f"{folded(text)} я".strip()


def test_every_western_letter_folds_like_itself_beside_a_letter_of_another_script():
    for letter in map(chr, range(256)):
        assert folded(f"a{letter}b я") == f"{folded(f'a{letter}b')} я", letter


def test_names_are_put_in_order_by_their_folded_form():
    names = ["Zamora", "Ávila", "avena", "Álamo"]
    assert sorted(names, key=folded) == ["Álamo", "avena", "Ávila", "Zamora"]


def test_a_code_is_found_in_one_piece_and_a_number_without_its_zeros():
    assert findable(["Óptica", None], ["SEI-2026-000101", ""]) == (
        "optica sei 2026 000101 sei2026000101 101"
    )
