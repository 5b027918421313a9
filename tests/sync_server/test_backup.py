"""The office in a folder and back: every byte checked, nothing lost, a new epoch after."""

import json
import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest
from sqlalchemy import select, update

from sync_server.archive.archive_check import check_archive
from sync_server.assembly import assemble
from sync_server.backup import backup
from sync_server.backup.backup import NotABackup, NotEmpty
from sync_server.backup.database_copy import CopyFailed
from sync_server.backup.revisions import STEP
from sync_server.database.tables import blob, device, ticket
from sync_server.reports import seal_certificates, signing_key
from sync_server.schedule import worker
from tests.sync_server.tablets import enrolled, photo, sent
from tests.sync_server.visit import Visit, finished


@pytest.fixture
def full(office, tablet):
    """An office with a closed, sealed ticket."""
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    worker.run_jobs(office.context, office.clock())
    return office


def backed_up(office, folder):
    return backup.back_up(office.context, folder, office.clock())


def elsewhere(office, tmp_path):
    return office.settings.but(data=tmp_path / "restored")


def test_a_restored_office_is_the_same_with_another_epoch(full, tmp_path):
    manifest = backed_up(full, tmp_path / "backup")
    settings = elsewhere(full, tmp_path)
    epoch = backup.restore(settings, tmp_path / "backup", force=False)
    assert epoch != manifest.epoch
    restored = assemble(settings)
    with restored.database.reading() as tx, full.context.database.reading() as before:
        assert restored.epoch(tx) == epoch
        for table in (blob, device):
            assert tx.rows(select(table.c[0])) == before.rows(select(table.c[0]))
    assert list(restored.blobs.names()) == list(full.context.blobs.names())
    assert check_archive(restored) == []
    assert restored.secret == full.context.secret
    restored.close()


@pytest.mark.parametrize("times", [1, 2])
def test_a_restored_office_with_work_under_way_is_as_it_was_kept(full, tmp_path, times):
    under_way = full.ticket()
    backed_up(full, tmp_path / "backup")
    settings = elsewhere(full, tmp_path)
    backup.restore(settings, tmp_path / "backup", force=False)
    for _ in range(times - 1):
        backup.new_epoch(settings)
    restored = assemble(settings)
    with restored.database.reading() as tx:
        [rev] = tx.scalars(select(ticket.c.rev).where(ticket.c.id == under_way))
    assert rev == times * STEP
    assert check_archive(restored) == []
    restored.close()


@pytest.mark.parametrize("rev", [STEP - 1, STEP + 1, 0])
def test_a_revision_that_no_restore_gives_is_found(full, rev):
    under_way = full.ticket()
    full.do(lambda tx: tx.execute(update(ticket).where(ticket.c.id == under_way).values(rev=rev)))
    [fault] = check_archive(full.context)
    assert fault.where == f"ticket {under_way}"


def test_the_server_works_on_while_it_is_backed_up(full, tmp_path):
    tablet = enrolled(full)
    backed_up(full, tmp_path / "backup")
    name = sent(tablet, photo(7))
    again = backed_up(full, tmp_path / "backup")
    assert name in again.blobs
    assert backup.check(tmp_path / "backup") == again


def test_a_backup_goes_into_a_folder_of_its_own(full, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(NotEmpty):
        backed_up(full, tmp_path / "mine")


def test_nothing_is_replaced_without_force_and_then_it_is_set_aside(full, tmp_path):
    backed_up(full, tmp_path / "backup")
    settings = elsewhere(full, tmp_path)
    backup.restore(settings, tmp_path / "backup", force=False)
    with pytest.raises(NotEmpty):
        backup.restore(settings, tmp_path / "backup", force=False)
    backup.restore(settings, tmp_path / "backup", force=True)
    [aside] = settings.data.glob("replaced-*")
    assert (aside / "folio.db").exists()


@pytest.mark.parametrize("what", ["file", "lost file", "database", "manifest", "nothing"])
def test_a_backup_with_one_wrong_byte_touches_nothing(full, tmp_path, what):
    folder = tmp_path / "backup"
    manifest = backed_up(full, folder)
    name = next(iter(manifest.blobs))
    kept = folder / "blobs" / name[:2] / name
    match what:
        case "file":
            kept.write_bytes(kept.read_bytes()[:-1] + b"!")
        case "lost file":
            kept.unlink()
        case "database":
            path = folder / "folio.db"
            path.write_bytes(path.read_bytes()[:-1] + b"!")
        case "manifest":
            (folder / "manifest.json").write_text("{")
        case "nothing":
            folder = tmp_path / "empty"
    settings = elsewhere(full, tmp_path)
    with pytest.raises((NotABackup, CopyFailed)):
        backup.restore(settings, folder, force=True)
    assert not (settings.data / "folio.db").exists()


def test_a_backup_that_dies_leaves_the_one_before_it_whole(full, tmp_path, monkeypatch):
    folder = tmp_path / "backup"
    before = backed_up(full, folder)
    full.ticket()

    def dies(path, text):
        raise OSError("no more power")

    with monkeypatch.context() as patch:
        patch.setattr(backup, "_write", dies)
        with pytest.raises(OSError, match="no more power"):
            backed_up(full, folder)
    assert backup.check(folder) == before
    after = backed_up(full, folder)
    assert backup.check(folder) == after != before


def test_a_backup_that_dies_once_its_manifest_is_written_is_whole(full, tmp_path):
    folder = tmp_path / "backup"
    backed_up(full, folder)
    before = (folder / "folio.db").read_bytes()
    full.ticket()
    after = backed_up(full, folder)
    (folder / "coming").mkdir()
    (folder / "folio.db").rename(folder / "coming" / "folio.db")
    (folder / "folio.db").write_bytes(before)
    assert backup.check(folder) == after
    assert backup.restore(elsewhere(full, tmp_path), folder, force=False)
    assert backed_up(full, folder)


def test_a_file_that_cannot_be_read_costs_nobody_their_backup(full, tmp_path):
    name = next(full.context.blobs.names())
    kept = full.settings.data / "blobs" / name[:2] / name
    kept.write_bytes(b"rotten")
    manifest = backed_up(full, tmp_path / "backup")
    assert manifest.lost == [name]
    assert name not in manifest.blobs
    backup.restore(elsewhere(full, tmp_path), tmp_path / "backup", force=False)


def test_what_a_backup_has_is_durable(office, tablet, tmp_path):
    office.stop()
    office.start(durable="backup")
    visit = Visit(tablet, office.ticket())
    visit.keeps("after", photo())
    visit.upload()
    visit.push()

    def marks():
        return office.ask(lambda tx: tx.rows(select(device.c.last_n, device.c.durable_n)))[0]

    def files():
        return office.ask(lambda tx: tx.scalars(select(blob.c.durable)))

    assert marks().durable_n == 0
    assert files() == [False]
    backed_up(office, tmp_path / "backup")
    assert marks().durable_n == marks().last_n > 0
    assert files() == [True]


def test_the_manifest_names_every_file_with_its_hash(full, tmp_path):
    folder = tmp_path / "backup"
    backed_up(full, folder)
    said = json.loads((folder / "manifest.json").read_text())
    assert sha256((folder / "folio.db").read_bytes()).hexdigest() == said["database_sha256"]
    for name, size in said["blobs"].items():
        content = (folder / "blobs" / name[:2] / name).read_bytes()
        assert (sha256(content).hexdigest(), len(content)) == (name, size)
    with closing(sqlite3.connect(folder / "folio.db")) as copied:
        assert copied.execute("SELECT count(*) FROM archive").fetchone() == (1,)


def test_keys_in_a_backup_are_for_their_owner_only(full, tmp_path):
    backed_up(full, tmp_path / "backup")
    for name in ("secret", "seal/key.pem"):
        path = tmp_path / "backup" / "secrets" / name
        assert path.stat().st_mode & 0o077 == 0
