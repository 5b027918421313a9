"""Compiles every catalogue: `python -m shared.words` after a .po was edited (needs Babel)."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shared.words import FOLDER


def compile_catalogue(source: Path) -> None:
    """Write the .mo beside a .po."""
    with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
        write_mo(mo, read_po(po))


for source in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")):
    compile_catalogue(source)
