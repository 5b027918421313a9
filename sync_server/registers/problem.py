"""What keeps a file from being taken in: where in the sheet, and what to do about it, in words."""

from dataclasses import dataclass, field
from typing import Any

from shared.words import t

MOST = 1000
"""Problems of one file that are said; the others are counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A cell or a row that is not taken: its row in the sheet (headings are row 1 where nothing
    stands above them), the heading of its column or nothing, and the sentence."""

    row: int
    column: str
    sentence: str

    def on_the_wire(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "problem": self.sentence}


class NotTaken(Exception):
    """A cell that means nothing, or two things: `key` names its sentence, `values` go into it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def sentence(self, language: str) -> str:
        """What to do about it."""
        return t(f"registers.problem.{self.key}", language, **self.values)


class UnusableFile(Exception):
    """The file as a whole: no sheet, no headings, not a spreadsheet; the sentence is inside."""


@dataclass
class Problems:
    """The problems of one file, the first `MOST` of them kept."""

    language: str
    kept: list[Problem] = field(default_factory=list)
    count: int = 0

    def add(self, row: int, column: str, refused: NotTaken) -> None:
        """Note one."""
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append(Problem(row, column, refused.sentence(self.language)))
