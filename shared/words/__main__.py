"""Compiles every catalogue: `python -m shared.words` after a .po was edited (needs Babel)."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shared.words import FOLDER

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for the moment of compiling, so that the same words give the same bytes."""


def sources() -> list[Path]:
    """Every .po, in the order of their paths."""
    return sorted(FOLDER.glob("*/LC_MESSAGES/*.po"))


def compiled(source: Path) -> bytes:
    """The bytes of the .mo that belongs beside a .po."""
    with source.open("rb") as po:
        catalogue = read_po(po, abort_invalid=True)
    catalogue.creation_date = EPOCH
    content = BytesIO()
    write_mo(content, catalogue)
    return content.getvalue()


if __name__ == "__main__":
    for source in sources():
        source.with_suffix(".mo").write_bytes(compiled(source))
