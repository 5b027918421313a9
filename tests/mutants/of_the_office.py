"""Mutants of the office: how it merges, takes, decides, publishes and keeps."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from unittest.mock import ANY
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from shared.closure import checklist
from shared.closure.missing import Missing
from shared.operations import merge
from shared.ticket.people import Actor
from sync_server.backup import revisions
from sync_server.blobs import store
from sync_server.database import transactions as database
from sync_server.records import feed
from sync_server.sync import batch, push, received_files
from sync_server.tickets import apply, closing, conflicts, late_arrivals, parked_operations
from tests.faults import hands
from tests.mutants import closings as c
from tests.mutants import returns as r
from tests.mutants import scenarios as s
from tests.mutants.fault import answers, first, instead, never, then, within
from tests.mutants.mutant import Mutant


def _the_incoming_one(
    real: object, before: merge.Versioned, name: str, incoming: Any, actor: Actor
) -> tuple[Any, merge.Conflict]:
    return incoming, merge.Conflict(name, incoming, before.record.fields.get(name))


def _whatever_the_words(
    real: Callable[[batch.Batch, int], Mapping[str, Any]], taking: batch.Batch, index: int
) -> Mapping[str, Any]:
    n = taking.messages[index]["n"]
    return taking._seen[n][1] if n in taking._seen else real(taking, index)


def _as_if_it_came_next(taking: batch.Batch, index: int) -> None:
    n = taking.messages[index]["n"]
    if n not in taking._seen:
        taking.last_n = n - 1


def _none_came_before(taking: batch.Batch, index: int, hash: str, canonical: bool) -> None:
    taking._first.clear()


_BEGUN: "WeakKeyDictionary[Engine, dict[str, int]]" = WeakKeyDictionary()
"""Where each scope stood when a process of the office, which has one engine, first wrote to it."""


def _each_process_counts_from_its_start(
    real: Callable[[database.Transaction, str], tuple[int, int, int]],
    tx: database.Transaction,
    scope: str,
) -> tuple[int, int, int]:
    seq, size, xor = real(tx, scope)
    begun = _BEGUN.setdefault(tx.connection.engine, {}).setdefault(scope, seq)
    return 0 if seq == begun else seq, size, xor


_EVERY_NAME: Any = ANY
"""Equal to whatever it is compared with: the store, which looks once more, is deceived too."""


MUTANTS = (
    Mutant(
        "the last writer wins",
        answers(merge._contested, False),
        s.two_write_one_field, "nothing_was_overwritten_unseen",
    ),
    Mutant(
        "whoever comes last owns the field",
        instead(merge._decide, _the_incoming_one),
        s.the_office_writes_what_the_field_owns, "nothing_was_overwritten_unseen",
    ),
    Mutant(
        "what lost is kept nowhere",
        within(conflicts.keep, never(database.Transaction.execute)),
        s.two_write_one_field, "nobody is told",
    ),
    Mutant(
        "no look for a fork",
        instead(batch.Batch.apply, _whatever_the_words),
        r.other_words_under_old_numbers, "every_operation_is_somewhere",
    ),
    Mutant(
        "no look for a gap",
        first(batch.Batch.apply, _as_if_it_came_next),
        s.a_batch_with_a_hole, "numbers_are_whole",
    ),
    Mutant(
        "an op_id may come twice",
        first(batch.Batch._become, _none_came_before),
        r.the_same_again_from_another_identity, "UNIQUE constraint failed: operation.op_id",
    ),
    Mutant(
        "acknowledged is as good as durable",
        then(push._apply_all, lambda accepted: replace(accepted, durable_n=accepted.last_n)),
        r.an_office_restored_after_months, "every_operation_is_somewhere",
    ),
    Mutant(
        "closed although something is missing",
        within(closing._decide, answers(checklist.closure_checklist, list[Missing]())),
        c.closing_with_a_photo_missing, "is closed although|with all that is missing",
    ),
    Mutant(
        "closed before its files are here",
        within(
            closing._decide,
            then(checklist.closure_checklist, lambda missing: [m for m in missing if not m.waits]),
        ),
        c.closing_before_the_bytes, "it waits for its bytes",
    ),
    Mutant(
        "numbers of a feed from this process's memory",
        instead(feed._locked_head, _each_process_counts_from_its_start),
        s.an_office_that_starts_again, "UNIQUE constraint failed: feed.scope, feed.seq",
    ),
    Mutant(
        "what comes late is kept nowhere",
        within(apply._keep_late, never(late_arrivals.keep)),
        s.reassigned_with_work_pending, "what_came_late_is_shown",
    ),
    Mutant(
        "what is parked is dropped",
        never(parked_operations.keep),
        s.work_that_nobody_understands, "what_came_late_is_shown",
    ),
    Mutant(
        "a file is taken for what it is called",
        within(received_files.receive, answers(store.named, _EVERY_NAME)),
        s.bytes_that_are_not_the_announced_ones, "every_file_is_somewhere",
    ),
    Mutant(
        "a restored office counts revisions as before",
        never(revisions.leap),
        hands.what_was_never_seen_after_a_restore, "somebody wrote over what they had never seen",
    ),
)  # fmt: skip
