"""Do both sides hold the same? What the office says of each scope, against what is kept here."""

from collections.abc import Mapping
from typing import Any

from field_app.store import base
from field_app.store.database import Database
from field_app.sync.answers import Hello

READS = 1
"""The schema of pages that this tablet reads."""


def amiss(database: Database, digests: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The scopes whose {count, xor} the office says otherwise than we reckon."""
    return [scope for scope, said in digests.items() if base.digest(database, scope) != dict(said)]


def nothing_to_pull(database: Database, greeting: Hello) -> bool:
    """Whether the office greeted us as one who has everything, and it is so. SYNC.md, Messages."""
    if greeting.minimum_pull_schema > READS or not greeting.digest:
        return False
    # A scope without a cursor is to be read anew: that was noted after the greeting.
    read = base.cursors(database).keys() >= greeting.digest.keys()
    return read and not amiss(database, greeting.digest)
