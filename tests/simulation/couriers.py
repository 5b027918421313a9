"""How fast the office is while a tablet pushes: at either end of what can be, and never by chance.

A thread would make another history of the same seed each time.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any


class AtOnce(Executor):
    """The office has answered before the tablet does anything else."""

    def submit(self, carry: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(carry(*args, **named))
        except Exception as error:
            future.set_exception(error)
        return future


class AtLast(Executor):
    """The office hears of a batch only when the tablet has nothing else left to do."""

    def submit(self, carry: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        return _Later(lambda: carry(*args, **named))


class _Later(Future[Any]):
    def __init__(self, carry: Callable[[], Any]) -> None:
        super().__init__()
        self._carry = carry

    def result(self, timeout: float | None = None) -> Any:
        return self._carry()
