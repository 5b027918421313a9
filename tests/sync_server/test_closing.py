"""The engineer finalises; the office grants, waits, or answers with all that is missing.

SYNC.md, O8.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from shared.ticket.people import Actor, Role
from sync_server.database.tables import archive, outbox, ticket
from sync_server.database.transactions import NoSpace
from sync_server.tickets import apply, closing
from sync_server.tickets.follow_ups import NothingToFollow, open_follow_up
from sync_server.tickets.sla_status import result_at_close
from tests.cast import ASSET
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import Visit, finished


@pytest.fixture
def visit(office: RunningOffice, tablet: RawTablet) -> Visit:
    return finished(tablet, office.ticket())


def closed(office: RunningOffice, id: str) -> bool:
    return bool(office.fields(id)["state"] == "closed")


def remarked(office: RunningOffice, tablet: RawTablet) -> Visit:
    """A visit that the customer signed with remarks: all of it is here, and it waits."""
    visit = Visit(tablet, office.ticket()).work()
    visit.sign("remarks", remarks="Falta limpiar la bandeja.").report().finalise().upload()
    visit.push()
    return visit


def test_a_signed_conformity_closes_at_once_when_everything_is_there(
    office: RunningOffice, visit: Visit
):
    visit.upload()
    results = visit.push()
    assert {result["outcome"] for result in results} == {"applied"}
    fields = office.fields(visit.ticket)
    assert (fields["state"], fields["closing_reason"]) == ("closed", "signed_conformity")
    assert fields["finalised"]["by"] == visit.tablet.user
    visit.tablet.pull()
    assert visit.tablet.fields(visit.ticket)["state"] == "closed"


def test_when_only_bytes_are_missing_it_waits_for_the_last_one(office: RunningOffice, visit: Visit):
    last = visit.push()[-1]
    assert last["outcome"] == "applied"
    assert {missing["rule"] for missing in last["missing"]} == {"CL12"}
    assert office.fields(visit.ticket)["flags"] == ["closing"]
    *first, newest = visit.files
    for name in first:
        visit.upload(name)
        assert not closed(office, visit.ticket)
    visit.upload(newest)
    assert closed(office, visit.ticket)
    assert "flags" not in office.fields(visit.ticket) or not office.fields(visit.ticket)["flags"]


def test_everything_that_is_missing_is_said_at_once(office: RunningOffice, tablet: RawTablet):
    visit = Visit(tablet, office.ticket())
    visit.does(tablet.commands(visit.ticket, "start"))
    visit.does(tablet.commands(visit.ticket, "finalise"))
    _, result = visit.push()
    assert result["outcome"] == "rejected"
    rules = {missing["rule"] for missing in result["missing"]}
    assert {"CL03", "CL04", "CL06", "CL07", "CL08", "CL09", "CL20"} <= rules
    assert set(result["missing"][0]["sentences"]) == {"es", "en"}
    assert office.fields(visit.ticket)["state"] == "in_analysis"
    assert office.fields(visit.ticket)["finalise_missing"]["missing"] == result["missing"]


def test_what_was_corrected_may_be_finalised_again(office: RunningOffice, tablet: RawTablet):
    visit = Visit(tablet, office.ticket()).work(root_cause=None).sign().report().finalise()
    visit.upload()
    assert [m["rule"] for m in visit.push()[-1]["missing"]] == ["CL07"]
    visit.sets(root_cause="CR-FUS-01")
    visit.sign().report().finalise()
    visit.upload(visit.pdf)
    assert visit.push()[-1]["outcome"] == "applied"
    assert closed(office, visit.ticket)
    assert not office.fields(visit.ticket).get("finalise_missing")


def test_a_report_of_another_record_is_refused(office: RunningOffice, tablet: RawTablet):
    visit = Visit(tablet, office.ticket()).work().sign().report()
    visit.sets(satisfaction={"rating": 1, "comment": "después del informe"})
    visit.finalise().upload()
    result = visit.push()[-1]
    assert (result["outcome"], {m["rule"] for m in result["missing"]}) == ("rejected", {"CL19"})


def test_an_edit_after_the_signature_voids_it(office: RunningOffice, tablet: RawTablet):
    visit = Visit(tablet, office.ticket()).work().sign()
    visit.sets(solution="Otra cosa que el cliente no leyó.")
    visit.report().finalise().upload()
    assert "CL17" in {m["rule"] for m in visit.push()[-1]["missing"]}


def test_a_photo_that_is_none_keeps_the_ticket_open(office: RunningOffice, tablet: RawTablet):
    visit = Visit(tablet, office.ticket()).work()
    visit.keeps("after", b"\xff\xd8\xff no es una foto", caption="rota")
    visit.sign().report().finalise().push()
    visit.upload()
    fields = office.fields(visit.ticket)
    assert fields["state"] == "in_analysis"
    assert {m["rule"] for m in fields["finalise_missing"]["missing"]} == {"CL12"}
    assert not fields["flags"]
    assert fields["finalised"] is None


def test_an_open_conflict_keeps_the_ticket_open_until_a_person_decides(
    office: RunningOffice, tablet: RawTablet
):
    id = office.ticket()
    visit = Visit(tablet, id).work()
    office.sets(id, base_rev=1, diagnosis="Escrito en oficina.")
    visit.sign().report().finalise().upload()
    result = visit.push()[-1]
    assert (result["outcome"], [m["rule"] for m in result["missing"]]) == ("rejected", ["CL22"])
    [conflict] = office.conflicts(id)
    who = Actor(office.user(Role.SUPERVISOR).id, Role.SUPERVISOR)
    office.do(
        lambda tx: apply.resolve(
            tx, office.context, who, conflict.id, conflict.standing, office.clock()
        )
    )
    tablet.pull()
    assert visit.finalise().push()[-1]["outcome"] == "applied"
    assert office.fields(id)["state"] == "closed"


def test_with_remarks_the_customer_has_six_days(office: RunningOffice, tablet: RawTablet):
    visit = remarked(office, tablet)
    assert office.fields(visit.ticket)["state"] == "customer_validation"


def test_the_setting_lets_even_a_signed_conformity_wait(office: RunningOffice, tablet: RawTablet):
    office.stop()
    office.start(close_on_signed_conformity=False)
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    assert office.fields(visit.ticket)["state"] == "customer_validation"
    after = office.do(
        lambda tx: closing.close(tx, office.context, visit.ticket, "no_answer", office.clock())
    )
    assert after.record.fields["closing_reason"] == "no_answer"


def test_the_system_does_not_close_what_is_being_worked_on(office: RunningOffice):
    id = office.ticket()
    with pytest.raises(closing.NotToBeClosed):
        office.do(lambda tx: closing.close(tx, office.context, id, "no_answer", office.clock()))


def test_nobody_closes_by_hand(office: RunningOffice, tablet: RawTablet):
    id = office.ticket()
    for role in (Role.SUPERVISOR, Role.CALL_CENTRE, Role.MANAGER):
        assert office.command(id, "close", role).reason == "role"
    assert tablet.push(tablet.commands(id, "close"))[0]["outcome"] == "rejected"


def test_a_closed_ticket_says_how_long_it_took_and_what_was_kept(
    office: RunningOffice, visit: Visit
):
    visit.upload()
    visit.push()
    fields = office.fields(visit.ticket)
    assert datetime.fromisoformat(fields["closed_at"]) - office.clock() < timedelta(minutes=1)
    assert set(fields["attention"]) == {"natural", "gross", "net"}
    assert {clock: it["met"] for clock, it in fields["sla_result"].items()} == {
        "response": True, "on_site": True, "resolution": True,
    }  # fmt: skip


def test_remote_work_is_not_measured_by_an_arrival(office: RunningOffice, tablet: RawTablet):
    id = office.ticket()
    tablet.pull()
    assert tablet.push(tablet.sets(id, mode="remote"))[0]["outcome"] == "applied"
    fields = office.fields(id)
    assert fields["due"]["on_site"] is None
    closed = result_at_close(office.record(id).record, office.context.calendar, office.clock())
    assert set(closed["sla_result"]) == {"response", "resolution"}


def test_a_closed_ticket_is_remembered_by_its_asset_and_its_van(
    office: RunningOffice, visit: Visit
):
    visit.upload()
    visit.push()
    asset = office.known("asset", ASSET)
    assert asset["meter"]["total"] == 284342
    assert asset["history"][-1]["folio"] == office.fields(visit.ticket)["folio"]
    assert asset["history"][-1]["root_cause"] == "CR-FUS-01"
    assert office.known("stock", visit.tablet.user)["items"]["REF-FUS-A3C"] == 0
    visit.tablet.pull()
    assert visit.tablet.holds("asset")[ASSET]["doc"] == asset


@pytest.mark.parametrize(("reason", "last"), [("", 284310), ("Se cambió el contador", 1000)])
def test_a_lower_meter_that_was_explained_becomes_the_last(
    office: RunningOffice, tablet: RawTablet, reason: str, last: int
):
    visit = Visit(tablet, office.ticket())
    visit.work(meter={"total": 1000, "bw": 600, "colour": 400}, meter_exception=reason)
    visit.sign().report().finalise().upload()
    visit.push()
    assert closed(office, visit.ticket) is bool(reason)
    assert office.known("asset", ASSET)["meter"]["total"] == last


def test_a_closed_ticket_is_archived_and_announced(office: RunningOffice, visit: Visit):
    visit.upload()
    visit.push()
    (row,) = office.ask(lambda tx: tx.rows(select(archive)))
    assert (row.ticket, row.report_sha256) == (visit.ticket, visit.pdf)
    assert row.record_digest == visit.pdf_digest
    topics = office.ask(lambda tx: tx.scalars(select(outbox.c.topic).order_by(outbox.c.id)))
    assert topics == ["service.signed", "ticket.closed"]


def test_when_somebody_who_is_told_of_a_closing_fails_nothing_is_closed(
    office: RunningOffice, tablet: RawTablet
):
    def cannot(tx, office, versioned, now):
        raise NoSpace

    visit = remarked(office, tablet)
    inside = replace(office.context, on_close=(*office.context.on_close, cannot))
    with pytest.raises(NoSpace):
        office.do(lambda tx: closing.close(tx, inside, visit.ticket, "no_answer", office.clock()))
    assert office.fields(visit.ticket)["state"] == "customer_validation"
    assert not office.ask(lambda tx: tx.rows(select(archive)))


def test_finalise_comes_before_close_in_the_log(office: RunningOffice, visit: Visit):
    visit.upload()
    visit.push()
    *_, finalised, closing_line = office.history(visit.ticket)
    assert (finalised.command, finalised.user) == ("finalise", visit.tablet.user)
    assert (closing_line.command, closing_line.device) == ("close", "system")


def test_what_comes_after_the_end_is_late_and_changes_nothing(office: RunningOffice, visit: Visit):
    visit.upload()
    visit.push()
    before = office.record(visit.ticket)
    late = visit.tablet.appends(visit.ticket, "notes", text="se me olvidó")
    edit = visit.tablet.sets(visit.ticket, diagnosis="otro")
    command = visit.tablet.commands(visit.ticket, "resume")
    outcomes = [r["outcome"] for r in visit.tablet.push(late, edit, command)]
    assert outcomes == ["late", "parked", "rejected"]
    assert office.record(visit.ticket) == before
    arrivals = office.late(visit.ticket)
    assert [row.reason for row in arrivals] == ["terminal", "terminal"]
    assert {row.follow_up for row in arrivals} == {None}
    assert office.ask(lambda tx: tx.scalar(select(func.count()).select_from(ticket))) == 1


def test_a_follow_up_is_opened_by_a_person_once_and_takes_over_whose_it_was(
    office: RunningOffice, tablet: RawTablet
):
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    visit.tablet.push(visit.tablet.appends(visit.ticket, "notes", text="se me olvidó"),
                      visit.tablet.appends(visit.ticket, "notes", text="y esto"))  # fmt: skip
    supervisor = Actor(office.user(Role.SUPERVISOR).id, Role.SUPERVISOR)

    def opened_for(arrival: str) -> str:
        now = office.clock()
        return office.do(lambda tx: open_follow_up(tx, office.context, supervisor, arrival, now))

    opened = {opened_for(row.id) for row in office.late(visit.ticket)}
    (follow_up,) = opened
    drafted = office.fields(follow_up)
    assert drafted["follow_up_of"] == office.fields(visit.ticket)["folio"]
    assert (drafted["state"], drafted["asset"]) == ("new", ASSET)
    assert drafted["created_by"] == supervisor.id
    assert {row.follow_up for row in office.late(visit.ticket)} == opened
    with pytest.raises(NothingToFollow):
        opened_for("nothing")


def test_a_clock_three_days_ahead_does_not_break_the_promise(
    office: RunningOffice, tablet: RawTablet
):
    id = office.ticket()
    tablet.clock = lambda: office.clock() + timedelta(days=3)
    tablet.hello()
    visit = finished(tablet, id)
    visit.upload()
    assert visit.push()[-1]["outcome"] == "applied"
    fields = office.fields(id)
    assert all(it["met"] for it in fields["sla_result"].values())
    row = office.ask(lambda tx: tx.one_or_none(select(ticket).where(ticket.c.id == id)))
    assert row is not None
    assert abs(row.arrived_at - office.clock()) < timedelta(minutes=1)
