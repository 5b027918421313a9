"""What is kept of 0.1.0 is small, names no machine, shows no key, and can be made again."""

import subprocess
import sys
import tarfile

import pytest

from tests.given import release
from tests.given.release import GIVEN, HOUSE, is_in_history
from tests.test_house import ELSEWHERE

FILES = sorted(path for path in GIVEN.rglob("*") if path.is_file())
PACKED = [path for path in FILES if path.suffix == ".xz"]


def contents():
    """Every file, and every file in the packed folders, with its name."""
    for path in FILES:
        yield path.name, path.read_bytes()
    for path in PACKED:
        with tarfile.open(path) as packed:
            for member in packed.getmembers():
                file = packed.extractfile(member)
                if file is not None:
                    yield f"{path.name}: {member.name}", file.read()


def test_it_is_small():
    assert sum(path.stat().st_size for path in FILES) < 3_000_000


def test_it_names_no_machine():
    places = (b"/tmp/", b"127.0.0.1", b"localhost:")
    for name, content in contents():
        if name == "origin.py":
            continue
        assert not ELSEWHERE.search(content.decode("latin-1")), name
        assert not [place for place in places if place in content], name


def test_no_key_lies_in_the_open():
    for path in FILES:
        assert b"PRIVATE KEY" not in path.read_bytes(), path.name


def test_git_keeps_every_byte_of_it():
    names = [str(path.relative_to(HOUSE)) for path in FILES if path.name != "origin.py"]
    said = subprocess.run(
        ["git", "check-attr", "text", "diff", "--", *names],
        cwd=HOUSE, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    assert len(said) == 2 * len(names)
    assert [line for line in said if not line.endswith(": unset")] == []


def test_a_clone_without_the_release_says_what_brings_it(monkeypatch):
    monkeypatch.setattr(release, "COMMIT", "0" * 40)
    with pytest.raises(release.NotInHistory, match="git fetch --unshallow"), release.tree():
        pass


def test_it_is_made_again_where_the_release_is_in_history(tmp_path):
    made = subprocess.run(
        [sys.executable, "-m", "tests.given", tmp_path / "again"],
        cwd=HOUSE, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == (0 if is_in_history() else 1), made.stderr
    again = {str(p.relative_to(tmp_path / "again")) for p in tmp_path.rglob("*") if p.is_file()}
    kept = {str(path.relative_to(GIVEN)) for path in FILES} - {"origin.py"}
    assert again == (kept if is_in_history() else set())
