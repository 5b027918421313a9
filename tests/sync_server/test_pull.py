"""What changed comes out page by page, and both sides agree at the end. SYNC.md, O9–O11."""

import base64
import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.ticket.people import Role
from sync_server.database.tables import unreadable_record
from sync_server.records import records
from sync_server.schedule.retirement import retire
from tests.cast import ASSET, CUSTOMER, SITE
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.conftest import Enrol
from tests.sync_server.visit import finished


def test_a_tablet_gets_its_tickets_and_all_that_goes_along(
    office: RunningOffice, tablet: RawTablet
):
    mine = office.ticket()
    office.ticket(assignee=office.user(Role.ENGINEER, "Ana Torres"))
    office.ticket(assignee=None)
    tablet.pull()
    assert set(tablet.holds("ticket")) == {mine}
    assert set(tablet.holds("asset")) == {ASSET}
    assert set(tablet.holds("customer")) == {CUSTOMER}
    assert set(tablet.holds("site")) == {SITE}
    assert set(tablet.holds("stock")) == {tablet.user}
    assert set(tablet.holds("catalogue")) == {
        "root_causes", "final_classifications", "parts", "people", "organisation", "checklist",
    }  # fmt: skip
    assert tablet.holds("answer")


def test_nothing_new_is_an_empty_page(tablet: RawTablet):
    assert tablet.pull()
    assert tablet.pull() == []


def test_who_has_everything_is_greeted_with_what_a_last_page_would_say(
    office: RunningOffice, tablet: RawTablet
):
    assert "digest" not in tablet.hello()
    tablet.pull()
    assert tablet.hello()["digest"] == tablet.digest
    office.ticket()
    assert "digest" not in tablet.hello()
    tablet.pull()
    assert tablet.hello()["digest"] == tablet.digest


def test_who_names_other_cursors_than_those_of_its_scopes_has_to_pull(tablet: RawTablet):
    tablet.pull()
    org = {"org": tablet.cursors["org"]}
    strange = {**tablet.cursors, "user:somebody": org["org"]}
    for cursors in ({}, org, strange, {**tablet.cursors, "org": 7}, {**tablet.cursors, "org": "x"}):
        assert "digest" not in tablet.hello(cursors=cursors)


def test_who_is_asked_for_something_has_to_pull(tablet: RawTablet):
    tablet.pull()
    answer = tablet.hello(epoch="another")
    assert answer["actions"]
    assert "digest" not in answer


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_small_pages_bring_the_same(office: RunningOffice, tablet: RawTablet, limit: int):
    for _ in range(3):
        office.ticket()
    tablet.pull(limit)
    small, tablet.base, tablet.cursors = dict(tablet.base), {}, {}
    tablet.pull(500)
    assert small == tablet.base


def test_a_change_between_two_pages_is_not_missed(office: RunningOffice, tablet: RawTablet):
    ids = [office.ticket() for _ in range(3)]
    message = {"device_id": tablet.device_id, "cursors": {}, "limit": 5}
    page = tablet.post("/api/v1/sync/pull", message).json()
    assert page["more"]
    assert "digest" not in page
    tablet.cursors = page["cursors"]
    for change in page["changes"]:
        tablet.base[change["scope"], change["record"], change["id"]] = change
    office.sets(ids[0], description="Cambió entre dos páginas.")
    tablet.pull(2)
    assert tablet.fields(ids[0])["description"] == "Cambió entre dos páginas."


def test_reassigned_it_leaves_one_tablet_and_comes_to_the_other(
    office: RunningOffice, tablet: RawTablet, enrol: Enrol
):
    ana = office.user(Role.ENGINEER, "Ana Torres")
    hers = enrol(office.code(ana))
    id = office.ticket()
    tablet.pull()
    office.assign(id, ana)
    gone = {(c["record"], c["kind"]) for c in tablet.pull() if c["scope"].startswith("user:")}
    assert gone == {(r, "remove") for r in ("ticket", "asset", "customer", "site")}
    hers.pull()
    assert set(hers.holds("ticket")) == {id}
    assert set(hers.holds("asset")) == {ASSET}
    office.assign(id, office.user())
    tablet.pull()
    hers.pull()
    assert (set(tablet.holds("ticket")), set(hers.holds("ticket"))) == ({id}, set())


def test_an_asset_stays_while_another_ticket_names_it(office: RunningOffice, tablet: RawTablet):
    first, second = office.ticket(), office.ticket()
    tablet.pull()
    office.assign(first, office.user(Role.ENGINEER, "Ana Torres"))
    tablet.pull()
    assert (set(tablet.holds("ticket")), set(tablet.holds("asset"))) == ({second}, {ASSET})


def test_work_for_a_ticket_that_went_away_is_kept_as_late(
    office: RunningOffice, tablet: RawTablet, enrol: Enrol
):
    ana = office.user(Role.ENGINEER, "Ana Torres")
    id = office.ticket()
    tablet.pull()
    note = tablet.appends(id, "notes", text="de antes de la reasignación")
    edit = tablet.sets(id, diagnosis="de antes también")
    office.assign(id, ana)
    outcomes = [result["outcome"] for result in tablet.push(note, edit)]
    assert outcomes == ["late", "applied"]
    assert [row.reason for row in office.late(id)] == ["reassigned"]
    hers = enrol(office.code(ana))
    hers.pull()
    (kept,) = hers.holds("ticket")[id]["entries"]["notes"]
    assert kept["text"] == "de antes de la reasignación"


def test_a_changed_asset_reaches_the_tablets_that_have_it(office: RunningOffice, tablet: RawTablet):
    office.ticket()
    tablet.pull()
    doc = {**office.known("asset", ASSET), "location": "Sótano"}
    office.do(lambda tx: records.put(tx, "asset", ASSET, doc, office.clock()))
    (change,) = tablet.pull()
    assert (change["record"], change["doc"]["location"]) == ("asset", "Sótano")


def test_somebody_elses_scope_is_not_given(office: RunningOffice, tablet: RawTablet):
    other = office.user(Role.ENGINEER, "Ana Torres")
    message = {"device_id": tablet.device_id, "cursors": {f"user:{other.id}": "x"}}
    answer = tablet.post("/api/v1/sync/pull", message)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/scope")


STRANGE = [
    "", "x", "¿?", "AAAA", "e30=", base64.urlsafe_b64encode(b'["e", 1, 1]').decode(),
    base64.urlsafe_b64encode(json.dumps(["e", 10**30, -1]).encode()).decode(),
]  # fmt: skip


@pytest.mark.parametrize("cursor", STRANGE)
def test_a_cursor_that_is_not_ours_starts_from_the_beginning(tablet: RawTablet, cursor: str):
    tablet.pull()
    everything = len([key for key in tablet.base if key[0] == "org"])
    tablet.cursors = {**tablet.cursors, "org": cursor}
    assert len(tablet.pull()) == everything


def test_cursors_survive_a_restart_of_the_office(office: RunningOffice, tablet: RawTablet):
    tablet.pull()
    office.stop()
    office.start()
    assert tablet.pull() == []


def test_a_tablet_too_old_to_read_is_told_so(office: RunningOffice, tablet: RawTablet):
    office.stop()
    office.start(minimum_pull_schema=2)
    answer = tablet.post("/api/v1/sync/pull", {"device_id": tablet.device_id})
    assert (answer.status_code, answer.json()["minimum"]) == (426, 2)
    assert tablet.hello()["minimum_pull_schema"] == 2


def test_pages_come_packed_as_the_tablet_likes(tablet: RawTablet):
    for packing in ("zstd", "gzip"):
        message = {"device_id": tablet.device_id}
        answer = tablet.post("/api/v1/sync/pull", message, **{"Accept-Encoding": packing})
        assert answer.headers["content-encoding"] == packing
        assert answer.json()["changes"]


def test_a_ticket_born_offline_lives_where_it_was_born_until_it_is_assigned(
    office: RunningOffice, tablet: RawTablet
):
    id = "018f0000-0000-7000-8000-00000000abcd"
    fields = {"provisional_folio": "TAB-1", "description": "No enciende", "asset": ASSET}
    tablet.push(tablet.op(id, "create", {"fields": fields}))
    tablet.pull()
    assert (set(tablet.holds("ticket")), set(tablet.holds("asset"))) == ({id}, {ASSET})
    office.sets(
        id, Role.CALL_CENTRE, nature="technical_fault", type="technical_fault", priority="low"
    )
    office.command(id, "classify", Role.CALL_CENTRE)
    office.assign(id, office.user(Role.ENGINEER, "Ana Torres"))
    tablet.pull()
    assert tablet.holds("ticket") == {}


def test_an_id_of_any_visible_characters_comes_as_it_is(tablet: RawTablet):
    id = 'a"b\\u0041{'
    fields = {"provisional_folio": "TAB-1", "description": "No enciende", "asset": ASSET}
    tablet.push(tablet.op(id, "create", {"fields": fields}))
    tablet.pull()
    assert set(tablet.holds("ticket")) == {id}


def test_what_ended_thirty_days_ago_leaves_the_tablet(office: RunningOffice, tablet: RawTablet):
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    open_still = office.ticket(asset=None)
    tablet.pull()
    retire(office.context, office.clock() + timedelta(days=29))
    assert tablet.pull() == []
    retire(office.context, office.clock() + timedelta(days=31))
    tablet.pull()
    assert set(tablet.holds("ticket")) == {open_still}
    assert tablet.holds("asset") == {}
    assert set(tablet.holds("customer")) == {CUSTOMER}
    assert office.fields(visit.ticket)["state"] == "closed"


def test_an_asset_comes_before_the_ticket_that_names_it(office: RunningOffice, tablet: RawTablet):
    office.ticket()
    order = [change["record"] for change in tablet.pull() if change["scope"] != "org"]
    assert order.index("asset") < order.index("ticket")


def put_answer(office: RunningOffice, id: str, doc: dict[str, str]) -> None:
    office.do(lambda tx: records.put(tx, "answer", id, doc, office.clock()))


def test_a_page_ends_at_a_megabyte(office: RunningOffice, tablet: RawTablet):
    for number in range(6):
        put_answer(office, f"long-{number}", {"text": "x" * 300_000})
    message = {"device_id": tablet.device_id, "limit": 500}
    page = tablet.post("/api/v1/sync/pull", message, **{"Accept-Encoding": "identity"})
    assert page.json()["more"]
    assert len(page.content) < 1_200_000
    tablet.pull()
    assert {f"long-{number}" for number in range(6)} <= set(tablet.holds("answer"))


def test_what_a_tablet_cannot_show_is_noted_once_at_its_newest_revision(
    office: RunningOffice, tablet: RawTablet
):
    told = {"record": "asset", "id": ASSET, "rev": 3, "why": "asset.a\0b\n is not text"}
    tablet.hello(unreadable=[told])
    tablet.hello(unreadable=[{**told, "rev": 4}, {**told, "record": "site", "id": SITE}])
    tablet.hello()
    rows = office.ask(lambda tx: tx.rows(select(unreadable_record)))
    assert {(row.device, row.record, row.id, row.rev, row.why) for row in rows} == {
        (tablet.device_id, "asset", ASSET, 4, "asset.a□b□ is not text"),
        (tablet.device_id, "site", SITE, 3, "asset.a□b□ is not text"),
    }
