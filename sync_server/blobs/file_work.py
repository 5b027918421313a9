"""Work on files has workers of its own: when their place does not answer, words go on."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

from sync_server.blobs.store import StoreDown

T = TypeVar("T")

WORKERS = 8
QUEUE = 64
"""So many wait for a worker; whoever comes next is told to come back."""


class FileWork:
    """The workers of one process for files that go in and out; `asked` counts who is with them."""

    def __init__(self, workers: int = WORKERS, queue: int = QUEUE) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="folio-files")
        self._most = workers + queue
        self._lock = Lock()
        self.asked = 0

    async def do(self, work: Callable[..., T], *about: Any) -> T:
        """`work` about these values, on one of the workers. Raises StoreDown and what it raises."""
        with self._lock:
            if self.asked >= self._most:
                raise StoreDown("too many files wait for their place to answer")
            self.asked += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, *about)
        finally:
            with self._lock:
                self.asked -= 1

    def close(self) -> None:
        """Nothing more is begun; what was begun ends."""
        self._pool.shutdown(cancel_futures=True)
