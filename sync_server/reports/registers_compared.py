"""Words of a report that the office's registers say otherwise by now: told, held against nobody.

What was shown and signed stands. A customer renamed since, a part corrected, a serial that the
tablet had not heard of yet: a person is told of it, and may correct whichever is wrong.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from shared.report import furniture
from shared.report.annex import TEMPLATE
from shared.report.blocks import Block, Checklist, Fields, Mark, PhotoPairs, Table, Text
from shared.report.content import as_signed, content, to_be_read
from shared.report.phrases import joined
from shared.report.shown import NotShown, Shown
from shared.report.subject import Subject
from shared.words import t
from sync_server.reports.pages_compared import MOST, Difference

SIGNS: Mapping[Mark, str] = {
    Mark.DONE: "✓", Mark.EXCEPTION: "!", Mark.MISSING: "✗", Mark.NOT_APPLICABLE: "–",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """What a reader takes in at once: under which heading and label, and its words in order."""

    where: str
    said: tuple[str, ...]

    @property
    def text(self) -> str:
        return joined(*self.said)


def otherwise(subject: Subject, around: Any = None) -> tuple[Difference, ...]:
    """Where the registers in `subject` say other words than its shown content, both texts.

    `around` is the furniture that the report carries: its zone of times, and the template that
    worded it. What another template called otherwise is no word of a register.
    """
    assert subject.shown is not None
    try:
        shown = Shown.of(subject.shown)
    except NotShown:
        return ()  # which is a finding of its own
    mine = _said_now(_in_the_words_of(shown, subject, around))
    of_ours = furniture.template_of(around) == TEMPLATE
    found = _line_by_line(mine, shown) if of_ours else _named(mine, shown, subject, around)
    zone = _zone(subject, shown)
    return (*found, *zone)[:MOST]


def _in_the_words_of(shown: Shown, subject: Subject, around: Any) -> Subject:
    """The ticket before the registers of today, in the language and the zone of the report."""
    edition = replace(subject.edition, zone=_zone_of(around) or subject.edition.zone)
    customer = {**subject.customer, "locale": shown.language}
    return replace(subject, shown=None, edition=edition, customer=customer)


def _said_now(subject: Subject) -> Shown:
    """What the tablet would have shown: before the signature, and the signature after it."""
    statement = subject.ticket.record.fields.get("sign_off") or {}
    if statement.get("shown") and subject.sign_off_holds:
        return as_signed(to_be_read(subject.unsigned), subject)
    return content(subject)


def _zone_of(around: Any) -> ZoneInfo | None:
    name = around.get("zone") if isinstance(around, Mapping) else None
    try:
        return ZoneInfo(name) if isinstance(name, str) else None
    except (ValueError, OSError, LookupError):
        return None


def _line_by_line(mine: Shown, shown: Shown) -> list[Difference]:
    """One wording, two contents: every line that is another."""
    ours, theirs = list(_lines(mine)), list(_lines(shown))
    steps = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    found = [
        each for kind, a, b, c, d in steps if kind != "equal"
        for each in _beside(ours[a:b], theirs[c:d])
    ]  # fmt: skip
    # The file's own subject says again what the sections say.
    about = Difference("PDF", mine.about, shown.about)
    return found or ([about] if mine.about != shown.about else [])


def _beside(ours: list[Line], theirs: list[Line]) -> Iterator[Difference]:
    """Line beside line where they speak of the same things, else each alone."""
    if [line.where for line in ours] == [line.where for line in theirs]:
        for mine, other in zip(ours, theirs, strict=True):
            yield Difference(mine.where, mine.text, other.text)
        return
    yield from (Difference(line.where, line.text, "") for line in ours)
    yield from (Difference(line.where, "", line.text) for line in theirs)


def _named(mine: Shown, shown: Shown, subject: Subject, around: Any) -> list[Difference]:
    """Another wording: each line that a register of ours has a word in, and the report has not."""
    bare = replace(subject, customer={}, site={}, asset=None, catalogues={})
    of_the_ticket = {*_lines(_said_now(_in_the_words_of(shown, bare, around)))}
    known = _spaced(*(word for line in _lines(shown) for word in line.said))
    told = {line.where: line.text for line in _lines(shown)}
    return [
        Difference(line.where, line.text, told.get(line.where, ""))
        for line in _lines(mine)
        if line not in of_the_ticket and any(_spaced(w) not in known for w in line.said)
    ]


def _spaced(*texts: str) -> str:
    """Word by word, so that «7» is not found in «1,807»."""
    return " ".join(["", *(word for text in texts for word in text.split()), ""])


def _zone(subject: Subject, shown: Shown) -> Iterator[Difference]:
    zone = _in_the_words_of(shown, subject, None).zone
    if zone != shown.zone:
        yield Difference(t("office.wording.zone"), zone, shown.zone)


def _lines(shown: Shown) -> Iterator[Line]:
    yield Line("", (shown.title, shown.folio))
    for each in shown.highlights:
        yield Line(each.label, (each.value, SIGNS[each.mark]))
    for section in shown.sections:
        yield Line("", (section.heading,))
        for block in section.blocks:
            for label, said in _units(block):
                yield Line(joined(section.heading, label, by=" › "), said)
    yield Line("", (shown.substitution, shown.draft))


def _units(block: Block) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The label and the words of each thing in a block that is read for itself."""
    if isinstance(block, Fields):
        for item in block.items:
            yield item.label, (item.value,)
    elif isinstance(block, Text):
        yield block.label, (block.text,)
    elif isinstance(block, Table):
        yield block.label, (*(column.label for column in block.columns), block.empty)
        for row in (*block.rows, block.total):
            yield block.label, row
    elif isinstance(block, Checklist):
        for check in block.items:
            yield check.label, (SIGNS[check.mark], check.state, check.note)
    elif isinstance(block, PhotoPairs):
        yield "", (block.missing,)
        for photo in (each for pair in block.pairs for each in pair if each is not None):
            yield photo.role, (photo.caption, *photo.details, photo.sha256)
    else:
        yield "", tuple(_words(block))


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, Mark):
        yield SIGNS[value]
    elif isinstance(value, str) and not isinstance(value, StrEnum):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from _words(each)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _words(getattr(value, name))
    elif isinstance(value, int):
        yield str(value)
