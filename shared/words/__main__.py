"""Compiles every catalogue: `python -m shared.words` after a .po was edited (needs Babel)."""

from datetime import UTC, datetime
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shared.words import FOLDER

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for the moment of compiling, so that the same words give the same bytes."""


def compile_catalogue(source: Path) -> None:
    """Write the .mo beside a .po."""
    with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
        catalogue = read_po(po)
        catalogue.creation_date = EPOCH
        write_mo(mo, catalogue)


for source in sorted(FOLDER.glob("*/LC_MESSAGES/*.po")):
    compile_catalogue(source)
