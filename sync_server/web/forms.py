"""A submitted form: its values as text, and the error message of each field."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from starlette.datastructures import FormData

KEY = "form_key"
"""The field with which a form says that it is itself: see form_keys."""

LONGEST_LINE = 500
LONGEST_TEXT = 20_000


@dataclass
class Form:
    """Values and errors by field; `prefix` makes ids unique when a page has several forms, and
    `kept_at` is when a session was over in which it was typed."""

    values: Mapping[str, str] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    prefix: str = ""
    kept_at: datetime | None = None

    @classmethod
    def of(cls, data: FormData, prefix: str = "") -> "Form":
        """The text fields of a submitted form; control characters and files are left out."""
        values = {name: _clean(value) for name, value in data.items() if isinstance(value, str)}
        return cls(values, prefix=prefix)

    def value(self, name: str) -> str:
        """The trimmed text of a field, empty when it did not come."""
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.value(name))

    def id(self, name: str) -> str:
        """The id of a field on the page."""
        return f"{self.prefix}{name}"

    def require(self, sentence: str, *names: str) -> None:
        """Require each of these fields."""
        for name in names:
            if not self.value(name):
                self.wrong.setdefault(name, sentence)

    def limit(self, sentence: str, longest: int, *names: str) -> None:
        """Limit the length of each of these fields, in characters."""
        for name in names:
            if len(self.value(name)) > longest:
                self.wrong.setdefault(name, sentence)

    def check_one_of(self, sentence: str, name: str, allowed: Container[str]) -> None:
        """Limit a field, when it is not empty, to these values."""
        if self.value(name) and self.value(name) not in allowed:
            self.wrong.setdefault(name, sentence)

    @property
    def is_good(self) -> bool:
        return not self.wrong


def _clean(text: str) -> str:
    # A lone surrogate has no UTF-8 form and could be kept nowhere.
    kept = "".join(c for c in text if (c >= " " or c in "\n\t") and not "\ud800" <= c <= "\udfff")
    return kept.strip()
