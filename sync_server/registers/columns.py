"""The columns of a register's sheet: what each is called, what its cells hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from shared.words.folding import folded


class Shape(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    CODE = "code"
    """A serial, code or telephone: digits that a spreadsheet must not have taken for a number."""
    COUNT = "count"
    NUMBER = "number"
    FLAG = "flag"
    DATE = "date"
    LIST = "list"
    CHOICE = "choice"
    EMAIL = "email"
    ZONE = "zone"


LONGEST = 2000
"""Characters of a cell, unless its column says otherwise."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the code, its headings, the other headings that are understood.

    `choices` are the values of a CHOICE or a LIST, each with the words that mean it.
    """

    name: str
    es: str
    en: str
    shape: Shape = Shape.TEXT
    required: bool = False
    also: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    longest: int = LONGEST

    def heading(self, language: str) -> str:
        """What the column is called in this language."""
        return self.es if language == "es" else self.en

    @property
    def headings(self) -> frozenset[str]:
        """Every heading that means this column, folded."""
        return frozenset(heading(each) for each in (self.name, self.es, self.en, *self.also))


def heading(text: str) -> str:
    """A heading as it is compared: folded, without the signs around words and the star."""
    return " ".join(folded(text).replace(".", " ").replace("*", " ").replace("_", " ").split())


STATE = Column(
    "state", "Estado", "State", Shape.CHOICE, also=("estatus", "status"),
    choices={"active": ("activo", "activa", "active"), "retired": ("retirado", "retirada",
             "retired", "baja", "inactivo", "inactiva", "inactive")},
)  # fmt: skip
"""Whether a record is in use; a retired one stays for history."""

LANGUAGE = Column(
    "language", "Idioma", "Language", Shape.CHOICE, also=("lengua",),
    choices={"es-MX": ("es", "español", "spanish", "es-mx", "castellano"),
             "en": ("en", "inglés", "english", "en-us", "ingles")},
)  # fmt: skip
