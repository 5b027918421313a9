"""What the tablet cannot settle by itself and a person must hear, each cause with its own words."""

from typing import ClassVar

from shared.words import t


class Trouble(Exception):
    """One cause; its sentence says what happened, that the data is safe, and what to do."""

    key: ClassVar[str] = "sync.trouble.unexpected"

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(f"{type(self).__name__} {values or ''}".strip())

    def sentence(self, language: str) -> str:
        """The sentence for a person, in `language`."""
        return t(self.key, language, **self.values)
