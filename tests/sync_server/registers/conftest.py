"""An office that was set up with a pack and never opened: its context, and files for it."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sync_server.assembly import assemble
from sync_server.registers import packs
from sync_server.registers.importing import Outcome, Wishes, take_in
from sync_server.registers.kinds import KINDS
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.settings import Settings
from tests.office import migrated
from tests.sync_server.registers.rows import ACTOR

NOW = datetime(2026, 3, 11, 17, 30, tzinfo=UTC)

Rows = Sequence[Sequence[Any]]
Bring = Callable[..., Outcome]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[ApplicationContext]:
    """A company with the pack for any equipment."""
    data = tmp_path / "office"
    data.mkdir()
    (data / "folio.db").write_bytes(migrated())
    context = assemble(Settings(data=data), lambda: NOW)
    context.database.write(lambda tx: packs.put(tx, context, "general", NOW))
    yield context
    context.close()


@pytest.fixture
def bring(company: ApplicationContext, tmp_path: Path) -> Bring:
    """Bring rows in as a CSV file, or a file that is there."""

    def brought(kind: str, rows: Rows | Path, **wishes: Any) -> Outcome:
        path = rows if isinstance(rows, Path) else tmp_path / f"{kind}.csv"
        if not isinstance(rows, Path):
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        said = replace(Wishes(), **wishes)
        return take_in(company, KINDS[kind], path, said, ACTOR, NOW)

    return brought
