"""Every operation is numbered once, kept as it was captured, and let go only when it is safe."""

import json
from datetime import timedelta
from typing import Any

import pytest

from field_app.store import operation_queue
from field_app.store.database import Database
from field_app.store.enrolment import enrolled
from field_app.store.operation_queue import Pending, Result
from shared.operations.operation import Kind
from shared.operations.wire import message_hash
from shared.ticket.shapes import Unreadable
from tests.field_app.cast import NOW, TICKET


def diagnose(database: Database, words: str = "El fusor no calienta.", number: int = 0):
    count = database.value("SELECT coalesce(max(seq), 0) FROM outbox") + number
    return operation_queue.record(
        database, TICKET, Kind.SET, {"fields": {"diagnosis": words}},
        at=NOW, op_id=f"op-{count}",
    )  # fmt: skip


def message(pending: Pending) -> Any:
    """The operation as the office reads it."""
    return json.loads(pending.text)


def waiting(database: Database) -> list[int]:
    return [item.n for item in operation_queue.unanswered(database, 200, 10**6)]


def answer(database: Database, *ns: int, outcome: str = "applied", rev: int = 2) -> None:
    operation_queue.answered(database, [Result(n, outcome, rev) for n in ns], NOW)


def test_operations_are_numbered_from_one_without_holes(database):
    assert [diagnose(database, word).n for word in ("uno", "dos", "tres")] == [1, 2, 3]


def test_a_number_is_never_used_again_after_the_outbox_emptied(database):
    diagnose(database, "uno")
    diagnose(database, "dos")
    with database.transaction() as db:
        db.execute("DELETE FROM outbox")
    assert diagnose(database, "tres").n == 3


def test_a_capture_that_fails_takes_no_number(database):
    with pytest.raises(Unreadable):
        operation_queue.record(
            database, TICKET, Kind.SET, {"fields": {"meter": "mucho"}}, at=NOW, op_id="x"
        )
    assert diagnose(database).n == 1


def test_the_hash_is_that_of_the_message_as_it_will_be_sent(database):
    diagnose(database)
    [pending] = operation_queue.unanswered(database, 1, 1)
    assert operation_queue.last(database) == (1, message_hash(message(pending)))


def test_a_batch_stops_at_its_size_but_never_before_its_first_operation(database):
    for word in ("uno", "dos", "tres"):
        diagnose(database, word * 300)
    size = len(operation_queue.unanswered(database, 1, 1)[0].text)
    assert [p.n for p in operation_queue.unanswered(database, 200, 2 * size + 10)] == [1, 2]
    assert [p.n for p in operation_queue.unanswered(database, 200, 10)] == [1]
    assert [p.n for p in operation_queue.unanswered(database, 2, 10**6)] == [1, 2]


def test_sent_is_not_answered(database):
    diagnose(database)
    operation_queue.sent(database, [1])
    assert waiting(database) == [1]


def test_answered_is_not_durable(database):
    diagnose(database)
    answer(database, 1)
    assert waiting(database) == []
    assert len(operation_queue.messages_unsafe(database)) == 1
    operation_queue.durable(database, 1, NOW)
    assert operation_queue.messages_unsafe(database) == []


def test_an_operation_stays_thirty_days_after_it_is_durable(database):
    for word in ("uno", "dos"):
        diagnose(database, word)
    answer(database, 1, 2, outcome="rejected")
    operation_queue.durable(database, 2, NOW)
    assert operation_queue.sweep(database, NOW + timedelta(days=29)) == 0
    assert operation_queue.sweep(database, NOW + timedelta(days=31)) == 1


def test_the_last_operation_is_never_swept_away(database):
    diagnose(database)
    answer(database, 1, outcome="rejected")
    operation_queue.durable(database, 1, NOW)
    operation_queue.sweep(database, NOW + timedelta(days=400))
    assert operation_queue.last(database)[0] == 1


def test_what_is_not_durable_is_never_swept_away(database):
    diagnose(database)
    diagnose(database, "dos")
    answer(database, 1, 2)
    assert operation_queue.sweep(database, NOW + timedelta(days=4000)) == 0


def test_a_replay_queues_again_what_a_restored_office_lost(database):
    for word in ("uno", "dos", "tres"):
        diagnose(database, word)
    answer(database, 1, 2, 3)
    operation_queue.durable(database, 1, NOW)
    operation_queue.replay(database, 2)
    assert waiting(database) == [2, 3]


def test_a_new_identity_numbers_what_waits_from_one_under_the_same_op_ids(database):
    names = [diagnose(database, word).op_id for word in ("uno", "dos", "tres")]
    answer(database, 1)
    operation_queue.sent(database, [2])
    operation_queue.reidentify(database, "device-2")
    pending = operation_queue.unanswered(database, 200, 10**6)
    assert [(p.n, message(p)["op_id"]) for p in pending] == [(1, names[1]), (2, names[2])]
    assert enrolled(database).device_id == "device-2"
    assert operation_queue.last(database) == (2, message_hash(message(pending[-1])))


def test_a_new_identity_with_nothing_waiting_begins_at_one(database):
    diagnose(database)
    answer(database, 1)
    operation_queue.reidentify(database, "device-2")
    assert operation_queue.last(database) == (0, "")
    assert diagnose(database, "dos").n == 1


def test_work_of_an_earlier_identity_is_durable_when_later_work_is(database):
    diagnose(database)
    answer(database, 1)
    operation_queue.reidentify(database, "device-2")
    diagnose(database, "dos")
    answer(database, 1)
    operation_queue.durable(database, 1, NOW)
    assert operation_queue.messages_unsafe(database) == []


def test_a_captured_body_is_kept_word_for_word(database):
    words = "  «Ñandú» 漢字 \u2028 1.0e3  "
    diagnose(database, words)
    [pending] = operation_queue.unanswered(database, 1, 1)
    assert message(pending)["body"] == {"fields": {"diagnosis": words}}


def test_everything_is_kept_only_from_the_last_hole_on(database):
    for number in range(6):
        diagnose(database, str(number))
    with database.transaction() as db:
        db.execute("DELETE FROM outbox WHERE n IN (1, 4)")
    assert operation_queue.first_kept(database) == 5
