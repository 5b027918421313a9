"""Letters and lines: what can be shown is shown, what cannot is seen to be missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.report.likeness import SUBSTITUTE, likenesses
from shared.report.pdf import ASSETS
from shared.report.typeface import typeface

FACE = typeface(ASSETS / "fonts")
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)


def test_every_latin_letter_has_its_shape():
    ranges = (range(0x20, 0x7F), range(0xA1, 0x180), range(0x1E00, 0x1EF9))
    unused = {0xAD, 0x149, 0x1E9C}  # the soft hyphen; two letters that nobody writes
    letters = "".join(chr(code) for codes in ranges for code in codes if code not in unused)
    assert FACE.lost(letters) == ()


@pytest.mark.parametrize("letters", [
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰἈθῆναι",
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяЇїЄєҐґЎўЂђЋћ",
    "10⁶ 10⁻⁶ xⁿ H₂O ½ ⅓ ⅛ ⅞ ① ② Ⅳ ° ‰ ± × ÷ µ μ Δ Σ Ω ∑ √ ∞ ≈ ≤ ≥ ∅ ⌀ ∠ ⊥ ∥ ⇒ ℃ ℉ № € ₱ ₽",
    "☐ ☑ ☒ ✓ ✔ ✗ ✘ ✖ ★ ☆ ● ○ ◉ ■ □ ▲ ▼ ► ◄ ⚠ ⚡ ⚙ ☎ ✉ ➜ ➡ ⬅ ⬆ ⬇ ♻ • ◦ ‣ « » „ “ ” ‘ ’ – — …",
])  # fmt: skip
def test_letters_figures_and_signs_are_set_as_they_were_written(letters):
    assert FACE.lost(letters) == ()
    assert FACE.legible(letters) == letters
    for weight in (FACE.regular, FACE.bold):
        assert weight.width(letters, 10) > 100


def test_an_ordinary_text_reads_no_font_of_signs():
    fresh = typeface(ASSETS / "." / "fonts" / ".." / "fonts")
    assert fresh.legible("Año, número y contraseña: 284,342 → 10⁶ µm") != ""
    assert fresh.lost("Zoë Nguyễn-Łukasiewicz") == ()
    assert "characters" not in vars(fresh)


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
        ("☑ ★ ✓ → −", "☑ ★ ✓ → −"),
        ("✅ ❌ ⚠\ufe0f ⭐ ❗", "✔ ✘ ⚠ ★ !"),
        ("10⁶ 2⅛5 m² ㎡ ⑴2", "10⁶ 2⅛5 m² m² (1)2"),
        ("٣٤ １２ 1\ufe0f\u20e30\ufe0f\u20e3", "34 12 10"),
        ("v\u20d7", f"v{SUBSTITUTE}"),
        ("🔴 🟢", f"{SUBSTITUTE} {SUBSTITUTE}"),
    ],
)
def test_what_people_paste(pasted, shown):
    assert FACE.legible(pasted) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("10⁶", "10^6"),
        ("10⁻⁶", "10^-6"),
        ("10⁶5", "10^6 5"),
        ("2⅛5", "2 1/8 5"),
        ("H₂O", "H_2O"),
        ("CO₂₃4", "CO_23 4"),
        ("①5", "(1)5"),
        ("1⒈", "1 1."),
        ("Ⅳ", "IV"),
        ("٣٤", "34"),
        ("１２", "12"),
        ("5㎡", f"5{SUBSTITUTE}"),
    ],
)
def test_in_a_poorer_face_no_number_becomes_another(written, shown):
    carried = frozenset(map(chr, range(0x20, 0x7F))) - {"m"}
    assert "".join(piece for _, piece in likenesses(written, carried)) == shown


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("Ελένη, Дарья, 10⁶ Ω ✅", ()),
        ("漢字 y 漢", ("漢", "字")),
        ("أحمد", ("أ", "ح", "م", "د")),
        ("✅ 🔴 \u25a1", ("🔴",)),
        ("\U0001f469\U0001f3fd\u200d\U0001f527", ("\U0001f469",)),
    ],
)
def test_what_cannot_be_printed_is_named_once_each(text, signs):
    assert FACE.lost(text) == signs


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
