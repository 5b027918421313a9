"""Vectors of the merge and of apply: one operation comes in, what does the record become?"""

from collections.abc import Mapping
from typing import Any

from shared.operations.merge import FieldAuthor, Merged, Versioned, merge
from shared.operations.operation import apply, read
from shared.ticket.people import Actor, Role
from tests.shared.records import SIGN_OFF
from tests.snapshots.given.digests import message, record
from tests.snapshots.given.operations import SIGNED, TICKET, appending, operation, setting
from tests.snapshots.vector_file import Given, VectorFile

ENGINEER = {"id": "engineer-1", "role": "engineer"}
OTHER = {"id": "engineer-2", "role": "engineer"}
OFFICE = {"id": "supervisor-1", "role": "supervisor"}
CUSTOMER = {"id": "customer-1", "role": "customer"}
SYSTEM = {"id": "system", "role": "system"}

DOC: Mapping[str, Any] = {
    "folio": "SEI-2026-000101", "state": "in_analysis", "assignee": "engineer-1",
    "priority": "medium", "diagnosis": "Fusor gastado", "root_cause": "CR-FUS-01",
}  # fmt: skip
ACTION = {"id": "a1", "text": "Cambio de fusor"}


def ticket(
    written: Mapping[str, Any] | None = None, entries: Mapping[str, Any] | None = None, **doc: Any
) -> dict[str, Any]:
    """The record before, at revision 6; `written` as [revision, device, role] of each field."""
    writers = {
        name: {"rev": rev, "device": device, "role": role}
        for name, (rev, device, role) in (written or {}).items()
    }
    return {
        "id": TICKET, "rev": 6, "doc": {**DOC, **doc}, "entries": entries or {}, "written": writers,
    }  # fmt: skip


def case(
    before: Given, op: Given, device: str = "tablet-a", actor: Given = ENGINEER
) -> dict[str, Any]:
    return {"before": before, "operation": op, "device": device, "actor": actor}


def command(name: str, **words: Any) -> dict[str, Any]:
    return operation("command", {"name": name, **words})


def person(given: Given) -> Actor:
    return Actor(given["id"], Role(given["role"]))


def versioned(given: Given) -> Versioned:
    writers = {
        name: FieldAuthor(by["rev"], by["device"], Role(by["role"]))
        for name, by in given["written"].items()
    }
    return Versioned(record(given), writers)


def merged(given: Given) -> Any:
    done = merge(
        versioned(given["before"]), read(given["operation"]), given["device"],
        person(given["actor"]),
    )  # fmt: skip
    return {"after": _after(done), "outcome": done.outcome, **_reasons(done)}


def _after(done: Merged) -> dict[str, Any]:
    written = {
        name: {"rev": by.rev, "device": by.device, "role": by.role}
        for name, by in done.after.written.items()
    }
    return {**message(done.after.record), "written": written}


def _reasons(done: Merged) -> dict[str, Any]:
    conflicts = [
        {"field": c.field, "standing": c.standing, "losing": c.losing} for c in done.conflicts
    ]
    refused = done.refused and {"code": done.refused.code, "values": dict(done.refused.values)}
    return {"conflicts": conflicts, "refused": refused}


NEWER_OFFICE = {"priority": (6, "office:supervisor-1", "supervisor")}
NEWER_CAUSE = {"root_cause": (6, "office:supervisor-1", "supervisor")}
NEWER_TABLET = {
    "root_cause": (6, "tablet-b", "engineer"), "diagnosis": (6, "tablet-b", "engineer"),
}  # fmt: skip
OWN = {"diagnosis": (6, "tablet-a", "engineer")}
WAITING: Mapping[str, Any] = {
    "state": "waiting_customer",
    "paused": [{"from": "2026-03-09T09:00:00-06:00"}],
}
ESCALATED: Mapping[str, Any] = {
    "escalation": {"level": 2, "events": [{"trigger": "E2", "reason": "x", "at": "x"}]}
}

MERGED: Mapping[str, Given] = {
    "a field that nobody wrote since": case(ticket(), setting({"diagnosis": "Termistor abierto"})),
    "a field of the same value is no change": case(
        ticket(NEWER_TABLET), setting({"diagnosis": "Fusor gastado"})
    ),
    "two fields, neither contested": case(
        ticket(NEWER_OFFICE), setting({"diagnosis": "Termistor abierto", "solution": "Cambio"})
    ),
    "one's own device wrote it last": case(ticket(OWN), setting({"diagnosis": "Otra vez"})),
    "the writer had seen the newest value": case(
        ticket(NEWER_TABLET), setting({"root_cause": "CR-ALI-01"}, base_rev=6)
    ),
    "contested, the office owns it, a tablet comes": case(
        ticket(NEWER_OFFICE, priority="high"), setting({"priority": "low"})
    ),
    "contested, the engineer owns it, a tablet comes": case(
        ticket(NEWER_CAUSE), setting({"root_cause": "CR-ALI-01"})
    ),
    "contested, the engineer owns it, the office comes": case(
        ticket(NEWER_TABLET), setting({"root_cause": "CR-ALI-01"}), "office:supervisor-1", OFFICE
    ),
    "contested by two tablets, the first to arrive stands": case(
        ticket(NEWER_TABLET), setting({"root_cause": "CR-ALI-01"})
    ),
    "contested free text of two tablets, both are kept": case(
        ticket(NEWER_TABLET), setting({"diagnosis": "Termistor abierto"})
    ),
    "contested, the engineer no longer has the ticket": case(
        ticket(NEWER_CAUSE), setting({"root_cause": "CR-ALI-01"}), "tablet-b", OTHER
    ),
    "one field stands and one is contested": case(
        ticket(NEWER_OFFICE, priority="high"), setting({"priority": "low", "solution": "Cambio"})
    ),
    "a field is cleared": case(ticket(), setting({"diagnosis": None})),
    "a field of a later version": case(ticket(), setting({"firmware": "9.1"})),
    "a tablet assigns nobody": case(ticket(), setting({"assignee": "engineer-2"})),
    "nobody sets a state": case(ticket(), setting({"state": "closed"}), "office:1", OFFICE),
    "the system may": case(ticket(), setting({"closed_at": "2026-03-10T09:00:00Z"}), "system",
                           SYSTEM),
    "a ticket is born": case(
        {"id": TICKET, "rev": 0, "doc": {}, "entries": {}, "written": {}},
        operation("create", {"fields": {"channel": "phone", "description": "x"}}, base_rev=0),
    ),
    "a ticket is not born twice": case(
        ticket(), operation("create", {"fields": {"channel": "phone"}}, base_rev=0)
    ),
    "an entry": case(ticket(), appending("actions", ACTION)),
    "the same entry again": case(
        ticket(entries={"actions": [ACTION]}), appending("actions", ACTION)
    ),
    "another entry under an id that is taken": case(
        ticket(entries={"actions": [ACTION]}), appending("actions", {**ACTION, "text": "Otra"})
    ),
    "an entry of an engineer who no longer has the ticket": case(
        ticket(), appending("actions", ACTION), "tablet-b", OTHER
    ),
    "an entry is voided": case(
        ticket(entries={"actions": [ACTION]}),
        operation("void", {"collection": "actions", "id": "a1", "reason": "Otro equipo"}),
    ),
    "an entry is voided twice, the first reason stays": case(
        ticket(entries={"actions": [{**ACTION, "voided": {"at": "x", "reason": "Otro equipo"}}]}),
        operation("void", {"collection": "actions", "id": "a1", "reason": "Segunda vez"}),
    ),
    "an entry that is not there is voided": case(
        ticket(), operation("void", {"collection": "actions", "id": "a1", "reason": "x"})
    ),
    "a sign-off": case(ticket(), operation("sign", {"sign_off": SIGNED})),
    "a second sign-off from the same tablet": case(
        ticket({"sign_off": (6, "tablet-a", "engineer")}, sign_off=SIGNED),
        operation("sign", {"sign_off": {**SIGNED, "id": "s2"}}),
    ),
    "a field on a closed ticket is parked": case(
        ticket(state="closed"), setting({"diagnosis": "x"})
    ),
    "an entry on a closed ticket is late": case(
        ticket(state="closed"), appending("actions", ACTION)
    ),
    "a command on a merged ticket is rejected": case(ticket(state="merged"), command("finalise")),
    "work is started": case(ticket(state="assigned"), command("start")),
    "work is started by somebody else": case(
        ticket(state="assigned"), command("start"), "tablet-b", OTHER
    ),
    "work is started twice": case(ticket(), command("start")),
    "the customer is asked": case(
        ticket(), command("ask_customer", question="¿Con qué cuenta imprime?")
    ),
    "the customer is asked without a question": case(ticket(), command("ask_customer")),
    "the customer answers": case(ticket(**WAITING), command("answer"), "office", CUSTOMER),
    "assigned to another": case(
        ticket(assignments=[{"engineer": "engineer-1", "since": "2026-03-09T09:00:00-06:00"}]),
        command("assign", assignee="engineer-2"), "office:supervisor-1", OFFICE,
    ),
    "escalated": case(ticket(), command("escalate", reason="No enciende")),
    "an escalation never goes down": case(
        ticket(**ESCALATED), command("raise_escalation", reason="x", trigger="E1", level=1),
        "system", SYSTEM,
    ),
    "the customer rejects the solution": case(
        ticket(state="customer_validation"), command("reject_solution", reason="Volvió a fallar"),
        "office", CUSTOMER,
    ),
    "an engineer does not close": case(
        ticket(state="customer_validation"), command("close")
    ),
    "finalise is legal, the checklist is asked elsewhere": case(ticket(), command("finalise")),
}  # fmt: skip

MERGES = VectorFile(
    "merges",
    "One operation merged into a record. `written` tells who set each field last, and at which "
    "revision. In `expect`: the record after, the outcome, the values that lost a contest (for a "
    "person to resolve) and, for what was refused, why. `finalise` comes back applied and "
    "unchanged where the move is legal: whether it is granted is the checklist's to say.",
    MERGED,
    merged,
)


def applied(given: Given) -> Any:
    after = apply(record(given["record"]), read(given["operation"]), person(given["actor"]))
    return {"doc": dict(after.fields), "entries": dict(after.entries)}


def _shown(before: Given, op: Given, actor: Given = ENGINEER) -> dict[str, Any]:
    plain = {name: value for name, value in before.items() if name != "written"}
    return {"record": plain, "operation": op, "actor": actor}


APPLIES = VectorFile(
    "applies",
    "What a tablet shows at once: the record after its own operation, contested by nobody. The "
    "revision stays: only the office counts it. Applying the same operation again changes nothing.",
    {
        "a field": _shown(ticket(), setting({"solution": "Cambio de fusor"})),
        "a field that belongs to commands stays": _shown(ticket(), setting({"state": "closed"})),
        "a sign-off": _shown(ticket(), operation("sign", {"sign_off": {**SIGN_OFF, **SIGNED}})),
        "an entry": _shown(ticket(), appending("notes", {"id": "n1", "text": "Reja cerrada"})),
        "the same entry again": _shown(
            ticket(entries={"actions": [ACTION]}), appending("actions", ACTION)
        ),
        "an entry is voided": _shown(
            ticket(entries={"actions": [ACTION]}),
            operation("void", {"collection": "actions", "id": "a1", "reason": "Otro equipo"}),
        ),
        "work is started": _shown(ticket(state="assigned"), command("start")),
        "an illegal move changes nothing": _shown(ticket(state="new"), command("start")),
        "waiting for a part": _shown(ticket(), command("await_solution", awaiting="REF-FUS-A3C")),
        "finalise changes nothing: the tablet asks": _shown(ticket(), command("finalise")),
    },
    applied,
)
