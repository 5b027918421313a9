"""What is left of the work when a tablet came back as it once was."""

import sqlite3
from contextlib import closing

from sqlalchemy import select

from sync_server.database import tables
from tests.faults.field import Field
from tests.faults.world import World


def captured(world: World) -> set[str]:
    """All that any tablet said was saved, up to now: op_ids and hashes."""
    return set(world.notebook.operations) | set(world.notebook.files)


def strike_out_what_is_gone(world: World, known: set[str]) -> int:
    """Strike out of the notebook what nobody has any more; `known` may not be among it.

    An office that was restored has to ask for what its tablets keep, so that what is kept counts
    as much as what waits. Returns how many operations and files.
    """
    notebook = world.notebook
    here = set(world.logged())
    here |= set(world.running.ask(lambda tx: tx.scalars(select(tables.blob.c.sha256))))
    for field in world.fields:
        here |= kept(field)
    gone = (set(notebook.operations) | set(notebook.files)) - here
    assert not gone & known, f"lost although the copy was made later: {gone & known}"
    for name in gone:
        notebook.operations.pop(name, None)
        notebook.files.pop(name, None)
    return len(gone)


def kept(field: Field) -> set[str]:
    """The op_ids and the hashes of all that anybody on this tablet still has."""
    found: set[str] = set()
    for folder in field._people():
        with closing(sqlite3.connect(folder / "folio.db")) as database:
            for query in ("SELECT op_id FROM outbox", "SELECT sha256 FROM blob"):
                found |= {row[0] for row in database.execute(query)}
    return found
