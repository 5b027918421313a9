"""The documents that the office sent: a customer, a site, an asset, a catalogue."""

import json
from collections.abc import Mapping
from typing import Any

from field_app.store.database import Database


def document(database: Database, record: str, id: Any) -> Mapping[str, Any]:
    """The document of a record that the office sent, empty when it has not."""
    text = database.value("SELECT doc FROM base WHERE record = ? AND id = ?", record, id)
    found: Mapping[str, Any] = json.loads(text) if text else {}
    return found
