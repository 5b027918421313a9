"""What is to happen when: moments in order, and of equal ones the first that was noted."""

import heapq
from collections.abc import Callable
from datetime import datetime

Act = Callable[[], None]


class Agenda:
    """Acts, each at its moment; an act may note others."""

    def __init__(self) -> None:
        self._acts: list[tuple[datetime, int, Act]] = []
        self._count = 0

    def at(self, moment: datetime, act: Act) -> None:
        """Let this happen then."""
        self._count += 1
        heapq.heappush(self._acts, (moment, self._count, act))

    def next(self, until: datetime) -> tuple[datetime, Act] | None:
        """The next act before `until`, taken off the agenda."""
        if not self._acts or self._acts[0][0] >= until:
            return None
        moment, _, act = heapq.heappop(self._acts)
        return moment, act
