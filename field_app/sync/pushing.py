"""Pushing: while a batch is at the office, the one before is written down and the next made ready.

One batch travels at a time, in order: the next leaves as soon as the one before was answered. The
requests have a thread of their own that knows nothing of the database. What was answered is kept
in order, also when the batch after it fails.
"""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime

from field_app.store import operation_queue
from field_app.store.database import Database
from field_app.store.enrolment import reckoned
from field_app.sync.answers import Pushed
from field_app.sync.request_thread import Courier
from field_app.sync.server import Batch, Caller, Server
from field_app.sync.troubles import NoSignal, TooLarge
from shared.operations.wire import MOST_BYTES

SMALLEST_BATCH = 1024
"""Bytes of JSON below which a batch is not halved any more."""


@dataclass(slots=True)
class Pushing:
    """Everything that waits, to the office. `most` operations and `most_bytes` of JSON a batch.

    `went` is told how many operations were answered, after each batch; `step` of each step.
    """

    database: Database
    server: Server
    caller: Caller
    now: Callable[[], datetime]
    went: Callable[[int], None]
    step: Callable[[str], None]
    courier: Courier
    most: int
    most_bytes: int = MOST_BYTES

    def run(self) -> None:
        """Push until nothing waits. Raises what Server.push raises."""
        with self.courier() as courier:
            while batch := self._ready(after=0):
                self._through(courier, batch)

    def _through(self, courier: Executor, batch: Batch | None) -> None:
        """The batches from this one on; short of the end when they must become smaller."""
        answer: Pushed | None = None
        while batch:
            travelling = courier.submit(self.server.push, self.caller, batch)
            self.step("batch leaves")
            self._keep(answer)
            following = self._ready(after=batch.last)
            try:
                answer = travelling.result()
            except (TooLarge, NoSignal) as error:
                self._halve(batch, error)
                return
            self.step("push")
            batch = following
        self._keep(answer)

    def _ready(self, after: int) -> Batch | None:
        """The next batch, marked as sent before its bytes leave."""
        waiting = operation_queue.unanswered(self.database, self.most, self.most_bytes, after)
        if not waiting:
            return None
        operation_queue.sent(self.database, [item.n for item in waiting])
        self.step("batch marked")
        return self.server.batch(self.caller, waiting)

    def _halve(self, batch: Batch, error: TooLarge | NoSignal) -> None:
        if len(batch.ns) == 1 or (isinstance(error, NoSignal) and not error.values):
            raise error
        self.most = max(len(batch.ns) // 2, 1)
        self.most_bytes = max(self.most_bytes // 2, SMALLEST_BATCH)

    def _keep(self, answer: Pushed | None) -> None:
        if answer is None:
            return
        with self.database.transaction():
            now = self.now()
            operation_queue.answered(self.database, answer.results, now)
            operation_queue.durable(self.database, answer.durable_n, reckoned(self.database, now))
        self.went(len(answer.results))
        self.step("results")
