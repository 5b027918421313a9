"""The office's power: it may go out at any step by which something of the office changes.

Each write to the database and each change in the store of files is a step. Before it, within it
(all of a transaction done, but not its COMMIT) or after it the process is gone.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, TypeVar, cast

from sync_server.runtime.context import ApplicationContext

T = TypeVar("T")
Moment = Literal["before", "within", "after"]
MOMENTS: tuple[Moment, ...] = ("before", "within", "after")


class PowerCut(BaseException):
    """The office's process ends here: no handler of the product's may catch it."""


class _Undone(Exception):
    """What a transaction raises that never came to its COMMIT."""


class Power:
    """Goes out at the so-many-th step from when it was told to."""

    def __init__(self) -> None:
        self._left = 0
        self._moment: Moment = "after"
        self.out = False

    def fail(self, steps: int, moment: Moment) -> None:
        """Go out at the `steps`-th step from now."""
        self._left, self._moment = steps, moment

    def hold(self) -> None:
        """Do not go out after all."""
        self._left = 0

    def step(self, act: Callable[[bool], T]) -> T:
        """Carry a step out; `act` is told whether to stop short of its end."""
        if self.out:
            raise PowerCut
        self._left -= 1
        dies = self._left == 0
        if dies and self._moment == "before":
            self._cut()
        try:
            result = act(dies and self._moment == "within")
        except _Undone:
            self._cut()
        if dies:
            self._cut()
        return result

    def _cut(self) -> Any:
        self.out = True
        raise PowerCut


def powered(office: ApplicationContext, power: Power) -> ApplicationContext:
    """The same office, at the mercy of this power."""
    database = cast(Any, _Database(office.database, power))
    return replace(office, database=database, blobs=cast(Any, _Store(office.blobs, power)))


class _Database:
    def __init__(self, real: Any, power: Power) -> None:
        self._real, self._power = real, power

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def write(self, work: Callable[[Any], Any]) -> Any:
        def carried(short: bool) -> Any:
            return self._real.write(_undone(work) if short else work)

        return self._power.step(carried)


def _undone(work: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def worked(tx: Any) -> Any:
        work(tx)
        tx.finish()
        raise _Undone

    return worked


class _Store:
    def __init__(self, real: Any, power: Power) -> None:
        self._real, self._power = real, power

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name not in ("add", "keep", "drop"):
            return found
        return lambda *given: self._power.step(lambda short: found(*given))
