"""What may be kept and looked up as an id: what shared.ticket.shapes says, asked as a question."""

from typing import Any, TypeGuard

from shared.ticket.shapes import NAME


def is_id(value: Any) -> TypeGuard[str]:
    """Whether this is text that fits where ids are looked up, in any database."""
    return isinstance(value, str) and NAME.fullmatch(value) is not None
