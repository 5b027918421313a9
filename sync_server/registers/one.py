"""One record made or corrected by hand, by the very rules by which a file is taken in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.ticket.people import Actor
from sync_server.database.transactions import Transaction
from sync_server.identity.audit_log import note
from sync_server.records import own_holidays
from sync_server.registers import staging
from sync_server.registers.cells import Reading, value_of
from sync_server.registers.kind import Batch, Kind, Planned, Read
from sync_server.registers.problem import NotTaken, Problems
from sync_server.registers.staging import ChangedMeanwhile
from sync_server.runtime.context import ApplicationContext


def put(
    context: ApplicationContext,
    kind: Kind,
    typed: Mapping[str, str],
    actor: Actor,
    now: datetime,
    language: str,
) -> Mapping[str, str]:
    """Take what was typed, by the column's name; what is wrong with it, by the column's name.

    Raises ChangedMeanwhile.
    """
    wrong: dict[str, str] = {}
    values: dict[str, Any] = {}
    reading = Reading(special_use=context.settings.allow_special_use_domains)
    for column in kind.columns:
        if column.name in typed:
            try:
                value = values[column.name] = value_of(column, typed[column.name], reading)
                if column.required and value in (None, []):
                    raise NotTaken("empty")
            except NotTaken as refused:
                wrong[column.name] = refused.sentence(language)
    return wrong or _put(context, kind, values, actor, now, language)


def _put(
    context: ApplicationContext,
    kind: Kind,
    values: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    language: str,
) -> Mapping[str, str]:
    run, problems = context.new_id(), Problems(language)
    titles = {column.name: column.name for column in kind.columns}

    def write(tx: Transaction) -> None:
        problems.kept.clear()
        batch = Batch(tx, context, [Read(1, values)], titles, problems)
        planned = list(kind.plan(batch))
        if problems.kept or not planned:
            return
        before = kind.one(tx, planned[0].id, language) if planned[0].before is not None else {}
        staging.stage(tx, run, planned)
        kind.apply(tx, context, run, actor, now)
        staging.clear(tx, run)
        note(tx, actor, "register.changed", kind.name, now, _what(values, planned[0], before or {}))

    context.database.write(write)
    own_holidays.observe(context)
    return {each.column or kind.columns[0].name: each.sentence for each in problems.kept}


def _what(values: Mapping[str, Any], planned: Planned, before: Mapping[str, Any]) -> dict[str, Any]:
    """Which record, and each thing that was changed: before and after."""
    changed = {
        name: [before.get(name), value]
        for name, value in values.items()
        if (before.get(name) or None) != (value or None)
    }
    return {"id": planned.id, "new": planned.before is None, "changed": changed}


__all__ = ["ChangedMeanwhile", "put"]
