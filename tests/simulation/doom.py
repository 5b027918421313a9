"""A tablet that is killed at a commit: just before it, or just after it and before anybody knew."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.faults.field import Field, Killed


@contextmanager
def doomed(field: Field, commits: int, *, after: bool) -> Iterator[list[bool]]:
    """The process ends at the `commits`-th commit in the block, and starts again after it.

    What is given holds something afterwards when it came to that.
    """
    died: list[bool] = []
    real, database = field.database.transaction, field.database
    left = commits

    @contextmanager
    def transaction() -> Iterator[Any]:
        nonlocal left
        if database._connection.in_transaction:
            with real() as db:
                yield db
            return
        left -= 1
        dies = left == 0
        with real() as db:
            yield db
            if dies and not after:
                raise Killed
        if dies:
            raise Killed

    database.transaction = transaction  # type: ignore[method-assign]
    try:
        yield died
    except Killed:
        died.append(True)
        field.restart()
        field.note()
    finally:
        if not died:
            del database.transaction
