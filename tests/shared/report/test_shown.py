"""The signature covers what was read: the content is frozen, and the pages are printed from it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, reduce
from operator import getitem
from typing import Any

import pytest

from shared.operations.digest import canonical, digest, sign_off_holds
from shared.report.blocks import Column, Table, Text, Verification
from shared.report.content import content, service_report, to_be_read
from shared.report.pdf import ASSETS
from shared.report.shown import NotShown, Shown, shown_digest
from shared.report.subject import Subject
from shared.report.typeface import typeface
from shared.ticket.asset import Asset
from tests.shared.report import pages, specimens

KINDS = {name: make for name, make in specimens.ALL.items() if name != "unsigned"}


@cache
def frozen(kind: str) -> Subject:
    return specimens.frozen(KINDS[kind]())


def shown_in(kind: str) -> dict[str, Any]:
    return dict(frozen(kind).shown or {})


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Each value that holds no other, with the way to it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    for name, each in inner:
        if isinstance(each, dict | list) and each:
            yield from leaves(each, (*path, name))
        else:
            yield (*path, name), each


@contextmanager
def changed(document: Any, path: tuple[Any, ...]) -> Iterator[None]:
    """For this while the one leaf is another."""
    *way, last = path
    holder = reduce(getitem, way, document)
    was = holder[last]
    holder[last] = was + 1 if isinstance(was, int | float) else f"{was or ''}."
    yield
    holder[last] = was


@pytest.mark.parametrize("kind", ["ordinary", "refused", "typed", "remote"])
def test_every_leaf_changes_the_fingerprint_of_the_content_and_of_the_report(kind):
    subject = frozen(kind)
    record = json.loads(subject.record_json)
    shown = record["shown"]
    every = [path for path, _ in leaves(shown)]
    seen = set()
    for number, path in enumerate(every):
        with changed(shown, path):
            seen.add(shown_digest(shown))
            if number % 10 == 0:  # the record's is over the same canonical text
                assert digest(record) != subject.digest
    assert digest(record) == subject.digest
    assert len(seen) == len(every) > 50
    assert shown_digest(shown) not in seen


@pytest.mark.parametrize("kind", ["ordinary", "typed", "voided", "remote", "odd_letters"])
def test_what_was_frozen_is_read_back_as_it_was(kind):
    shown = frozen(kind).shown
    again = Shown.of(json.loads(canonical(shown))).document()
    assert canonical(again) == canonical(shown)


def test_the_signature_names_what_was_shown_and_holds():
    subject = frozen("ordinary")
    sign_off = subject.ticket.record.fields["sign_off"]
    assert sign_off["shown"] == shown_digest(subject.shown or {})
    assert sign_off_holds(subject.ticket.record)
    record = json.loads(subject.record_json)
    assert record["format"] == 2
    assert record["shown"] == subject.shown


def with_corrected_registers(subject):
    """Every name that the office keeps is another by now."""
    renamed: dict[str, Any] = {
        name: {"items": [{**item, **dict.fromkeys(("label", "name"), "CORREGIDO")}
                         for item in catalogue.get("items", ())]}
        for name, catalogue in subject.catalogues.items()
    }  # fmt: skip
    renamed["organisation"] = {
        **specimens.ORGANISATION, "consent": "CORREGIDO", "privacy": "CORREGIDO"
    }  # fmt: skip
    other = {"serial": "CORREGIDO", "make": "CORREGIDO", "model": "CORREGIDO",
             "location": "CORREGIDO", "meter": {"total": 1}}  # fmt: skip
    return replace(subject, customer={"name": "CORREGIDO", "locale": "en"},
                   site={"name": "CORREGIDO"}, asset=Asset.of("asset-1", other),
                   catalogues=renamed)  # fmt: skip


@pytest.mark.parametrize("kind", ["ordinary", "remote"])
def test_a_register_corrected_before_printing_changes_no_byte(kind):
    subject = frozen(kind)
    corrected = with_corrected_registers(subject)
    assert service_report(corrected) == service_report(subject)
    said = str(service_report(replace(corrected, shown=None)))
    assert "CORREGIDO" in said


def test_two_customers_have_two_fingerprints():
    one = frozen("remote")
    others = with_corrected_registers(one)
    other = replace(others, shown=content(replace(others, shown=None)).document())
    assert one.ticket.record == other.ticket.record
    assert one.digest != other.digest
    assert one.url != other.url


def test_a_corrected_label_voids_no_signature():
    subject = with_corrected_registers(frozen("ordinary"))
    assert sign_off_holds(subject.ticket.record)


@pytest.mark.parametrize("kind", KINDS)
def test_every_word_on_the_pages_is_of_the_content_or_of_the_furniture(kind, tmp_path):
    """The pages before the annex, less what was shown, less the furniture by name: nothing."""
    assert unaccounted(frozen(kind), frozen(kind).shown, tmp_path) == set()


def test_another_word_on_the_pages_is_found(tmp_path):
    shown = shown_in("remote")
    other = {**shown, "substitution": "", "title": f"{shown['title']} CORREGIDO"}
    printed = replace(frozen("remote"), shown=other)
    assert unaccounted(printed, shown, tmp_path) == {"CORREGIDO"}


def unaccounted(subject: Subject, shown: Any, folder: Any) -> set[str]:
    path = folder / "report.pdf"
    path.write_bytes(specimens.frozen_pdf(subject, len(subject.evidence)))
    report = service_report(subject)
    annex = next(section for section in report.sections if section.annex)
    found = pages.words(path)
    first = min(word.page for word in found if word.text == annex.heading.split()[0])
    known = pieces(*texts(shown))
    unknown = {word.text for word in found if word.page < first and not known(word.text)}
    return unknown - furniture(report, first)


def texts(shown: Any) -> list[str]:
    """The words among the leaves; `—` is drawn for an empty value, stars and signs for numbers."""
    said = [each for _, each in leaves(shown) if isinstance(each, str)]
    return [*said, "—", "✓ ! ✗ –", "★★★★★ ★★★★☆"]


def pieces(*said: str) -> Any:
    """Whether a word is a whole word of these, or a part of a long one that a line had to break."""
    face = typeface(ASSETS / "fonts")
    legible = [word for text in said for word in face.legible(text).split()]
    whole, broken = set(legible), [word for word in legible if len(word) > 24]

    def known(word: str) -> bool:
        cut = word.removesuffix("…")
        return (
            word in whole
            or (len(cut) > 2 and any(cut in each for each in broken))
            or (cut != word and any(each.startswith(cut) for each in whole))
        )

    return known


def furniture(report: Any, first: int) -> set[str]:
    """Letterhead, version, page numbers, digests: by name, word by word."""
    head = report.letterhead
    numbers = [report.page_of.format(page=n, pages=first + 9 - m)
               for n in range(first) for m in range(10)]  # fmt: skip
    digests = [f.label for f in facts(report)] + [f.value for f in facts(report)]
    said = [head.name, head.support_label, *head.support, "·", report.edition,
            report.short_digest, *numbers, *digests]  # fmt: skip
    return {word for text in said for word in text.split()}


def facts(report: Any) -> list[Any]:
    """The fact of a signature that is its digest."""
    blocks = [b for section in report.sections for b in section.blocks if hasattr(b, "facts")]
    return [block.facts[1] for block in blocks]


def test_before_signing_nothing_is_said_of_who_signed():
    read = to_be_read(specimens.subject(specimens.unsigned()))
    assert read.draft == ""
    assert [h.label for h in read.highlights] == [
        "Prueba final",
        "Refacciones pendientes",
        "Plazo de solución",
    ]
    assert read.sections[-1].key == "conformity"


def test_what_was_read_stands_unchanged_in_what_was_signed():
    signed = Shown.of(frozen("ordinary").shown)
    read = to_be_read(specimens.subject(specimens.unsigned()))
    assert signed.sections[:-1] == read.sections[:-1]
    assert signed.highlights[:-1] == read.highlights
    assert set(read.sections[-1].blocks[1:]) < set(signed.sections[-1].blocks)


def document(**other: Any) -> dict[str, Any]:
    return {**shown_in("ordinary"), **other}


@pytest.mark.parametrize(
    "strange",
    [
        None, [], "shown", {}, document(title=None), document(more="words"),
        document(sections=[{"key": "a", "heading": "b", "blocks": [{"block": "verification"}]}]),
        document(sections=[{"key": "a", "heading": "b", "blocks": [{"block": ["text"]}]}]),
        document(sections=[{"key": "a", "heading": "b", "annex": True, "blocks": []}]),
        document(highlights=[{"label": "a", "value": "b", "mark": "fine"}]),
        document(highlights=[{"label": "a", "value": True, "mark": "done"}]),
        document(sections=[{"key": "a", "heading": "b", "blocks": [
            {"block": "photo_pairs", "pairs": [[None]], "missing": ""}]}]),
    ],
)  # fmt: skip
def test_what_is_no_shown_content_is_refused_with_one_error(strange):
    with pytest.raises(NotShown):
        Shown.of(strange)


@pytest.mark.parametrize(
    "table",
    [
        Table((Column("a"),), (("1", "2"),)),
        Table((Column("a", 0),), (("1",),)),
        Table((Column("a"), Column("b")), (), total=("1",)),
    ],
)
def test_a_table_that_cannot_be_drawn_is_refused(table):
    shown = to_be_read(specimens.subject(specimens.unsigned()))
    section = replace(shown.sections[0], blocks=(table,))
    with pytest.raises(NotShown):
        Shown.of(replace(shown, sections=(section,)).document())


def test_how_to_verify_is_never_frozen():
    shown = to_be_read(specimens.subject(specimens.unsigned()))
    block = Verification("https://folio.example.com/v/1", "ab", "Digest", "So")
    with pytest.raises(NotShown):
        replace(shown, sections=(replace(shown.sections[0], blocks=(block,)),)).document()


@pytest.mark.parametrize(
    ("kind", "said"), [("ordinary", True), ("refused", True), ("remote", False)]
)
def test_the_annex_says_that_it_was_added_after_signing(kind, said):
    annex = service_report(frozen(kind)).sections[-1]
    words = [block.text for block in annex.blocks if isinstance(block, Text)]
    assert any("se agregó después de la firma" in each for each in words) is said
