"""A file of test vectors: what is given, case by case, and how today's code answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "docs/sync-vectors"

Given = Mapping[str, Any]


@dataclass(frozen=True)
class VectorFile:
    """`given` holds the input of each case by the case's name; `answer` works one case out."""

    name: str
    description: str
    given: Mapping[str, Given]
    answer: Callable[[Given], Any]

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.name}.json"

    def worked_out(self) -> dict[str, Any]:
        """The whole file as it should stand, in JSON's own types."""
        cases = [
            {"name": name, "given": given, "expect": self.answer(plain(given))}
            for name, given in self.given.items()
        ]
        document = {"format": 1, "description": self.description, "cases": cases}
        return dict(plain(document))

    def written(self) -> dict[str, Any]:
        """The file as it stands in the repository."""
        return dict(json.loads(self.path.read_text(encoding="utf-8")))

    def write(self) -> None:
        """Write the file anew: name, given and expect of each case on a line each."""
        document = self.worked_out()
        cases = ",\n".join(
            "{"
            + ",\n ".join(f"{_text(name)}: {_text(value)}" for name, value in case.items())
            + "}"
            for case in document.pop("cases")
        )
        head = ",\n".join(f"{_text(name)}: {_text(value)}" for name, value in document.items())
        self.path.write_text(f'{{{head},\n"cases": [\n{cases}\n]}}\n', encoding="utf-8")


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def plain(value: Any) -> Any:
    """The value as a JSON parser would give it: lists for tuples, dicts for any mapping."""
    return json.loads(json.dumps(value, default=dict))
