"""Pulling: while a page is kept, the next one travels.

One page is asked for at a time. The cursors of the next one are in the answer before it, so that
nothing of the database is waited for; what is kept is kept page by page, in their order, each with
its own cursors: a pull that dies goes on from the last page that was kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from field_app.store import base
from field_app.store.database import Database
from field_app.sync.answers import Pulled
from field_app.sync.request_thread import Courier
from field_app.sync.server import Caller, Server

PAGE = 500
"""Changes a page at most."""


@dataclass(slots=True)
class Pulling:
    """Everything that the office has and this tablet has not.

    `came` is told how many changes were kept, after each page; `step` of each step.
    """

    database: Database
    server: Server
    caller: Caller
    now: Callable[[], datetime]
    came: Callable[[int], None]
    step: Callable[[str], None]
    courier: Courier

    def run(self) -> Pulled:
        """The last answer, once its page is kept. Raises what Server.pull raises, DiskLow."""
        cursors = base.cursors(self.database)
        with self.courier() as courier:
            travelling = courier.submit(self.server.pull, self.caller, cursors, PAGE)
            while True:
                answer = travelling.result()
                self.step("pull")
                if answer.page.more:
                    cursors = {**cursors, **answer.page.cursors}
                    travelling = courier.submit(self.server.pull, self.caller, cursors, PAGE)
                self._keep(answer.page)
                if not answer.page.more:
                    return answer

    def _keep(self, page: base.Page) -> None:
        base.apply_page(self.database, page, self.now())
        self.came(len(page.changes))
        self.step("page")
