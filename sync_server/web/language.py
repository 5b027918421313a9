"""In which language a page speaks, and its words in that language."""

from dataclasses import dataclass

from starlette.requests import Request

from shared.words import t, tn

LANGUAGES = ("es", "en")
"""What we speak; the first one to whoever asks for none of them."""

NAMED_IN_FULL = frozenset({"office", "process", "registers"})
"""Domains whose words every page may use: their keys begin with the domain's name."""


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of a page: its own domain's, or another's when the key names it."""

    domain: str
    language: str

    def t(self, key: str, /, **values: object) -> str:
        """The sentence for a key. Raises NoWords for one that has none."""
        return t(self._whole(key), self.language, **values)

    def tn(self, key: str, count: int, /, **values: object) -> str:
        """The same for a sentence that depends on a number, in its plural form."""
        return tn(self._whole(key), count, self.language, **values)

    def _whole(self, key: str) -> str:
        named = key.partition(".")[0] in NAMED_IN_FULL
        return key if named else f"{self.domain}.{key}"


def preferred_language(accepted: str) -> str:
    """The first language of an Accept-Language header that we speak; Spanish when none is."""
    for part in accepted.split(","):
        code = part.split(";")[0].strip().lower()[:2]
        if code in LANGUAGES:
            return code
    return LANGUAGES[0]


def language_of_browser(request: Request) -> str:
    """The visitor's language by their browser."""
    return preferred_language(request.headers.get("accept-language", ""))


def language_asked_for(request: Request) -> str:
    """The one that the address asks for with `lang`, else the browser's."""
    asked = request.query_params.get("lang", "")
    return asked if asked in LANGUAGES else language_of_browser(request)
