"""A seal is dated by a clock that agrees with the office's past, by a certificate in force."""

from datetime import datetime, timedelta

import httpx
import pytest
from click.testing import CliRunner

from shared.ticket.people import Role
from sync_server.archive import archive_search, resealing, seal_job, seals_waiting
from sync_server.archive.seal_job import TOLERANCE, ClockBehind
from sync_server.commands.cli import folio
from sync_server.database.tables import archive, job
from sync_server.reports import seal_certificates, signing_key
from sync_server.reports.seal_validation import read_seal
from sync_server.reports.signing_key import VALID_FOR, NotInForce
from sync_server.runtime.context import utc_now
from sync_server.schedule import worker
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.console.browser import browser, said
from tests.sync_server.visit import finished

SECOND = timedelta(seconds=1)


def provide(office: RunningOffice, made: datetime) -> signing_key.SigningKey:
    """A certificate that this office makes at `made`, in the place of the one that it has."""
    key = signing_key.make("Servicio en Sitio", made)
    resealing.replace(key, seal_certificates.folder(office.settings))
    return key


@pytest.fixture
def closed(office: RunningOffice, tablet: RawTablet) -> str:
    """The archived report of a visit that closed while the office had no certificate."""
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    [one] = office.ask(lambda tx: archive_search.of_ticket(tx, visit.ticket))
    tried(office, one.id)
    return one.id


def latest(office: RunningOffice, id: str) -> datetime:
    """The last thing that the office wrote of this report by its own clock."""
    return office.ask(
        lambda tx: seal_job._past(tx, archive_search.one(tx, id))  # type: ignore[arg-type]
    )


def tried(office: RunningOffice, id: str) -> None:
    """The seal was tried in vain, by this call or by the office's own worker."""
    while office.ask(lambda tx: seals_waiting.why(tx, id)) is None:
        worker.run_jobs(office.context, office.clock())


def sealed_at(office: RunningOffice, id: str) -> datetime | None:
    found = office.ask(lambda tx: archive_search.one(tx, id))
    assert found is not None
    return found.sealed_at


def test_a_clock_behind_what_the_office_has_noted_seals_nothing(office, closed):
    provide(office, office.clock())
    past = latest(office, closed)
    with pytest.raises(ClockBehind):
        seal_job.seal_archived(office.context, closed, past - TOLERANCE - SECOND)
    assert sealed_at(office, closed) is None


def test_within_the_tolerance_it_is_dated_when_the_report_was_there(office, closed):
    provide(office, office.clock())
    past = latest(office, closed)
    assert seal_job.seal_archived(office.context, closed, past - TOLERANCE)
    assert sealed_at(office, closed) == past.replace(microsecond=0)
    found = office.ask(lambda tx: archive_search.one(tx, closed))
    seal = read_seal(
        office.context.blobs.read(found.sealed_sha256), seal_certificates.trusted(office.settings)
    )
    assert (seal.holds, seal.at) == (True, past.replace(microsecond=0))


def test_the_office_s_past_is_its_own_and_no_tablet_s(office, closed):
    row = office.ask(lambda tx: tx.one_or_none(archive.select().where(archive.c.id == closed)))
    assert row.archived_at <= latest(office, closed) <= office.clock()


@pytest.mark.parametrize("offset", [timedelta(), SECOND])
def test_a_certificate_seals_until_its_last_second_and_no_longer(office, closed, offset):
    now = office.clock().replace(microsecond=0) + timedelta(minutes=1)
    provide(office, now - VALID_FOR - offset)
    if not offset:
        assert seal_job.seal_archived(office.context, closed, now)
        return
    with pytest.raises(NotInForce, match="the certificate holds from"):
        seal_job.seal_archived(office.context, closed, now)
    assert sealed_at(office, closed) is None


def test_under_an_ended_certificate_the_ticket_closes_and_the_seal_waits_visibly(
    office: RunningOffice, tablet: RawTablet
):
    provide(office, office.clock() - VALID_FOR - timedelta(days=1, hours=12))
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    assert office.fields(visit.ticket)["state"] == "closed"
    [one] = office.ask(lambda tx: archive_search.of_ticket(tx, visit.ticket))
    tried(office, one.id)
    assert office.ask(lambda tx: seals_waiting.why(tx, one.id)) == "not_in_force"
    with browser(office, Role.BACK_OFFICE) as client:
        front = client.see("/archive")
        assert "El certificado del sello ya venció." in front
        assert "1 informe espera su sello. El certificado no está vigente" in front
        assert "El certificado no está vigente en la fecha del servidor." in client.see(
            f"/archive/{one.id}"
        )
    ready = httpx.get(f"{office.url}/readyz")
    assert ready.status_code == 200
    assert (ready.json()["seals_waiting"], ready.json()["certificate_days_left"]) == (1, -2)

    provide(office, office.clock())
    office.do(lambda tx: tx.execute(job.update().values(due_at=office.clock())))
    while sealed_at(office, one.id) is None:
        worker.run_jobs(office.context, office.clock())
    with browser(office, Role.BACK_OFFICE) as client:
        assert "espera su sello" not in said(client.get("/archive"))


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(days=90), None),
        (timedelta(days=90) - SECOND, ("soon", "vence en 89 días")),
        (timedelta(days=30), ("soon", "vence en 30 días")),
        (timedelta(days=30) - SECOND, ("near", "vence en 29 días")),
        (timedelta(days=7) - SECOND, ("now", "vence en 6 días")),
        (timedelta(days=1), ("now", "vence en 1 día.")),
        (SECOND, ("now", "vence hoy.")),
        (-SECOND, ("now", "ya venció")),
    ],
)
def test_the_end_of_a_certificate_is_said_ninety_thirty_and_seven_days_before(
    office, monkeypatch, left, words
):
    now = office.clock().replace(microsecond=0)
    provide(office, now + left - VALID_FOR)
    found = seals_waiting.warning(office.settings, now)
    assert (None if found is None else seals_waiting.urgency(found)) == (words and words[0])
    monkeypatch.setattr(type(office.clock), "__call__", lambda self: now)
    with browser(office, Role.BACK_OFFICE) as client:
        front = client.see("/archive")
    assert "certificado del sello" not in front if words is None else words[1] in front


def test_the_command_line_says_when_the_certificate_ends(office, monkeypatch):

    provide(office, utc_now() - VALID_FOR + timedelta(days=29, hours=1))
    shown = CliRunner().invoke(
        folio, ["seal", "show"], env={"FOLIO_DATA": str(office.settings.data)}
    )
    assert "The certificate of the seal ends in 29 days" in shown.output
