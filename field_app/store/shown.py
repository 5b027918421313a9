"""What customers were shown when they signed, by its sha256: the reports are printed from it."""

import json
from typing import Any

from field_app.store.database import Database
from shared.operations.digest import canonical
from shared.report.shown import shown_digest


def keep(database: Database, document: dict[str, Any]) -> str:
    """Keep a shown content (`Shown.document`) and give its sha256; durable with the transaction."""
    sha256 = shown_digest(document)
    with database.transaction() as db:
        db.execute(
            "INSERT INTO shown (sha256, document) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (sha256, canonical(document).decode()),
        )
    return sha256


def kept(database: Database, sha256: str) -> dict[str, Any] | None:
    """The shown content of this sha256; None when it was signed on another tablet."""
    text = database.value("SELECT document FROM shown WHERE sha256 = ?", sha256)
    if text is None:
        return None
    document: dict[str, Any] = json.loads(text)
    return document if shown_digest(document) == sha256 else None
