"""Every sentence is there in both languages, in every plural form, and compiled."""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from shared.words import FOLDER, LANGUAGES, NoWords, language_of, t, tn, word_of
from shared.words.__main__ import compiled, domains

DOMAINS = sorted(po.stem for po in FOLDER.glob("es/LC_MESSAGES/*.po"))
PLURALS = Path(__file__).parents[1] / "snapshots" / "plurals.txt"


def messages(language: str, domain: str) -> dict[str, Message]:
    with (FOLDER / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as po:
        return {key(m): m for m in read_po(po, abort_invalid=True) if m.id}


def key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def forms(message: Message) -> tuple[str, ...]:
    """The words of a message: one, or one for each plural form."""
    said = message.string or ""
    return (said,) if isinstance(said, str) else tuple(said)


def places(words: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", words))


def test_both_languages_have_the_same_catalogues():
    names = [{po.name for po in (FOLDER / each / "LC_MESSAGES").glob("*.po")} for each in LANGUAGES]
    assert names[0] == names[1]
    assert len(names[0]) == len(DOMAINS) > 6


@pytest.mark.parametrize("domain", DOMAINS)
def test_spanish_and_english_say_the_same_things(domain):
    spanish, english = messages("es", domain), messages("en", domain)
    assert spanish.keys() == english.keys()
    for name, message in spanish.items():
        assert message.pluralizable == english[name].pluralizable, name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_each_message_stands_once_in_its_catalogue(domain, language):
    """Whoever reads a catalogue keeps the last of several and says nothing."""
    text = (FOLDER / language / "LC_MESSAGES" / f"{domain}.po").read_text(encoding="utf-8")
    named = Counter(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE))
    assert [name for name, times in named.items() if times > 1] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_no_words_are_empty_or_doubtful(domain, language):
    for name, message in messages(language, domain).items():
        assert not message.fuzzy, name
        assert all(words.strip() for words in forms(message)), name


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", DOMAINS)
def test_one_has_a_form_and_every_other_number_has_one(domain, language):
    with (FOLDER / language / "LC_MESSAGES" / f"{domain}.po").open("rb") as po:
        said = read_po(po)
    assert (said.num_plurals, said.plural_expr) == (2, "(n != 1)")
    for name, message in messages(language, domain).items():
        if message.pluralizable:
            assert message.id == (name, name)
            assert len(forms(message)) == 2, name


@pytest.mark.parametrize("domain", DOMAINS)
def test_both_languages_fill_the_same_places_in_every_plural_form(domain):
    spanish, english = messages("es", domain), messages("en", domain)
    for name in spanish:
        filled = [places(words) for words in (*forms(spanish[name]), *forms(english[name]))]
        assert all(each == filled[0] for each in filled), name


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_compiled_catalogue_is_that_of_its_sources(domain):
    assert (FOLDER / f"{domain}.mo").read_bytes() == compiled(domain), "make words"


def test_nothing_is_compiled_that_nobody_wrote():
    assert {*FOLDER.rglob("*.mo")} == {FOLDER / f"{domain}.mo" for domain in domains()}
    assert domains() == DOMAINS


def test_each_language_says_its_own():
    assert (t("process.state.new", "es"), t("process.state.new", "en")) == ("Nuevo", "New")
    assert t("process.state.new", "nah") == "New"
    with pytest.raises(NoWords):
        t("process.es\x04state.new")


def plurals() -> Iterator[str]:
    """Every sentence that depends on a number, for 0, 1 and 2; other places by their names."""
    for domain in DOMAINS:
        spanish = messages("es", domain)
        for name in sorted(name for name, message in spanish.items() if message.pluralizable):
            yield f"{domain}.{name}"
            others = places(forms(spanish[name])[0]) - {"count"}
            values = {place: f"‹{place}›" for place in others}
            for language in LANGUAGES:
                for count in (0, 1, 2):
                    words = tn(f"{domain}.{name}", count, language, **values)
                    yield f"  {language} {count}: {words}"


@pytest.mark.snapshot
def test_every_sentence_is_right_for_none_for_one_and_for_more():
    said = "\n".join(plurals()) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        PLURALS.write_text(said, "utf-8")
    assert said == PLURALS.read_text("utf-8")


def test_words_are_found_by_domain_and_language():
    assert t("process.state.new") == "Nuevo"
    assert t("process.state.new", "en") == "New"


@pytest.mark.parametrize(
    ("count", "spanish", "english"),
    [(0, "0 cambios", "0 changes"), (1, "1 cambio", "1 change"), (2, "2 cambios", "2 changes"),
     (101, "101 cambios", "101 changes"), (1_000_000, "1000000 cambios", "1000000 changes")],
)  # fmt: skip
def test_a_number_chooses_its_plural_form(count, spanish, english):
    assert tn("sync.unsent.changes", count) == spanish
    assert tn("sync.unsent.changes", count, "en") == english


def test_a_missing_word_is_a_fault_that_says_so():
    with pytest.raises(NoWords, match=r"process\.nothing"):
        t("process.nothing")
    with pytest.raises(NoWords, match=r"process\.nothing"):
        tn("process.nothing", 1)
    with pytest.raises(NoWords, match="nowhere"):
        t("nowhere.at_all")


def test_words_that_depend_on_a_number_are_not_said_without_one():
    with pytest.raises(NoWords, match=r"sync\.unsent\.changes"):
        t("sync.unsent.changes", count=1)
    with pytest.raises(NoWords, match=r"process\.state\.new"):
        tn("process.state.new", 1)


@pytest.mark.parametrize(
    ("locale", "language"),
    [("es-MX", "es"), ("es_ES", "es"), ("en-US", "en"), ("fr", "en"), (None, "es")],
)
def test_a_locale_reads_one_of_the_two_languages(locale, language):
    assert language_of(locale) == language


def test_a_code_without_words_stays_as_it_is():
    assert word_of("family.FUS") == t("process.family.FUS")
    assert word_of("family.PLOTTER.A0") == "PLOTTER.A0"
    assert word_of("state.new", "en") == t("process.state.new", "en")
