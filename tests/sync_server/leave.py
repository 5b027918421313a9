"""Who may do what, written out once and by hand: what the product's own table is held against."""

from shared.ticket.people import Role

_TABLE = """
                     call   super-   mana-  direc-  execu-  back-   adminis-  engin-
                     centre visor    ger    tor     tive    office  trator    eer
see_board            x      x        x      x       .       .       .         .
list_tickets         x      x        x      x       x       x       x         x
see_ticket           x      x        x      x       x       x       x         x
see_blob             x      x        x      x       x       x       x         x
see_report           x      x        x      x       x       x       x         x
register_ticket      x      x        .      .       x       .       .         .
edit_ticket          x      x        .      .       .       .       .         .
comment              x      x        x      x       x       .       .         .
command              x      x        x      x       .       .       .         .
see_conflicts        x      x        x      x       .       .       .         .
resolve_conflict     .      x        .      .       .       .       .         .
see_archive          .      x        x      x       .       x       x         .
hold_archived        .      .        .      .       .       x       x         .
export_customer      .      .        .      .       .       x       x         .
see_parked           .      x        x      x       .       .       x         .
settle_parked        .      x        .      .       .       .       x         .
see_people           .      x        x      x       .       .       x         .
change_people        .      .        .      .       .       .       x         .
see_devices          .      x        x      x       .       .       x         .
enrol_device         .      x        .      .       .       .       x         .
revoke_device        .      x        .      .       .       .       x         .
import_rescue        .      x        .      .       .       .       x         .
see_unreadable       .      .        .      .       .       .       x         .
see_access_notes     .      .        .      x       .       .       x         .
export_audit         .      .        .      .       .       .       x         .
end_sessions         .      .        .      .       .       .       x         .
see_registers        x      x        x      x       .       x       x         .
change_parties       x      x        .      .       .       .       x         .
change_stock         .      x        .      .       .       .       x         .
change_catalogues    .      .        .      .       .       .       x         .
own_profile          x      x        x      x       x       x       x         x
"""
_ROLES = (
    Role.CALL_CENTRE, Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR, Role.ACCOUNT_EXECUTIVE,
    Role.BACK_OFFICE, Role.ADMINISTRATOR, Role.ENGINEER,
)  # fmt: skip

LEAVE: dict[str, frozenset[Role]] = {
    action: frozenset(role for role, mark in zip(_ROLES, marks, strict=True) if mark == "x")
    for action, *marks in (line.split() for line in _TABLE.strip().splitlines()[2:])
}
"""The roles by action. PROCESS.md, Roles; nobody else may do anything."""


def may(role: Role, action: str) -> bool:
    """Whether a person of this role may ever do this."""
    return role in LEAVE[action]
