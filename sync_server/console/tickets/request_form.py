"""The fields of a request as the office fills them in, for a new ticket and for correcting one."""

from collections.abc import Mapping
from typing import Any

from shared.ticket.fields import REQUESTED
from shared.ticket.ticket import Channel, Nature, Priority, Ticket, Type
from sync_server.console.tickets.commands import Options, codes
from sync_server.console.web.page import Page
from sync_server.web.forms import LONGEST_LINE, LONGEST_TEXT, Form

KINDS = ("customer", "channel", "consultant")
CODES = ("channel", "nature", "type", "priority")
CLASSIFIED = ("nature", "type", "priority")
LINES = ("requester_name", "requester_contact", "contract")
PROSE = ("description", *(field.name for field in REQUESTED))
FLAGS = ("warranty", "billable")
REQUESTER = {
    "requester_name": "name", "requester_contact": "contact", "requester_kind": "kind",
}  # fmt: skip
"""The fields of the form that are members of the requester."""


def choices(page: Page) -> Mapping[str, Options]:
    """What the fields that hold a code may be, in words."""
    return {
        "channel": codes(page, "channel", list(Channel)),
        "nature": codes(page, "nature", list(Nature)),
        "type": codes(page, "type", list(Type)),
        "priority": codes(page, "priority", list(Priority)),
        "requester_kind": codes(page, "requester", KINDS),
    }


def check_request(page: Page, form: Form) -> None:
    """Who asks, by which way, and what for are there; nothing is longer than it may be."""
    form.require(page.t("form.required"), "channel", "requester_name", "description")
    for name, options in choices(page).items():
        form.check_one_of(page.t("form.choose"), name, {value for value, _ in options})
    form.limit(page.tn("form.too_long", LONGEST_LINE), LONGEST_LINE, *LINES)
    form.limit(page.tn("form.too_long", LONGEST_TEXT), LONGEST_TEXT, *PROSE)


def fields_of(form: Form, prefix: str = "") -> dict[str, Any]:
    """The office fields that the form says; what was left empty is None."""
    plain = (*CODES, *PROSE, "contract")
    said = {name: form.value(prefix + name) or None for name in plain}
    requester = {
        "name": form.value(f"{prefix}requester_name"),
        "contact": form.value(f"{prefix}requester_contact"),
        "kind": form.value(f"{prefix}requester_kind") or KINDS[0],
    }
    flags = {name: form.flag(prefix + name) for name in FLAGS}
    return {**said, "requester": requester, **flags}


def corrected(form: Form, was: str, ticket: Ticket) -> dict[str, Any]:
    """What of the ticket the form changes: of the fields that it shows, those written anew.

    `was` begins the names of the fields that say what the form showed at first. A field that came
    without one was not on it, and one that did not come was left as it is; a box says «no» so.
    """
    shown = {name.removeprefix(was) for name in form.values if name.startswith(was)}
    came = {name for name in shown if name in form.values or name in FLAGS}
    before, now = fields_of(form, was), fields_of(form)
    plain = {name: now[name] for name in came & now.keys() if now[name] != before[name]}
    members = {
        member: form.value(name) for name, member in REQUESTER.items()
        if name in came and form.value(name) != form.value(was + name)
    }  # fmt: skip
    if not members:
        return plain
    return {**plain, "requester": {**(ticket.record.fields.get("requester") or {}), **members}}


def form_of(ticket: Ticket) -> Form:
    """The form filled with what the ticket says now."""
    doc = ticket.record.fields
    values = {name: str(doc.get(name) or "") for name in (*CODES, *PROSE, "contract")}
    values |= {name: "1" if doc.get(name) else "" for name in FLAGS}
    values |= {
        "requester_name": ticket.requester.name,
        "requester_contact": ticket.requester.contact,
        "requester_kind": ticket.requester.kind,
    }
    return Form(values)
