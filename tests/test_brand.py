"""Can the face of the product be read in bad light, and is every piece of it carried?"""

import json
import tomllib
from itertools import product
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

HOUSE = Path(__file__).parent.parent
BRAND = json.loads((HOUSE / "assets/brand.json").read_text(encoding="utf-8"))
FLET = tomllib.loads((HOUSE / "flet.toml").read_text(encoding="utf-8"))


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb. WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


TEXTS = ("ink", "muted", "primary", "ok", "warning", "danger", "info")


@pytest.mark.parametrize(("theme", "text"), list(product(BRAND["colours"], TEXTS)))
def test_text_is_read_in_bad_light(theme, text):
    colours = BRAND["colours"][theme]
    grounds = ["paper", "surface", *([f"{text}_soft"] if f"{text}_soft" in colours else [])]
    for ground in grounds:
        assert contrast(colours[text], colours[ground]) >= 7, (text, ground)


@pytest.mark.parametrize("theme", BRAND["colours"])
def test_a_main_button_is_read_in_bad_light(theme):
    colours = BRAND["colours"][theme]
    assert contrast(colours["primary"], colours["on_primary"]) >= 7


def test_both_themes_have_the_same_colours_and_one_seed():
    light, dark = BRAND["colours"]["light"], BRAND["colours"]["dark"]
    assert light.keys() == dark.keys()
    assert BRAND["seed"] == light["primary"] == FLET["look"]["seed"]


def test_every_picture_and_font_named_is_carried():
    named = [*BRAND["logo"].values(), *BRAND["type"]["files"].values(), FLET["app"]["brand"]]
    assert not [name for name in named if not (HOUSE / "assets" / name).is_file()]


@pytest.mark.parametrize("family", ["DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique"])
def test_the_report_can_print_every_sentence_it_has(family):
    drawn = set(TTFont(HOUSE / f"assets/fonts/{family}.ttf").getBestCmap())
    said = "".join(p.read_text(encoding="utf-8") for p in (HOUSE / "shared").rglob("*.po"))
    said += json.dumps(BRAND, ensure_ascii=False)
    assert not {c for c in said if c.isprintable() and ord(c) not in drawn}
