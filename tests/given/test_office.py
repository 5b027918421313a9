"""An office that 0.1.0 left opens, shows everything it had, is whole, and its backup restores."""

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from shared.ticket.people import Role
from shared.words.folding import folded
from sync_server.archive import archive_search
from sync_server.archive.archive_check import check_archive, verify_online
from sync_server.backup import backup
from sync_server.console.administration.people import EMPLOYED
from sync_server.console.tickets.queues import Queue
from sync_server.database.tables import parked, ticket
from sync_server.identity import users
from sync_server.records import records
from sync_server.reports.verify import Verdict
from sync_server.runtime.settings import Settings
from tests.given.folders import command, lost, office_on, said, told, unpacked
from tests.sync_server.console.browser import browser
from tests.sync_server.test_migrations import differences


def assert_nothing_lost(office):
    for id, before in said()["tickets"].items():
        kept = {name: value for name, value in before.items() if name != "rev"}
        assert lost(kept, told(office, id)) == [], id


@pytest.fixture
def restored(tmp_path):
    """A new folder, out of the backup that 0.1.0 made."""
    done = command(tmp_path / "restored", "restore", unpacked("backup", tmp_path / "backup"))
    assert done.exit_code == 0, done.output
    return tmp_path / "restored"


def test_it_opens_under_todays_schema_and_every_ticket_says_what_it_said(office):
    assert differences(office.context.database.engine) == []
    assert_nothing_lost(office)
    for id, before in said()["tickets"].items():
        assert office.record(id).record.rev == before["rev"]


def test_it_has_tickets_in_every_state_that_a_person_must_still_find():
    states = {one["fields"]["state"] for one in said()["tickets"].values()}
    assert states >= {
        "classified", "assigned", "in_analysis", "waiting_customer", "waiting_final_solution",
        "escalated", "joint_analysis", "customer_validation", "closed", "merged",
    }  # fmt: skip
    assert sum(one["conflicts"] for one in said()["tickets"].values()) == 1
    assert sum(one["late"] for one in said()["tickets"].values()) == 1


@pytest.mark.parametrize("role", EMPLOYED)
def test_every_place_of_the_console_opens_for_everybody(office, role):
    with browser(office, role) as client:
        rail = set(re.findall(r'<a href="(/[a-z/]*)"', client.see("/profile").split("<main")[0]))
        assert rail
        for path in rail:
            client.see(path)


def test_every_list_and_every_ticket_opens_and_names_its_folio(office):
    with browser(office, Role.SUPERVISOR) as client:
        for queue in Queue:
            client.see(f"/?queue={queue}")
        for id, before in said()["tickets"].items():
            name = before["fields"].get("folio") or before["fields"]["provisional_folio"]
            assert name in client.see(f"/tickets/{id}")
        folios = [said()["tickets"][id]["fields"]["folio"] for id in said()["closed"]]
        archived = client.see("/archive")
        assert [folio for folio in folios if folio not in archived] == []


def test_all_of_it_is_found_however_it_is_spelled(office):
    [closed] = said()["closed"]
    folio = office.fields(closed)["folio"]
    with browser(office, Role.SUPERVISOR) as client:
        for words in ("ibanez c6000", folio.replace("-", ""), f"sei-{folio[4:8]}-{int(folio[9:])}"):
            assert folio in client.see("/tickets", params={"q": words}), words
        for asked in ({"customer": "HOSPÍTAL"}, {"q": folio.replace("-", " ")}):
            assert folio in client.see("/archive", params=asked), asked
        assert "Nada coincide" in client.see("/archive", params={"customer": "hospitales"})
        names = [user.name for user in office.ask(users.all_of)]
    assert names == sorted(names, key=folded)
    assert office.ask(lambda tx: records.labelled(tx, "customer", "HOSPÍTAL san gabriel"))


def test_an_ended_ticket_cannot_be_changed_after_the_migrations_either(office):
    ended = update(ticket).where(ticket.c.id == said()["closed"][0]).values(search="")
    with pytest.raises(DBAPIError, match="immutable"):
        office.do(lambda tx: tx.execute(ended))


def test_what_waited_for_a_person_waits_still(office):
    assert len(office.ask(lambda tx: tx.rows(select(parked.c.operation)))) == 1
    with browser(office, Role.SUPERVISOR) as client:
        assert "Dos pisos" in client.see("/conflicts")
        for path in ("/conflicts", "/late"):
            assert "/tickets/" in client.see(path)


def test_whoever_had_a_password_signs_in_with_it(office):
    with browser(office, Role.SUPERVISOR) as client:
        client.cookies.clear()
        answer = client.submit(
            "/sign-in", email="sofia.rivas@example.com", password="folio-demo-2026"
        )
        assert answer.status_code == 303, answer.text[:300]
        client.see("/")


def test_log_records_files_and_seals_are_as_they_were_kept(office):
    data = office.settings.data
    office.stop()
    done = command(data, "verify", "--archive")
    assert (done.exit_code, done.stdout) == (
        0, "Log, records, files and seals are as they were kept.\n",
    )  # fmt: skip


def test_its_sealed_reports_are_authentic_and_begin_with_what_came(office):
    for id in said()["closed"]:
        folio = office.fields(id)["folio"]
        [archived] = office.ask(lambda tx, f=folio: archive_search.of_folio(tx, f))
        sealed = office.context.blobs.read(archived.sealed_sha256)
        received = office.context.blobs.read(archived.report_sha256)
        assert sealed[: len(received)] == received
        finding = verify_online(office.context, sealed)
        assert (finding.verdict, finding.folio) == (Verdict.AUTHENTIC, folio)
        assert "archived" in {check.code for check in finding.checks if check.passed}


def test_its_backup_restores_into_a_new_folder_with_nothing_lost(restored):
    assert command(restored, "verify", "--archive").exit_code == 0
    office = office_on(restored)
    try:
        assert_nothing_lost(office)
        assert len(office.ask(lambda tx: tx.rows(select(ticket.c.id)))) == len(said()["tickets"])
        with browser(office, Role.SUPERVISOR) as client:
            client.see("/")
    finally:
        office.stop()


def test_todays_backup_goes_on_in_the_folder_of_the_old_one(office, tmp_path):
    folder = unpacked("backup", tmp_path / "backup")
    made = backup.back_up(office.context, folder, office.clock())
    assert backup.check(folder) == made
    assert made.lost in ([], ())
    settings = Settings(data=tmp_path / "again")
    backup.restore(settings, folder, force=False)
    again = office_on(settings.data)
    try:
        assert check_archive(again.context) == []
        assert_nothing_lost(again)
    finally:
        again.stop()
