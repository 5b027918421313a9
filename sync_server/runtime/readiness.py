"""Readiness probe: are database and blob store reachable, and is there room on the disk?"""

import errno
import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import structlog
from sqlalchemy import func, select

from sync_server.database.sqlite import module
from sync_server.database.tables import outbox
from sync_server.database.tables.waiting import MAIL
from sync_server.database.transactions import Damaged, NoSpace, ReadOnly
from sync_server.runtime import integrity
from sync_server.runtime.context import ApplicationContext

log = structlog.get_logger(__name__)

RESERVE = 200 * 1024 * 1024
"""Bytes that must be free in the data folder for the process to count as ready."""

NOBODY = "0" * 64


def readiness(context: ApplicationContext, now: datetime) -> tuple[bool, Mapping[str, Any]]:
    """Whether this process may be sent requests, and each check's result: `ok`, `away`, `full`,
    `damaged` (the database has pages that are not what was written) or `read_only`.

    `oldest_mail_s` tells how long the oldest unsent mail waits, in seconds: a sign for people, no
    reason to send tablets elsewhere.
    """
    tried = {
        "database": _tried(lambda: _asked(context)),
        "files": _tried(lambda: context.blobs.has(NOBODY)),
        "folder": _tried(lambda: _written(context.settings.data)),
        "disk": "ok" if shutil.disk_usage(context.settings.data).free > RESERVE else "full",
    }
    ready = set(tried.values()) == {"ok"}
    found: dict[str, Any] = {**tried, "oldest_mail_s": _oldest(context, now) if ready else None}
    if context.database.dialect == "sqlite":
        found["sqlite"] = module().sqlite_version
    return ready, found


def _asked(context: ApplicationContext) -> None:
    """Reads, and asks what is known of damage and of writes that failed: the worker writes each
    minute. Nothing is written here, for that waits for everybody else's writes and for the disk."""
    with context.database.reading() as tx:
        known = integrity.damage(tx) or context.database.damage
    if known:
        raise Damaged(known)
    if context.database.read_only:
        raise ReadOnly("the last write failed")


def _written(folder: Path) -> None:
    """Raises ReadOnly where no file can be made in the folder."""
    try:
        with TemporaryFile(dir=folder):
            return
    except OSError as error:
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise ReadOnly(str(error)) from error
        raise


def _tried(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Exception as fault:
        log.warning("not ready", fault=repr(fault)[:300])
        return next((word for kind, word in _WORDS.items() if isinstance(fault, kind)), "away")
    return "ok"


_WORDS: Mapping[type[Exception], str] = {
    Damaged: "damaged", ReadOnly: "read_only", NoSpace: "full",
}  # fmt: skip


def _oldest(context: ApplicationContext, now: datetime) -> int:
    waiting = outbox.c.way == MAIL, outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None)
    with context.database.reading() as tx:
        oldest: datetime | None = tx.scalar(select(func.min(outbox.c.due_at)).where(*waiting))
    return max(0, int((now - oldest).total_seconds())) if oldest else 0
