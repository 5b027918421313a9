"""What carries one request after another on a way of its own, while the round goes on."""

from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial

Courier = Callable[[], Executor]
"""Makes one for a push or a pull; it takes one request at a time and knows no database."""

a_thread: Courier = partial(ThreadPoolExecutor, 1, "folio-courier")
