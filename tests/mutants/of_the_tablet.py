"""Mutants of the tablet: how it captures, sends, reads, shows and forgets."""

from field_app import presence
from field_app.store import base, outbox, schema, view
from field_app.sync import agreement, pulling, round, uploads
from tests.mutants import returns as r
from tests.mutants import scenarios as s
from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "a number is used again", schema._first,
        "seq INTEGER PRIMARY KEY AUTOINCREMENT", "seq INTEGER PRIMARY KEY",
        r.an_outbox_that_emptied, "no number twice|sqlite_sequence",
    ),
    Mutant(
        "a new identity counts wrong", outbox.reidentify,
        "offset = _last_seq(database) - len(rows)", "offset = _last_seq(database) - len(rows) - 1",
        r.work_under_a_new_identity, "counted from 1, without a hole",
    ),
    Mutant(
        "what was sent counts as answered", outbox.sent,
        "SET state = 'sent'", "SET state = 'acked'",
        s.a_push_that_never_arrives, "every_operation_is_somewhere",
    ),
    Mutant(
        "deleted as soon as it was answered", outbox.sweep,
        "state = 'durable' AND reflected = 1",
        "state = 'acked' OR state = 'durable' AND reflected = 1",
        r.an_office_restored, "every_operation_is_somewhere",
    ),
    Mutant(
        "thirty days by the tablet's own clock", presence.Presence._opened,
        "outbox.sweep(database, me.reckoned)", "outbox.sweep(database, self.device.now())",
        r.a_clock_jumps_a_year_ahead, "every_operation_is_somewhere",
    ),
    Mutant(
        "the clock orders the queue", outbox.unanswered,
        "ORDER BY seq LIMIT ?", "ORDER BY captured_at LIMIT ?",
        s.a_clock_jumps_back_in_the_queue, "Gap",
    ),
    Mutant(
        "what the office lost is not sent again", outbox.replay,
        "_queue_again(database, rows)", "pass",
        r.an_office_restored, "every_operation_is_somewhere",
    ),
    Mutant(
        "a new epoch means nothing", round.Round._was_put_back,
        "bool(epoch and epoch != answer.epoch)", "False",
        r.an_office_restored_to_before_a_file, "every_file_is_somewhere",
    ),
    Mutant(
        "the cursor is saved before its page", pulling.Pulling._keep,
        "base.apply_page(self.database, page, self.now())",
        "base.apply_page(self.database, base.Page((), page.cursors, True), self.now());"
        " base.apply_page(self.database, page, self.now())",
        s.a_page_and_a_kill, "the whole page with its cursor, or nothing of it",
    ),
    Mutant(
        "an answered operation leaves the view at once", view._settle,
        "rev IS NULL OR", "rev IS NOT NULL OR",
        s.a_stale_page, "the view never steps back",
    ),
    Mutant(
        "a digest that differs is passed over", round.Round._pull,
        "if not differing:", "if True:",
        s.a_memory_that_went_wrong, "copies_equal",
    ),
    Mutant(
        "a greeting that says otherwise is passed over", agreement.nothing_to_pull,
        "not amiss(database, greeting.digest)", "True",
        s.a_memory_that_went_wrong, "copies_equal",
    ),
    Mutant(
        "retired, it forgets its queue", base.forget_all,
        '"ticket_words"', '"ticket_words", "outbox"',
        r.a_wiped_tablet, "every_operation_is_somewhere",
    ),
    Mutant(
        "any answer says that a file is there", uploads.Upload._standing,
        "_offset_in(response)", "len(self._data)",
        r.a_page_in_the_way_after_a_restore, "every_file_is_somewhere",
    ),
)  # fmt: skip
