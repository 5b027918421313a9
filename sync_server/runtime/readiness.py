"""Readiness probe: are database and blob store reachable, and is there room on the disk?"""

import shutil
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import func, select

from sync_server.database.sqlite import module
from sync_server.database.tables import outbox
from sync_server.runtime.context import ApplicationContext

log = structlog.get_logger(__name__)

RESERVE = 200 * 1024 * 1024
"""Bytes that must be free in the data folder for the process to count as ready."""

NOBODY = "0" * 64


def readiness(context: ApplicationContext, now: datetime) -> tuple[bool, Mapping[str, Any]]:
    """Whether this process may be sent requests, and each check's result: `ok` or what is wrong.

    `oldest_mail_s` tells how long the oldest unsent mail waits, in seconds: a sign for people, no
    reason to send tablets elsewhere.
    """
    tried = {
        "database": _tried(lambda: _asked(context)),
        "files": _tried(lambda: context.blobs.has(NOBODY)),
        "disk": "ok" if shutil.disk_usage(context.settings.data).free > RESERVE else "full",
    }
    ready = set(tried.values()) == {"ok"}
    found: dict[str, Any] = {**tried, "oldest_mail_s": _oldest(context, now) if ready else None}
    if context.database.dialect == "sqlite":
        found["sqlite"] = module().sqlite_version
    return ready, found


def _asked(context: ApplicationContext) -> str:
    with context.database.reading() as tx:
        return context.epoch(tx)


def _tried(ask: Callable[[], object]) -> str:
    try:
        ask()
    except Exception as fault:
        log.warning("not ready", fault=repr(fault)[:300])
        return "away"
    return "ok"


def _oldest(context: ApplicationContext, now: datetime) -> int:
    waiting = outbox.c.sent_at.is_(None), outbox.c.dead_at.is_(None)
    with context.database.reading() as tx:
        oldest: datetime | None = tx.scalar(select(func.min(outbox.c.due_at)).where(*waiting))
    return max(0, int((now - oldest).total_seconds())) if oldest else 0
