"""What has ended is kept for its term, longer while held; then it goes only when told to."""

import io
import json
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select

from shared.ticket.people import Actor, Role
from shared.words import tn
from sync_server.archive import (
    archive_check,
    archive_search,
    customer_export,
    legal_holds,
    retention,
)
from sync_server.archive.customer_export import UnknownCustomer
from sync_server.archive.legal_holds import NoReason, NothingHeld
from sync_server.archive.retention import StillKept
from sync_server.commands.cli import folio
from sync_server.database.tables import archive, blob, disposal, operation, ticket
from sync_server.identity import audit_log
from sync_server.reports import seal_certificates, signing_key
from sync_server.schedule import worker
from tests import cast
from tests.office import RunningOffice
from tests.sync_server.visit import finished

KEEPER = Actor("keeper", Role.BACK_OFFICE)
YEARS = 10


@pytest.fixture
def closed(office, enrol) -> str:
    """A ticket closed on site, its report sealed."""
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    visit = finished(enrol(), office.ticket())
    visit.upload()
    visit.push()
    worker.run_jobs(office.context, office.clock())
    return visit.ticket


@pytest.fixture
def later(office: RunningOffice) -> datetime:
    """Eleven years after today."""
    return office.clock() + timedelta(days=11 * 366)


def dispose(office, id, at):
    return office.do(lambda tx: retention.dispose(tx, office.context, KEEPER, id, at))


def due(office, at):
    return office.ask(lambda tx: retention.due(tx, YEARS, at))


def test_ten_years_end_on_the_same_day():
    assert retention.over(datetime(2026, 3, 9, 18, tzinfo=UTC), 10) == datetime(
        2036, 3, 9, 18, tzinfo=UTC
    )
    leap = datetime(2028, 2, 29, tzinfo=UTC)
    assert retention.over(leap, 10) == datetime(2038, 3, 1, tzinfo=UTC)


def test_nothing_is_due_before_its_term(office, closed, later):
    term = office.ask(lambda tx: retention.term_of(tx, closed, YEARS))
    assert due(office, term.until - timedelta(seconds=1)) == []
    assert [one.ticket for one in due(office, term.until)] == [closed]
    with pytest.raises(StillKept, match="kept until"):
        dispose(office, closed, term.until - timedelta(seconds=1))


def test_what_goes_on_has_no_term(office):
    id = office.ticket()
    assert office.ask(lambda tx: retention.term_of(tx, id, YEARS)) is None
    with pytest.raises(StillKept):
        dispose(office, id, office.clock() + timedelta(days=9999))


@pytest.mark.parametrize("held", ["ticket_id", "customer"])
def test_what_is_held_is_not_deleted_until_the_hold_is_lifted(office, closed, later, held):
    what = {held: closed if held == "ticket_id" else cast.CUSTOMER}
    now, number = office.clock(), office.fields(closed)["folio"]
    id = office.do(
        lambda tx: legal_holds.hold(tx, office.context, KEEPER, "Juicio 12/2026", now, **what)
    )
    assert [one.held for one in due(office, later)] == ["Juicio 12/2026"]
    with pytest.raises(StillKept, match="Juicio"):
        dispose(office, closed, later)
    with pytest.raises(NoReason):
        office.do(lambda tx: legal_holds.lift(tx, KEEPER, id, "  ", now))
    office.do(lambda tx: legal_holds.lift(tx, KEEPER, id, "Sentencia firme", now))
    with pytest.raises(NothingHeld):
        office.do(lambda tx: legal_holds.lift(tx, KEEPER, id, "otra vez", now))
    dispose(office, closed, later)
    notes = office.ask(lambda tx: audit_log.notes(tx, 9))[:3]
    assert [note.action for note in notes] == ["archive.deleted", "hold.lifted", "hold.set"]
    named = number if held == "ticket_id" else cast.RECORDS["customer", cast.CUSTOMER]["name"]
    assert [note.object for note in notes] == [number, named, named]


def test_a_hold_needs_a_reason(office, closed):
    with pytest.raises(NoReason):
        office.do(lambda tx: legal_holds.hold(tx, office.context, KEEPER, "\n", office.clock(),
                                            ticket_id=closed))  # fmt: skip


def test_a_deleted_ticket_leaves_its_hashes_and_nothing_else(office, closed, later):
    [archived] = office.ask(lambda tx: archive_search.of_ticket(tx, closed))
    other = office.ticket()
    dispose(office, closed, later)
    worker.run_jobs(office.context, later)
    for table in (ticket.c.id, operation.c.ticket, archive.c.ticket):
        query = select(table).where(table == closed)
        assert office.ask(lambda tx, query=query: tx.scalars(query)) == []
    assert list(office.context.blobs.names()) == office.ask(lambda tx: tx.scalars(select(blob)))
    [left] = office.ask(lambda tx: tx.rows(select(disposal)))
    assert (left.ticket, left.folio, left.disposed_by) == (closed, archived.folio, KEEPER.id)
    assert left.kept["archived"][0]["record_digest"] == archived.record_digest
    assert left.kept["chain"] == archived.chain
    assert archived.sealed_sha256 in left.kept["files"]
    assert "Ibáñez" not in json.dumps(left.kept, ensure_ascii=False)
    assert office.record(other)
    assert archive_check.check_archive(office.context) == []


def test_a_file_that_another_ticket_names_stays(office, closed, later):
    entry = next(e for e in office.entries(closed, "evidence") if e["kind"] == "before")
    other = office.ticket()
    body = {"collection": "evidence", "entry": {**entry, "id": office.context.new_id()}}
    office.operation(other, "append", body, Role.SUPERVISOR)
    dispose(office, closed, later)
    worker.run_jobs(office.context, later)
    assert list(office.context.blobs.names()) == [entry["sha256"]]


@pytest.mark.parametrize("table", ["seal", "archive", "operation", "ticket", "disposal"])
def test_the_database_itself_lets_nothing_go_unwritten(office, closed, later, table):
    from sync_server.database.tables import metadata

    if table == "disposal":
        dispose(office, closed, later)
    with pytest.raises(Exception, match="immutable"):
        office.do(lambda tx: tx.execute(delete(metadata.tables[table])))


def run(office, monkeypatch, *words, **kept):
    monkeypatch.setenv("FOLIO_DATA", str(office.settings.data))
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    return CliRunner().invoke(folio, ["retention", *words], input="n\n")


def test_by_command_it_is_listed_asked_and_refused_while_held(office, closed, monkeypatch):
    number = office.fields(closed)["folio"]
    office.stop()
    refused = run(office, monkeypatch, "delete", number, "--yes")
    assert refused.exit_code == 1
    assert "kept until" in refused.output
    over = {"FOLIO_RETENTION_YEARS": "0"}
    listed = run(office, monkeypatch, "list", **over)
    assert number in listed.output
    assert "1 ticket may be deleted, 0 are held past their term." in listed.output
    held = run(office, monkeypatch, "hold", number, "--reason", "Auditoría", **over)
    assert held.exit_code == 0, held.output
    hold = held.output.split()[-1]
    assert "held: Auditoría" in run(office, monkeypatch, "delete", number, "--yes").output
    listed = run(office, monkeypatch, "list", **over)
    assert "0 tickets may be deleted, 1 is held past its term." in listed.output
    assert "Nothing is past" in run(office, monkeypatch, "delete", "--all", "--yes").output
    assert run(office, monkeypatch, "release", hold, "--reason", "Concluida").exit_code == 0
    asked = run(office, monkeypatch, "delete", number)
    assert "Delete 1 ticket for ever?" in asked.output
    assert number in run(office, monkeypatch, "list").output, "it was not said yes to"
    gone = run(office, monkeypatch, "delete", number, "--yes")
    assert gone.exit_code == 0, gone.output
    assert "1 ticket deleted. Its files go within a minute" in gone.output
    due = CliRunner().invoke(folio, ["due"])
    assert "1 deleted ticket was freed of its files" in due.output, due.output
    assert number not in run(office, monkeypatch, "list").output
    office.start()


@pytest.mark.parametrize("kind", worker.HANDLERS)
def test_each_kind_of_job_has_words_for_how_it_ended(kind):
    for ending in ("done", "failed"):
        assert tn(f"command.due.{kind}_{ending}", 1, "en").startswith("1 ")


# Export


def test_all_of_a_customer_s_data_proves_itself_without_folio(office, closed, tmp_path):
    out = io.BytesIO()
    now = office.clock()
    assert customer_export.pack(office.context, cast.CUSTOMER, KEEPER, now, out) == 1
    with zipfile.ZipFile(out) as packed:
        packed.extractall(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=False
    )
    assert checked.returncode == 0
    folder = tmp_path / "tickets" / office.fields(closed)["folio"]
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["missing"] == []
    assert json.loads((folder / "ticket.json").read_text())["doc"]["diagnosis"]
    assert len(json.loads((folder / "log.json").read_text())) == len(office.history(closed))
    received, sealed = ((folder / f"report-{n}.pdf").read_bytes() for n in ("received", "sealed"))
    assert sealed.startswith(received)
    assert len(list((folder / "evidence").iterdir())) == 2
    assert json.loads((tmp_path / "assets.json").read_text())[0]["serial"] == cast.SERIAL
    [note] = office.ask(lambda tx: audit_log.notes(tx, 9, action="customer."))
    assert (note.actor, note.object) == (KEEPER.id, cast.CUSTOMER)
    assert note.detail["tickets"] == 1


def test_a_lost_file_is_named_in_the_export(office, closed):
    photo = next(e for e in office.entries(closed, "evidence") if e["kind"] == "before")
    office.context.blobs.remove(photo["sha256"])
    out = io.BytesIO()
    customer_export.pack(office.context, cast.CUSTOMER, KEEPER, office.clock(), out)
    with zipfile.ZipFile(out) as packed:
        [missing] = json.loads(packed.read("manifest.json"))["missing"]
    assert photo["sha256"] in missing


def test_an_unknown_customer_is_said(office):
    with pytest.raises(UnknownCustomer):
        customer_export.pack(office.context, "nobody", KEEPER, office.clock(), io.BytesIO())


def test_both_exports_by_command(office, closed, tmp_path, monkeypatch):
    monkeypatch.setenv("FOLIO_DATA", str(office.settings.data))
    month = f"{office.clock().astimezone(office.context.calendar.zone):%Y-%m}"
    office.stop()
    for what in (["month", month], ["customer", cast.CUSTOMER]):
        path = tmp_path / f"{what[0]}.zip"
        done = CliRunner().invoke(folio, ["export", *what, str(path)])
        assert done.exit_code == 0, done.output
        assert zipfile.is_zipfile(path)
        size = "1 ticket" if what[0] == "customer" else f"{path.stat().st_size} bytes"
        assert done.output == f"{path}: {size}\n"
    assert CliRunner().invoke(folio, ["export", "month", "x", str(tmp_path / "x")]).exit_code == 1
    assert (
        CliRunner().invoke(folio, ["export", "customer", "x", str(tmp_path / "y")]).exit_code == 1
    )
    assert not (tmp_path / "y").exists()
    office.start()
