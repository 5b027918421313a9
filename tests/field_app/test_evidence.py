"""A file is on the disk under its hash before anything says so, and goes only when it is safe."""

import os
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from field_app.store import evidence
from field_app.store.database import Database
from field_app.store.evidence import DiskLow, EvidenceMissing, Rank
from tests.field_app.cast import NOW, TICKET

DATA = b"una foto" * 1000
NAME = sha256(DATA).hexdigest()


def keep(database: Database, data: bytes = DATA, rank: Rank = Rank.PHOTO) -> str:
    kept = evidence.keep(database, data)
    evidence.note(database, kept, mime="image/jpeg", rank=rank, ticket=TICKET, at=NOW)
    return kept.sha256


def test_kept_bytes_are_read_back_by_their_hash(database):
    assert evidence.read(database, keep(database)) == DATA


def test_keeping_twice_is_keeping_once(database):
    assert keep(database) == keep(database)
    assert len(evidence.unsent(database)) == 1


def test_a_file_killed_before_its_row_is_an_orphan_that_nothing_deletes(database):
    evidence.keep(database, DATA)
    assert [path.name for path in evidence.orphans(database)] == [NAME]
    evidence.sweep(database, NOW)
    assert [path.name for path in evidence.orphans(database)] == [NAME]


def test_taking_the_same_photo_again_adopts_the_orphan(database):
    evidence.keep(database, DATA)
    keep(database)
    assert evidence.orphans(database) == []


def test_half_a_file_left_by_a_kill_is_cleared_away_at_the_next_start(database):
    folder = database.folder / "evidence" / NAME[:2]
    folder.mkdir(parents=True)
    (folder / f".{NAME[:16]}-x.part").write_bytes(DATA[:100])
    evidence.sweep(database, NOW)
    assert list(folder.iterdir()) == []


def test_a_process_killed_while_it_writes_leaves_no_file_under_a_wrong_hash(tmp_path):
    script = (
        "import os, signal, sys; from pathlib import Path;"
        "from field_app.store import evidence; from field_app.store.database import Database;"
        "flush = os.fsync; evidence.os.fsync = lambda f: os.kill(os.getpid(), signal.SIGKILL);"
        "evidence.keep(Database(Path(sys.argv[1])), b'una foto' * 1000)"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], cwd=root, env={**os.environ}, check=False
    )
    assert done.returncode == -9
    database = Database(tmp_path)
    assert not (tmp_path / "evidence" / NAME[:2] / NAME).exists()
    evidence.sweep(database, NOW)
    assert [p for p in (tmp_path / "evidence").rglob("*") if p.is_file()] == []
    database.close()


def test_a_file_changed_on_the_disk_is_said_to_be_missing(database):
    keep(database)
    path = database.folder / "evidence" / NAME[:2] / NAME
    path.write_bytes(DATA[:-1])
    with pytest.raises(EvidenceMissing):
        evidence.read(database, NAME)
    keep(database)
    assert evidence.read(database, NAME) == DATA


def test_a_nearly_full_disk_refuses_the_file_with_a_sentence(database, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr("shutil.disk_usage", lambda p: usage(0, 0, 40_000_000))
    with pytest.raises(DiskLow) as refused:
        evidence.keep(database, DATA)
    assert "40 MB" in refused.value.sentence("es")
    assert not list((database.folder).glob("evidence/*/*"))


def test_small_words_go_before_large_photos(database):
    large, small = keep(database, b"x" * 900), keep(database, b"y" * 90)
    thumb = keep(database, b"t", Rank.THUMBNAIL)
    report = keep(database, b"r" * 5000, Rank.REPORT)
    signature = keep(database, b"s" * 9000, Rank.SIGNATURE)
    assert [b.sha256 for b in evidence.unsent(database)] == [
        signature, report, thumb, small, large,
    ]  # fmt: skip


def test_a_file_goes_only_thirty_days_after_it_is_durable_and_when_no_ticket_shows_it(database):
    name = keep(database)
    evidence.sweep(database, NOW + timedelta(days=400))
    evidence.received(database, name, NOW, durable=False)
    evidence.sweep(database, NOW + timedelta(days=400))
    assert evidence.read(database, name) == DATA
    evidence.received(database, name, NOW, durable=True)
    evidence.sweep(database, NOW + timedelta(days=29))
    assert evidence.read(database, name) == DATA
    evidence.sweep(database, NOW + timedelta(days=31))
    with pytest.raises(EvidenceMissing):
        evidence.read(database, name)
