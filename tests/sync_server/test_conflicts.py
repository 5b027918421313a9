"""Two people, one ticket: what stands, what is kept for a person. SYNC.md, Merging 3, 4."""

import pytest

from shared.ticket.people import Actor, Role
from sync_server.tickets import apply, conflicts
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.conftest import Enrol


def test_different_fields_never_meet(office: RunningOffice, tablet: RawTablet):
    id = office.ticket()
    tablet.pull()
    office.sets(id, impact="Urgencias sin recetas")
    (result,) = tablet.push(tablet.sets(id, diagnosis="Fusor agotado"))
    assert result["outcome"] == "applied"
    assert office.fields(id)["impact"] == "Urgencias sin recetas"


def test_the_office_keeps_its_field_and_the_engineers_value_waits_for_a_person(
    office: RunningOffice, tablet: RawTablet
):
    id = office.ticket(type="technical_fault", priority="medium")
    tablet.pull()
    office.sets(id, priority="high")
    (result,) = tablet.push(tablet.sets(id, priority="low"))
    assert result["outcome"] == "conflict"
    (conflict,) = result["conflicts"]
    assert (conflict["field"], conflict["standing"], conflict["losing"]) == (
        "priority", "high", "low",
    )  # fmt: skip
    assert office.fields(id)["priority"] == "high"


def test_the_engineer_keeps_the_diagnosis_whoever_wrote_last(
    office: RunningOffice, tablet: RawTablet
):
    id = office.ticket()
    tablet.pull()
    office.sets(id, diagnosis="Dicho por teléfono")
    (result,) = tablet.push(tablet.sets(id, diagnosis="Visto en sitio"))
    assert result["outcome"] == "conflict"
    assert office.fields(id)["diagnosis"] == "Visto en sitio"
    (row,) = office.conflicts(id)
    assert (row.standing, row.losing) == ("Visto en sitio", "Dicho por teléfono")


def test_editing_a_field_five_times_offline_is_no_conflict_with_oneself(
    office: RunningOffice, tablet: RawTablet
):
    id = office.ticket()
    tablet.pull()
    results = tablet.push(*[tablet.sets(id, diagnosis=f"versión {i}") for i in range(5)])
    assert {result["outcome"] for result in results} == {"applied"}
    assert office.fields(id)["diagnosis"] == "versión 4"


def test_the_same_value_from_both_sides_is_agreement(office: RunningOffice, tablet: RawTablet):
    id = office.ticket()
    tablet.pull()
    office.sets(id, description="Igual")
    assert tablet.push(tablet.sets(id, description="Igual"))[0]["outcome"] == "applied"
    assert office.conflicts(id) == []


def test_two_tablets_of_one_engineer_on_one_field(
    office: RunningOffice, tablet: RawTablet, enrol: Enrol
):
    id = office.ticket()
    second = enrol()
    tablet.pull()
    second.pull()
    tablet.push(tablet.sets(id, diagnosis="de la primera"))
    (result,) = second.push(second.sets(id, diagnosis="de la segunda"))
    assert result["outcome"] == "conflict"
    both = office.fields(id)["diagnosis"]
    assert "de la primera" in both
    assert "de la segunda" in both


def test_a_tablet_does_not_write_what_only_commands_write(office: RunningOffice, tablet: RawTablet):
    id = office.ticket()
    (result,) = tablet.push(tablet.sets(id, state="closed", assignee="me", diagnosis="vale"))
    assert {conflict["field"] for conflict in result["conflicts"]} == {"state", "assignee"}
    assert office.fields(id)["state"] == "assigned"
    assert office.fields(id)["diagnosis"] == "vale"


def test_a_person_decides_and_the_conflict_is_over(office: RunningOffice, tablet: RawTablet):
    id = office.ticket()
    tablet.pull()
    office.sets(id, diagnosis="Dicho por teléfono")
    tablet.push(tablet.sets(id, diagnosis="Visto en sitio"))
    (row,) = office.conflicts(id)
    supervisor = Actor(office.user(Role.SUPERVISOR).id, Role.SUPERVISOR)

    def decide(tx):
        return apply.resolve(
            tx, office.context, supervisor, row.id, "Las dos cosas", office.clock()
        )

    assert office.do(decide).outcome == "applied"
    assert office.fields(id)["diagnosis"] == "Las dos cosas"
    assert office.conflicts(id) == []
    with pytest.raises(conflicts.NoSuchConflict):
        office.do(decide)


def test_what_was_written_since_the_conflict_is_not_overwritten_by_the_decision(
    office: RunningOffice, tablet: RawTablet, enrol: Enrol
):
    id = office.ticket()
    second = enrol()
    tablet.pull()
    second.pull()
    tablet.push(tablet.sets(id, root_cause="CR-FUS-01"))
    second.push(second.sets(id, root_cause="CR-TON-01"))
    (row,) = office.conflicts(id)
    tablet.pull()
    tablet.push(tablet.sets(id, root_cause="CR-FUS-02"))
    supervisor = Actor(office.user(Role.SUPERVISOR).id, Role.SUPERVISOR)
    result = office.do(
        lambda tx: apply.resolve(tx, office.context, supervisor, row.id, row.losing, office.clock())
    )
    assert result.outcome == "conflict", "the supervisor had never seen it"
    assert office.fields(id)["root_cause"] == "CR-FUS-02"
    (again,) = office.conflicts(id)
    assert (again.standing, again.losing) == ("CR-FUS-02", "CR-TON-01")


def test_the_first_of_two_commands_wins(office: RunningOffice, tablet: RawTablet, enrol: Enrol):
    id = office.ticket()
    second = enrol()
    tablet.push(tablet.commands(id, "start"))
    (result,) = second.push(second.commands(id, "start"))
    assert (result["outcome"], result["reason"]) == ("rejected", "state")


def test_a_voided_entry_stays_with_its_reason(office: RunningOffice, tablet: RawTablet):
    id = office.ticket()
    note = tablet.appends(id, "notes", text="de otro ticket")
    entry = note["body"]["entry"]["id"]
    body = {"collection": "notes", "id": entry, "reason": "equivocada"}
    tablet.push(note, tablet.op(id, "void", body))
    (kept,) = office.entries(id, "notes")
    assert (kept["text"], kept["voided"]["reason"]) == ("de otro ticket", "equivocada")
