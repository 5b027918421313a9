"""Do the pages of a report say what its attached record says? Compared when it arrives.

A report of today's template is printed again from nothing but its own attachments and photos, and
the bytes are compared. One of another template says the same in another layout: its words are
compared section by section. What was not compared is never claimed.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from io import BytesIO
from typing import Any

import pikepdf

from shared.operations.digest import canonical
from shared.report import furniture
from shared.report.annex import TEMPLATE
from shared.report.blocks import Section, ServiceReport, Table, Text
from shared.report.content import content, service_report
from shared.report.furniture import NotFurniture
from shared.report.pdf import render
from shared.report.shown import NotShown, Shown
from shared.report.subject import Subject
from sync_server.reports.page_text import NotPlainPages, Run, runs
from sync_server.reports.report_file import RECORD, STROKES, attachments, canonical_json, pictures


class How(StrEnum):
    """What was compared, from all of it to nothing."""

    BYTES = "bytes"
    """The whole file: printed again, every byte."""
    WORDS = "words"
    """The words of the signed pages; not the annex, nor where and how they stand."""
    VALUES = "values"
    """What the record says in so many words; not names that come from catalogues."""
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where pages and record part: its heading, what the record says, what the pages."""

    where: str
    record: str
    pages: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What the comparison of a report's pages with its record found.

    `differs`: a person has to look. `detail` is for programmers: at which byte, or why nothing
    could be compared. `registers`: what the office's registers say otherwise than the report, which
    is told and makes nothing differ.
    """

    how: How
    differs: bool = False
    differences: tuple[Difference, ...] = ()
    detail: str = ""
    registers: tuple[Difference, ...] = ()

    @property
    def same(self) -> bool:
        """Whether every byte of the file follows from its record."""
        return self.how is How.BYTES and not self.differs


MOST = 60
"""Differences that are kept: who finds so many reads the report itself."""


def compare_carried(pdf: bytes, around: Mapping[str, Any] | None = None) -> Comparison | None:
    """A report of format 2 against what it carries; None for one that carries no shown content.

    `around` is the furniture (`shared.report.furniture`) that one is held to which carries none.
    Half a second: never in a transaction. Any revision behind the first (a seal) is not looked at.
    """
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
        attached = attachments(opened)
        record = canonical_json(attached.get(RECORD))
        if not isinstance(record, dict) or "shown" not in record:
            return None
        try:
            return _compared(pdf, opened, record, attached, around)
        except (NotPlainPages, NotShown, NotFurniture) as error:
            return Comparison(How.NOTHING, differs=True, detail=str(error)[:300])


def furniture_in(pdf: bytes) -> Any:
    """The furniture that a report carries, as a document from anywhere; None without any."""
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
        return canonical_json(attachments(opened).get(furniture.FILE))


def pictures_in(pdf: bytes) -> dict[str, bytes]:
    """The JPEG files in a report, by the sha256 of their bytes."""
    with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
        return pictures(opened)


def _compared(
    pdf: bytes,
    opened: pikepdf.Pdf,
    record: Mapping[str, Any],
    attached: Mapping[str, bytes],
    ours: Mapping[str, Any] | None,
) -> Comparison:
    Shown.of(record["shown"])
    around = canonical_json(attached[furniture.FILE]) if furniture.FILE in attached else ours
    photos = pictures(opened)
    if around is None:
        # Without a letterhead its lines cannot be told from content: nothing is claimed.
        return Comparison(How.NOTHING, furniture.FILE in attached, detail="no furniture is known")
    if furniture.template_of(around) != TEMPLATE:
        report = _in_our_template(record, around)
        return by_words(_read_again(render(report, photos, {})), runs(opened), report)
    subject = furniture.carried(record, around)
    if subject.record_json != canonical(record):
        return Comparison(How.NOTHING, differs=True, detail="the record is not built as ours are")
    report = service_report(subject)
    strokes = (record.get("sign_off") or {}).get("strokes") or []
    again = {RECORD: subject.record_json, STROKES: canonical(strokes)}
    if furniture.FILE in attached:
        again[furniture.FILE] = canonical(around)
    printed = render(report, photos, again)
    # What stands behind it is a seal, which has checks of its own.
    if pdf.startswith(printed):
        return Comparison(How.BYTES)
    found = tuple(_differences(_read_again(printed), runs(opened), report))
    return Comparison(How.BYTES, True, found[:MOST], first_difference(pdf, printed))


def _in_our_template(record: Mapping[str, Any], around: Any) -> ServiceReport:
    """The report as we would print it, in what furniture can be read."""
    known = around if isinstance(around, Mapping) else {}
    try:
        return service_report(furniture.carried(record, {**_BARE, **known}))
    except NotFurniture:
        return service_report(furniture.carried(record, _BARE))


_BARE: Mapping[str, Any] = {
    "zone": "UTC", "verify_at": "", "number": 1, "paper": "letter", "checklist": 1, "opened_at": "",
    "letterhead": {"name": "", "support_label": "", "support": [], "ink": "#000000",
                   "accent": "#000000", "soft": "#000000", "logo": ""},
}  # fmt: skip


def first_difference(pdf: bytes, ours: bytes) -> str:
    """At which byte two printings part, for a programmer."""
    pairs = enumerate(zip(pdf, ours, strict=False))
    at = next((n for n, (a, b) in pairs if a != b), min(len(pdf), len(ours)))
    sizes = f"{len(pdf)} bytes came, {len(ours)} would be printed here"
    return f"prints otherwise from byte {at} on; {sizes}"


def by_words(ours: Sequence[Run], theirs: Sequence[Run], report: ServiceReport) -> Comparison:
    """Two layouts of one content: the words of each section of the signed pages, and their order.

    A template may place labels elsewhere and break lines elsewhere; it says every word of a
    section, no other, and its values one after the other.
    """
    signed = [section for section in report.sections if not section.annex]
    mine, other = (_by_section(_content(r, report), report) for r in (ours, theirs))
    again = _repeated(signed)
    found: list[Difference] = []
    for key, where in [("", report.title), *((s.key, s.heading) for s in signed)]:
        here, there = (_once(texts.get(key, []), again) for texts in (mine, other))
        if not _says_the_same(here, there):
            found += _apart(where, here, there)
    return Comparison(How.WORDS, bool(found), tuple(found[:MOST]))


def _repeated(sections: Sequence[Section]) -> frozenset[str]:
    """The labels that are set again where a block goes on upon the next page."""
    blocks = [block for section in sections for block in section.blocks]
    labels = {block.label for block in blocks if isinstance(block, Text)}
    columns = {c.label for block in blocks if isinstance(block, Table) for c in block.columns}
    return frozenset(labels | columns)


def _once(texts: Sequence[str], again: frozenset[str]) -> list[str]:
    said: set[str] = set()
    kept = []
    for text in texts:
        if text not in said:
            kept.append(text)
        if text in again:
            said.add(text)
    return kept


def _says_the_same(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    here, there = _words(ours), _words(theirs)
    if Counter(here) != Counter(there):
        return False
    # Values that begin with a word of their own come in the order in which they are read.
    once = {word for word, times in Counter(here).items() if times == 1}
    figures = [w for w in here if w in once and any(char.isdigit() for char in w)]
    return figures == [w for w in there if w in set(figures)]


def _words(texts: Sequence[str]) -> list[str]:
    return [word for text in texts for word in text.split()]


def _differences(
    ours: Sequence[Run], theirs: Sequence[Run], report: ServiceReport
) -> list[Difference]:
    """Line by line, in the order in which both are drawn, the annex too.

    A line more moves page breaks, and with them what is set around every page and again upon the
    next: that is told only where nothing else parts the two.
    """
    again = _repeated(report.sections)
    mine, other = (
        {
            key: _once(texts, again)
            for key, texts in _by_section(_content(r, report), report).items()
        }
        for r in (ours, theirs)
    )
    return _told(mine, other, report) or _told(
        _by_section(ours, report), _by_section(theirs, report), report
    )


def _told(
    ours: Mapping[str, Sequence[str]], theirs: Mapping[str, Sequence[str]], report: ServiceReport
) -> list[Difference]:
    headings = [("", report.title), *((s.key, s.heading) for s in report.sections)]
    return [
        each for key, where in headings
        for each in _apart(where, ours.get(key, []), theirs.get(key, []))
    ]  # fmt: skip


def _apart(where: str, ours: Sequence[str], theirs: Sequence[str]) -> list[Difference]:
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    return [
        Difference(where, "\n".join(ours[a:b]), "\n".join(theirs[c:d]))
        for kind, a, b, c, d in steps
        if kind != "equal"
    ]


def _by_section(read: Sequence[Run], report: ServiceReport) -> dict[str, list[str]]:
    """The texts under each heading, in order; what stands before the first one under ""."""
    headings = {section.heading: section.key for section in report.sections}
    texts: dict[str, list[str]] = {"": []}
    key = ""
    for run in read:
        if run.text in headings and headings[run.text] not in texts:
            key = headings[run.text]
            texts[key] = []
        else:
            texts[key].append(run.text)
    return texts


def _content(read: Sequence[Run], report: ServiceReport) -> list[Run]:
    """Without what is printed on every page around the content, which may take several lines."""
    head, pages = report.letterhead, max((run.page for run in read), default=0)
    support = f"{head.support_label} {' · '.join(head.support)}"
    around = [head.name, report.folio, report.edition, report.short_digest, report.zone, support]
    around += [report.page_of.format(page=n, pages=pages) for n in range(1, pages + 1)]
    wanted = frozenset(filter(None, map(_unspaced, around)))
    kept: list[Run] = []
    at = 0
    while at < len(read):
        taken = _lines_of(read[at : at + MOST_LINES], wanted)
        if not taken:
            kept.append(read[at])
        at += taken or 1
    return kept


MOST_LINES = 3
"""Lines that the longest text around a page is given."""


def _lines_of(read: Sequence[Run], wanted: Collection[str]) -> int:
    """How many of these runs, from the first on, are one wanted text; none if they are not."""
    joined = ""
    for count, run in enumerate(read, start=1):
        joined += _unspaced(run.text)
        if run.page == read[0].page and (joined in wanted or _is_cut(joined, wanted)):
            return count
    return 0


def _is_cut(text: str, wanted: Collection[str]) -> bool:
    """Whether it is one of them that had no room, of which the better part is there."""
    begun = text.removesuffix("…")
    return begun != text and any(w.startswith(begun) and len(w) < 2 * len(begun) for w in wanted)


def _unspaced(text: str) -> str:
    return "".join(text.split())


def _read_again(pdf: bytes) -> list[Run]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return runs(opened)


def by_values(pdf: bytes, subject: Subject, detail: str) -> Comparison:
    """A report of format 1 that prints otherwise: is all there that its record says in words?

    Names come from catalogues that may be newer, labels from a template that may be older: neither
    makes a report differ. Words, figures and times that the ticket itself has must be printed, and
    no amount besides that neither the ticket nor a catalogue explains.
    """
    report = service_report(subject)
    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as opened:
            theirs, photos = runs(opened), pictures(opened)
    except NotPlainPages as error:
        return Comparison(How.NOTHING, differs=True, detail=str(error)[:300])
    ours = Counter(_words([run.text for run in _read_again(render(report, photos, {}))]))
    there = Counter(_words([run.text for run in theirs]))
    lacking, added = _lacking(subject, ours, there), _unexplained(subject, ours, there)
    found = [Difference(report.title, word, "") for word in lacking]
    found += [Difference(report.title, "", word) for word in added]
    return Comparison(How.VALUES, bool(found), tuple(found[:MOST]), detail)


_LATIN = re.compile(r"[!-ÿ–—«»“”’…]{1,40}")


def _lacking(subject: Subject, ours: Counter[str], theirs: Counter[str]) -> list[str]:
    """Words of the ticket that we would print more often than its pages do."""
    said = Counter(word for word in _words(_said_by(subject)) if _LATIN.fullmatch(word))
    wanted = {word: min(times, ours[word]) for word, times in said.items()}
    return sorted(word for word, times in wanted.items() if theirs[word] < times)


def _said_by(subject: Subject) -> list[str]:
    """What the ticket says in so many words, as it is printed."""
    ticket, say = subject.ticket, subject.phrases
    sign_off, meter = ticket.sign_off, ticket.meter
    times = [ticket.arrived_at, ticket.departed_at, ticket.tested_at,
             sign_off.signed_at if sign_off else None]  # fmt: skip
    texts = [
        ticket.description, ticket.diagnosis, ticket.root_cause_text, ticket.solution,
        ticket.meter_exception, ticket.requester.name, ticket.requester.contact, subject.folio,
        *(each.text for each in ticket.actions),
        *(f"{each.code} {each.serial or ''}" for each in ticket.parts_used),
        *(each.code for each in ticket.parts_pending),
        *(each.caption or "" for each in subject.evidence),
        str((ticket.satisfaction or {}).get("comment") or ""),
    ]  # fmt: skip
    if meter is not None:
        texts += [say.figure(reading) for reading in (meter.total, meter.bw, meter.colour)]
    if sign_off is not None:
        texts += [sign_off.name, sign_off.position, sign_off.reason, sign_off.remarks,
                  sign_off.typed, sign_off.text]  # fmt: skip
    return [*texts, *(f"{at.astimezone(subject.edition.zone):%H:%M}" for at in times if at)]


def _unexplained(subject: Subject, ours: Counter[str], theirs: Counter[str]) -> list[str]:
    """Amounts on the pages that nothing explains, unless a catalogue is newer than the report."""
    bare = replace(subject, customer={}, site={}, asset=None, catalogues={})
    named = set(_words(_texts_of(content(subject)))) - set(_words(_texts_of(content(bare))))
    if any(word not in theirs for word in named if word in ours):
        return []
    known = {_digits(word) for word in (*ours, *_words(_said_by(subject)))}
    # The address to verify at is the tablet's way to the office, and need not be ours.
    amounts = (word for word in theirs if "://" not in word and len(_digits(word)) >= 3)
    return sorted(word for word in amounts if _digits(word) not in known)


def _digits(word: str) -> str:
    return "".join(char for char in word if char.isdigit())


def _texts_of(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if is_dataclass(value) and not isinstance(value, type):
        value = [getattr(value, member.name) for member in fields(value)]
    if isinstance(value, list | tuple):
        return [text for each in value for text in _texts_of(each)]
    return []
