"""Guessing is slow: failures are counted in the database and make the next try wait, ever longer.

Only a failure is written. Plain request rates are counted in memory, by each process for itself.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from threading import Lock

from sqlalchemy import delete, func, insert, select

from sync_server.database.tables import failed_try
from sync_server.database.transactions import Database, Transaction

LONGEST_WAIT = timedelta(minutes=15)
REMEMBERED = timedelta(hours=24)

FREE = 5
"""Failures that cost nothing: of an account, of a known browser, of a session."""

FREE_OF_AN_ADDRESS = 30
"""An office shares one network address, so that one is forgiven more."""

FREE_CODES = 20
"""Wrong codes of one network address: of tablets that enrol, and of reports to be verified."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What failures are counted by, and how many of them are free."""

    key: str
    free: int


@dataclass(frozen=True, slots=True)
class Wait:
    """Too many failures: nothing is checked before `until`."""

    until: datetime

    def seconds(self, now: datetime) -> int:
        """Whole seconds from `now`, at least one."""
        return max(1, -int((now - self.until).total_seconds() // 1))


def of_sign_in(step: str, account: str, address: str, browser: str | None) -> tuple[Counted, ...]:
    """Counters of a try to sign in; `step` is `email` for the password, `code` for the second.

    A known browser (see known_browsers) has a counter of its own and no other: strangers who guess
    at an account, or from behind the same address, keep out strangers and not its owner.
    """
    if browser:
        return (Counted(f"browser:{browser}", FREE),)
    return (
        Counted(f"{step}:{account.strip().lower()[:254]}", FREE),
        Counted(f"ip:{network(address)}", FREE_OF_AN_ADDRESS),
    )


def of_codes(kind: str, address: str) -> tuple[Counted, ...]:
    """The counter of codes typed from one address; `kind` is `enrol` or `verify`."""
    return (Counted(f"{kind}:{network(address)}", FREE_CODES),)


def network(address: str) -> str:
    """What one household or office has for itself: an IPv4 address, a /64 of IPv6."""
    try:
        return str(ip_network(f"{address}/64" if ":" in address else address, strict=False))
    except ValueError:
        return address[:64]


def wait_after(failures: int, free: int) -> timedelta:
    """How long the next try must wait after so many failures: doubling, up to 15 minutes."""
    if failures < free:
        return timedelta()
    return min(timedelta(seconds=2 ** min(failures - free + 1, 12)), LONGEST_WAIT)


def open_again(tx: Transaction, counter: Counted, now: datetime, under_way: int = 0) -> datetime:
    """When the next try may be made; `now` or earlier: at once.

    `under_way` are tries that began and may yet fail: they count as if they had, just now.
    """
    mine = failed_try.c.key == counter.key, failed_try.c.at > now - REMEMBERED
    found = tx.execute(
        select(func.count().label("failures"), func.max(failed_try.c.at).label("last")).where(*mine)
    ).one()
    last = now if under_way else found.last or now
    return last + wait_after(found.failures + under_way, counter.free)


def fail(tx: Transaction, counters: Sequence[Counted], now: datetime) -> None:
    """A try failed; what is older than a day is forgotten."""
    tx.execute(delete(failed_try).where(failed_try.c.at <= now - REMEMBERED))
    tx.execute(insert(failed_try), [{"key": counter.key, "at": now} for counter in counters])


def forgive(tx: Transaction, counters: Sequence[Counted]) -> None:
    """A try succeeded: its failures are forgotten, but not those of its network address.

    Whoever owns one account must not thereby clear the way for guessing at others.
    """
    keys = [counter.key for counter in counters if not counter.key.startswith("ip:")]
    if tx.scalar(select(failed_try.c.id).where(failed_try.c.key.in_(keys)).limit(1)) is not None:
        tx.execute(delete(failed_try).where(failed_try.c.key.in_(keys)))


class UnderWay:
    """Tries that this process is checking now: many at once do not slip past the count."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tries: Counter[str] = Counter()

    @contextmanager
    def begun(
        self, database: Database, counters: Sequence[Counted], now: datetime
    ) -> Iterator[Wait | None]:
        """One try, until it was checked and its failure written; Wait when it may not be made."""
        keys = [counter.key for counter in counters]
        with self._lock:
            others = [self._tries[key] for key in keys]
            self._tries.update(keys)
        try:
            with database.reading() as tx:
                until = max(
                    open_again(tx, counter, now, more)
                    for counter, more in zip(counters, others, strict=True)
                )
            yield Wait(until) if until > now else None
        finally:
            with self._lock:
                self._tries.subtract(keys)
                self._tries += Counter()


class Rate:
    """A token bucket for each key: `burst` requests at once, then one more each `every`.

    It lives in one process, and keeps `most` keys at most: the one that asked longest ago goes.
    """

    def __init__(self, burst: int, every: timedelta, most: int = 10_000) -> None:
        self._burst, self._every, self._most = burst, every, most
        self._lock = Lock()
        self._full_at: OrderedDict[str, datetime] = OrderedDict()

    def wait(self, key: str, now: datetime) -> Wait | None:
        """None, and the request counts; or when the next one may come."""
        with self._lock:
            longest = now + self._every * self._burst  # a clock that was put back
            full_at = min(max(self._full_at.get(key, now), now), longest)
            next_at = full_at - self._every * (self._burst - 1)
            if next_at > now:
                return Wait(next_at)
            self._full_at[key] = full_at + self._every
            self._full_at.move_to_end(key)
            if len(self._full_at) > self._most:
                self._full_at.popitem(last=False)
            return None


class Throttles:
    """What one process counts in its memory."""

    def __init__(self) -> None:
        self.under_way = UnderWay()
        self.files = Rate(20, timedelta(seconds=3))
        """Files to be verified: each costs a tenth of a second of work."""
        self.denials = Rate(20, timedelta(minutes=1))
        """What is denied to one person or tablet, as far as it is written down."""
