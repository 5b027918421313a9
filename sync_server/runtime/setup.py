"""What `folio init` was told: whose office this is. An environment variable that is set wins."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, insert, select

from sync_server.database.tables import meta, user
from sync_server.database.transactions import Transaction
from sync_server.runtime.settings import Settings

KEY = "setup"

SETTINGS = ("name", "zone", "country", "folio_prefix")
"""What of it are settings: they hold where the environment says nothing."""


def kept(tx: Transaction) -> Mapping[str, Any]:
    """What it was told; empty in an office that was set up otherwise, or not yet."""
    value = tx.scalar(select(meta.c.value).where(meta.c.key == KEY))
    said: Mapping[str, Any] = json.loads(value) if value else {}
    return said


def keep(tx: Transaction, said: Mapping[str, Any]) -> None:
    """Keep what it was told."""
    tx.execute(delete(meta).where(meta.c.key == KEY))
    tx.execute(insert(meta).values(key=KEY, value=json.dumps(dict(said), ensure_ascii=False)))


def completed(settings: Settings, said: Mapping[str, Any]) -> Settings:
    """The settings with what was kept, where nothing was set."""
    unset = {name: said[name] for name in SETTINGS
             if name in said and name not in settings.model_fields_set}  # fmt: skip
    return settings.but(**unset) if unset else settings


def fixed_by_the_server(settings: Settings, said: Mapping[str, Any]) -> list[str]:
    """What of it the environment says otherwise."""
    return [n for n in SETTINGS if n in said and getattr(settings, n) != said[n]]


def is_done(tx: Transaction) -> bool:
    """Whether anybody could sign in here: by `folio init`, or by accounts made before it."""
    return bool(kept(tx)) or tx.scalar(select(user.c.id).limit(1)) is not None
