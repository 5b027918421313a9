"""Evidence: a file named by the hash of its bytes, with what it shows, when and where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from shared.time.timestamps import instant


class EvidenceKind(StrEnum):
    """What a file is evidence of."""

    BEFORE = "before"
    AFTER = "after"
    CAPTURE = "capture"
    TRANSCRIPT = "transcript"
    SIGNATURE = "signature"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Loss:
    """The bytes of a file that its tablet no longer has; the entry that names them stays.

    `reason` is `gone`, `damaged`, or words; `accepted` is the supervisor's, empty until then.
    """

    at: datetime | None
    reason: str
    accepted: str = ""

    @classmethod
    def of(cls, doc: Mapping[str, Any]) -> "Loss":
        accepted = doc.get("accepted") or {}
        return cls(instant(doc.get("at")), doc.get("reason") or "", accepted.get("reason") or "")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One file: `sha256` in hex, `size` in bytes, `position` {lat, lon, accuracy} in degrees, m.

    An entry is never changed: one with another caption stands for the `first`, which is voided. Two
    entries may name the same bytes, so the hash tells files apart and never entries.
    """

    id: str
    sha256: str
    mime: str
    size: int
    kind: str
    caption: str = ""
    taken_at: datetime | None = None
    position: Mapping[str, float] | None = None
    replaces: str = ""

    @property
    def first(self) -> str:
        """The id under which it was captured, whatever its caption became since."""
        return self.replaces or self.id

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Evidence":
        return cls(
            entry["id"],
            entry["sha256"],
            entry.get("mime") or "",
            int(entry.get("size") or 0),
            entry.get("kind") or "",
            entry.get("caption") or "",
            instant(entry.get("taken_at")),
            entry.get("position"),
            entry.get("replaces") or "",
        )
