"""The sign-off: what the customer said of the work, in their hand or in words before a witness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from math import hypot
from typing import Any

from shared.ticket.people import has_a_letter
from shared.time.timestamps import instant

Stroke = Sequence[Sequence[float]]
"""Points [x, y, ms]: pad units of 1/1000 of its width, milliseconds since the first touch."""


class SignOffOutcome(StrEnum):
    """«Conforme», «Con observaciones», «No deseo firmar», «No hay quien firme». CL17."""

    CONFORMITY = "conformity"
    REMARKS = "remarks"
    REFUSED = "refused"
    ABSENT = "absent"


SIGNED = frozenset({SignOffOutcome.CONFORMITY, SignOffOutcome.REMARKS})

LEAST_INK = 100
"""How long the lines of a signature are together, at least: a tenth of the pad's width."""


def is_enough_ink(strokes: Sequence[Stroke]) -> bool:
    """Whether the strokes can be somebody's signature; asked where it is drawn, and at closing."""
    lines = (hypot(b[0] - a[0], b[1] - a[1]) for stroke in strokes for a, b in pairwise(stroke))
    return sum(lines) >= LEAST_INK


@dataclass(frozen=True, slots=True)
class SignOff:
    """A sign-off read: `strokes` are raw vectors; `typed` with `witness` is the accessible way.

    `shown` is the digest of what was read; a tablet of 0.1.0 names none.
    """

    id: str
    outcome: str
    name: str
    position: str
    reason: str
    remarks: str
    strokes: Sequence[Stroke]
    typed: str
    witness: str
    signed_at: datetime | None
    place: Mapping[str, Any] | None
    locale: str
    text: str
    digest: str
    shown: str

    @classmethod
    def of(cls, doc: Mapping[str, Any] | None) -> "SignOff | None":
        if not doc:
            return None
        words = {
            name: doc.get(name) or ""
            for name in ("id", "outcome", "name", "position", "reason", "remarks", "typed",
                         "witness", "text", "digest", "shown")
        }  # fmt: skip
        return cls(
            **words,
            strokes=doc.get("strokes") or (),
            signed_at=instant(doc.get("signed_at")),
            place=doc.get("place"),
            locale=doc.get("locale") or "es",
        )

    @property
    def is_signed(self) -> bool:
        """Whether somebody signed, by hand or typed before a witness."""
        return self.outcome in SIGNED and (self.has_ink or self._is_typed)

    @property
    def _is_typed(self) -> bool:
        return has_a_letter(self.typed) and has_a_letter(self.witness)

    @property
    def is_scratch(self) -> bool:
        """Whether it was drawn with less than a signature needs.

        A tablet that names what was shown asks for that much; what an earlier one took with less
        is taken for ever.
        """
        return bool(self.shown and self.strokes) and not is_enough_ink(self.strokes)

    @property
    def has_ink(self) -> bool:
        """Whether the strokes are more than a touch: at least one line between two points."""
        return any(
            len(stroke) > 1 and any(point[:2] != stroke[0][:2] for point in stroke[1:])
            for stroke in self.strokes
        )
