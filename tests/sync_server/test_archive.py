"""A closed ticket's report: checked, kept as it came, sealed, found, handed out, never changed."""

import csv
import io
import json
import sqlite3
import subprocess
import zipfile
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from shared.operations.digest import canonical, report_record
from shared.ticket.people import Actor, Role
from sync_server.archive import archive_check, archive_export, archive_search
from sync_server.archive.archive_search import Wanted
from sync_server.commands.cli import folio
from sync_server.database.tables import access_log, archive, outbox, seal
from sync_server.reports import seal_certificates, signing_key
from sync_server.reports.report_file import RECORD, read_report
from sync_server.reports.seal_validation import read_seal
from sync_server.reports.verify import Verdict
from sync_server.schedule import worker
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import Visit, finished

READER = Actor("reader", Role.BACK_OFFICE)


@pytest.fixture
def sealing(office: RunningOffice) -> RunningOffice:
    """An office with a certificate."""
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    return office


@pytest.fixture
def visit(sealing: RunningOffice, tablet: RawTablet) -> Visit:
    """A ticket closed on site, its report sealed."""
    visit = finished(tablet, sealing.ticket())
    visit.upload()
    visit.push()
    worker.run_jobs(sealing.context, sealing.clock())
    return visit


def archived(office, visit):
    [one] = office.ask(lambda tx: archive_search.of_ticket(tx, visit.ticket))
    return one


def found(office, **wanted):
    return office.ask(lambda tx: archive_search.search(tx, Wanted(**wanted), 10)).rows


def test_the_archived_report_carries_the_server_s_own_record(sealing, visit):
    one = archived(sealing, visit)
    file = read_report(sealing.context.blobs.read(one.sealed_sha256))
    carried = file.attachments[RECORD]
    shown = json.loads(carried)["shown"]
    assert carried == canonical(report_record(sealing.record(visit.ticket).record, shown=shown))
    photos = {sha for sha, (_, mime) in visit.files.items() if mime == "image/jpeg"}
    assert photos <= file.images


def test_the_sealed_copy_begins_with_the_bytes_that_came(sealing, visit):
    one = archived(sealing, visit)
    received = sealing.context.blobs.read(one.report_sha256)
    assert received == visit.files[one.report_sha256][0]
    sealed = sealing.context.blobs.read(one.sealed_sha256)
    assert sealed.startswith(received)
    assert read_seal(sealed, seal_certificates.trusted(sealing.settings)).holds
    assert sealing.known("asset", "asset-1")["history"][-1]["folio"] == one.folio


def test_it_is_found_by_folio_serial_customer_engineer_month_and_seal(sealing, visit):
    one = archived(sealing, visit)
    month = f"{one.closed_at.astimezone(sealing.context.calendar.zone):%Y-%m}"
    for wanted in [
        {"text": one.folio[-6:]}, {"text": "ky4054"}, {"text": "gabriel"}, {"serial": "4054"},
        {"customer": "HOSPITAL"}, {"engineer": visit.tablet.user}, {"month": month},
        {"seal": "sealed"}, {},
    ]:  # fmt: skip
        assert [row.id for row in found(sealing, **wanted)] == [one.id], wanted
    for wanted in [
        {"text": "nothing"}, {"text": "%"}, {"engineer": "nobody"}, {"month": "2019-01"},
        {"seal": "waiting"}, {"seal": "stamped"},
    ]:  # fmt: skip
        assert not found(sealing, **wanted), wanted


def test_it_waits_for_its_seal_while_there_is_no_certificate(office, tablet):
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    tally = worker.run_jobs(office.context, office.clock() + timedelta(hours=2))
    assert tally["seal_done"] == 0
    assert [row.folio for row in found(office, seal="waiting")] == [archived(office, visit).folio]
    signing_key.write(
        signing_key.make("Servicio en Sitio", office.clock()),
        seal_certificates.folder(office.settings),
    )
    worker.run_jobs(office.context, office.clock() + timedelta(days=1))
    assert archived(office, visit).sealed_sha256


@pytest.mark.slow
def test_a_new_certificate_adds_a_seal_and_keeps_the_earlier_one(sealing, visit):
    from sync_server.archive.seal_job import seal_archived

    before = archived(sealing, visit)
    folder = seal_certificates.folder(sealing.settings)
    (folder / "earlier").mkdir()
    (folder / "certificate.pem").rename(folder / "earlier" / "2026.pem")
    signing_key.write(signing_key.make("Servicio en Sitio", sealing.clock()), folder)
    seal_certificates.of.cache_clear()
    assert seal_archived(sealing.context, before.id, sealing.clock())
    assert not seal_archived(sealing.context, before.id, sealing.clock())
    after = archived(sealing, visit)
    assert after.sealed_at > before.sealed_at
    earlier, later = map(sealing.context.blobs.read, (before.sealed_sha256, after.sealed_sha256))
    assert later.startswith(earlier)
    assert [
        one.signer for one in read_seal(later, seal_certificates.trusted(sealing.settings)).earlier
    ] == [before.certificate]
    for sha in (before.sealed_sha256, after.sealed_sha256):
        pdf = sealing.context.blobs.read(sha)
        assert archive_check.verify_online(sealing.context, pdf).verdict is Verdict.AUTHENTIC


@pytest.mark.slow
def test_renewing_by_command_seals_all_anew_and_keeps_every_earlier_file(
    sealing, visit, monkeypatch
):
    before = archived(sealing, visit)
    received = sealing.context.blobs.read(before.report_sha256)
    monkeypatch.setenv("FOLIO_DATA", str(sealing.settings.data))
    sealing.stop()
    for _ in range(2):
        done = CliRunner().invoke(folio, ["seal", "renew", "--new-key"])
        assert done.exit_code == 0, done.output
        assert "1 report was without this seal, 1 sealed now." in done.output
    again = CliRunner().invoke(folio, ["seal", "renew"])
    assert "0 reports were without this seal, 0 sealed now." in again.output
    sealing.start()
    seal_certificates.of.cache_clear()
    rows = sealing.ask(lambda tx: tx.rows(select(seal)))
    assert len({row.certificate for row in rows}) == 3
    rows.sort(key=lambda row: row.sealed_at)
    below = received
    for row in rows:
        pdf = sealing.context.blobs.read(row.sha256)
        assert pdf.startswith(below)
        below = pdf
        assert archive_check.verify_online(sealing.context, pdf).verdict is Verdict.AUTHENTIC
    assert before.sealed_sha256 in {row.sha256 for row in rows}
    assert archive_check.check_archive(sealing.context) == []


def test_a_certificate_of_before_is_trusted_again_by_command(sealing, visit, monkeypatch, tmp_path):
    monkeypatch.setenv("FOLIO_DATA", str(sealing.settings.data))
    other = signing_key.make("Otra", sealing.clock())
    signing_key.write(other, tmp_path / "other")
    told = CliRunner().invoke(folio, ["seal", "trust", str(tmp_path / "other" / "certificate.pem")])
    assert other.fingerprint in told.output
    assert other.certificate in seal_certificates.trusted(sealing.settings)


def test_two_workers_seal_it_once(sealing, tablet, monkeypatch):
    visit = finished(tablet, sealing.ticket())
    visit.upload()
    visit.push()
    tallies, real = [], worker.HANDLERS["seal"]

    def meanwhile_the_other(context, job, now):
        tallies.append(worker.run_jobs(context, now, "the other"))
        real(context, job, now)

    monkeypatch.setitem(worker.HANDLERS, "seal", meanwhile_the_other)
    tallies.append(worker.run_jobs(sealing.context, sealing.clock(), "the first"))
    assert [tally["seal_done"] for tally in tallies] == [0, 1]
    assert len(sealing.ask(lambda tx: tx.rows(select(seal)))) == 1


def test_the_customer_gets_the_sealed_report_in_their_language(sealing, visit):
    [mail] = sealing.ask(lambda tx: tx.rows(select(outbox).where(outbox.c.topic == "report")))
    one = archived(sealing, visit)
    assert mail.recipient == "compras@example.com"
    assert mail.body["attached"][0]["sha256"] == one.sealed_sha256
    assert one.folio in mail.body["subject"]
    assert f"/v/{one.folio}#{one.record_digest[:32]}" in mail.body["text"]


def test_what_is_read_and_exported_is_noted(sealing, visit):
    one = archived(sealing, visit)
    handed = archive_export.document(sealing.context, one, READER, sealing.clock())
    assert handed.name == f"{one.folio}.pdf"
    assert sha256(handed.content).hexdigest() == one.sealed_sha256
    [noted] = sealing.ask(
        lambda tx: tx.rows(select(access_log).where(access_log.c.action == "archive.read"))
    )
    assert (noted.actor, noted.object) == (READER.id, one.folio)


def test_a_month_as_zip_proves_itself_without_folio(sealing, visit, tmp_path):
    one = archived(sealing, visit)
    month = f"{one.closed_at.astimezone(sealing.context.calendar.zone):%Y-%m}"
    packed = io.BytesIO()
    archive_export.month(sealing.context, month, READER, sealing.clock(), packed)
    with zipfile.ZipFile(packed) as files:
        files.extractall(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=tmp_path, check=False
    )
    assert checked.returncode == 0
    [row] = json.loads((tmp_path / "manifest.json").read_text())
    assert (
        row["record_digest"]
        == sha256((tmp_path / "records" / f"{one.folio}.json").read_bytes()).hexdigest()
    )
    [line] = csv.DictReader(io.StringIO((tmp_path / "manifest.csv").read_text("utf-8-sig")))
    assert (line["folio"], line["file_sha256"]) == (one.folio, one.sealed_sha256)
    assert sha256((tmp_path / row["file"]).read_bytes()).hexdigest() == row["file_sha256"]


def test_every_file_of_a_month_but_the_list_itself_is_in_the_list(sealing, visit):
    one = archived(sealing, visit)
    month = f"{one.closed_at.astimezone(sealing.context.calendar.zone):%Y-%m}"
    packed = io.BytesIO()
    archive_export.month(sealing.context, month, READER, sealing.clock(), packed)
    with zipfile.ZipFile(packed) as files:
        names = set(files.namelist()) - {"SHA256SUMS"}
        lines = files.read("SHA256SUMS").decode().splitlines()
        sums = {name: hash for hash, _, name in (line.partition("  ") for line in lines)}
        assert sums.keys() == names
        assert all(sha256(files.read(name)).hexdigest() == sums[name] for name in names)
        assert f"certificates/{one.certificate}.pem" in names


def test_a_report_that_says_something_else_is_refused(sealing, tablet):
    visit = Visit(tablet, sealing.ticket()).work().sign().report()
    visit.sets(satisfaction={"rating": 1, "comment": "después del informe"})
    visit.finalise()
    visit.upload()
    result = visit.push()[-1]
    assert result["outcome"] == "rejected"
    assert "CL19" in {missing["rule"] for missing in result["missing"]}
    assert not found(sealing)


def test_a_file_of_the_archive_is_authentic_sealed_or_as_it_came(sealing, visit):
    one = archived(sealing, visit)
    for sha in (one.sealed_sha256, one.report_sha256):
        finding = archive_check.verify_online(sealing.context, sealing.context.blobs.read(sha))
        assert (finding.verdict, finding.folio) == (Verdict.AUTHENTIC, one.folio)


@pytest.mark.parametrize(
    ("part", "verdict"), [("photo", Verdict.ALTERED), ("font", Verdict.UNCHECKED)]
)
def test_a_received_report_with_another_byte_is_never_vouched_for(sealing, visit, part, verdict):
    """A photo has its hash in the record; what nothing speaks for is accused of nothing."""
    received = bytearray(sealing.context.blobs.read(archived(sealing, visit).report_sha256))
    photo = next(data for data, mime in visit.files.values() if mime == "image/jpeg")
    at = received.index(photo if part == "photo" else b"glyf") + len(photo) // 2
    received[at] ^= 1
    finding = archive_check.verify_online(sealing.context, bytes(received))
    assert finding.verdict is verdict


def test_a_sound_archive_has_no_fault(sealing, visit):
    assert archive_check.check_archive(sealing.context) == []


@pytest.mark.parametrize("which", ["report", "sealed", "photo"])
def test_one_altered_byte_in_a_file_is_found(sealing, visit, which):
    one = archived(sealing, visit)
    photo = next(sha for sha, (_, mime) in visit.files.items() if mime == "image/jpeg")
    name = {"report": one.report_sha256, "sealed": one.sealed_sha256, "photo": photo}[which]
    path = Path(sealing.settings.blob_place) / name[:2] / name
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    [fault] = archive_check.check_archive(sealing.context)
    assert name in fault.where
    if which != "photo":
        assert one.folio in fault.where


def test_a_lost_file_is_found(sealing, visit):
    name = archived(sealing, visit).report_sha256
    (Path(sealing.settings.blob_place) / name[:2] / name).unlink()
    [fault] = archive_check.check_archive(sealing.context)
    assert name in fault.where
    assert fault.what == "is missing"


TAMPERED = [
    ("operation", "message", "UPDATE operation SET message = replace(message, 'fusor', 'fuser')"),
    ("operation", "outcome", "UPDATE operation SET outcome = 'late' WHERE position = 3"),
    ("operation", "gone", "DELETE FROM operation WHERE position = 4"),
    ("operation", "last gone", "DELETE FROM operation WHERE command = 'close'"),
    ("archive", "record", "UPDATE archive SET record = replace(record, '118', '119')"),
    ("archive", "digest", "UPDATE archive SET record_digest = replace(record_digest, 'a', 'b')"),
    ("ticket", "merged", "UPDATE ticket SET doc = replace(doc, '118', '119')"),
    ("seal", "other", "UPDATE archive SET report_sha256 = (SELECT sha256 FROM blob WHERE mime = "
                      "'image/jpeg' LIMIT 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("table", "what", "statement"), TAMPERED)
def test_one_altered_byte_in_the_database_is_found(sealing, visit, table, what, statement):
    """Whoever can drop the triggers is found all the same."""
    with closing(sqlite3.connect(sealing.settings.data / "folio.db")) as connection:
        named = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (trigger,) in named.fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        assert connection.execute(statement).rowcount
        connection.commit()
    faults = archive_check.check_archive(sealing.context)
    assert faults, (table, what)
    number = sealing.fields(visit.ticket)["folio"]
    assert any(visit.ticket in f.where or number in f.where for f in faults)


def test_the_archive_keeps_what_it_was_called_on_that_day(sealing, visit):
    row = sealing.ask(lambda tx: tx.one_or_none(select(archive)))
    assert row.customer_name == "Hospital San Gabriel"
    assert row.engineer_name == "Luis Cano"
