"""The ticket: the record as it travels, and the typed view that rules and screens read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.ticket.evidence import Evidence, Loss
from shared.ticket.sign_off import SignOff
from shared.ticket.work import (
    Action,
    Contact,
    Meter,
    Note,
    PartPending,
    PartUsed,
    Reading,
    TimeEntry,
    not_voided,
)
from shared.time.timestamps import instant


class Channel(StrEnum):
    """By which way a ticket came in. R009, R019, R143."""

    PORTAL = "portal"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    PHONE = "phone"
    MONITORING = "monitoring"
    ACCOUNT_EXECUTIVE = "account_executive"
    CHATBOT = "chatbot"


class Nature(StrEnum):
    """What kind of request it is. R008."""

    TECHNICAL_FAULT = "technical_fault"
    SERVICE_REQUEST = "service_request"
    OPERATIONAL_SUPPORT = "operational_support"
    MONITORING_INCIDENT = "monitoring_incident"


class Type(StrEnum):
    """What the trouble is. R022."""

    TECHNICAL_FAULT = "technical_fault"
    EQUIPMENT_DOWN = "equipment_down"
    RECURRING_PROBLEM = "recurring_problem"
    USER_ERROR = "user_error"
    SUPPORT_CONFIGURATION = "support_configuration"


class Priority(StrEnum):
    """How much it hurts the customer's operation. R023–R025."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Mode(StrEnum):
    """Where the work is done. R034."""

    ON_SITE = "on_site"
    REMOTE = "remote"


class State(StrEnum):
    """Where a ticket stands. PROCESS.md, States."""

    NEW = "new"
    CLASSIFIED = "classified"
    ASSIGNED = "assigned"
    IN_ANALYSIS = "in_analysis"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_FINAL_SOLUTION = "waiting_final_solution"
    JOINT_ANALYSIS = "joint_analysis"
    ESCALATED = "escalated"
    CUSTOMER_VALIDATION = "customer_validation"
    CLOSE_REQUESTED = "close_requested"
    CLOSED = "closed"
    MERGED = "merged"
    REFERRED = "referred"


TERMINAL = frozenset({State.CLOSED, State.MERGED, State.REFERRED})


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it travels: `fields` is the wire's `doc`, `entries` its append-only lists."""

    id: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    entries: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    rev: int = 0

    @classmethod
    def from_wire(
        cls, id: str, doc: Mapping[str, Any], entries: Mapping[str, Iterable[Any]], rev: int
    ) -> "Record":
        """A record out of a pulled change."""
        return cls(id, dict(doc), {name: tuple(rows) for name, rows in entries.items()}, rev)

    def with_fields(self, values: Mapping[str, Any]) -> "Record":
        """The record with these fields set; the revision is the caller's business."""
        return Record(self.id, {**self.fields, **values}, self.entries, self.rev)

    @property
    def state(self) -> State:
        """Where the ticket stands; one that nobody registered yet is new."""
        return State(self.fields.get("state") or State.NEW)

    @property
    def assignee(self) -> str | None:
        """The id of the engineer who has it, or None."""
        return self.fields.get("assignee")

    def with_entry(self, collection: str, entry: Mapping[str, Any]) -> "Record":
        """The record with one more entry; an id that is there already changes nothing."""
        rows = self.entries.get(collection, ())
        if any(row["id"] == entry["id"] for row in rows):
            return self
        return replace(self, entries={**self.entries, collection: (*rows, entry)})


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asked, and how to reach them. R097, R144."""

    name: str = ""
    contact: str = ""
    kind: str = "customer"


@dataclass(frozen=True, slots=True)
class Due:
    """The zoned instants by which the customer was promised something. R026."""

    response: datetime | None = None
    on_site: datetime | None = None
    resolution: datetime | None = None


@dataclass(frozen=True, slots=True)
class Assignment:
    """An engineer's term on a ticket; `until` is None while it lasts."""

    engineer: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket read: every value typed, absent texts empty, voided entries left out.

    Built by `Ticket.of(record)`; never stored, never changed.
    """

    id: str
    rev: int
    record: Record
    folio: str | None
    provisional_folio: str | None
    state: State
    channel: str
    nature: str
    type: str
    priority: str
    requester: Requester
    customer: str | None
    site: str | None
    asset: str | None
    description: str
    impact: str
    billable: bool
    assignee: str | None
    assignments: tuple[Assignment, ...]
    created_at: datetime | None
    created_by: str | None
    due: Due
    flags: frozenset[str]
    escalation: Mapping[str, Any]
    bytes_lost: Mapping[str, Loss]
    provisional_classification: str | None
    question: str
    reopen_count: int
    mode: str | None
    arrived_at: datetime | None
    departed_at: datetime | None
    responded_at: datetime | None
    history_reviewed: bool
    serial_matched: bool
    meter: Meter | None
    meter_exception: str
    diagnosis: str
    root_cause: str | None
    root_cause_text: str
    solution: str
    test_result: str | None
    tested_at: datetime | None
    final_classification: str | None
    satisfaction: Mapping[str, Any] | None
    sign_off: SignOff | None
    contacts: tuple[Contact, ...]
    actions: tuple[Action, ...]
    parts_used: tuple[PartUsed, ...]
    parts_pending: tuple[PartPending, ...]
    time_entries: tuple[TimeEntry, ...]
    evidence: tuple[Evidence, ...]
    notes: tuple[Note, ...]
    readings: tuple[Reading, ...]

    @classmethod
    def of(cls, record: Record) -> "Ticket":
        """The typed view of a record whose operations were all read by `operation.read`."""
        return _ticket(record)

    @property
    def label(self) -> str:
        """The folio as people see it: the server's, or the provisional one."""
        return self.folio or self.provisional_folio or self.id[:8]

    @property
    def is_on_site(self) -> bool:
        return self.mode == Mode.ON_SITE

    @property
    def is_terminal(self) -> bool:
        return self.state in TERMINAL

    @property
    def losses(self) -> tuple[Evidence, ...]:
        """The files whose bytes are lost, as long as no supervisor accepted that; a report can be
        made again."""
        lost = {name for name, loss in self.bytes_lost.items() if not loss.accepted}
        return tuple(e for e in self.evidence if e.sha256 in lost and e.kind != "report")

    def photos(self, kind: str) -> tuple[Evidence, ...]:
        """The evidence of one kind, in order of capture."""
        return tuple(e for e in self.evidence if e.kind == kind)

    @property
    def reports(self) -> tuple[Evidence, ...]:
        """Every version of the service report, the newest last."""
        return self.photos("report")


def _ticket(record: Record) -> Ticket:
    doc, rows = record.fields, record.entries
    return Ticket(
        id=record.id,
        rev=record.rev,
        record=record,
        folio=doc.get("folio"),
        provisional_folio=doc.get("provisional_folio"),
        state=record.state,
        channel=doc.get("channel") or "",
        nature=doc.get("nature") or "",
        type=doc.get("type") or "",
        priority=doc.get("priority") or "",
        requester=_requester(doc.get("requester") or {}),
        customer=doc.get("customer"),
        site=doc.get("site"),
        asset=doc.get("asset"),
        description=doc.get("description") or "",
        impact=doc.get("impact") or "",
        billable=bool(doc.get("billable")),
        assignee=record.assignee,
        assignments=tuple(map(_assignment, doc.get("assignments") or ())),
        created_at=instant(doc.get("created_at")),
        created_by=doc.get("created_by"),
        due=_due(doc.get("due") or {}),
        flags=frozenset(doc.get("flags") or ()),
        escalation=doc.get("escalation") or {},
        bytes_lost={name: Loss.of(loss) for name, loss in (doc.get("bytes_lost") or {}).items()},
        provisional_classification=doc.get("provisional_classification"),
        question=doc.get("question") or "",
        reopen_count=int(doc.get("reopen_count") or 0),
        mode=doc.get("mode"),
        arrived_at=instant(doc.get("arrived_at")),
        departed_at=instant(doc.get("departed_at")),
        responded_at=instant(doc.get("responded_at")),
        history_reviewed=bool(doc.get("history_reviewed")),
        serial_matched=bool(doc.get("serial_matched")),
        meter=Meter.of(doc.get("meter")),
        meter_exception=doc.get("meter_exception") or "",
        diagnosis=doc.get("diagnosis") or "",
        root_cause=doc.get("root_cause"),
        root_cause_text=doc.get("root_cause_text") or "",
        solution=doc.get("solution") or "",
        test_result=doc.get("test_result"),
        tested_at=instant(doc.get("tested_at")),
        final_classification=doc.get("final_classification"),
        satisfaction=doc.get("satisfaction"),
        sign_off=SignOff.of(doc.get("sign_off")),
        contacts=tuple(map(Contact.of, not_voided(rows, "contacts"))),
        actions=tuple(map(Action.of, not_voided(rows, "actions"))),
        parts_used=tuple(map(PartUsed.of, not_voided(rows, "parts_used"))),
        parts_pending=tuple(map(PartPending.of, not_voided(rows, "parts_pending"))),
        time_entries=tuple(map(TimeEntry.of, not_voided(rows, "time_entries"))),
        evidence=tuple(map(Evidence.of, not_voided(rows, "evidence"))),
        notes=tuple(map(Note.of, not_voided(rows, "notes"))),
        readings=tuple(map(Reading.of, not_voided(rows, "readings"))),
    )


def _requester(doc: Mapping[str, Any]) -> Requester:
    return Requester(doc.get("name") or "", doc.get("contact") or "", doc.get("kind") or "customer")


def _assignment(doc: Mapping[str, Any]) -> Assignment:
    since = instant(doc["since"])
    assert since is not None
    return Assignment(doc["engineer"], since, instant(doc.get("until")))


def _due(doc: Mapping[str, Any]) -> Due:
    return Due(
        instant(doc.get("response")), instant(doc.get("on_site")), instant(doc.get("resolution"))
    )
