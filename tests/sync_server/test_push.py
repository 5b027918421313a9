"""Operations come in: each once, in order, all with an outcome. SYNC.md, O1–O5."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from shared.ticket.people import Role
from shared.time.timestamps import instant
from sync_server.database.tables import operation, parked
from sync_server.identity import devices, users
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet, sha
from tests.sync_server.conftest import Enrol

DIAGNOSIS = "El calefactor del fusor no alcanza temperatura."


def logged(office: RunningOffice) -> int:
    return int(office.ask(lambda tx: tx.scalar(select(func.count()).select_from(operation))))


def newest_parked(office: RunningOffice) -> bytes:
    query = select(parked.c.raw).order_by(parked.c.operation.desc()).limit(1)
    return bytes(office.ask(lambda tx: tx.scalar(query)))


def test_what_an_engineer_writes_is_in_the_office(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    tablet.pull()
    started, written = tablet.push(
        tablet.commands(ticket, "start"), tablet.sets(ticket, diagnosis=DIAGNOSIS)
    )
    assert (started["outcome"], written["outcome"]) == ("applied", "applied")
    assert office.fields(ticket)["state"] == "in_analysis"
    assert office.fields(ticket)["diagnosis"] == DIAGNOSIS
    assert written["rev"] == office.record(ticket).record.rev


def test_a_push_repeated_changes_nothing_and_answers_the_same(
    office: RunningOffice, tablet: RawTablet
):
    ticket = office.ticket()
    ops = [tablet.commands(ticket, "start"), tablet.sets(ticket, diagnosis=DIAGNOSIS)]
    first = tablet.push(*ops)
    lines, rev = logged(office), office.record(ticket).record.rev
    assert tablet.push(*ops) == first
    assert (logged(office), office.record(ticket).record.rev) == (lines, rev)


def test_the_same_push_sixteen_times_at_once_is_taken_once(
    office: RunningOffice, tablet: RawTablet
):
    ticket = office.ticket()
    before = logged(office)
    ops = [tablet.appends(ticket, "notes", text=f"nota {i}") for i in range(5)]
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: tablet.push(*ops), range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert logged(office) == before + 5
    assert [note["text"] for note in office.entries(ticket, "notes")] == [
        f"nota {i}" for i in range(5)
    ]


def test_after_a_gap_the_office_says_what_it_expects(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    first, second = tablet.sets(ticket, diagnosis="a"), tablet.sets(ticket, diagnosis="b")
    answer = tablet.try_push(second)
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"].endswith("/gap")
    assert answer.json()["expect"] == 1
    assert [r["outcome"] for r in tablet.push(first, second)] == ["applied", "applied"]


def test_a_batch_with_a_hole_is_not_taken_at_all(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    ops = [tablet.sets(ticket, diagnosis=str(i)) for i in range(3)]
    answer = tablet.try_push(ops[0], ops[2])
    assert (answer.status_code, answer.json()["expect"]) == (409, 2)
    assert tablet.hello()["last_n"] == 0
    assert "diagnosis" not in office.fields(ticket)


def test_batches_that_overlap_are_taken_once(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    ops = [tablet.appends(ticket, "notes", text=str(i)) for i in range(6)]
    tablet.push(*ops[:4])
    assert [r["n"] for r in tablet.push(*ops[2:])] == [3, 4, 5, 6]
    assert len(office.entries(ticket, "notes")) == 6


def test_the_same_number_with_other_words_is_a_fork(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    mine = tablet.sets(ticket, diagnosis="la primera")
    tablet.push(mine)
    answer = tablet.try_push({**mine, "body": {"fields": {"diagnosis": "otra"}}})
    assert answer.status_code == 409
    assert answer.json()["type"].endswith("/fork")
    assert office.fields(ticket)["diagnosis"] == "la primera"


def test_after_a_fork_the_tablet_gets_a_new_identity_and_loses_nothing(
    office: RunningOffice, tablet: RawTablet
):
    ticket = office.ticket()
    shared_op = tablet.sets(ticket, diagnosis="antes de la copia")
    tablet.push(shared_op)
    tablet.push(tablet.appends(ticket, "notes", id="n1", text="del original"))
    copied = {**tablet.appends(ticket, "notes", id="n2", text="de la copia"), "n": 2}
    assert tablet.try_push(copied).status_code == 409
    (action,) = tablet.hello()["actions"]
    assert action["do"] == "reidentify"
    tablet.device_id, tablet.token = action["device_id"], action["token"]
    again = tablet.push({**shared_op, "n": 1}, copied)
    assert [result["outcome"] for result in again] == ["duplicate", "applied"]
    assert {note["text"] for note in office.entries(ticket, "notes")} == {
        "del original",
        "de la copia",
    }
    assert tablet.hello()["actions"] == []
    office.history(ticket)


def test_hello_recognises_a_copied_tablet_by_the_hash_of_its_newest_operation(
    office: RunningOffice, tablet: RawTablet
):
    tablet.push(tablet.sets(office.ticket(), diagnosis="a"))
    (action,) = tablet.hello(last_n=1, last_hash="0" * 64)["actions"]
    assert action["do"] == "reidentify"


def test_an_op_id_with_other_words_from_another_tablet_is_kept_apart(
    office: RunningOffice, tablet: RawTablet, enrol: Enrol
):
    ticket = office.ticket()
    first = tablet.sets(ticket, diagnosis="a")
    tablet.push(first)
    other = enrol()
    (result,) = other.push({**other.sets(ticket, diagnosis="b"), "op_id": first["op_id"]})
    assert (result["outcome"], result["reason"]) == ("parked", "op_id_taken")


POISON: list[tuple[str, dict[str, Any]]] = [
    ("unreadable", {"kind": "teleport"}),
    ("unreadable", {"kind": None}),
    ("unreadable", {"body": {"fields": {"priority": "urgentísima"}}}),
    ("unreadable", {"body": {"fields": {"arrived_at": "ayer"}}}),
    ("unreadable", {"body": {"fields": {"diagnosis": "\ud800"}}}),
    ("unreadable", {"body": {"fields": {"diagnosis": 2**60}}}),
    ("unreadable", {"body": []}),
    ("unreadable", {"schema": 99}),
    ("unreadable", {"captured_at": "0001-01-01T00:00:00+14:00"}),
    ("unreadable", {"captured_at": None}),
    ("unreadable", {"op_id": "x" * 65}),
    ("unreadable", {"op_id": None}),
    ("unreadable", {"ticket": "\x00"}),
    ("unreadable", {"ticket": {"a": 1}}),
    ("unreadable", {"base_rev": "3"}),
    ("unreadable", {"kind": "append", "body": {"collection": "nope", "entry": {"id": "1"}}}),
    ("unreadable", {"kind": "append", "body": {"collection": "notes", "entry": {"id": "\x00"}}}),
    ("unreadable", {"kind": "command", "body": {"name": "close!"}}),
    ("unknown_ticket", {"ticket": "018f0000-0000-7000-8000-000000000000"}),
]


def test_what_cannot_be_applied_is_kept_byte_for_byte_and_the_next_one_goes_on(
    office: RunningOffice, tablet: RawTablet
):
    ticket = office.ticket()
    for reason, change in POISON:
        bad = {**tablet.sets(ticket, diagnosis="a"), **change}
        first, second = tablet.push(bad, tablet.appends(ticket, "notes", text="después"))
        assert (first["outcome"], first["reason"]) == ("parked", reason), change
        assert second["outcome"] == "applied"
        assert json.loads(newest_parked(office)) == bad
    office.history(ticket)


def test_a_parked_operation_is_not_parked_twice(office: RunningOffice, tablet: RawTablet):
    bad = tablet.op(office.ticket(), "teleport", {})
    assert tablet.push(bad) == tablet.push(bad)
    assert len(office.ask(lambda tx: tx.rows(select(parked)))) == 1


def test_an_engineer_cannot_write_into_somebody_elses_ticket(
    office: RunningOffice, tablet: RawTablet
):
    other = office.user(Role.ENGINEER, "Ana Torres")
    ticket = office.ticket(assignee=other)
    (result,) = tablet.push(tablet.sets(ticket, diagnosis="ajeno"))
    assert (result["outcome"], result["reason"]) == ("parked", "not_yours")
    assert "diagnosis" not in office.fields(ticket)


def test_what_a_leaver_still_sends_is_put_aside(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    office.do(lambda tx: users.set_active(tx, tablet.user, False, office.clock()))
    (result,) = tablet.push(tablet.sets(ticket, diagnosis="a"))
    assert (result["outcome"], result["reason"]) == ("parked", "user_inactive")
    assert tablet.hello()["scopes"] == []


def test_a_ticket_born_offline_gets_its_folio_from_the_office(
    office: RunningOffice, tablet: RawTablet
):
    fields = {
        "provisional_folio": "TAB-0001", "channel": "phone", "nature": "technical_fault",
        "type": "equipment_down", "priority": "low", "description": "No enciende",
        "requester": {"name": "Sr. Soto"},
    }  # fmt: skip
    born = tablet.op("018f0000-0000-7000-8000-00000000abcd", "create", {"fields": fields})
    (result,) = tablet.push(born)
    assert result["outcome"] == "applied"
    tablet.pull()
    doc = tablet.fields(born["ticket"])
    assert doc["folio"].startswith("SEI-")
    assert (doc["state"], doc["priority"], doc["created_by"]) == ("new", "high", tablet.user)
    assert doc["due"]["resolution"]


def test_the_same_create_from_two_tablets_makes_one_ticket(
    office: RunningOffice, tablet: RawTablet, enrol: Enrol
):
    other = enrol()
    born = tablet.op("018f0000-0000-7000-8000-00000000abcd", "create", {"fields": {"type": "x"}})
    born["body"]["fields"] = {"description": "a"}
    tablet.push(born)
    (again,) = other.push({**born, "n": 1})
    (clash,) = other.push({**other.op(born["ticket"], "create", born["body"]), "n": 2})
    assert (again["outcome"], clash["outcome"], clash["reason"]) == (
        "duplicate",
        "parked",
        "exists",
    )


def test_work_counts_when_it_happened_by_our_clock(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    now = office.clock()
    tablet.clock = lambda: now + timedelta(days=3)
    tablet.hello()
    tablet.push(tablet.commands(ticket, "start"))
    responded = datetime.fromisoformat(office.fields(ticket)["responded_at"])
    assert abs(responded - now) < timedelta(seconds=10)
    assert "clock_changed" not in office.fields(ticket).get("flags", [])


def test_a_clock_that_jumps_is_said_on_the_ticket(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    tablet.hello()
    tablet.clock = lambda: office.clock() + timedelta(minutes=20)
    early = tablet.appends(ticket, "notes", text="20 minutos adelante")
    tablet.hello()
    tablet.push(early)
    assert "clock_changed" in office.fields(ticket)["flags"]


def test_a_tablet_that_woke_in_1970_works_like_any_other(office: RunningOffice, tablet: RawTablet):
    """A flat battery sets a clock back by decades; the work is done now all the same."""
    ticket = office.ticket()
    behind = office.clock() - datetime(1970, 1, 1, tzinfo=UTC)
    tablet.clock = lambda: office.clock() - behind
    tablet.hello()
    [result] = tablet.push(tablet.commands(ticket, "start"))
    assert result["outcome"] == "applied"
    responded = instant(office.fields(ticket)["responded_at"])
    assert abs(responded - office.clock()) < timedelta(minutes=1)


def test_two_hundred_operations_are_a_push_and_one_more_is_too_many(
    office: RunningOffice, tablet: RawTablet
):
    ticket = office.ticket()
    ops = [tablet.appends(ticket, "notes", text=str(i)) for i in range(201)]
    assert tablet.try_push(*ops).status_code == 413
    assert len(tablet.push(*ops[:200])) == 200


BAD_BODIES: list[tuple[int, bytes, dict[str, str]]] = [
    (400, b"", {}),
    (400, b"{", {}),
    (400, b"[]", {}),
    (400, b"null", {}),
    (400, b"\xff\xfe", {}),
    (400, b"[" * 100_000, {}),
    (400, b'{"device_id": 3, "ops": []}', {}),
    (400, b'{"device_id": "$ID"}', {}),
    (400, b'{"device_id": "$ID", "ops": {}}', {}),
    (400, b'{"device_id": "$ID", "ops": [1]}', {}),
    (400, b'{"device_id": "$ID", "ops": [{}]}', {}),
    (400, b'{"device_id": "$ID", "ops": [{"n": true}]}', {}),
    (400, b'{"device_id": "$ID", "ops": [{"n": 1.0}]}', {}),
    (400, b'{"device_id": "$ID", "ops": [{"n": -1}]}', {}),
    (400, b'{"device_id": "$ID", "ops": [{"n": 1e400}]}', {}),
    (400, b'{"device_id": "$ID", "ops": [{"n": NaN}]}', {}),
    (400, b'{"device_id": "$ID", "ops": [{"n": ' + b"9" * 5000 + b"}]}", {}),
    (403, b'{"device_id": "somebody-else", "ops": []}', {}),
    (413, b" " * (256 * 1024 + 1), {}),
    (413, gzip.compress(b" " * 20_000_000), {"Content-Encoding": "gzip"}),
    (400, b"not gzip", {"Content-Encoding": "gzip"}),
    (400, gzip.compress(b"{}")[:-4], {"Content-Encoding": "gzip"}),
    (400, b"not zstd", {"Content-Encoding": "zstd"}),
    (415, b"{}", {"Content-Encoding": "br"}),
    (400, b"{}", {"Content-Digest": sha(b"other bytes")}),
]


@pytest.mark.parametrize("step", ["push", "pull", "hello"])
def test_a_body_that_is_no_message_gets_a_problem_document(tablet: RawTablet, step: str):
    for status, body, headers in BAD_BODIES:
        answer = tablet.http.post(
            f"/api/v1/sync/{step}",
            content=body.replace(b"$ID", tablet.device_id.encode()),
            headers={"Authorization": f"Bearer {tablet.token}", **headers},
        )
        if step == "push":
            assert answer.status_code == status, body[:80]
        if answer.status_code != 200:
            assert 400 <= answer.status_code < 500, body[:80]
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["type"].startswith("/problems/")
            assert answer.headers["content-digest"] == sha(answer.content)


def test_without_its_token_a_tablet_is_turned_away(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    op = tablet.sets(ticket, diagnosis="a")
    token, tablet.token = tablet.token, "nonsense"
    assert tablet.try_push(op).status_code == 401
    tablet.token = token
    office.do(lambda tx: devices.revoke(tx, tablet.device_id, office.clock(), wipe=True))
    answer = tablet.try_push(op)
    assert (answer.status_code, answer.json()["wipe"]) == (401, True)


def test_what_was_acknowledged_is_there_after_a_restart(office: RunningOffice, tablet: RawTablet):
    ticket = office.ticket()
    op = tablet.sets(ticket, diagnosis=DIAGNOSIS)
    first = tablet.push(op)
    office.stop()
    office.start()
    assert office.fields(ticket)["diagnosis"] == DIAGNOSIS
    assert tablet.push(op) == first
