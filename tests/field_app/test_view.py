"""What the screen shows: the office's words, and on top of them what was done here since."""

from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from field_app.store import (
    answers,
    base,
    operation_queue,
    schema,
    ticket_index,
    tickets,
    view,
)
from field_app.store.base import Page
from field_app.store.database import Database
from field_app.store.enrolment import Enrolment, User, keep_enrolment
from field_app.store.operation_queue import Result
from field_app.store.ticket_index import Shelf, WorkStage
from shared.operations.operation import Kind
from shared.operations.wire import scope_digest
from tests.field_app.cast import ENGINEER, NOW, SECOND, TICKET, documents, ticket_fields

SCOPE = "user:eng-1"


def pull(
    database: Database, *changes: dict[str, Any], more: bool = False, cursor: str = "1"
) -> None:
    page = Page(tuple({"scope": SCOPE, "seq": 1, **c} for c in changes), {SCOPE: cursor}, more)
    base.apply_page(database, page, NOW)


def ticket(rev: int = 1, id: str = TICKET, **fields) -> dict[str, Any]:
    doc = {**ticket_fields(), **fields}
    return {"kind": "update", "record": "ticket", "id": id, "rev": rev, "doc": doc, "entries": {}}


def around() -> list[dict[str, Any]]:
    return [{"kind": "update", "record": r, "id": i, "rev": 1, "doc": d} for r, i, d in documents()]


def write(database: Database, **fields) -> int:
    count = database.value("SELECT coalesce(max(seq), 0) FROM outbox")
    return operation_queue.record(
        database, TICKET, Kind.SET, {"fields": fields}, at=NOW, op_id=f"op-{count}"
    ).n


def ask_to_close(database: Database) -> int:
    body = {"name": "finalise", "report": "0" * 64, "record_digest": "0" * 64, "folio": "F"}
    return operation_queue.record(database, TICKET, Kind.COMMAND, body, at=NOW, op_id="close").n


def answer(database: Database, n: int, outcome: str = "applied", rev: int | None = 2, **more):
    operation_queue.answered(database, [Result(n, outcome, rev, **more)], NOW)


def shown(database: Database, name: str):
    record = view.viewed(database, TICKET)
    assert record is not None
    return record.fields.get(name)


def test_what_was_written_is_shown_at_once(database):
    pull(database, ticket())
    write(database, diagnosis="Fusor agotado")
    assert shown(database, "diagnosis") == "Fusor agotado"


def test_a_pull_that_does_not_know_of_our_work_does_not_hide_it(database):
    pull(database, ticket())
    n = write(database, diagnosis="Fusor agotado")
    answer(database, n, rev=5)
    pull(database, ticket(rev=4, impact="mucho"), cursor="2")
    assert shown(database, "diagnosis") == "Fusor agotado"
    assert shown(database, "impact") == "mucho"


def test_our_work_leaves_the_view_when_the_office_carries_it(database):
    pull(database, ticket())
    n = write(database, diagnosis="Fusor agotado")
    answer(database, n, rev=5)
    pull(database, ticket(rev=5, diagnosis="Fusor agotado, dice el jefe"), cursor="2")
    assert shown(database, "diagnosis") == "Fusor agotado, dice el jefe"


def test_the_view_waits_when_the_pull_comes_before_the_answer(database):
    pull(database, ticket())
    n = write(database, diagnosis="Fusor agotado")
    pull(database, ticket(rev=5, diagnosis="Fusor agotado", solution="otra"), cursor="2")
    assert shown(database, "diagnosis") == "Fusor agotado"
    answer(database, n, rev=5)
    assert database.value("SELECT count(*) FROM outbox WHERE reflected = 0") == 0


@pytest.mark.parametrize("outcome", ["rejected", "parked"])
def test_what_the_office_did_not_apply_leaves_the_view_and_stays_in_the_outbox(database, outcome):
    pull(database, ticket())
    n = write(database, diagnosis="Fusor agotado")
    answer(database, n, outcome, rev=None, reason="terminal")
    assert shown(database, "diagnosis") is None
    assert len(operation_queue.of_ticket(database, TICKET)) == 1
    assert tickets.window(database, search="", shelf=None, offset=0, limit=5).rows[0].attention


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["write", "answer", "pull", "office"]), max_size=12))
def test_the_view_never_steps_back_whatever_comes_in_which_order(tmp_path_factory, steps):
    database = Database(tmp_path_factory.mktemp("view"))
    keep_enrolment(database, Enrolment("d", User(**ENGINEER), "https://o"))
    office: dict[str, Any] = {"rev": 1, "doc": ticket_fields()}
    pull(database, ticket())
    count, answered = 0, 0
    for step in steps:
        if step == "write":
            count += 1
            write(database, tested_at=None, diagnosis=f"{count:03}")
        elif step == "answer" and answered < count:
            answered += 1
            office["rev"] += 1
            office["doc"] = {**office["doc"], "diagnosis": f"{answered:03}"}
            answer(database, answered, rev=office["rev"])
        elif step == "office":
            office["rev"] += 1
            office["doc"] = {**office["doc"], "impact": str(office["rev"])}
        elif step == "pull":
            pull(database, {**ticket(), "rev": office["rev"], "doc": dict(office["doc"])})
        assert (shown(database, "diagnosis") or "000") == f"{count:03}"
    database.close()


def test_a_list_is_read_in_windows_and_found_by_any_of_its_words_without_accents(database):
    pull(database, *around())
    pull(database, *(ticket(id=f"t-{i:04}", folio=f"SEI-2026-{i:06}") for i in range(120)))
    first = tickets.window(database, search="", shelf=Shelf.OPEN, offset=0, limit=50)
    assert (len(first.rows), first.total, first.more) == (50, 120, True)
    for words in ("san gabr", "kyocera 000007", "ibanez", "DEMO-KY4054", "admision"):
        assert tickets.window(database, search=words, shelf=None, offset=0, limit=5).total, words
    assert not tickets.window(database, search='nada "OR', shelf=None, offset=0, limit=5).total


def found(database: Database, words: str) -> int:
    return tickets.window(database, search=words, shelf=None, offset=0, limit=5).total


def test_a_word_of_its_names_and_one_of_its_description_find_a_ticket_together(database):
    pull(database, *around(), ticket())
    assert found(database, "gabriel c6000 recetas ibanez") == 1
    assert found(database, "gabriel tambor") == 0


SPELLED = (
    "optica ibanez", "O\u0301ptica Iba\u0301n\u0303ez", "ÓPTICA", "101", "sei 2026 101",
    "SEI2026000101", "DEMOKY4054-0117", "demo ky4054 01 17", "DEMO\u2013KY4054\u20130117",
    "re\u200bcetas",
)  # fmt: skip


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_ticket_is_found_however_its_names_are_spelled(database, form):
    documents = around()
    documents[0]["doc"]["name"] = normalize(form, "Óptica Ibáñez")
    pull(database, *documents, ticket())
    assert [words for words in SPELLED if found(database, words) != 1] == []
    assert found(database, "opticas") == found(database, "102") == 0


def as_before_unfit(db, version):
    """The tables of a tablet that knew nothing yet of records that do not fit."""
    for index in ("base_unfit", "ticket_to_correct", "blob_kept", "outbox_unseen"):
        db.execute(f"DROP INDEX IF EXISTS {index}")
    for column in ("base.unfit", "base.raw", "base.reported", "ticket.unfit"):
        db.execute("ALTER TABLE {} DROP COLUMN {}".format(*column.split(".")))
    db.execute(f"PRAGMA user_version = {version}")


def test_a_tablet_of_before_words_were_folded_finds_the_same(tmp_path, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(schema, "STEPS", (*schema.STEPS[:2], schema._what_does_not_fit))
        before.setattr(ticket_index, "findable", lambda names, codes: " ".join([*names, *codes]))
        before.setattr(ticket_index, "folded", str)
        database = Database(tmp_path)
        keep_enrolment(database, Enrolment("device-1", User(**ENGINEER), "https://office.example"))
        documents = around()
        documents[0]["doc"]["name"] = "O\u0301ptica Iba\u0301n\u0303ez"
        many = (ticket(id=f"t-{i:04}", folio=f"SEI-2025-{i + 2000:06}") for i in range(600))
        pull(database, *documents, *many, ticket())
        assert found(database, "SEI2026000101") == 0
        with database.transaction() as db:
            as_before_unfit(db, 2)
        database.close()
    database = Database(tmp_path)
    assert [words for words in SPELLED[3:6] if found(database, words) != 1] == []
    assert found(database, "demoky4054 optica recetas") == 601
    database.close()


def test_words_that_were_taken_back_find_nothing_any_more(database):
    pull(database, ticket(folio="", provisional_folio="P-000123"))
    pull(database, ticket(2, description="El tambor raya."), cursor="2")
    assert (found(database, "000123"), found(database, "recetas")) == (0, 0)
    assert (found(database, "000101"), found(database, "tambor")) == (1, 1)
    pull(database, {**ticket(), "kind": "delete"}, cursor="3")
    base.purge(database)
    assert not found(database, "tambor")


def test_a_tablet_of_before_the_words_were_kept_apart_finds_the_same(tmp_path):
    database = Database(tmp_path)
    keep_enrolment(database, Enrolment("device-1", User(**ENGINEER), "https://office.example"))
    pull(database, *around(), ticket())
    write(database, diagnosis="Algo de antes.")
    with database.transaction() as db:
        db.execute("DROP TABLE ticket_prose")
        db.execute("UPDATE ticket_words SET words = words || ' pantalla con código C6000'")
        db.execute("DROP TABLE shown")
        as_before_unfit(db, 1)
    database.close()
    database = Database(tmp_path)
    assert found(database, "gabriel c6000 recetas ibanez") == 1
    pull(database, ticket(3, description="El tambor raya."), cursor="2")
    assert (found(database, "c6000"), found(database, "tambor kyocera")) == (0, 1)
    assert [item.n for item in operation_queue.unanswered(database, 9, 10**6)] == [1]
    database.close()


def test_the_earliest_open_promise_comes_first(database):
    later, sooner = {"response": "2026-03-09T10:00:00-06:00"}, {"on_site": "2026-03-09T15:00:00Z"}
    pull(database, ticket(id="a", due=later), ticket(id="b", due=sooner), ticket(id="c", due={}))
    rows = tickets.window(database, search="", shelf=None, offset=0, limit=5).rows
    assert [row.id for row in rows] == ["b", "a", "c"]


def test_a_customer_renamed_in_the_office_is_renamed_in_the_list(database):
    pull(database, *around(), ticket())
    renamed = {"kind": "update", "record": "customer", "id": "cus-1", "rev": 2,
               "doc": {"name": "Clínica Nueva"}}  # fmt: skip
    pull(database, renamed, cursor="3")
    assert tickets.window(database, search="clinica", shelf=None, offset=0, limit=5).total == 1


def test_what_the_office_changes_is_told_until_it_was_seen(database):
    pull(database, ticket(priority="medium"))
    pull(database, ticket(rev=2, priority="high"), cursor="2")
    [change] = tickets.detail(database, TICKET).changed
    assert (change.field, change.before, change.after) == ("priority", "medium", "high")
    answers.acknowledge(database, TICKET)
    assert tickets.detail(database, TICKET).changed == ()


def test_our_own_work_coming_back_is_no_news(database):
    pull(database, ticket())
    n = write(database, description="Otra cosa")
    answer(database, n, rev=2)
    pull(database, ticket(rev=2, description="Otra cosa"), cursor="2")
    assert tickets.detail(database, TICKET).changed == ()


def test_a_conflict_is_shown_with_both_values(database):
    pull(database, ticket())
    n = write(database, description="mía")
    conflict = {"field": "description", "standing": "de oficina", "losing": "mía"}
    answer(database, n, "conflict", rev=2, conflicts=(conflict,))
    [found] = tickets.detail(database, TICKET).conflicts
    assert (found.field, found.standing, found.losing) == ("description", "de oficina", "mía")


def test_a_ticket_given_to_somebody_else_stays_readable_until_our_work_is_durable(database):
    pull(database, ticket())
    n = write(database, diagnosis="Fusor agotado")
    removed = {"kind": "remove", "record": "ticket", "id": TICKET, "rev": 2}
    pull(database, removed, cursor="2")
    assert tickets.detail(database, TICKET).read_only
    assert base.purge(database) == 0
    answer(database, n, "applied", rev=3)
    assert base.purge(database) == 0
    operation_queue.durable(database, n, NOW)
    assert base.purge(database) == 1
    with pytest.raises(tickets.UnknownTicket):
        tickets.detail(database, TICKET)


def test_a_ticket_that_comes_back_can_be_worked_on_again(database):
    pull(database, ticket())
    write(database, diagnosis="Fusor agotado")
    pull(database, {"kind": "remove", "record": "ticket", "id": TICKET, "rev": 2}, cursor="2")
    pull(database, ticket(rev=3), cursor="3")
    detail = tickets.detail(database, TICKET)
    assert not detail.read_only
    assert detail.ticket.diagnosis == "Fusor agotado"


def test_a_ticket_deleted_in_the_office_keeps_what_was_done_here(database):
    pull(database, ticket())
    write(database, diagnosis="Fusor agotado")
    pull(database, {"kind": "delete", "record": "ticket", "id": TICKET, "rev": 2}, cursor="2")
    assert shown(database, "diagnosis") == "Fusor agotado"
    assert [item.n for item in operation_queue.unanswered(database, 9, 10**6)] == [1]


def test_asking_to_close_walks_through_its_stages(database):
    pull(database, ticket(state="in_analysis"))
    stage = lambda: tickets.detail(database, TICKET).stage  # noqa: E731
    assert stage() is WorkStage.WORK
    n = ask_to_close(database)
    assert stage() is WorkStage.ASKED
    on_its_way = {"rule": "CL12", "field": "evidence", "sentence": "Aún no llega.", "waits": True}
    answer(database, n, rev=2, missing=(on_its_way,))
    assert stage() is WorkStage.ASKED
    pull(database, ticket(rev=2, state="in_analysis", flags=["closing"]), cursor="2")
    assert stage() is WorkStage.CLOSING
    missing = {"at": NOW.isoformat(), "missing": [{"rule": "CL12", "field": "evidence",
               "sentences": {"es": "No abre.", "en": "Does not open."}}]}  # fmt: skip
    pull(database, ticket(rev=3, state="in_analysis", finalise_missing=missing), cursor="3")
    assert stage() is WorkStage.TO_CORRECT
    assert tickets.detail(database, TICKET).missing[0].en == "Does not open."
    pull(database, ticket(rev=4, state="closed"), cursor="4")
    assert stage() is WorkStage.CLOSED


def test_a_refused_closing_shows_all_that_is_missing(database):
    pull(database, ticket(state="in_analysis"))
    n = ask_to_close(database)
    missing = tuple({"rule": r, "field": "f", "sentence": r} for r in ("CL06", "CL09"))
    answer(database, n, "rejected", rev=1, missing=missing)
    detail = tickets.detail(database, TICKET)
    assert detail.stage is WorkStage.TO_CORRECT
    assert [m.rule for m in detail.missing] == ["CL06", "CL09"]


def test_a_resync_drops_only_what_the_office_did_not_send_again(database):
    pull(database, ticket(), ticket(id=SECOND))
    base.resync(database, SCOPE)
    assert base.cursors(database) == {}
    assert tickets.window(database, search="", shelf=Shelf.OPEN, offset=0, limit=5).total == 2
    pull(database, ticket(), cursor="9")
    assert base.digest(database, SCOPE)["count"] == 1
    base.purge(database)
    assert tickets.window(database, search="", shelf=None, offset=0, limit=5).total == 1


def test_both_sides_reckon_the_same_digest(database):
    pull(database, ticket(rev=7))
    assert base.digest(database, SCOPE) == scope_digest([("ticket", TICKET, 7)])


def test_a_resync_forgets_what_a_damaged_tablet_no_longer_finds_in_any_scope(database):
    pull(database, ticket(), *around())
    with database.transaction() as db:
        db.execute("DELETE FROM membership WHERE record = 'asset'")
    base.resync(database, SCOPE)
    pull(database, ticket(), cursor="9")
    held = "SELECT DISTINCT record FROM base"
    assert [row["record"] for row in database.rows(held)] == ["ticket"]
