"""What is read in the sun and in the dark can be read, and is as large as the brand says."""

import json

import pytest

from field_app.parts import theme
from field_app.parts.theme import ASSETS, read_brand, theme_of

PALETTES = ("light", "sun", "dark", "night")
READ_ON_PAPER = ("ink", "muted", "primary", "ok", "warning", "danger", "info")
SPOKEN = ("primary", "ok", "warning", "danger", "info")


def contrast(one: str, other: str) -> float:
    """WCAG 2.2: 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("name", PALETTES)
def test_every_word_stands_out_seven_to_one(name: str):
    colours = read_brand().palettes[name]
    pairs = [(word, ground) for word in READ_ON_PAPER for ground in ("paper", "surface")]
    pairs += [(word, f"{word}_soft") for word in SPOKEN]
    pairs += [("ink", f"{word}_soft") for word in SPOKEN]
    pairs += [("on_primary", "primary"), ("muted", "muted_soft"), ("ink", "muted_soft")]
    weak = {
        (word, ground): round(found, 2)
        for word, ground in pairs
        if (found := contrast(colours[word], colours[ground])) < 7
    }
    assert not weak


@pytest.mark.parametrize("name", PALETTES)
def test_every_role_of_a_theme_is_given_so_that_nothing_is_left_to_a_seed(name: str):
    scheme = theme_of(read_brand(), name).color_scheme
    roles = {"primary", "on_primary", "surface", "on_surface", "error", "tertiary"}
    assert scheme is not None
    assert all(getattr(scheme, role) for role in roles)


def test_sizes_are_the_brands():
    brand = json.loads((ASSETS / "brand.json").read_text(encoding="utf-8"))
    assert brand["type"]["scale"] == {
        "small": theme.SMALL, "label": theme.LABEL, "body": theme.BODY, "title": theme.TITLE,
        "heading": theme.HEADING, "display": theme.DISPLAY,
    }  # fmt: skip
    space = brand["space"]
    sizes = {"gap": theme.GAP, "page": theme.PAGE, "target": theme.TARGET, "radius": theme.RADIUS}
    assert {name: space[name] for name in sizes} == sizes
    assert brand["type"]["family"] == theme.FAMILY


def test_the_fonts_of_the_brand_are_carried():
    brand = read_brand()
    assert all((ASSETS / file).is_file() for file in (*brand.fonts.values(), brand.mark))
