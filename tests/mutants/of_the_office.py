"""Mutants of the office: how it merges, takes, decides, publishes and keeps."""

from shared import merge
from sync_server import (
    arrivals,
    batch,
    closing,
    conflicts,
    feed,
    late,
    operations,
    push,
    revisions,
)
from sync_server.blobs.local import LocalStore
from tests.faults import hands
from tests.mutants import closings as c
from tests.mutants import returns as r
from tests.mutants import scenarios as s
from tests.mutants.mutant import Mutant

KEPT_UNSEEN = Mutant(
    "the store keeps whatever it is given", LocalStore.keep,
    "if named(content) != name:", "if False:",
    s.bytes_that_are_not_the_announced_ones, "",
)  # fmt: skip

MUTANTS = (
    Mutant(
        "the last writer wins", merge._contested,
        "return last is not None and last.rev > base_rev and last.device != device",
        "return False",
        s.two_write_one_field, "nothing_was_overwritten_unseen",
    ),
    Mutant(
        "whoever comes last owns the field", merge._decide,
        "if incoming_owns and not standing_owns:", "if True:",
        s.the_office_writes_what_the_field_owns, "nothing_was_overwritten_unseen",
    ),
    Mutant(
        "what lost is kept nowhere", conflicts.keep,
        "desk.tx.execute(", "str(",
        s.two_write_one_field, "nobody is told",
    ),
    Mutant(
        "no look for a fork", batch.Batch.take,
        "if known != hash:", "if False:",
        r.other_words_under_old_numbers, "every_operation_is_somewhere",
    ),
    Mutant(
        "no look for a gap", batch.Batch.take,
        "if n != self.last_n + 1:", "if False:",
        s.a_batch_with_a_hole, "numbers_are_whole",
    ),
    Mutant(
        "an op_id may come twice", batch.Batch._become,
        "if sent.op_id in self._first:", "if False:",
        r.the_same_again_from_another_identity, "UNIQUE constraint failed: operation.op_id",
    ),
    Mutant(
        "acknowledged is as good as durable", push._take,
        'durable_n = last_n if office.settings.durable == "commit" else clock.durable_n',
        "durable_n = last_n",
        r.an_office_restored_after_months, "every_operation_is_somewhere",
    ),
    Mutant(
        "closed although something is missing", closing._decide,
        "missing = tuple(closure_checklist(Ticket.of(before.record), known))",
        "missing = ()",
        c.closing_with_a_photo_missing, "is closed although|with all that is missing",
    ),
    Mutant(
        "closed before its files are here", closing._decide,
        "if missing:", "if False:",
        c.closing_before_the_bytes, "it waits for its bytes",
    ),
    Mutant(
        "numbers of a feed from this process's memory", feed._write_scope,
        "first = seq",
        "first = seq = next(tx.connection.engine.__dict__.setdefault('told', iter(range(10**9))))",
        s.an_office_that_starts_again, "UNIQUE constraint failed: feed.scope, feed.seq",
    ),
    Mutant(
        "what comes late is kept nowhere", operations._keep_late,
        "late.keep(desk, record, line, operation, reason, follow_up)", "pass",
        s.reassigned_with_work_pending, "what_came_late_is_shown",
    ),
    Mutant(
        "what is parked is dropped", late.park,
        "desk.tx.execute(", "str(",
        s.work_that_nobody_understands, "what_came_late_is_shown",
    ),
    Mutant(
        "a file is taken for what it is called", arrivals.receive,
        "if named(content) != sha256:", "if False:",
        s.bytes_that_are_not_the_announced_ones, "every_file_is_somewhere", KEPT_UNSEEN,
    ),
    Mutant(
        "a restored office counts revisions as before", revisions.leap,
        "// STEP * STEP + STEP", "+ 0",
        hands.what_was_never_seen_after_a_restore, "somebody wrote over what they had never seen",
    ),
)  # fmt: skip
