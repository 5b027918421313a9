"""Cuts the fonts that Folio carries down to the letters it prints.

    apt-get install fonts-dejavu-core fonts-dejavu-extra
    npm pack inter-ui@4.1.1 && tar xzf inter-ui-4.1.1.tgz
    .venv/bin/python assets/fonts/make.py package

Inter is what people read. On screens one variable file holds every weight, as Flutter takes one
file for a family; the report prints with two faces of it that know every Latin, Greek and Cyrillic
letter, names from anywhere among them. DejaVu Sans stands in where Inter has no such sign, on
paper in two weights, and has Greek and Cyrillic for the screens.
The same command with the same sources writes the same bytes.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).parent
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")

LATIN = [*range(0x20, 0x7F), *range(0xA0, 0x180), 0x192, 0x218, 0x219, 0x21A, 0x21B, 0x1E9E]
PUNCTUATION = [*range(0x2010, 0x2016), *range(0x2018, 0x201F), 0x2020, 0x2021, 0x2022, 0x2026]
PUNCTUATION += [0x2002, 0x2003, 0x2007, 0x2009, 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A]
SIGNS = map(ord, "€№℠™←↑→↓↔↩↻⇄−∕∞≈≠≤≥√∑Ωµπ")
SHAPES = map(ord, "■□▪▫▲△▶▷▼▽◀◁◆◇○●◐◑☆★☐☑☒☎⚠⚡⚙✆✉✎✓✔✕✖✗✘✦ﬁﬂ\ufffd")
CHARACTERS = [*LATIN, *PUNCTUATION, *SIGNS, *SHAPES]

LETTERS = [*range(0x180, 0x2B0), *range(0x1E00, 0x1F00)]  # Latin: names from anywhere; phonetic
GREEK_CYRILLIC = [*range(0x370, 0x530)]
MARKS = [*range(0x300, 0x370)]  # DejaVu's stand over the letter before them, Inter's beside it
FIGURES = [*range(0x2070, 0x20D0), *range(0x2150, 0x2190)]  # superscripts, currencies, fractions
TECHNICAL = [*range(0x2100, 0x2150), *range(0x2190, 0x2400), *range(0x2460, 0x2500)]
PICTURED = [*range(0x2580, 0x27C0), *range(0x2B05, 0x2B08)]
GENERAL = [*range(0x2010, 0x205F)]

BOTH = [*CHARACTERS, *LETTERS, *GREEK_CYRILLIC, *FIGURES, *TECHNICAL, *GENERAL]
PRINTED = [*BOTH, *range(0x1F00, 0x2000)]  # and Greek with all its accents
STANDING_IN = [*BOTH, *MARKS, *PICTURED, *range(0x530, 0x590), *range(0x10D0, 0x1100)]

DEJAVU_FACES = {
    "Sans": STANDING_IN,
    "Sans-Bold": STANDING_IN,
    "Sans-Oblique": CHARACTERS,
    "Sans-BoldOblique": CHARACTERS,
    "SansMono": CHARACTERS,
}
PRINTED_FACES = ["Regular", "SemiBold"]
INTER_AXES = {"opsz": 14, "wght": (400, 700)}


def main(inter: Path) -> None:
    """Writes every face beside this file; `inter` is the unpacked inter-ui package."""
    for face, characters in DEJAVU_FACES.items():
        font = TTFont(DEJAVU / f"DejaVu{face}.ttf")
        cut(font, f"DejaVu{face}.ttf", features=[], characters=characters)
    for name in ("Inter.ttf", "Inter.woff2"):
        font = narrow(TTFont(inter / "variable/InterVariable.woff2"))
        prefer_tabular_figures(font)
        cut(font, name, features=["kern", "mark", "ccmp", "calt"])
    for face in PRINTED_FACES:
        font = TTFont(inter / f"web/Inter-{face}.woff2")
        prefer_tabular_figures(font)
        cut(font, f"Inter-{face}.ttf", features=[], characters=PRINTED)


def cut(font: TTFont, name: str, features: list[str], characters: list[int] = CHARACTERS) -> None:
    """Keeps the characters and features named, and no hinting."""
    options = Options(
        layout_features=features,
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6],
        notdef_outline=True,
        legacy_kern=True,
        recalc_timestamp=False,
    )
    font.recalcTimestamp = False
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = "woff2" if name.endswith("woff2") else None
    font.save(HERE / name, reorderTables=True)
    sys.stdout.write(f"{name} {(HERE / name).stat().st_size:,} bytes\n")


def narrow(font: TTFont) -> TTFont:
    """The weights that are used, at one optical size."""
    font.recalcTimestamp = False
    written = BytesIO()
    instantiateVariableFont(font, INTER_AXES).save(written)  # the subsetter wants tables as read
    return TTFont(written)


def prefer_tabular_figures(font: TTFont) -> None:
    """Makes figures of one width the ordinary ones: a Flutter text style cannot ask for them."""
    table = font["GSUB"].table
    tabular = {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag == "tnum":
            for index in record.Feature.LookupListIndex:
                for subtable in table.LookupList.Lookup[index].SubTable:
                    single = getattr(subtable, "ExtSubTable", subtable)
                    tabular.update(single.mapping)
    for cmap in font["cmap"].tables:
        for figure in map(ord, "0123456789"):
            cmap.cmap[figure] = tabular.get(cmap.cmap[figure], cmap.cmap[figure])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
