"""One table of every field of a ticket: what it is, whose it is, who sees it, where it is found.

Sets, checks, digests, columns, labels and documents follow from it. A new field is a line here and
its word `field.<name>` in the catalogue `process` (CONTRIBUTING.md has the recipe).
The order of the lines is the order in which the digests and the documents name the fields.
"""

from dataclasses import dataclass
from enum import StrEnum

from shared.ticket.evidence import EvidenceKind
from shared.ticket.shapes import (
    ANYTHING,
    COUNT,
    FLAG,
    NUMBER,
    OBJECT,
    POINT,
    SHA256_HEX,
    TEXT,
    TIME,
    Shape,
    code_in,
    list_of,
    members,
    one_of,
)
from shared.ticket.sign_off import SignOffOutcome
from shared.ticket.ticket import Channel, Mode, Nature, Priority, Type


class Owner(StrEnum):
    """Who decides a field when two sides wrote at once. SYNC.md, Names on the wire."""

    OFFICE = "office"
    ENGINEER = "engineer"
    COMMAND = "command"
    """Written by commands only, whatever a tablet or a form says."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a ticket. Its word is `field.<name>`.

    `signed`: on the customer's screen; a change after the signature voids it. `reported`: in the
    record that is attached to the report; what is signed is. `free_text`: prose, of which two
    people's words at once are both kept. `reserved`: a tablet never writes it. `column`: the
    office's ticket table has it as it is. `searched`: a ticket is found by its words. `watched`:
    the engineer is told when the office changes it.
    """

    name: str
    owner: Owner
    shape: Shape
    signed: bool = False
    reported: bool = False
    free_text: bool = False
    reserved: bool = False
    column: bool = False
    searched: bool = False
    watched: bool = False
    words: str = ""
    """Of a code: the family of its word in the catalogue `process`."""
    catalogue: str = ""
    """Of a code that the office keeps: the catalogue that has its name."""
    record: str = ""
    """Of an id: the record that it names, or `user`."""
    plain: str = ""
    """Nothing is laid out for it by hand. An engineer's (a text, a flag or a code) is asked for at
    the end of this step of the visit, an office's (a text; then it says «request») in the form of
    the request; the page of the ticket tells it under its word, and the report what is signed."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an entry. `signed` where the digest covers some members and not all."""

    name: str
    shape: Shape
    required: bool = False
    signed: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """Append-only entries. `signed` and `reported`: whole, as for a field."""

    name: str
    members: tuple[Member, ...]
    signed: bool = False
    reported: bool = False

    @property
    def required(self) -> tuple[str, ...]:
        """Members without which an entry means nothing."""
        return tuple(member.name for member in self.members if member.required)


METER = members(total=COUNT, bw=COUNT, colour=COUNT)
POSITION = members(lat=NUMBER, lon=NUMBER, accuracy=NUMBER)
SIGN_OFF = members(
    id=TEXT, outcome=one_of(SignOffOutcome), name=TEXT, position=TEXT, reason=TEXT, remarks=TEXT,
    strokes=list_of(list_of(POINT)), typed=TEXT, witness=TEXT, signed_at=TIME, place=OBJECT,
    locale=TEXT, text=TEXT, shown=SHA256_HEX, digest=SHA256_HEX,
)  # fmt: skip

_REQUESTER = members(
    name=TEXT, contact=TEXT, kind=code_in("customer", "channel", "consultant")
)  # fmt: skip
_DUE = members(response=TIME, on_site=TIME, resolution=TIME)
_TERM = members(("engineer", "since"), engineer=TEXT, since=TIME, until=TIME)
_SATISFACTION = members(rating=COUNT, comment=TEXT)

_OFFICE, _ENGINEER, _COMMAND = Owner.OFFICE, Owner.ENGINEER, Owner.COMMAND

FIELDS: tuple[Field, ...] = (
    Field("folio", _OFFICE, TEXT, reserved=True),
    Field("provisional_folio", _OFFICE, TEXT, column=True),
    Field("nature", _OFFICE, one_of(Nature), reported=True, column=True, watched=True,
          words="nature"),
    Field("type", _OFFICE, one_of(Type), reported=True, column=True, watched=True, words="type"),
    Field("priority", _OFFICE, one_of(Priority), reported=True, column=True, watched=True,
          words="priority"),
    Field("channel", _OFFICE, one_of(Channel), reported=True, column=True, words="channel"),
    Field("customer", _OFFICE, TEXT, signed=True, column=True, watched=True, record="customer"),
    Field("site", _OFFICE, TEXT, signed=True, column=True, watched=True, record="site"),
    Field("asset", _OFFICE, TEXT, signed=True, column=True, watched=True, record="asset"),
    Field("requester", _OFFICE, _REQUESTER, signed=True),
    Field("description", _OFFICE, TEXT, signed=True, free_text=True, searched=True, watched=True),
    Field("impact", _OFFICE, TEXT, free_text=True, watched=True, plain="request"),
    Field("contract", _OFFICE, ANYTHING),
    Field("warranty", _OFFICE, FLAG),
    Field("billable", _OFFICE, FLAG, signed=True, watched=True),
    Field("group", _OFFICE, TEXT),
    Field("watchers", _OFFICE, list_of(TEXT)),
    Field("assignee", _OFFICE, TEXT, reserved=True, column=True, watched=True, record="user"),
    Field("assignments", _OFFICE, list_of(_TERM), reserved=True),
    Field("provisional_classification", _OFFICE, TEXT, catalogue="final_classifications"),
    Field("due", _OFFICE, _DUE, reserved=True),
    Field("created_at", _OFFICE, TIME, reserved=True),
    Field("created_by", _OFFICE, TEXT, reserved=True, record="user"),
    Field("follow_up_of", _OFFICE, TEXT, column=True),
    Field("mode", _ENGINEER, one_of(Mode), signed=True, words="mode"),
    Field("arrived_at", _ENGINEER, TIME, signed=True),
    Field("departed_at", _ENGINEER, TIME, signed=True),
    Field("history_reviewed", _ENGINEER, FLAG, reported=True),
    Field("serial_matched", _ENGINEER, FLAG, signed=True),
    Field("meter", _ENGINEER, METER, signed=True),
    Field("meter_exception", _ENGINEER, TEXT, signed=True),
    Field("diagnosis", _ENGINEER, TEXT, signed=True, free_text=True),
    Field("root_cause", _ENGINEER, TEXT, signed=True, column=True, catalogue="root_causes"),
    Field("root_cause_text", _ENGINEER, TEXT, signed=True, free_text=True),
    Field("solution", _ENGINEER, TEXT, signed=True, free_text=True),
    Field("test_result", _ENGINEER, code_in("passed", "failed"), signed=True, words="test"),
    Field("tested_at", _ENGINEER, TIME, signed=True),
    Field("final_classification", _ENGINEER, TEXT, reported=True, column=True,
          catalogue="final_classifications"),
    Field("satisfaction", _ENGINEER, _SATISFACTION, reported=True),
    Field("sign_off", _ENGINEER, SIGN_OFF),
    Field("state", _COMMAND, ANYTHING, words="state"),
    Field("flags", _COMMAND, ANYTHING),
    Field("escalation", _COMMAND, ANYTHING),
    Field("bytes_lost", _COMMAND, ANYTHING),
    Field("question", _COMMAND, ANYTHING, watched=True),
    Field("area", _COMMAND, ANYTHING),
    Field("awaiting", _COMMAND, ANYTHING),
    Field("proof", _COMMAND, ANYTHING),
    Field("rejection", _COMMAND, ANYTHING),
    Field("reopen_count", _COMMAND, ANYTHING),
    Field("responded_at", _COMMAND, TIME),
    Field("finalised", _COMMAND, ANYTHING),
    Field("finalise_missing", _COMMAND, ANYTHING),
    Field("closed_at", _COMMAND, TIME, column=True),
    Field("attention", _COMMAND, ANYTHING),
    Field("sla_result", _COMMAND, ANYTHING),
    Field("paused", _COMMAND, ANYTHING),
    Field("merged_into", _COMMAND, ANYTHING, column=True),
    Field("referred_to", _COMMAND, ANYTHING),
    Field("validated_at", _COMMAND, TIME),
    Field("closing_reason", _COMMAND, ANYTHING),
    Field("clock_skew", _COMMAND, ANYTHING),
)  # fmt: skip

COLLECTIONS: tuple[Collection, ...] = (
    Collection("contacts", (
        Member("at", TIME), Member("how", TEXT), Member("with", TEXT),
    ), reported=True),
    Collection("actions", (Member("at", TIME), Member("text", TEXT)), signed=True),
    Collection("parts_used", (
        Member("code", TEXT), Member("quantity", COUNT), Member("serial", TEXT),
        Member("justification", TEXT),
    ), signed=True),
    Collection("parts_pending", (
        Member("code", TEXT), Member("quantity", COUNT), Member("blocking", FLAG),
        Member("special", FLAG), Member("eta", TEXT),
    ), signed=True),
    Collection("time_entries", (
        Member("start", TIME, required=True), Member("end", TIME, required=True),
        Member("kind", code_in("travel", "work", "wait")),
    ), signed=True),
    Collection("evidence", (
        Member("sha256", SHA256_HEX, required=True, signed=True), Member("mime", TEXT),
        Member("size", COUNT), Member("kind", one_of(EvidenceKind), required=True, signed=True),
        Member("caption", TEXT, signed=True), Member("taken_at", TIME, signed=True),
        Member("position", POSITION, signed=True), Member("replaces", TEXT),
    )),
    Collection("notes", (Member("at", TIME), Member("text", TEXT)), reported=True),
    Collection("readings", (Member("at", TIME), Member("meter", METER)), reported=True),
)  # fmt: skip


FIELD = {field.name: field for field in FIELDS}
COLLECTION = {collection.name: collection for collection in COLLECTIONS}

OFFICE_FIELDS = frozenset(field.name for field in FIELDS if field.owner is Owner.OFFICE)
ENGINEER_FIELDS = frozenset(field.name for field in FIELDS if field.owner is Owner.ENGINEER)
COMMAND_FIELDS = frozenset(field.name for field in FIELDS if field.owner is Owner.COMMAND)
RESERVED_FIELDS = frozenset(field.name for field in FIELDS if field.reserved)
FREE_TEXT = frozenset(field.name for field in FIELDS if field.free_text)

SHOWN_FIELDS = tuple(field.name for field in FIELDS if field.signed)
"""Fields on the customer's screen: a change of any of them after signing voids the signature."""

REPORTED_FIELDS = (*SHOWN_FIELDS, *(field.name for field in FIELDS if field.reported))
"""Fields of the record that is attached to the report: what was shown, and what explains it."""

SHOWN_ENTRIES = tuple(collection.name for collection in COLLECTIONS if collection.signed)
REPORTED_ENTRIES = (
    *SHOWN_ENTRIES, *(collection.name for collection in COLLECTIONS if collection.reported),
)  # fmt: skip
DATED = frozenset(c.name for c in COLLECTIONS if any(m.name == "at" for m in c.members))
SHOWN_OF_EVIDENCE = tuple(m.name for m in COLLECTION["evidence"].members if m.signed)

SEARCHED = tuple(field.name for field in FIELDS if field.searched)
WATCHED = tuple(field.name for field in FIELDS if field.watched)
PLAIN = tuple(field for field in FIELDS if field.plain)
REQUESTED = tuple(field for field in PLAIN if field.owner is Owner.OFFICE)
CAPTURED = tuple(field for field in PLAIN if field.owner is Owner.ENGINEER)
