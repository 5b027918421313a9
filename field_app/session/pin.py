"""The PIN that opens the tablet without a signal: scrypt, five tries, each wait longer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import scrypt
from hmac import compare_digest
from typing import Any

from field_app.device.trouble import Trouble
from shared.time.timestamps import instant, wire_time
from shared.words import tn

COST = {"n": 2**14, "r": 8, "p": 1}
WAITS = (timedelta(0), timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))
"""After the first, second, third and fourth wrong PIN in a row; after the fifth only the office."""


class WeakPin(Trouble):
    """A PIN is four to eight digits, and not all the same."""

    key = "sync.trouble.weak_pin"


class WrongPin(Trouble):
    """That is not the PIN. `left` tries remain, the next one in `seconds`."""

    key = "sync.trouble.wrong_pin"

    def __init__(self, left: int, seconds: int) -> None:
        self.left, self.seconds = left, seconds
        super().__init__(left=left, seconds=seconds)

    def sentence(self, language: str) -> str:
        if not self.seconds:
            return tn("sync.trouble.wrong_pin_again", self.left, language)
        return tn(self.key, self.left, language, seconds=self.seconds)


class PinWait(Trouble):
    """Too soon after a wrong PIN: wait `seconds`."""

    key = "sync.trouble.pin_wait"


class PinBlocked(Trouble):
    """No tries left: a new enrolment code from the office opens the tablet; nothing is lost."""

    key = "sync.trouble.pin_blocked"


@dataclass(frozen=True, slots=True)
class Pin:
    """What is kept of a PIN: never itself. `failed` wrong tries in a row, the last `failed_at`."""

    salt: str
    verifier: str
    tries: int = 5
    failed: int = 0
    failed_at: datetime | None = None

    def as_json(self) -> dict[str, Any]:
        at = wire_time(self.failed_at) if self.failed_at else None
        return {
            "salt": self.salt, "verifier": self.verifier, "tries": self.tries,
            "failed": self.failed, "failed_at": at,
        }  # fmt: skip

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Pin":
        return cls(**{**kept, "failed_at": instant(kept["failed_at"])})


def new_pin(digits: str, salt: bytes, tries: int) -> Pin:
    """What to keep of a PIN. Raises WeakPin."""
    if not (digits.isascii() and digits.isdigit() and 4 <= len(digits) <= 8):
        raise WeakPin
    if len(set(digits)) == 1:
        raise WeakPin
    return Pin(salt.hex(), _verifier(digits, salt), tries)


def tried(pin: Pin, digits: str, now: datetime) -> Pin:
    """The PIN after a try; `failed` is 0 when it was right. Raises PinWait, PinBlocked."""
    if pin.failed >= pin.tries:
        raise PinBlocked
    wait = remaining(pin, now)
    if wait > timedelta(0):
        raise PinWait(seconds=_whole(wait))
    if compare_digest(_verifier(digits, bytes.fromhex(pin.salt)), pin.verifier):
        return replace(pin, failed=0, failed_at=None)
    return replace(pin, failed=pin.failed + 1, failed_at=now)


def refusal(pin: Pin, now: datetime) -> Trouble:
    """What to say after a wrong try."""
    left = pin.tries - pin.failed
    return WrongPin(left, _whole(remaining(pin, now))) if left > 0 else PinBlocked()


def remaining(pin: Pin, now: datetime) -> timedelta:
    """How long until the next try. A clock that was set back does not shorten it."""
    if not pin.failed or pin.failed_at is None:
        return timedelta(0)
    wait = WAITS[min(pin.failed, len(WAITS)) - 1]
    since = now - pin.failed_at
    return wait if since < timedelta(0) else max(wait - since, timedelta(0))


def _whole(wait: timedelta) -> int:
    return -(-int(wait.total_seconds() * 1000) // 1000)


def _verifier(digits: str, salt: bytes) -> str:
    return scrypt(digits.encode(), salt=salt, dklen=32, **COST).hex()
