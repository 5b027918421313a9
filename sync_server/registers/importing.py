"""A file becomes records: read, checked row by row, staged in batches, made so in one stroke.

All or nothing: with one problem nothing is taken. While rows are staged the office goes on; what
makes them records is a few statements in one transaction.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from shared.ticket.people import Actor
from sync_server.database.transactions import Transaction
from sync_server.identity.audit_log import note
from sync_server.records import own_holidays
from sync_server.registers import staging
from sync_server.registers.cells import ORDERS, Reading, orders_of, value_of
from sync_server.registers.columns import Shape
from sync_server.registers.kind import Batch, Kind, Planned, Read
from sync_server.registers.problem import NotTaken, Problem, Problems
from sync_server.registers.sheet import Row, Sheet
from sync_server.registers.staging import ChangedMeanwhile
from sync_server.runtime.context import ApplicationContext

AT_ONCE = 1000
"""Rows that are checked in one look at the database, and staged in one transaction."""

TRIES = 3
"""How often a file is checked anew because somebody changed the same records meanwhile."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file is to be read, where it does not say so itself."""

    dry_run: bool = False
    meant: Mapping[str, str] = field(default_factory=dict)
    """Headings of the file and the columns that they mean."""
    dates: str = ""
    accept_numbers: Sequence[str] = ()
    retire_missing: bool = False
    strict: bool = False
    sheet: str = ""
    language: str = "es"


@dataclass
class Outcome:
    """What became of a file. The counts are what was written, or would be; all 0 with problems."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    retired: int = 0
    problems: Sequence[Problem] = ()
    problem_count: int = 0
    unknown: Sequence[tuple[str, str]] = ()
    passed_over: Sequence[str] = ()

    def on_the_wire(self) -> dict[str, Any]:
        """What the command prints last."""
        return {
            "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "retired": self.retired, "errors": [each.on_the_wire() for each in self.problems],
        }  # fmt: skip


Progress = Callable[[int], None]
"""Told how many rows have been checked."""


def take_in(
    context: ApplicationContext,
    kind: Kind,
    path: Path,
    wishes: Wishes,
    actor: Actor,
    now: datetime,
    progress: Progress = lambda rows: None,
) -> Outcome:
    """Bring a file in. Raises UnusableFile, ChangedMeanwhile when it never came to rest."""
    for left in reversed(range(TRIES)):
        run = context.new_id()
        try:
            return _Import(context, kind, path, wishes, actor, now, progress, run).run()
        except ChangedMeanwhile:
            if not left:
                raise
        finally:
            context.database.write(partial(staging.clear, run=run))
    raise AssertionError


class _Import:
    def __init__(
        self, context: ApplicationContext, kind: Kind, path: Path, wishes: Wishes, actor: Actor,
        now: datetime, progress: Progress, run: str,
    ) -> None:  # fmt: skip
        self.context, self.kind, self.wishes = context, kind, wishes
        self.actor, self.now, self.progress, self.id = actor, now, progress, run
        self.problems = Problems(wishes.language)
        self.sheet = Sheet(path, kind.columns, wishes.language, wishes.sheet, wishes.meant)
        self.unchanged = 0
        self.retired = 0
        self.met: set[str] = set()
        self.rows_by_key: dict[str, tuple[int, int]] = {}

    def run(self) -> Outcome:
        if self.sheet.understand(self.problems) and self._columns_are_known():
            self._check_and_stage()
        if self.problems.count:
            return self._outcome(Outcome())
        with self.context.database.reading() as tx:
            created, updated = staging.counts(tx, self.id)
        outcome = Outcome(created, updated - self.retired, self.unchanged, self.retired)
        if not self.wishes.dry_run and created + updated:
            self.context.database.write(lambda tx: self._apply(tx, outcome))
            own_holidays.observe(self.context)
        return self._outcome(outcome)

    def _outcome(self, outcome: Outcome) -> Outcome:
        outcome.problems, outcome.problem_count = self.problems.kept, self.problems.count
        outcome.unknown, outcome.passed_over = self.sheet.unknown, self.sheet.passed_over
        return outcome

    def _columns_are_known(self) -> bool:
        if self.wishes.strict:
            for title, near in self.sheet.unknown:
                key = "unknown_column_near" if near else "unknown_column"
                self.problems.add(self.sheet.head, title, NotTaken(key, value=title, near=near))
        return not self.problems.count

    def _check_and_stage(self) -> None:
        reading = Reading(self._orders(), frozenset(self.wishes.accept_numbers),
                          self.context.settings.allow_special_use_domains)  # fmt: skip
        rows = self.sheet.rows(self.problems)
        done = 0
        while batch := list(islice(rows, AT_ONCE)):
            read = [row for row in (self._read(each, reading) for each in batch) if row]
            self._stage(read)
            done += len(batch)
            self.progress(done)
        if self.wishes.retire_missing and not self.problems.count:
            self._retire_missing()

    def _orders(self) -> Mapping[str, str]:
        """The order of day, month and year in each column of dates, as its rows decide it."""
        dates = [column.name for column in self.sheet.places.values() if column.shape is Shape.DATE]
        if not dates:
            return {}
        if self.wishes.dates:
            return dict.fromkeys(dates, self.wishes.dates)
        fitting = {name: set(ORDERS) for name in dates}
        for row in self.sheet.rows(Problems(self.wishes.language)):
            for name in dates:
                if orders := orders_of(row.cells.get(name)):
                    fitting[name] &= orders
        return {name: min(fits) for name, fits in fitting.items() if len(fits) == 1}

    def _read(self, row: Row, reading: Reading) -> Read | None:
        values: dict[str, Any] = {}
        before = self.problems.count
        for column in self.sheet.places.values():
            try:
                value = values[column.name] = value_of(column, row.cells.get(column.name), reading)
                if column.required and value in (None, []):
                    raise NotTaken("empty")
            except NotTaken as refused:
                self.problems.add(row.number, self.sheet.titles[column.name], refused)
        if self.problems.count > before:
            return None
        read = Read(row.number, values)
        return read if self._is_first(read) else None

    def _is_first(self, read: Read) -> bool:
        """Whether no earlier row is about the same; one that says the same again is no problem."""
        key, said = self.kind.key(read.values), hash(repr(sorted(read.values.items())))
        number, earlier = self.rows_by_key.setdefault(key, (read.number, said))
        if number == read.number:
            return True
        if earlier != said:
            self.problems.add(read.number, "", NotTaken("row_twice", row=number))
        return False

    def _stage(self, rows: Sequence[Read]) -> None:
        with self.context.database.reading() as tx:
            batch = Batch(tx, self.context, rows, self.sheet.titles, self.problems)
            planned = list(self.kind.plan(batch))
        self.unchanged += batch.unchanged
        self.met.update(batch.met)
        self._keep(planned)

    def _keep(self, planned: Sequence[Planned]) -> None:
        if planned and not self.problems.count:
            self.context.database.write(lambda tx: staging.stage(tx, self.id, planned))

    def _retire_missing(self) -> None:
        with self.context.database.reading() as tx:
            batch = Batch(tx, self.context, (), self.sheet.titles, self.problems)
            missing: Iterator[Planned] = self.kind.missing(batch, frozenset(self.met))
            planned = list(missing)
        self.retired = len(planned)
        self._keep(planned)

    def _apply(self, tx: Transaction, outcome: Outcome) -> None:
        self.kind.apply(tx, self.context, self.id, self.actor, self.now)
        staging.clear(tx, self.id)
        counts = {name: value for name, value in outcome.on_the_wire().items() if name != "errors"}
        note(tx, self.actor, "register.imported", self.kind.name, self.now,
             {**counts, "file": self.sheet.path.name})  # fmt: skip
