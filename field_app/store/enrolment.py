"""Who this tablet is to the office: its identity, its user, and what the office said of itself."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from field_app.store.database import Database
from shared.ticket.people import Actor, Role
from shared.time.timestamps import instant, wire_time


@dataclass(frozen=True, slots=True)
class User:
    """The person whose queue this is."""

    id: str
    name: str
    role: str
    email: str

    @property
    def actor(self) -> Actor:
        return Actor(self.id, Role(self.role))


@dataclass(frozen=True, slots=True)
class Enrolment:
    """`offset` is the last seq of the operation queue before this identity began: n = seq - offset.

    `skew_ms` is the office's clock minus the tablet's; `durable_n` the office's watermark.
    `restored`: the office was, under this identity; what it once answered it may have lost.
    `reckoned` goes on only by what both clocks say has passed: by it is known how long a thing was
    kept, whichever of the two is wrong. `report_format` is the newest one that the office reads.
    """

    device_id: str
    user: User
    server: str
    server_name: str = ""
    epoch: str = ""
    offset: int = 0
    durable_n: int = 0
    skew_ms: int = 0
    last_contact: datetime | None = None
    restored: bool = False
    reckoned: datetime | None = None
    report_format: int = 1

    @property
    def skew(self) -> timedelta:
        """What to add to the tablet's clock to get the office's."""
        return timedelta(milliseconds=self.skew_ms)

    @property
    def office_time(self) -> datetime | None:
        """What the office's clock showed at the last contact."""
        return self.last_contact + self.skew if self.last_contact else None


def enrolment(database: Database) -> Enrolment | None:
    """The identity in force, or None before the first enrolment."""
    kept = database.fact("enrolment")
    return _read(kept) if kept else None


def enrolled(database: Database) -> Enrolment:
    """The identity in force. Raises LookupError when there is none: a fault of the caller."""
    found = enrolment(database)
    if found is None:
        raise LookupError("this database belongs to nobody yet")
    return found


def keep_enrolment(database: Database, value: Enrolment) -> None:
    """Make `value` the identity in force."""
    times = {name: getattr(value, name) for name in _TIMES}
    kept = {name: wire_time(time) if time else None for name, time in times.items()}
    database.remember("enrolment", {**asdict(value), **kept})


def heard(
    database: Database,
    *,
    epoch: str,
    durable_n: int,
    office_time: datetime,
    now: datetime,
    put_back: bool = False,
    report_format: int | None = None,
) -> None:
    """Keep what an answer said of the office. The durable mark only goes back with an office that
    was `put_back` to an earlier day."""
    before = enrolled(database)
    if not put_back:
        durable_n = max(durable_n, before.durable_n)
    skew = round((office_time - now).total_seconds() * 1000)
    keep_enrolment(
        database,
        replace(
            before, epoch=epoch, durable_n=durable_n, skew_ms=skew, last_contact=now,
            restored=before.restored or put_back, reckoned=_reckoned(before, office_time, now),
            report_format=before.report_format if report_format is None else report_format,
        ),
    )  # fmt: skip


def reckoned(database: Database, now: datetime) -> datetime:
    """The time by which things are kept; `now` where the office was never heard."""
    return enrolled(database).reckoned or now


def _reckoned(before: Enrolment, office_time: datetime, now: datetime) -> datetime:
    if before.last_contact is None or before.office_time is None:
        return before.reckoned or office_time
    passed = min(office_time - before.office_time, now - before.last_contact)
    return (before.reckoned or before.office_time) + max(passed, timedelta())


def renewed(database: Database, new: Enrolment) -> Enrolment:
    """`new` with what is still true of the identity that it follows."""
    before = enrolled(database)
    return replace(new, offset=before.offset, skew_ms=before.skew_ms, reckoned=before.reckoned)


def succeeded(database: Database, device_id: str, offset: int) -> Enrolment:
    """The same person's next identity, of which the office knows nothing yet."""
    before = enrolled(database)
    return replace(before, device_id=device_id, offset=offset, durable_n=0, restored=False)


def _read(kept: Mapping[str, Any]) -> Enrolment:
    return Enrolment(
        **{
            **kept,
            "user": User(**kept["user"]),
            **{name: instant(kept.get(name)) for name in _TIMES},
        }
    )


_TIMES = ("last_contact", "reckoned")
