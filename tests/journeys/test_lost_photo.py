"""A photo whose file vanished from the tablet: said once, accepted by a person, never hidden."""

from pathlib import Path

import pytest

from field_app.session.status import Phase
from shared.ticket.people import Role
from shared.ticket.ticket import State
from sync_server.archive import archive_search
from sync_server.archive.archive_check import verify_online
from sync_server.database.tables import blob
from sync_server.reports.report_file import read_report
from sync_server.reports.verify import Verdict
from tests.pictures import photo
from tests.sync_server.console.browser import browser
from tests.sync_server.console.test_board import counts
from tests.tablet import finish_work, sign

QUIET = (Phase.SYNCHRONISED, Phase.RECEIVED)
WHY = "El técnico la perdió; la foto de antes basta."


def file_of(tablet, name: str) -> Path:
    return Path(tablet.session.database.folder / "evidence" / name[:2] / name)


@pytest.fixture
def lost(office, tablet) -> tuple[str, str]:
    """A visit whose photo of afterwards vanished before it was signed and finalised: its ticket,
    and the photo's hash."""
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    [after] = tablet.ticket(id).photos("after")
    file_of(tablet, after.sha256).unlink()
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    tablet.sync()
    tablet.sync()
    return id, after.sha256


def told(office, id: str) -> list[dict[str, str]]:
    return [line.message["body"] for line in office.history(id) if line.command == "bytes_lost"]


def test_the_entry_stays_and_the_closing_waits_for_a_person(office, tablet, lost):
    id, name = lost
    assert told(office, id) == [{"name": "bytes_lost", "sha256": name, "reason": "gone"}]
    [after] = [each for each in office.entries(id, "evidence") if each["kind"] == "after"]
    assert (after["sha256"], "voided" in after) == (name, False)
    fields = office.fields(id)
    assert (fields["state"], fields["flags"]) == (State.IN_ANALYSIS, ["closing"])
    assert tablet.session.sign_off_status(id) == "valid"
    page = browser(office, "supervisor").see(f"/tickets/{id}")
    assert "Se perdió en la tableta: ya no está en la tableta." in page
    assert "El archivo «Imprime bien» se perdió en la tableta" in page
    _the_strip_is_quiet_and_lets_one_go(tablet, id, name)


def _the_strip_is_quiet_and_lets_one_go(tablet, id: str, name: str) -> None:
    assert (tablet.queue.operations, tablet.queue.files) == (0, 0)
    tablet.ask()
    assert tablet.session.status.phase in QUIET
    assert str(tablet.session.ticket(id).files[name]) == "lost"
    tablet.session.sign_out()


def test_a_supervisor_accepts_it_with_a_reason_and_the_ticket_closes(office, tablet, lost):
    id, name = lost
    desk = browser(office, "supervisor")
    assert counts(desk.see("/"))["lost"] == 1
    without = desk.submit(f"/tickets/{id}/do/accept_loss", sha256=name)
    assert without.status_code == 422
    words = {"sha256": name, "reason": WHY}
    assert browser(office, "call_centre").submit(
        f"/tickets/{id}/do/accept_loss", **words
    ).status_code == 409  # fmt: skip
    assert office.fields(id)["state"] == State.IN_ANALYSIS
    page = desk.done(f"/tickets/{id}/do/accept_loss", **words)
    assert f"Pérdida aceptada: {WHY}" in page
    assert office.fields(id)["state"] == State.CLOSED
    assert office.fields(id)["bytes_lost"][name]["accepted"]["reason"] == WHY
    [line] = [line for line in office.history(id) if line.command == "accept_loss"]
    assert line.user == office.user(Role.SUPERVISOR).id
    assert "accept_loss" not in page
    assert counts(desk.see("/"))["lost"] == 0
    tablet.sync()
    assert tablet.ticket(id).record == office.record(id).record
    _report_and_verification_say_so(office, tablet, id, name)


def _report_and_verification_say_so(office, tablet, id: str, name: str) -> None:
    [archived] = office.ask(lambda tx: archive_search.of_ticket(tx, id))
    pdf = office.context.blobs.read(archived.report_sha256)
    report = read_report(pdf)
    assert report.record is not None
    assert report.record["lost"] == [name]
    assert name not in report.images
    [*_, annex] = tablet.session.preview(id).sections
    [items] = [
        block for block in annex.blocks if getattr(block, "label", "") == "Elementos de evidencia"
    ]
    assert [("nunca llegaron" in row[1]) for row in items.rows] == [False, True, False]
    finding = verify_online(office.context, pdf)
    assert finding.verdict is Verdict.AUTHENTIC
    said_of = [check.sentence("es") for check in finding.checks if check.code == "photo_lost"]
    assert said_of == ["Los bytes de la foto 2 nunca llegaron; el registro lo dice."]
    assert all(check.passed for check in finding.checks if check.code == "photos")


def test_a_file_that_turns_up_again_is_sent_and_nothing_is_to_be_accepted(office, tablet):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    [after] = tablet.ticket(id).photos("after")
    path = file_of(tablet, after.sha256)
    path.rename(path.with_suffix(".away"))
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    tablet.sync()
    path.with_suffix(".away").rename(path)
    tablet.sync()
    tablet.sync()
    assert office.ask(lambda tx: tx.scalar(blob.select().where(blob.c.sha256 == after.sha256)))
    assert office.fields(id)["state"] == State.CLOSED
    assert len(told(office, id)) == 1


def test_one_that_is_struck_out_needs_nobody_and_a_new_one_is_like_any_other(office, tablet):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    [after] = tablet.ticket(id).photos("after")
    file_of(tablet, after.sha256).write_bytes(b"rotten")
    tablet.session.void(id, "evidence", after.id, "Se dañó")
    tablet.session.keep_photo(id, "after", photo(9))
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    for _ in range(2):
        tablet.sync()
    assert [each["reason"] for each in told(office, id)] == ["damaged"]
    assert office.fields(id)["state"] == State.CLOSED
    assert tablet.queue.waiting == 0


def test_a_report_that_is_lost_is_made_again_and_is_the_same(office, tablet):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    report = tablet.session.report(id)
    assert tablet.session.finalise(id) == []
    file_of(tablet, report.sha256).unlink()
    for _ in range(2):
        tablet.sync()
    assert told(office, id) == []
    assert office.fields(id)["state"] == State.CLOSED
    assert office.context.blobs.read(report.sha256) == report.pdf


def test_one_that_cannot_be_made_again_is_asked_for_anew(office, tablet):
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    sign(tablet.session, id)
    first = tablet.session.report(id)
    assert tablet.session.finalise(id) == []
    file_of(tablet, first.sha256).unlink()
    for photo_of in tablet.ticket(id).photos("before"):
        file_of(tablet, photo_of.sha256).unlink()
    for _ in range(3):
        tablet.sync()
    [missing] = [m for m in tablet.session.ticket(id).missing if m.field == "evidence.report"]
    assert missing.es.startswith("El reporte se perdió en la tableta: finalice otra vez")
    assert tablet.session.finalise(id) == []
    for _ in range(2):
        tablet.sync()
    assert office.fields(id)["flags"] == ["closing"]
    [before] = tablet.ticket(id).photos("before")
    office.command(id, "accept_loss", sha256=before.sha256, reason=WHY)
    assert office.fields(id)["state"] == State.CLOSED
