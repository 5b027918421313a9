"""A tablet that 0.1.0 left with unsent work opens, shows it, and hands all of it in."""

import pytest

from field_app.store import operation_queue
from shared.closure.checklist import FIRST_VERSION
from shared.ticket.people import Role
from sync_server.archive import archive_search, seal_job
from sync_server.archive.archive_check import check_archive, verify_online
from sync_server.reports.verify import Verdict
from tests.given.folders import command, lost, office_on, said, tablet_on, unpacked
from tests.given.release import GIVEN
from tests.newer_checklist import NEWER, declare_a_newer_rule
from tests.sync_server.console.browser import browser
from tests.sync_server.console.browser import said as words
from tests.sync_server.console.test_rescue import bring

UNSENT, DRAFT = said()["unsent"], said()["draft"]


def assert_handed_in(office):
    """The visit is closed, its report sealed upon what came, the new ticket has its folio."""
    assert office.fields(UNSENT)["state"] == "closed"
    folio = office.fields(UNSENT)["folio"]
    [waiting] = office.ask(lambda tx: archive_search.of_folio(tx, folio))
    # What the job does, done here and now: the office's own worker may be at it already.
    seal_job.seal_with_present(office.context, waiting.id, office.clock())
    [archived] = office.ask(lambda tx: archive_search.of_folio(tx, folio))
    sealed = office.context.blobs.read(archived.sealed_sha256)
    received = office.context.blobs.read(archived.report_sha256)
    assert sealed[: len(received)] == received
    assert verify_online(office.context, sealed).verdict is Verdict.AUTHENTIC
    for entry in office.entries(UNSENT, "evidence"):
        assert len(office.context.blobs.read(entry["sha256"])) == entry["size"]
    assert office.fields(DRAFT)["description"] == "Otro equipo, sin red"
    assert office.fields(DRAFT)["folio"]
    assert check_archive(office.context) == []


def captured(office):
    """What said.json keeps of the tablet, without what only the office decides."""
    for id, before in said()["shown"].items():
        decided = ("state", "folio", "provisional_folio")
        mine = {name: value for name, value in before.items() if name not in decided}
        yield id, lost(mine, dict(office.fields(id)))


def test_it_shows_its_tickets_and_what_was_captured(tablet):
    listed = {row.id: row for row in tablet.session.today(filter="all").rows}
    assert {UNSENT, DRAFT, *said()["closed"]} <= listed.keys()
    assert listed[UNSENT].waiting > 0
    for typed in (listed[UNSENT].serial.replace("-", ""), listed[UNSENT].label.replace("-", " ")):
        assert UNSENT in {row.id for row in tablet.session.today(typed, "all").rows}, typed
    for id, before in said()["shown"].items():
        assert lost(before, dict(tablet.ticket(id).record.fields)) == []
    assert tablet.queue.waiting == said()["waiting"]


def test_its_files_and_its_report_are_there_to_be_looked_at(tablet):
    evidence = tablet.ticket(UNSENT).record.entries["evidence"]
    assert {entry["kind"] for entry in evidence} >= {"before", "after", "report"}
    for entry in evidence:
        assert len(tablet.session.evidence(entry["sha256"])) == entry["size"]
    assert tablet.session.report(UNSENT)


def test_one_round_hands_in_all_of_it_and_the_office_closes_and_seals(office, tablet):
    assert office.fields(UNSENT)["state"] == "assigned"
    tablet.sync()
    assert tablet.queue.waiting == 0
    assert [loss for _, loss in captured(office) if loss] == []
    assert_handed_in(office)
    tablet.sync()
    assert tablet.ticket(UNSENT).state == "closed"


@pytest.mark.parametrize("tablet_first", [False, True])
def test_its_rescue_package_brings_the_same_once(office, tablet, tablet_first):
    if tablet_first:
        tablet.sync()
    package = (GIVEN / "tablet.rescue").read_bytes()
    with browser(office, Role.SUPERVISOR) as client:
        page = words(bring(client, package, said()["passphrase"]))
    assert "Paquete importado" in page
    assert ("Ya estaban" if tablet_first else "Aplicadas") in page
    assert_handed_in(office)
    operations = len(office.history(UNSENT))
    tablet.sync()
    assert tablet.queue.waiting == 0
    assert len(office.history(UNSENT)) == operations


def test_an_operator_imports_its_rescue_package_while_the_office_is_closed(office):
    office.stop()
    data, package = office.settings.data, GIVEN / "tablet.rescue"
    done = command(data, "rescue", "import", package, typed=said()["passphrase"])
    assert done.exit_code == 0, done.output
    assert "(applied" in done.stdout
    assert command(data, "verify", "--archive").exit_code == 0


def test_it_finishes_by_the_rules_that_it_was_shown(monkeypatch, tmp_path):
    declare_a_newer_rule(monkeypatch)
    office = office_on(unpacked("office", tmp_path / "office"))
    tablet = tablet_on(unpacked("tablet", tmp_path / "tablet"), office)
    asked = operation_queue.of_ticket(tablet.session.database, UNSENT)[-1].body
    assert (asked["name"], "checklist" in asked) == ("finalise", False)
    tablet.sync()
    assert office.known("catalogue", "checklist")["version"] == NEWER
    assert office.fields(UNSENT)["finalised"]["checklist"] == FIRST_VERSION
    assert_handed_in(office)
    tablet.close()
    office.stop()
