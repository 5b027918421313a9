"""What this person may do with this ticket now, and the words that each step asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from shared.operations.states import REPORT_DIFFERS, legal
from shared.ticket.evidence import Evidence
from shared.ticket.people import Role
from shared.ticket.ticket import Nature, Priority, State, Ticket, Type
from sync_server.console.tickets.rows import first_words
from sync_server.console.web.page import Page
from sync_server.database.transactions import Transaction
from sync_server.identity import users
from sync_server.identity.permissions import Action
from sync_server.tickets import escalating, merging
from sync_server.tickets.closing import reported
from sync_server.web.forms import LONGEST_TEXT, Form

Options = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that a command asks for: a line, some prose, a choice, or what it is about."""

    name: str
    kind: str = "area"
    required: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """A command as the console offers it; `tone` is that of its button."""

    icon: str
    asks: tuple[Ask, ...] = ()
    tone: str = "main"


STEPS: Mapping[str, Step] = {
    "classify": Step("tag", (Ask("nature", "choice"), Ask("type", "choice"),
                             Ask("priority", "choice"))),
    "assign": Step("user-check", (Ask("assignee", "choice"),)),
    "answer": Step("message-square-reply", (Ask("text"),)),
    "ask_customer": Step("message-circle", (Ask("question"),)),
    "resume": Step("rotate-ccw"),
    "joint": Step("users", (Ask("area", "line"),)),
    "acknowledge_escalation": Step("check"),
    "accept_loss": Step("circle-alert", (Ask("sha256", "choice"), Ask("reason"))),
    "confirm_solution": Step("circle-check", (Ask("proof"),)),
    "escalate": Step("flame", (Ask("person", "choice"), Ask("reason")), "danger"),
    "reject_solution": Step("rotate-ccw", (Ask("reason"),), "danger"),
    "accept_report": Step("shield-check", (Ask("report", "hidden"), Ask("reason"))),
    "return_report": Step("rotate-ccw", (Ask("report", "hidden"), Ask("reason")), "danger"),
    "request_close": Step("handshake", (Ask("proof"),)),
    "merge_into": Step("combine", (Ask("folio", "choice"),), "danger"),
    "refer": Step("corner-up-right", (Ask("to", "choice"), Ask("reason")), "danger"),
}  # fmt: skip
"""The commands that the office gives, in the order in which they are offered."""

NEXT: Mapping[str, str] = {
    State.NEW: "classify",
    State.CLASSIFIED: "assign",
    State.ESCALATED: "assign",
    State.WAITING_CUSTOMER: "answer",
}
"""What the office usually does next in a state: shown already open."""

REFERRALS = ("toner", "equipment", "billing", "other")
"""Where what is out of scope goes. R010–R012."""


@dataclass(frozen=True, slots=True)
class Command:
    """A step offered on a page: its choices filled, `form` with what was typed before."""

    name: str
    step: Step
    options: Mapping[str, Options]
    is_next: bool = False
    form: Form = field(default_factory=Form)


def commands_for(tx: Transaction, page: Page, ticket: Ticket) -> list[Command]:
    """The steps that are legal now for this visitor, in order."""
    if not page.may(Action.COMMAND, ticket):
        return []
    open_now = {name for actor in page.actors for name in legal(ticket, actor)}
    if not ticket.escalation.get("level") or ticket.escalation.get("acknowledged"):
        open_now.discard("acknowledge_escalation")
    if not ticket.losses:
        open_now.discard("accept_loss")
    if ticket.record.fields.get("validated_at"):
        open_now.discard("confirm_solution")
    given = [
        Command(name, step, _options(tx, page, step, ticket), NEXT.get(ticket.state) == name,
                _begun(ticket, name))
        for name, step in STEPS.items()
        if name in open_now
    ]  # fmt: skip
    return [command for command in given if command.name not in OFFERED or _chosen_from(command)]


OFFERED = frozenset({"merge_into", "escalate"})
"""Commands that are offered only where there is somewhere, or somebody, to go to."""


def _chosen_from(command: Command) -> bool:
    return all(command.options.values())


def check(page: Page, step: Step, form: Form, options: Mapping[str, Options]) -> None:
    """Everything asked for is there, and every choice is one of those offered."""
    for ask in step.asks:
        if ask.required:
            form.require(page.t("form.required"), ask.name)
        form.limit(page.tn("form.too_long", LONGEST_TEXT), LONGEST_TEXT, ask.name)
        if ask.kind == "choice":
            offered = {value for value, _ in options[ask.name]}
            form.check_one_of(page.t("form.choose"), ask.name, offered)


def codes(page: Page, family: str, known: Sequence[str]) -> Options:
    """The codes of the process with their words, for a choice."""
    return [(str(code), page.t(f"process.{family}.{code}")) for code in known]


def _options(tx: Transaction, page: Page, step: Step, ticket: Ticket) -> dict[str, Options]:
    return {a.name: _choices(tx, page, a.name, ticket) for a in step.asks if a.kind == "choice"}


def _choices(tx: Transaction, page: Page, name: str, ticket: Ticket) -> Options:
    if name == "sha256":
        return [(each.sha256, _called(page, each)) for each in ticket.losses]
    if name == "assignee":
        return [(u.id, u.name) for u in users.all_of(tx, Role.ENGINEER) if u.active]
    if name == "person":
        return [
            (one.person.id, page.t("escalate.person", name=one.person.name, level=one.level,
                                   role=page.t(f"process.role.{one.person.role}")))
            for one in escalating.addressees(tx, page.actor.id)
        ]  # fmt: skip
    if name == "folio":
        return [(row.folio, _target(page, row, ticket)) for row in merging.targets(tx, ticket)]
    if name == "to":
        return [(code, page.t(f"referral.{code}")) for code in REFERRALS]
    known: dict[str, Sequence[str]] = {
        "nature": list(Nature),
        "type": list(Type),
        "priority": list(Priority),
    }
    return codes(page, name, known[name])


def _target(page: Page, row: Row[Any], ticket: Ticket) -> str:
    """A ticket to merge into, with why it is likely."""
    same = row.asset is not None and row.asset == ticket.asset
    words = (
        row.folio, page.t("merge.same_machine") if same else "",
        page.t(f"process.state.{row.state}"), row.requester,
        first_words(row.doc.get("description"), 60),
    )  # fmt: skip
    return " · ".join(word for word in words if word)


def _called(page: Page, file: Evidence) -> str:
    """A file as a person tells it from the others: what it is, its words, the head of its hash."""
    kind = page.t(f"process.evidence.{file.kind}")
    return " · ".join(word for word in (kind, file.caption, file.sha256[:8]) if word)


def waiting_report(ticket: Ticket) -> str | None:
    """The report that a person has to decide about, by its hash."""
    if REPORT_DIFFERS not in ticket.flags:
        return None
    return reported(ticket.record, ticket.record.fields.get("finalised") or {})


def _begun(ticket: Ticket, name: str) -> Form:
    values = {"nature": ticket.nature, "type": ticket.type, "priority": ticket.priority}
    if name == "assign":
        values = {"assignee": ticket.assignee or ""}
    if name in ("accept_report", "return_report"):
        values = {"report": waiting_report(ticket) or ""}
    return Form(values, prefix=f"{name}-")
