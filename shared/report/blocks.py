"""The service report as a reader sees it: sections of labelled blocks, on paper or on a screen.

Everything here is finished text in the customer's language, or a value that has no words
(strokes, hashes, counts). Whoever draws a report decides nothing but where things stand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

Stroke = Sequence[Sequence[float]]
"""Points [x, y, ms], y downwards; see shared.ticket.sign_off."""


class Paper(StrEnum):
    """Sizes that the report is printed on."""

    LETTER = "letter"
    A4 = "a4"


class Tone(StrEnum):
    """How a text wants to be read."""

    BODY = "body"
    QUOTE = "quote"
    LEGAL = "legal"
    WARNING = "warning"


class Mark(StrEnum):
    """How an item of a checklist stands."""

    DONE = "done"
    EXCEPTION = "exception"
    MISSING = "missing"
    NOT_APPLICABLE = "not_applicable"


class Align(StrEnum):
    """Words start on the left, figures end on the right."""

    START = "start"
    END = "end"


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value; an empty value is shown as a dash."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Short facts, side by side where there is room."""

    items: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """Prose, with its label where it has one; line ends are kept."""

    text: str
    label: str = ""
    tone: Tone = Tone.BODY


@dataclass(frozen=True, slots=True)
class Column:
    """`share` is the width in parts of the table's whole."""

    label: str
    share: float = 1
    align: Align = Align.START


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns; `empty` is said when there are none, `total` ends the rows."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    label: str = ""
    empty: str = ""
    total: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """An item of the checklist: `state` is the mark in words, `note` says more of it."""

    mark: Mark
    label: str
    state: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    items: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture by the sha256 of its bytes: `role` is before or after, `details` when and where."""

    sha256: str
    role: str
    caption: str = ""
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoPairs:
    """Before beside after; one of the two may be missing. `missing` is said for absent bytes."""

    pairs: tuple[tuple[Photo | None, Photo | None], ...]
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """What somebody signed: ink, or the name typed before a witness, or the reason for neither.

    `standing` says what the sign-off is worth now, and `mark` says the same at a glance.
    """

    outcome: str
    standing: str
    mark: Mark
    name: str
    position: str
    facts: tuple[Field, ...]
    strokes: Sequence[Stroke] = ()
    typed: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """Stars out of five, the same in words, and what the customer added."""

    label: str
    stars: int
    words: str
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """Where a reader checks this report: the address in the QR, the digest, and how."""

    url: str
    digest: str
    digest_label: str
    text: str


Block = Fields | Text | Table | Checklist | PhotoPairs | Signature | Rating | Verification


@dataclass(frozen=True, slots=True)
class Section:
    """A headed part; `key` is stable across languages, an annex starts on a page of its own."""

    key: str
    heading: str
    blocks: tuple[Block, ...]
    annex: bool = False


@dataclass(frozen=True, slots=True)
class Highlight:
    """One of the few facts to see first; the mark gives it its sign."""

    label: str
    value: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Whose report it is: the names and colours of the organisation, and how to reach support.

    `logo` is the sha256 of a JPEG among the pictures; without one the product's own sign is drawn.
    """

    name: str
    support_label: str
    support: tuple[str, ...]
    ink: str = "#14201f"
    accent: str = "#0b5351"
    soft: str = "#8fc9c3"
    logo: str = ""


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """One service report, whole: all that is printed, in the order it is read.

    `made_at` is zoned and comes from the record, so that the same record gives the same bytes.
    `short_digest`, `folio` and `zone` (that of all times, in words) stand on every page; `page_of`
    holds {page} and {pages}; `draft` is empty once there is a sign-off that holds.
    """

    language: str
    paper: Paper
    title: str
    folio: str
    edition: str
    made_at: datetime
    digest: str
    short_digest: str
    letterhead: Letterhead
    highlights: tuple[Highlight, ...]
    sections: tuple[Section, ...]
    page_of: str
    substitution: str
    subject: str
    draft: str = ""
    zone: str = ""
