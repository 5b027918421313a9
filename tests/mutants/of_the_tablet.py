"""Mutants of the tablet: how it captures, sends, reads, shows and forgets."""

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from field_app.session import session_state
from field_app.store import base, operation_queue, view
from field_app.store.database import Database
from field_app.store.enrolment import enrolled
from field_app.sync import agreement, pulling, round, uploads
from field_app.sync.answers import Hello
from tests.mutants import returns as r
from tests.mutants import scenarios as s
from tests.mutants.fault import answers, first, instead, never, then, within
from tests.mutants.mutant import Mutant


def _counts_what_is_there(database: Database, *args: Any, **named: Any) -> None:
    with database.transaction() as db:
        db.execute(
            "UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(seq), 0) FROM outbox)"
            " WHERE name = 'outbox'"
        )


def _answered_once_sent(
    real: Callable[[Database, Iterable[int]], None], database: Database, ns: Iterable[int]
) -> None:
    real(database, ns)
    with database.transaction() as db:
        db.execute("UPDATE outbox SET state = 'acked' WHERE state = 'sent'")


def _drops_what_was_answered(database: Database, now: datetime) -> None:
    with database.transaction() as db:
        db.execute("DELETE FROM outbox WHERE state = 'acked'")


def _sweeps_by_its_own_clock(
    real: Callable[[session_state.SessionState, str], Database],
    at: session_state.SessionState,
    user_id: str,
) -> Database:
    database = real(at, user_id)
    operation_queue.sweep(database, at.device.now())
    return database


def _by_the_clock(pending: list[operation_queue.Pending]) -> list[operation_queue.Pending]:
    return sorted(pending, key=lambda item: str(json.loads(item.text)["captured_at"]))


def _with_the_epoch_we_know(
    real: Callable[[round.Round, Hello], bool], asking: round.Round, answer: Hello
) -> bool:
    return real(asking, replace(answer, epoch=enrolled(asking.database).epoch))


def _saves_the_cursor(keeping: pulling.Pulling, page: base.Page) -> None:
    base.apply_page(keeping.database, base.Page((), page.cursors, True), keeping.now())


def _lets_go_of_what_was_answered(database: Database, ids: list[str]) -> None:
    with database.transaction() as db:
        for id in ids:
            db.execute(
                "UPDATE outbox SET reflected = 1 WHERE outcome IS NOT NULL AND ticket = ?", (id,)
            )


def _forgets_its_queue(database: Database) -> None:
    with database.transaction() as db:
        db.execute("DELETE FROM outbox")


MUTANTS = (
    Mutant(
        "a number is used again",
        first(operation_queue.record, _counts_what_is_there),
        r.an_outbox_that_emptied, "no number twice",
    ),
    Mutant(
        "a new identity counts wrong",
        within(operation_queue.reidentify, then(operation_queue._last_seq, lambda seq: seq - 1)),
        r.work_under_a_new_identity, "counted from 1, without a hole",
    ),
    Mutant(
        "what was sent counts as answered",
        instead(operation_queue.sent, _answered_once_sent),
        s.a_push_that_never_arrives, "every_operation_is_somewhere",
    ),
    Mutant(
        "deleted as soon as it was answered",
        first(operation_queue.sweep, _drops_what_was_answered),
        r.an_office_restored, "every_operation_is_somewhere",
    ),
    Mutant(
        "thirty days by the tablet's own clock",
        instead(session_state.SessionState._opened, _sweeps_by_its_own_clock),
        r.a_clock_jumps_a_year_ahead, "every_operation_is_somewhere",
    ),
    Mutant(
        "the clock orders the queue",
        then(operation_queue.unanswered, _by_the_clock),
        s.a_clock_jumps_back_in_the_queue, "Gap",
    ),
    Mutant(
        "what the office lost is not sent again",
        never(operation_queue.replay),
        r.an_office_restored, "every_operation_is_somewhere",
    ),
    Mutant(
        "a new epoch means nothing",
        instead(round.Round._was_put_back, _with_the_epoch_we_know),
        r.an_office_restored_to_before_a_file, "every_file_is_somewhere",
    ),
    Mutant(
        "the cursor is saved before its page",
        first(pulling.Pulling._keep, _saves_the_cursor),
        s.a_page_and_a_kill, "the whole page with its cursor, or nothing of it",
    ),
    Mutant(
        "an answered operation leaves the view at once",
        first(view._settle, _lets_go_of_what_was_answered),
        s.a_stale_page, "the view never steps back",
    ),
    Mutant(
        "a digest that differs is passed over",
        within(round.Round._pull, answers(agreement.amiss, list[str]())),
        s.a_memory_that_went_wrong, "copies_equal",
    ),
    Mutant(
        "a greeting that says otherwise is passed over",
        within(agreement.nothing_to_pull, answers(agreement.amiss, list[str]())),
        s.a_memory_that_went_wrong, "copies_equal",
    ),
    Mutant(
        "retired, it forgets its queue",
        first(base.forget_all, _forgets_its_queue),
        r.a_wiped_tablet, "every_operation_is_somewhere",
    ),
    Mutant(
        "any answer says that a file is there",
        within(uploads.Upload._offset_of, answers(uploads._offset_in, sys.maxsize)),
        r.a_page_in_the_way_after_a_restore, "every_file_is_somewhere",
    ),
)  # fmt: skip
