"""Compiles every catalogue: `python -m shared.words` after a .po was edited (needs Babel).

A domain is written in a .po a language and read from one .mo: two people's words meet in fewer
files, and a word more is a file less.
"""

from datetime import UTC, datetime
from io import BytesIO

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from shared.words import FOLDER, LANGUAGES

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands for the moment of compiling, so that the same words give the same bytes."""


def domains() -> list[str]:
    """The name of every catalogue, in order."""
    return sorted(po.stem for po in FOLDER.glob(f"{LANGUAGES[0]}/LC_MESSAGES/*.po"))


def compiled(domain: str) -> bytes:
    """The bytes of the .mo of a domain: each message once a language, which is its context."""
    both = Catalog(locale=LANGUAGES[-1], creation_date=EPOCH, revision_date=EPOCH)
    for language in LANGUAGES:
        source = FOLDER / language / "LC_MESSAGES" / f"{domain}.po"
        with source.open("rb") as po:
            spoken = read_po(po, locale=language, abort_invalid=True)
        assert spoken.plural_expr == both.plural_expr, f"{source}: other plural forms"
        for message in spoken:
            if message.id:
                both.add(message.id, message.string, context=language)
    content = BytesIO()
    write_mo(content, both)
    return content.getvalue()


if __name__ == "__main__":
    for domain in domains():
        (FOLDER / f"{domain}.mo").write_bytes(compiled(domain))
