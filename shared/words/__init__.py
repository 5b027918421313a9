"""Every sentence that a person reads, in Spanish first and English complete.

A key is `domain.name`; each domain is one gettext catalogue with the words of both languages, each
under its language as context: `t("process.state.new")` looks `state.new` up for `es` in process.mo.
A key that a catalogue lacks is a fault and says so.
"""

import gettext
from functools import cache, lru_cache
from pathlib import Path

LANGUAGES = ("es", "en")
FOLDER = Path(__file__).parent

OTHER = 2
"""A number that takes the form for «every other number»."""


class NoWords(LookupError):
    """No catalogue has these words."""


def t(key: str, language: str = "es", /, **values: object) -> str:
    """The words for `key`, with `{name}` places filled. Languages other than es, en read English.

    Raises NoWords for an unknown key, and for one whose words depend on a number: that is for tn.
    """
    words = _words(key, language if language in LANGUAGES else "en")
    return words.format(**values) if values else words


def tn(key: str, count: int, language: str = "es", /, **values: object) -> str:
    """The words for `key` in the plural form for `count`, which fills `{count}`.

    Spanish and English have two forms: one for 1, one for every other number, 0 included.
    Raises NoWords for an unknown key, and for one whose words depend on no number.
    """
    spoken = language if language in LANGUAGES else "en"
    catalogue, name = _found(key)
    words = catalogue.npgettext(spoken, name, name, count)
    if words == name:
        raise NoWords(f"{key} ({language}, plural)")
    return words.format(count=count, **values)


def word_of(code: str, language: str = "es") -> str:
    """A code of the process such as `state.new` in words.

    One that has none, of another version or an office's own, as it is after its kind.
    """
    try:
        return t(f"process.{code}", language)
    except NoWords:
        return code.partition(".")[2]


def language_of(locale: str | None) -> str:
    """The catalogue language of a locale such as `es-MX`; Spanish when none is given."""
    language = (locale or "es").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else "en"


@lru_cache(maxsize=8192)
def _words(key: str, language: str) -> str:
    catalogue, name = _found(key)
    words = catalogue.pgettext(language, name)
    if words == name or catalogue.npgettext(language, name, name, OTHER) != name:
        raise NoWords(f"{key} ({language})")
    return words


def _found(key: str) -> tuple[gettext.NullTranslations, str]:
    domain, _, name = key.partition(".")
    return _catalogue(domain), name


@cache
def _catalogue(domain: str) -> gettext.NullTranslations:
    try:
        with (FOLDER / f"{domain}.mo").open("rb") as file:
            return gettext.GNUTranslations(file)
    except FileNotFoundError as error:
        raise NoWords(f"there is no catalogue {domain}") from error
