"""Every sentence that a person reads, in Spanish first and English complete.

A key is `domain.name`; each domain is one gettext catalogue, so `t("process.state.new")` looks
`state.new` up in process.mo. A key that a catalogue lacks is a fault and says so.
"""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("es", "en")
FOLDER = Path(__file__).parent


class NoWords(LookupError):
    """No catalogue has these words."""


def t(key: str, language: str = "es", /, **values: object) -> str:
    """The words for `key`, with `{name}` places filled. Languages other than es, en read English.

    Raises NoWords for an unknown key.
    """
    domain, _, name = key.partition(".")
    words = _catalogue(domain, language if language in LANGUAGES else "en").gettext(name)
    if words == name:
        raise NoWords(f"{key} ({language})")
    return words.format(**values) if values else words


def language_of(locale: str | None) -> str:
    """The catalogue language of a locale such as `es-MX`; Spanish when none is given."""
    language = (locale or "es").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else "en"


@cache
def _catalogue(domain: str, language: str) -> gettext.NullTranslations:
    try:
        return gettext.translation(domain, FOLDER, [language])
    except FileNotFoundError as error:
        raise NoWords(f"there is no catalogue {domain} in {language}") from error
