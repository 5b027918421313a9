"""What the office keeps is readable by its own user alone: database, files, keys, backups."""

import os
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from sync_server.blobs.local import LocalStore
from sync_server.commands import cli
from sync_server.runtime import private_folder
from sync_server.runtime.context import open_context
from sync_server.runtime.settings import Settings
from tests.sync_server.tablets import photo


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    """A machine whose files are everybody's unless a program sees to it."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [
        f"{stat.S_IMODE(path.stat().st_mode):o} {path.relative_to(folder)}"
        for path in [folder, *folder.rglob("*")]
        if path.stat().st_mode & 0o077
    ]


def test_nothing_that_the_office_writes_is_anybody_else_s(tmp_path, monkeypatch):
    data, backup = tmp_path / "data", tmp_path / "backup"
    monkeypatch.setenv("FOLIO_DATA", str(data))
    cli.main(["seal", "init"])
    content = photo()
    LocalStore(data / "blobs").keep(sha256(content).hexdigest(), content)
    LocalStore(data / "blobs").add("upload", 0, b"half")
    cli.main(["backup", str(backup)])
    names = {path.name for path in data.rglob("*")}
    assert {"folio.db", "secret", "key.pem"} <= names
    assert open_to_others(data) == []
    assert open_to_others(backup) == []


def test_the_files_beside_the_database_are_its_own_too_while_it_is_open(tmp_path):
    private_folder.keep_to_ourselves()
    context = open_context(Settings(data=tmp_path / "data"), on_close=())
    names = {path.name for path in (tmp_path / "data").iterdir()}
    assert {"folio.db-wal", "folio.db-shm"} <= names
    assert open_to_others(tmp_path / "data") == []
    context.close()


def test_a_folder_that_was_open_is_closed_at_the_next_start_with_a_line_in_the_log(
    tmp_path, capsys
):
    data, elsewhere = tmp_path / "data", tmp_path / "files"
    settings = Settings(data=data, blobs=str(elsewhere))
    open_context(settings, on_close=()).close()
    for folder in (data, elsewhere):
        folder.chmod(0o755)
        for path in folder.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
    capsys.readouterr()
    open_context(settings, on_close=()).close()
    assert open_to_others(data) == []
    assert open_to_others(elsewhere) == []
    said = capsys.readouterr()
    assert (said.out + said.err).count("others could read this folder") == 2
    open_context(settings, on_close=()).close()
    said = capsys.readouterr()
    assert "others could read" not in said.out + said.err
