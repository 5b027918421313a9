"""A report whose pages say something else than its record waits for a person, and stands still."""

import shutil
from copy import copy
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from shared.operations.digest import canonical
from shared.operations.operation import Outcome
from shared.report.content import service_report
from shared.report.pdf import render
from shared.ticket.people import Role
from shared.time.timestamps import instant
from sync_server.archive.archive_check import check_archive, verify_online
from sync_server.database.tables import archive, outbox, seal
from sync_server.records import records
from sync_server.reports import file_check
from sync_server.reports.pages_compared import How
from sync_server.schedule.worker import run_due
from sync_server.tickets import closing, cross_rendering
from tests import cast
from tests.office import Clock, RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.differing import LIE, honest, reported
from tests.sync_server.visit import Visit, finished


def came(visit, *files):
    """Words, then these files, or all of them that are not here yet."""
    visit.push()
    here = visit.tablet.office.context.blobs.has
    visit.upload(*files or [name for name in visit.files if not here(name)])
    return visit


class Prepared:
    """An office as it stood when a visit's report had come that prints a charge in no record."""

    def __init__(self, folder: Path) -> None:
        self._kept = folder / "kept"
        self.office = RunningOffice(folder / "office").start()
        self._settings = self.office.settings
        self.office.furnish()
        for role in cast.NAMES:
            self.office.user(role)
        visit = Visit(RawTablet(self.office), self.office.ticket()).work().sign()
        self._visit: Visit = came(reported(visit))
        self.office.stop()
        shutil.copytree(self.office.settings.data, self._kept)

    def open(self) -> RunningOffice:
        """The same office, on the same day, whatever the test before did to it."""
        shutil.rmtree(self._settings.data)
        shutil.copytree(self._kept, self._settings.data)
        self.office.settings, self.office.clock = self._settings, Clock()
        return self.office.start()

    def visit(self) -> Visit:
        """The visit signed «Conforme», with its tablet as it was."""
        tablet, visit = copy(self._visit.tablet), copy(self._visit)
        tablet.http = httpx.Client(base_url=self.office.url, timeout=30, verify=False)
        tablet.clock = self.office.clock
        visit.tablet, visit.ops, visit.files = tablet, [], dict(visit.files)
        return visit


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Prepared:
    """Made once: no test begins with another morning's work."""
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def office(prepared):
    """The office after that report came."""
    yield prepared.open()
    prepared.office.stop()


@pytest.fixture
def visit(prepared, office):
    """A visit signed «Conforme», whose report prints a charge that is in no record."""
    visit = prepared.visit()
    yield visit
    visit.tablet.http.close()


def noted(office, visit):
    return office.ask(lambda tx: cross_rendering.noted(tx, visit.pdf))


def decides(office, visit, what, role=Role.SUPERVISOR, **words):
    body = {"report": visit.pdf, "reason": "La carga es de la orden 7", **words}
    return office.command(visit.ticket, what, role, **body)


def test_it_is_granted_and_waits_unsealed_and_unmailed(office, visit):
    fields = office.fields(visit.ticket)
    assert fields["state"] == "customer_validation"
    assert "report_differs" in fields["flags"]
    run_due(office.context, office.clock())
    assert office.ask(lambda tx: tx.rows(select(archive))) == []
    assert office.ask(lambda tx: tx.rows(select(seal))) == []
    assert office.ask(lambda tx: tx.rows(select(outbox))) == []
    with pytest.raises(closing.NotToBeClosed):
        office.do(lambda tx: closing.close(tx, office.context, visit.ticket, "x", office.clock()))


def test_its_clocks_stand_for_as_long_as_nobody_decides(office, visit):
    office.clock.forward(days=40)
    tally = run_due(office.context, office.clock())
    assert (tally["reminded"], tally["closed"]) == (0, 0)
    assert office.fields(visit.ticket)["state"] == "customer_validation"
    assert office.ask(lambda tx: tx.rows(select(outbox))) == []


def test_an_honest_one_closes_at_once(office, enrol):
    visit = came(reported(Visit(enrol(), office.ticket()).work().sign(), honest))
    assert office.fields(visit.ticket)["state"] == "closed"


def test_one_of_an_earlier_tablet_closes_whatever_the_catalogue_says_now(office, enrol):
    visit = finished(enrol(), office.ticket(), format=1)
    customer = {**cast.RECORDS["customer", cast.CUSTOMER], "name": "Clínica 9700, S. A."}
    office.do(lambda tx: records.put(tx, "customer", cast.CUSTOMER, customer, office.clock()))
    came(visit)
    assert office.fields(visit.ticket)["state"] == "closed"
    assert noted(office, visit).how == How.VALUES


def test_one_of_an_earlier_tablet_that_lies_waits_too(office, enrol):
    visit = Visit(enrol(), office.ticket(), format=1).work().sign()
    honest_record = visit.record
    visit.record = honest_record.with_fields({"diagnosis": f"{LIE} por un fusor nuevo"})
    pages = service_report(visit.subject(visit.record))
    visit.record = honest_record
    truth = visit.subject(honest_record)
    attached = {"record.json": truth.record_json,
                "strokes.json": canonical(honest_record.fields["sign_off"]["strokes"])}  # fmt: skip
    photos = {n: each for n, (each, mime) in visit.files.items() if mime == "image/jpeg"}
    visit.pdf_digest = truth.digest
    visit.pdf = visit.keeps("report", render(pages, photos, attached), "application/pdf")
    came(visit.finalise())
    assert "report_differs" in office.fields(visit.ticket)["flags"]
    apart = noted(office, visit).differing
    assert ["48,000" in pages for _, _, pages in apart].count(True) == 1
    assert "calefactor" in [record for _, record, _ in apart]


def test_without_furniture_it_is_held_to_the_offices_own(office, enrol):
    """Another client of the contract may attach no more than the record and the strokes."""
    office.stop()
    office.start(public_url=office.url)
    visit = came(reported(Visit(enrol(), office.ticket()).work().sign(), honest, bare=True))
    assert (noted(office, visit).how, noted(office, visit).same) == (How.BYTES, True)


def test_accepted_with_a_reason_it_closes_and_the_reason_is_in_the_log(office, visit):
    assert decides(office, visit, "accept_report").outcome is Outcome.APPLIED
    assert office.fields(visit.ticket)["state"] == "closed"
    [line] = [row for row in office.history(visit.ticket) if row.command == "accept_report"]
    assert line.message["body"]["reason"] == "La carga es de la orden 7"
    assert line.role == Role.SUPERVISOR
    assert list(check_archive(office.context)) == []


def test_the_customers_time_begins_when_it_is_accepted(office, enrol):
    visit = came(reported(Visit(enrol(), office.ticket()).work().sign("remarks", remarks="Aún")))
    office.clock.forward(days=20)
    decides(office, visit, "accept_report")
    run_due(office.context, office.clock())
    assert office.fields(visit.ticket)["state"] == "customer_validation"
    office.clock.forward(days=12)
    run_due(office.context, office.clock())
    assert office.fields(visit.ticket)["state"] == "closed"


def test_sent_back_it_is_work_again_and_the_engineer_reads_why(office, visit):
    office.clock.forward(days=3)
    before = instant(office.fields(visit.ticket)["due"]["resolution"])
    decides(office, visit, "return_report", reason="Las páginas cobran algo que nadie firmó.")
    fields = office.fields(visit.ticket)
    assert (fields["state"], fields.get("finalised")) == ("in_analysis", None)
    assert "report_differs" not in fields["flags"]
    [missing] = fields["finalise_missing"]["missing"]
    assert "Las páginas cobran algo que nadie firmó." in missing["sentences"]["es"]
    assert instant(fields["due"]["resolution"]) - before >= timedelta(days=1)
    again = reported(visit, honest)
    came(again, again.pdf)
    assert office.fields(again.ticket)["state"] == "closed"


def test_made_again_with_the_same_lie_it_waits_again(office, visit):
    decides(office, visit, "return_report")
    visit.finalise().push()
    assert "report_differs" in office.fields(visit.ticket)["flags"]


def test_only_supervisor_and_manager_decide_and_only_with_a_reason(office, visit):
    others = set(cast.NAMES) - {Role.SUPERVISOR, Role.MANAGER}
    for role in sorted(others):
        result = decides(office, visit, "accept_report", role)
        assert result.outcome is not Outcome.APPLIED, role
    for words in ({"reason": "  "}, {"report": ""}):
        assert decides(office, visit, "accept_report", **words).reason == "words"
    assert "report_differs" in office.fields(visit.ticket)["flags"]
    assert decides(office, visit, "accept_report", Role.MANAGER).outcome is Outcome.APPLIED


def test_nothing_is_accepted_that_nobody_waits_for(office):
    id = office.ticket()
    office.command(id, "request_close", Role.CALL_CENTRE, proof="su correo")
    result = office.command(id, "accept_report", report="a" * 64, reason="x")
    assert result.reason == "flag"


def test_a_customer_who_rejects_takes_it_out_of_the_queue(office, visit):
    office.command(visit.ticket, "reject_solution", Role.CALL_CENTRE, reason="Sigue fallando")
    assert "report_differs" not in office.fields(visit.ticket)["flags"]


def test_the_verification_says_that_it_differs_and_why_it_was_accepted(office, visit):
    decides(office, visit, "accept_report")
    content, _ = visit.files[visit.pdf]
    finding = verify_online(office.context, content)
    said = {check.code: check.passed for check in finding.checks}
    assert (said["pages_bytes"], said["pages_accepted"]) == (False, True)
    [accepted] = [check for check in finding.checks if check.code == "pages_accepted"]
    assert "La carga es de la orden 7" in accepted.sentence("es")


def test_the_verification_claims_nothing_that_was_not_compared(office, enrol, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(file_check, "compare", broken)
    visit = came(reported(Visit(enrol(), office.ticket()).work().sign()))
    assert office.fields(visit.ticket)["state"] == "closed"
    content, _ = visit.files[visit.pdf]
    [pages] = [c for c in verify_online(office.context, content).checks if "pages" in c.code]
    assert pages.passed is None
    assert "no se compararon" in pages.sentence("es")
