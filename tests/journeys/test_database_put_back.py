"""The database is put back to an earlier hour by its own tools, as one does with a large office."""

from shutil import copytree

from click.testing import CliRunner

from sync_server.commands.cli import folio


def test_what_the_office_forgot_comes_again_after_folio_epoch(office, tablet, tmp_path):
    id = office.ticket()
    tablet.sync()
    tablet.session.append(id, "notes", text="antes")
    tablet.sync()
    office.stop()
    copytree(office.settings.data, tmp_path / "earlier")
    office.start()
    tablet.session.append(id, "notes", text="después")
    tablet.session.set_field(id, diagnosis="El fusor no calienta.")
    tablet.sync()
    office.stop()
    for name in ("folio.db", "folio.db-wal", "folio.db-shm"):
        (office.settings.data / name).unlink(missing_ok=True)
    copytree(tmp_path / "earlier", office.settings.data, dirs_exist_ok=True)
    before = tablet.session.identity.epoch
    said = CliRunner().invoke(folio, ["epoch"], env={"FOLIO_DATA": str(office.settings.data)})
    assert said.exit_code == 0, said.output
    office.start()
    tablet.sync()
    assert said.output.split()[-1] == tablet.session.identity.epoch != before
    assert [note["text"] for note in office.entries(id, "notes")] == ["antes", "después"]
    assert office.fields(id)["diagnosis"] == "El fusor no calienta."
    assert tablet.queue.waiting == 0
