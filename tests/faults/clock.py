"""Time in these tests: it stands still until it is moved, and every tablet may have its own."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

START = datetime(2026, 3, 9, 15, 0, tzinfo=UTC)
"""A Monday morning in Mexico City."""

TICK = timedelta(milliseconds=1)


class Clock:
    """The true time. Each look at it moves it on by a millisecond: no two moments are the same."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def __call__(self) -> datetime:
        self._now += TICK
        return self._now

    def forward(self, **by: float) -> None:
        """Let so much time go by."""
        self._now += timedelta(**by)

    def wait_until(self, moment: datetime) -> None:
        """Let the time go by until then; never back."""
        self._now = max(self._now, moment)


class TabletClock:
    """A tablet's own clock: `ahead` of the true one, by as much as somebody set it."""

    def __init__(self, true: Callable[[], datetime], ahead: timedelta = timedelta()) -> None:
        self._true = true
        self.ahead = ahead

    def __call__(self) -> datetime:
        return self._true() + self.ahead
