"""Every sentence is there in both languages, and compiled."""

import gettext
import re

import pytest
from babel.messages.pofile import read_po

from shared.words import FOLDER, NoWords, language_of, t

DOMAINS = sorted(po.stem for po in FOLDER.glob("es/LC_MESSAGES/*.po"))


def catalogue(language: str, domain: str) -> dict[str, str]:
    with (FOLDER / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as po:
        return {str(m.id): str(m.string) for m in read_po(po) if m.id}


@pytest.mark.parametrize("domain", DOMAINS)
def test_spanish_and_english_say_the_same_things(domain):
    spanish, english = catalogue("es", domain), catalogue("en", domain)
    assert spanish.keys() == english.keys()
    assert all(spanish.values())
    assert all(english.values())


@pytest.mark.parametrize("domain", DOMAINS)
def test_both_languages_fill_the_same_places(domain):
    spanish, english = catalogue("es", domain), catalogue("en", domain)
    for key in spanish:
        assert places(spanish[key]) == places(english[key]), key


def places(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", words))


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_is_of_today(domain, language):
    compiled = gettext.translation(domain, FOLDER, [language])
    for key, words in catalogue(language, domain).items():
        assert compiled.gettext(key) == words, "run python -m shared.words"


def test_words_are_found_by_domain_and_language():
    assert t("process.state.new") == "Nuevo"
    assert t("process.state.new", "en") == "New"


def test_a_missing_word_is_a_fault_that_says_so():
    with pytest.raises(NoWords, match=r"process\.nothing"):
        t("process.nothing")
    with pytest.raises(NoWords, match="nowhere"):
        t("nowhere.at_all")


@pytest.mark.parametrize(
    ("locale", "language"),
    [("es-MX", "es"), ("es_ES", "es"), ("en-US", "en"), ("fr", "en"), (None, "es")],
)
def test_a_locale_reads_one_of_the_two_languages(locale, language):
    assert language_of(locale) == language
