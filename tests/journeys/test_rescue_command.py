"""`folio rescue import` as an operator types it, before an office that is open meanwhile."""

import pytest
from click.testing import CliRunner

from sync_server.commands.cli import folio as commands
from sync_server.identity import audit_log, users
from sync_server.sync.rescue_package import Package
from tests.pictures import photo
from tests.rescue import PASSPHRASE, manifest, packed
from tests.sync_server.test_cli import Shell


class InProcess:
    """`folio rescue import` on the data of this office, without starting a program each time."""

    def __init__(self, data):
        self.environment = {"FOLIO_DATA": str(data), "FOLIO_BLOBS": "", "FOLIO_DATABASE_URL": ""}

    def __call__(self, *arguments, said=""):
        words = [str(argument) for argument in arguments]
        return CliRunner(env=self.environment).invoke(commands, words, input=said)

    def ok(self, *arguments, said):
        done = self(*arguments, said=said)
        assert done.exit_code == 0, done.output
        return done.stdout

    def refused(self, *arguments, status=1, said=""):
        done = self(*arguments, said=said)
        assert done.exit_code == status, done.output
        return done.stderr


@pytest.fixture
def folio(office):
    return InProcess(office.settings.data)


@pytest.fixture
def written(office, tablet, tmp_path):
    """The file of a tablet with a note and a photo that it could not send."""
    id = office.ticket()
    tablet.sync()
    tablet.session.append(id, "notes", text="Sin señal en el sótano")
    tablet.session.keep_photo(id, "after", photo(1))
    file = tmp_path / "tableta.rescue"
    file.write_bytes(tablet.session.rescue_package(PASSPHRASE))
    return file


@pytest.mark.slow
def test_a_package_is_imported_once_while_the_office_is_open(folio, office, tablet, written):
    said = Shell(office.settings.data).ok("rescue", "import", written, said=f"{PASSPHRASE}\n")
    engineer = office.user()
    assert f"{engineer.name} <{engineer.email}>" in said
    assert "Operations: 2 (applied 2)" in said
    assert "Files: 2 taken, 0 were here already" in said
    again = folio.ok("rescue", "import", written, said=f"{PASSPHRASE}\n")
    assert "Operations: 2 (duplicate 2)" in again
    assert "Files: 0 taken, 2 were here already" in again
    tablet.sync()
    assert tablet.queue.waiting == 0


def test_the_passphrase_is_on_no_command_line(folio, written):
    assert "unexpected extra argument" in folio.refused(
        "rescue", "import", written, PASSPHRASE, status=2
    )
    assert "passphrase" in folio.refused("rescue", "import", written)


def test_what_cannot_be_imported_is_said_and_nothing_is(folio, office, written, tmp_path):
    other = tmp_path / "otro.rescue"
    whole = written.read_bytes()
    strange = {
        "wrong": (whole, "otra frase cualquiera", "does not open"),
        "cut": (whole[:-200], PASSPHRASE, "cut or altered"),
        "altered": (whole[:-200] + b"x" * 200, PASSPHRASE, "cut or altered"),
        "photo": (photo(3), PASSPHRASE, "not a rescue package"),
        "empty": (b"", PASSPHRASE, "not a rescue package"),
        "theirs": (packed(manifest("d", "u")), PASSPHRASE, "https://folio.example.com"),
    }
    for content, passphrase, sentence in strange.values():
        other.write_bytes(content)
        said = folio.refused("rescue", "import", other, said=f"{passphrase}\n")
        assert sentence in said
        assert "Nothing was imported" in said
    folio.refused("rescue", "import", tmp_path / "nowhere.rescue", status=2)
    assert not office.ask(lambda tx: audit_log.notes(tx, 1, action="rescue."))


def test_damaged_files_and_people_who_left_are_told(folio, office, tmp_path):
    eva = office.user("engineer", "Eva Paz")
    office.do(lambda tx: users.set_active(tx, eva.id, False, office.clock()))
    file = tmp_path / "eva.rescue"
    file.write_bytes(packed(manifest("unknown", eva.id, damaged=["0" * 64, "1" * 64])))
    done = folio("rescue", "import", file, said=PASSPHRASE)
    assert done.exit_code == 0
    assert "Damaged on the tablet, and so not inside: 2" in done.stderr
    assert "0" * 64 in done.stderr
    assert "not active" in done.stdout


def test_an_import_that_stops_says_what_is_in_and_goes_on(folio, office, written):
    with written.open("rb") as file:
        name = Package(file, PASSPHRASE).contents.files[-1].sha256
    in_the_way = office.settings.data / "blobs" / name[:2]
    in_the_way.write_text("no folder")
    said = folio("rescue", "import", written, said=PASSPHRASE)
    assert said.exit_code == 1
    assert "Operations: 2 (applied 2)" in said.stdout
    assert "do it again" in said.stderr
    in_the_way.unlink()
    again = folio.ok("rescue", "import", written, said=PASSPHRASE)
    assert "Operations: 2 (duplicate 2)" in again
    assert "Files: 1 taken, 1 was here already" in again
