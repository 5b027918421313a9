"""What happened to a ticket: each operation, who did it, when, from where, what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, or_, select

from shared.operations.operation import Kind, Outcome
from shared.ticket.people import SYSTEM
from sync_server.console.tickets.commands import REFERRALS
from sync_server.console.tickets.reasons import escalation_reason
from sync_server.console.web import badges
from sync_server.console.web.badges import Mark
from sync_server.console.web.formatting import Formatting
from sync_server.console.web.page import Page
from sync_server.console.web.refusal import refusal
from sync_server.database.tables import device, operation, ticket
from sync_server.database.transactions import Transaction
from sync_server.tickets import operation_log

KINDS: Mapping[str, str] = {
    Kind.CREATE: "plus",
    Kind.SET: "square-pen",
    Kind.APPEND: "plus",
    Kind.VOID: "ban",
    Kind.SIGN: "pen-line",
    Kind.COMMAND: "arrow-right",
}

COMMANDS: Mapping[str, tuple[str, str]] = {
    "assign": ("user-check", ""),
    "start": ("wrench", ""),
    "finalise": ("clipboard-check", ""),
    "close": ("circle-check", "good"),
    "escalate": ("flame", "bad"),
    "raise_escalation": ("flame", "bad"),
    "reject_solution": ("rotate-ccw", "bad"),
    "confirm_solution": ("circle-check", "good"),
    "ask_customer": ("message-circle", ""),
    "answer": ("message-square-reply", ""),
    "merge_into": ("combine", ""),
    "refer": ("corner-up-right", ""),
}

SPOKEN = ("question", "reason", "area", "awaiting", "proof", "folio", "to")
"""The members of a command that are words for people."""

LOSSES = ("gone", "damaged")
CLOSINGS = ("signed_conformity", "no_answer", "hd1", "requested", "confirmed")

NOTABLE = ("conflict", "late", "parked", "rejected")

LATENCY = timedelta(minutes=5)
"""An operation that came later than this after it was captured was made without a signal."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One operation, told. `missing` is to be corrected; where it `waits`, only to arrive."""

    ticket: str
    folio: str
    icon: str
    tone: str
    what: str
    details: Sequence[tuple[str, str]]
    missing: Sequence[str]
    waits: bool
    reason: str
    by: str
    role: str
    device: str
    in_office: bool
    captured_at: datetime
    received_at: datetime
    offline: bool
    outcome: Mark | None


def of_ticket(tx: Transaction, page: Page, ticket_id: str) -> list[Happening]:
    """Every operation on a ticket, the newest first."""
    formatting, devices = Formatting(tx, page), Devices(tx, page)
    rows = reversed(operation_log.history(tx, ticket_id))
    return [happening(row, "", formatting, devices, page) for row in rows]


def latest(tx: Transaction, page: Page, most: int) -> list[Happening]:
    """The newest moves of all tickets, and whatever needs a second look."""
    told = operation.c.kind.in_((Kind.CREATE, Kind.COMMAND, Kind.SIGN))
    query = (
        select(operation, ticket.c.folio, ticket.c.provisional_folio)
        .join(ticket, ticket.c.id == operation.c.ticket)
        .where(operation.c.outcome != Outcome.DUPLICATE)
        .where(or_(told, operation.c.outcome.in_(NOTABLE)))
        .order_by(operation.c.id.desc())
    )
    formatting, devices = Formatting(tx, page), Devices(tx, page)
    return [
        happening(row, row.folio or row.provisional_folio or "", formatting, devices, page)
        for row in tx.rows(query.limit(most))
    ]


def by_line(tx: Transaction, page: Page, lines: Sequence[int]) -> dict[int, Happening]:
    """These lines of the log, told, by their number."""
    formatting, devices = Formatting(tx, page), Devices(tx, page)
    rows = tx.rows(select(operation).where(operation.c.id.in_(lines)))
    return {row.id: happening(row, "", formatting, devices, page) for row in rows}


def happening(
    row: Row[Any], folio: str, formatting: Formatting, devices: "Devices", page: Page
) -> Happening:
    """One row of the log in words."""
    body = row.message.get("body") if isinstance(row.message, Mapping) else None
    body = body if isinstance(body, Mapping) else {}
    result = row.result if isinstance(row.result, Mapping) else {}
    icon, tone = _look(row)
    plain = row.outcome == Outcome.APPLIED
    return Happening(
        row.ticket or "", folio, icon, tone,
        _what(row, body, formatting, page),
        _details(row.kind, body, formatting, page),
        [_sentence(item, page.language) for item in result.get("missing") or ()], plain,
        refusal(page, result.get("reason"), result.get("values") or {}),
        formatting.person(row.user), _role(row, page), devices.name(row.device),
        row.device.startswith("office:"),
        row.captured_at, row.received_at, row.received_at - row.captured_at > LATENCY,
        None if plain else badges.outcome(row.outcome, page.language),
    )  # fmt: skip


def _look(row: Row[Any]) -> tuple[str, str]:
    if row.outcome == Outcome.REJECTED:
        return "circle-x", "bad"
    if row.outcome in NOTABLE:
        return badges.OUTCOMES[row.outcome]
    if row.kind == Kind.COMMAND:
        return COMMANDS.get(row.command or "", ("arrow-right", ""))
    return KINDS.get(row.kind or "", "circle-dot"), ""


def _what(row: Row[Any], body: Mapping[str, Any], formatting: Formatting, page: Page) -> str:
    if row.kind == Kind.COMMAND and row.command:
        return _command(row, body, formatting, page)
    if row.kind == Kind.SET:
        names = [formatting.field(name) for name in body.get("fields") or {}]
        return page.t("history.set", fields=", ".join(names))
    if row.kind in (Kind.APPEND, Kind.VOID):
        collection = str(body.get("collection"))
        return page.t(f"history.{row.kind}", entry=page.t(f"process.entry.{collection}"))
    if row.kind == Kind.SIGN:
        said = formatting.value("sign_off", body.get("sign_off") or {})
        return page.t("history.sign", outcome=said)
    if row.kind == Kind.CREATE:
        return page.t("history.create")
    return page.t("history.unreadable")


def _command(row: Row[Any], body: Mapping[str, Any], formatting: Formatting, page: Page) -> str:
    if row.outcome == Outcome.REJECTED and row.command != "finalise":
        return page.t("history.tried", command=page.t(f"process.command.{row.command}"))
    if row.command == "assign":
        return page.t("history.assign", engineer=formatting.person(body.get("assignee")))
    if row.command in ("escalate", "raise_escalation"):
        return _escalation(row, body, formatting, page)
    return page.t(f"history.did.{row.command}")


def _escalation(row: Row[Any], body: Mapping[str, Any], formatting: Formatting, page: Page) -> str:
    """What was raised, to which level, and to whom where a person was chosen."""
    did, level = page.t(f"history.did.{row.command}"), body.get("level")
    if body.get("person"):
        name = formatting.person(str(body["person"]))
        return page.t("history.escalated_to", did=did, level=level, name=name)
    return page.t("history.escalated", did=did, level=level) if level else did


def _details(
    kind: str | None, body: Mapping[str, Any], formatting: Formatting, page: Page
) -> list[tuple[str, str]]:
    if kind in (Kind.SET, Kind.CREATE):
        fields = body.get("fields") or {}
        return [(formatting.field(name), formatting.value(name, fields[name])) for name in fields]
    if kind == Kind.APPEND:
        return [("", formatting.entry(str(body.get("collection")), body.get("entry") or {}))]
    if kind == Kind.VOID:
        return [(formatting.field("reason"), str(body.get("reason") or ""))]
    if kind == Kind.COMMAND:
        return [
            (formatting.field(name), _word(name, body, page))
            for name in SPOKEN
            if isinstance(body.get(name), str)
            and body[name]
            and not (name == "folio" and body.get("name") != "merge_into")
        ]
    return []


def _word(name: str, body: Mapping[str, Any], page: Page) -> str:
    text = str(body[name])
    if name == "reason" and body.get("name") == "close" and text in CLOSINGS:
        return page.t(f"closing.{text}")
    if name == "reason" and body.get("name") == "raise_escalation":
        return escalation_reason(page, body)
    if name == "reason" and body.get("name") == "bytes_lost" and text in LOSSES:
        return page.t(f"process.loss.{text}")
    if name == "to" and text in REFERRALS:
        return page.t(f"referral.{text}")
    return text


def _role(row: Row[Any], page: Page) -> str:
    return "" if row.user == SYSTEM.id else page.t(f"process.role.{row.role}")


def _sentence(missing: Any, language: str) -> str:
    if not isinstance(missing, Mapping):
        return str(missing)
    sentences = missing.get("sentences") or {}
    return str(sentences.get(language) or missing.get("sentence") or missing.get("rule"))


class Devices:
    """Where an operation came from: a tablet by its name, the office, or Folio itself."""

    def __init__(self, tx: Transaction, page: Page) -> None:
        self._tx = tx
        self._page = page
        self._names: dict[str, str] = {}

    def name(self, id: str) -> str:
        if id == "system" or id.startswith("office:"):
            return "" if id == "system" else self._page.t("history.office")
        if id not in self._names:
            found = self._tx.scalar(select(device.c.name).where(device.c.id == id))
            self._names[id] = found or id[:8]
        return self._names[id]
