"""The sync strip: what is true of the queue right now, in one sentence."""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from enum import StrEnum

from field_app.device.trouble import Trouble
from field_app.store.queue_counts import Queue
from shared.words import t, tn


class Phase(StrEnum):
    """What the strip shows; the value is the name of its icon and of its words."""

    SAVED = "saved"
    OFFLINE = "offline"
    SENDING = "sending"
    RECEIVED = "received"
    TO_CORRECT = "to_correct"
    ATTENTION = "attention"
    SYNCHRONISED = "synchronised"
    TROUBLE = "trouble"
    SIGNED_OUT = "signed_out"


@dataclass(frozen=True, slots=True)
class Link:
    """What the last contact with the office was like. `sent` of `total` while a round runs."""

    running: bool = False
    sent: int = 0
    total: int = 0
    received: int = 0
    at: datetime | None = None
    trouble: Trouble | None = None
    offline: bool = False
    signed_out: bool = False
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The strip's phase and the numbers behind it."""

    phase: Phase
    queue: Queue
    link: Link

    def sentence(self, language: str, zone: tzinfo | None = None) -> str:
        """The words of the strip; its time is in the zone of the page that it stands on, or where
        that names none, in the device's."""
        if self.phase is Phase.TROUBLE and self.link.trouble is not None:
            return self.link.trouble.sentence(language)
        if self.phase is Phase.TO_CORRECT:
            return tn("sync.strip.to_correct", self.queue.to_correct, language)
        if self.phase is Phase.SYNCHRONISED:
            return tn("sync.strip.synchronised", self.link.received, language)
        at = self.link.at
        return t(
            f"sync.strip.{self.phase}", language, sent=self.link.sent, total=self.link.total,
            at=at.astimezone(zone).strftime("%H:%M") if at else "",
        )  # fmt: skip


def status_of(queue: Queue, link: Link) -> SyncStatus:
    """The one thing to say: what needs a person first, then what moves, then what rests."""
    return SyncStatus(_phase(queue, link), queue, link)


def _phase(queue: Queue, link: Link) -> Phase:
    if link.signed_out:
        return Phase.SIGNED_OUT
    if link.running and link.total:
        return Phase.SENDING
    if link.trouble is not None and not link.offline:
        return Phase.TROUBLE
    if queue.to_correct:
        return Phase.TO_CORRECT
    if queue.changed:
        return Phase.ATTENTION
    if link.offline:
        return Phase.OFFLINE
    if queue.operations or link.at is None:
        return Phase.SAVED
    # Words are there; «Sincronizado» only when the files are, too.
    return Phase.RECEIVED if queue.files or not link.received else Phase.SYNCHRONISED
