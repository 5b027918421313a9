"""Who may do what? One table of roles and actions; what is not in it is denied."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from shared.ticket.people import Actor, Role


class Action(StrEnum):
    """Everything that a route asks permission for. Moving a ticket: shared.operations.states."""

    SEE_BOARD = "see_board"
    LIST_TICKETS = "list_tickets"
    SEE_TICKET = "see_ticket"
    SEE_BLOB = "see_blob"
    SEE_REPORT = "see_report"
    REGISTER_TICKET = "register_ticket"
    EDIT_TICKET = "edit_ticket"
    COMMENT = "comment"
    COMMAND = "command"
    SEE_CONFLICTS = "see_conflicts"
    RESOLVE_CONFLICT = "resolve_conflict"
    SEE_ARCHIVE = "see_archive"
    HOLD_ARCHIVED = "hold_archived"
    EXPORT_CUSTOMER = "export_customer"
    SEE_PARKED = "see_parked"
    SETTLE_PARKED = "settle_parked"
    SEE_PEOPLE = "see_people"
    CHANGE_PEOPLE = "change_people"
    SEE_DEVICES = "see_devices"
    ENROL_DEVICE = "enrol_device"
    REVOKE_DEVICE = "revoke_device"
    IMPORT_RESCUE = "import_rescue"
    SEE_UNREADABLE = "see_unreadable"
    SEE_ACCESS_NOTES = "see_access_notes"
    EXPORT_AUDIT = "export_audit"
    END_SESSIONS = "end_sessions"
    SEE_REGISTERS = "see_registers"
    CHANGE_PARTIES = "change_parties"
    CHANGE_STOCK = "change_stock"
    CHANGE_CATALOGUES = "change_catalogues"
    OWN_PROFILE = "own_profile"


class Assigned(Protocol):
    """What an engineer may only see as their own: anything that names its assignee."""

    @property
    def assignee(self) -> str | None: ...


_SUPERVISION = frozenset({Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR})
_OFFICE = _SUPERVISION | {Role.CALL_CENTRE}
_READERS = _OFFICE | {Role.ACCOUNT_EXECUTIVE, Role.BACK_OFFICE, Role.ADMINISTRATOR}
_EVERYONE = _READERS | {Role.ENGINEER}

ALLOWED: Mapping[Action, frozenset[Role]] = {
    Action.SEE_BOARD: _OFFICE,
    Action.LIST_TICKETS: _EVERYONE,
    Action.SEE_TICKET: _EVERYONE,
    Action.SEE_BLOB: _EVERYONE,
    Action.SEE_REPORT: _EVERYONE,
    Action.REGISTER_TICKET: frozenset({Role.CALL_CENTRE, Role.SUPERVISOR, Role.ACCOUNT_EXECUTIVE}),
    Action.EDIT_TICKET: frozenset({Role.CALL_CENTRE, Role.SUPERVISOR}),
    Action.COMMENT: _OFFICE | {Role.ACCOUNT_EXECUTIVE},
    Action.COMMAND: _OFFICE,
    Action.SEE_CONFLICTS: _OFFICE,
    Action.RESOLVE_CONFLICT: frozenset({Role.SUPERVISOR}),
    Action.SEE_ARCHIVE: _SUPERVISION | {Role.BACK_OFFICE, Role.ADMINISTRATOR},
    Action.HOLD_ARCHIVED: frozenset({Role.BACK_OFFICE, Role.ADMINISTRATOR}),
    Action.EXPORT_CUSTOMER: frozenset({Role.BACK_OFFICE, Role.ADMINISTRATOR}),
    Action.SEE_PARKED: _SUPERVISION | {Role.ADMINISTRATOR},
    Action.SETTLE_PARKED: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Action.SEE_PEOPLE: _SUPERVISION | {Role.ADMINISTRATOR},
    Action.CHANGE_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    Action.SEE_DEVICES: _SUPERVISION | {Role.ADMINISTRATOR},
    Action.ENROL_DEVICE: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Action.REVOKE_DEVICE: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Action.IMPORT_RESCUE: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Action.SEE_UNREADABLE: frozenset({Role.ADMINISTRATOR}),
    Action.SEE_ACCESS_NOTES: frozenset({Role.ADMINISTRATOR, Role.DIRECTOR}),
    Action.EXPORT_AUDIT: frozenset({Role.ADMINISTRATOR}),
    Action.END_SESSIONS: frozenset({Role.ADMINISTRATOR}),
    Action.SEE_REGISTERS: _OFFICE | {Role.BACK_OFFICE, Role.ADMINISTRATOR},
    Action.CHANGE_PARTIES: frozenset({Role.CALL_CENTRE, Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Action.CHANGE_STOCK: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Action.CHANGE_CATALOGUES: frozenset({Role.ADMINISTRATOR}),
    Action.OWN_PROFILE: _EVERYONE,
}
"""Roles by action: PROCESS.md, Roles; the account executive never moves a ticket (R067)."""


def can(actor: Actor, action: Action, obj: Assigned | None = None) -> bool:
    """May `actor` do this, and to this object?

    An engineer is asked about the object too: only their own tickets, and what belongs to them.
    Without an object the answer is whether the action is ever permitted to this role.
    """
    if actor.role not in ALLOWED.get(action, frozenset()):
        return False
    return obj is None or actor.role is not Role.ENGINEER or obj.assignee == actor.id
