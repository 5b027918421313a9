"""What a tablet keeps is readable by its own user alone, also in a folder that was open before."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from field_app.device.device import claim
from field_app.store.database import Database


@pytest.fixture(autouse=True)
def open_handed() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[Path]:
    return [path for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077]


def test_a_new_folder_and_all_in_it_are_its_user_s(tmp_path):
    folder = tmp_path / "tablet"
    claimed = claim(folder)
    database = Database(folder / "luis")
    assert {"tablet.lock", "luis"} <= {path.name for path in folder.iterdir()}
    assert len(list((folder / "luis").iterdir())) > 1
    assert open_to_others(folder) == []
    database.close()
    claimed.release()


def test_a_folder_of_before_is_closed_when_the_app_opens(tmp_path, caplog):
    folder = tmp_path / "tablet"
    (folder / "luis").mkdir(parents=True)
    (folder / "luis" / "photo").write_bytes(b"x")
    folder.chmod(0o755)
    claim(folder).release()
    assert open_to_others(folder) == []
    assert "others could read" in caplog.text
    caplog.clear()
    claim(folder).release()
    assert caplog.text == ""
