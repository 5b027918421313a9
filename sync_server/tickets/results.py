"""An operation as it came, and what became of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.operations.merge import Versioned
from shared.operations.operation import Outcome

Raw = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Sent:
    """An operation as it came: its message, its hash, its bytes when they are asked for.

    `op_id` and `ticket` are what it names, where they can be kept.
    """

    message: Mapping[str, Any]
    hash: str
    raw: Raw
    received_at: datetime
    op_id: str | None
    ticket: str | None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of an operation; `conflicts` and `missing` as they go over the wire."""

    outcome: Outcome
    rev: int
    conflicts: tuple[Mapping[str, Any], ...] = ()
    missing: tuple[Mapping[str, Any], ...] = ()
    reason: str | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    after: Versioned | None = None

    def on_the_wire(self) -> dict[str, Any]:
        """{outcome, rev, conflicts?, missing?, reason?, values?}."""
        message: dict[str, Any] = {"outcome": self.outcome.value, "rev": self.rev}
        for name in ("conflicts", "missing"):
            if getattr(self, name):
                message[name] = list(getattr(self, name))
        if self.reason is not None:
            message["reason"] = self.reason
        if self.values:
            message["values"] = dict(self.values)
        return message
