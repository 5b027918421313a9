"""Catalogue packs: what a company begins with, as the same CSV files that `folio import` reads.

A pack is a folder with `classifications.csv`, `parts.csv`, `root-causes.csv`, `answers.csv` and
`profile.csv`; a third one is made by writing these.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sync_server.database.transactions import Transaction
from sync_server.records import organisation
from sync_server.registers.cells import Reading, value_of
from sync_server.registers.columns import Column, Shape
from sync_server.registers.kind import Batch, Read
from sync_server.registers.kinds import KINDS
from sync_server.registers.list_kind import ListKind
from sync_server.registers.problem import Problems
from sync_server.registers.sheet import Sheet
from sync_server.runtime.context import ApplicationContext

FOLDER = Path(__file__).parent

NONE = "none"

PACKS = (*sorted(each.parent.name for each in FOLDER.glob("*/profile.csv")), NONE)
"""The names of the packs; `none` is empty."""

PLAINEST = "general"
"""Whose profile holds where no pack was chosen: no kind of machine is presumed."""

FILES = ("classifications", "parts", "root-causes", "answers")

PROFILE = (
    Column("member", "Miembro", "Member", required=True),
    Column("es", "Español", "Español"),
    Column("en", "English", "English", longest=10_000),
    Column("flag", "Sí o no", "Yes or no", Shape.FLAG),
)
"""What a pack says of the organisation: a text in both languages, or yes or no."""


class FaultyPack(Exception):
    """A file of a pack cannot be read; the sentence says which row."""


def put(tx: Transaction, context: ApplicationContext, pack: str, now: datetime) -> None:
    """Put a pack's catalogues and what it says of the organisation; what the office has of its own
    under the same codes stays. Raises FaultyPack.
    """
    organisation.say(tx, {"pack": pack, **profile(pack)}, now)
    if pack == NONE:
        return
    for name in FILES:
        kind = KINDS[name]
        assert isinstance(kind, ListKind)
        path = FOLDER / pack / f"{name}.csv"
        problems = Problems("en")
        rows = _rows(Sheet(path, kind.columns, "en"), problems)
        planned = list(kind.plan(Batch(tx, context, rows, {}, problems)))
        if problems.kept:
            raise FaultyPack(f"{path}: {problems.kept[0]}")
        before = kind.items(tx)
        changed = {each.id: each.doc for each in planned if each.id not in before}
        kind.put(tx, context, {**before, **changed}, changed, now)


def profile(pack: str) -> Mapping[str, Any]:
    """What a pack says of the organisation."""
    sheet = Sheet(FOLDER / (PLAINEST if pack == NONE else pack) / "profile.csv", PROFILE, "en")
    said: dict[str, Any] = {}
    for row in _rows(sheet, Problems("en")):
        flag, words = row.values["flag"], {n: row.values[n] for n in ("es", "en")}
        said[row.values["member"]] = flag if flag is not None else words
    return said


def _rows(sheet: Sheet, problems: Problems) -> list[Read]:
    sheet.understand(problems)
    return [
        Read(row.number, {
            column.name: value_of(column, row.cells.get(column.name), Reading())
            for column in sheet.places.values()
        })
        for row in sheet.rows(problems)
    ]  # fmt: skip
