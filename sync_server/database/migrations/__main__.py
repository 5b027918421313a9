"""`python -m sync_server.database.migrations "what changes"` drafts the next revision."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from sync_server.database.migrations import configured, migrate
from sync_server.database.open import open_database

with TemporaryDirectory() as folder:
    database = open_database(f"sqlite:///{Path(folder) / 'draft.db'}")
    migrate(database.migrating())
    with database.migrating().begin() as connection:
        command.revision(configured(connection), sys.argv[1], autogenerate=True)
    database.close()
