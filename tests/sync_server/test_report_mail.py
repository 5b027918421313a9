"""The customer's copy: mailed once, sealed, in their language, with the way to verify it."""

from datetime import timedelta
from email.message import EmailMessage
from hashlib import sha256

import pytest
from sqlalchemy import select

from sync_server.archive import archive_search
from sync_server.archive.seal_job import seal_archived
from sync_server.database.tables import outbox as table
from sync_server.messages import outbox
from sync_server.records import records
from sync_server.reports import seal_certificates, signing_key
from sync_server.reports.verify import Verdict, verify
from sync_server.schedule import worker
from tests import cast
from tests.sync_server.postbox import Postbox, postbox
from tests.sync_server.visit import finished

__all__ = ["postbox"]


def reports(postbox: Postbox) -> list[EmailMessage]:
    return [mail for mail in postbox.mails if list(mail.iter_attachments())]


@pytest.fixture
def mailing(office, postbox):
    """An office with a seal and a mail server."""
    office.stop()
    office.start(smtp=postbox.url, public_url="https://folio.example.com")
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    return office


def closed(office, enrol, **fields) -> str:
    visit = finished(enrol(), office.ticket(**fields))
    visit.upload()
    visit.push()
    worker.run_jobs(office.context, office.clock())
    return visit.ticket


def customer(office, **changed) -> None:
    doc = {**cast.RECORDS["customer", cast.CUSTOMER], **changed}
    office.do(lambda tx: records.put(tx, "customer", cast.CUSTOMER, doc, office.clock()))


def row(office, id):
    query = select(table).where(table.c.topic == "report", table.c.ticket == id)
    [found] = office.ask(lambda tx: tx.rows(query))
    return found


def send(office, **later):
    return outbox.send_mail(office.context, office.clock() + timedelta(**later))


@pytest.mark.parametrize(
    ("locale", "said"), [("es-MX", "Adjuntamos el informe"), ("en", "Attached is the")]
)
def test_the_sealed_report_goes_out_in_the_customer_s_language(
    mailing, enrol, postbox, locale, said
):
    customer(mailing, locale=locale)
    id = closed(mailing, enrol)
    send(mailing)
    [mail] = reports(postbox)
    [archived] = mailing.ask(lambda tx: archive_search.of_ticket(tx, id))
    assert mail["To"] == cast.RECORDS["customer", cast.CUSTOMER]["email"]
    assert archived.folio in mail["Subject"]
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert said in text
    code = archived.record_digest[:32]
    assert f"https://folio.example.com/v/{archived.folio}#{code}" in text
    [attached] = mail.iter_attachments()
    pdf = attached.get_payload(decode=True)
    assert isinstance(pdf, bytes)
    assert attached.get_filename() == f"{archived.folio}.pdf"
    assert sha256(pdf).hexdigest() == archived.sealed_sha256
    assert verify(pdf, seal_certificates.trusted(mailing.settings)).verdict is Verdict.AUTHENTIC


def test_it_is_sent_once_however_often_it_is_looked_at(mailing, enrol, postbox):
    id = closed(mailing, enrol)
    for hours in (0, 1, 30):
        worker.run_jobs(mailing.context, mailing.clock() + timedelta(hours=hours))
        send(mailing, hours=hours)
    assert len(reports(postbox)) == 1
    assert row(mailing, id).sent_at


def test_a_new_certificate_s_seal_is_not_mailed_again(mailing, enrol, postbox):
    id = closed(mailing, enrol)
    send(mailing)
    folder = seal_certificates.folder(mailing.settings)
    (folder / "earlier").mkdir()
    (folder / "certificate.pem").rename(folder / "earlier" / "1.pem")
    signing_key.write(signing_key.make("Otra", mailing.clock()), folder)
    seal_certificates.of.cache_clear()
    [archived] = mailing.ask(lambda tx: archive_search.of_ticket(tx, id))
    assert seal_archived(mailing.context, archived.id, mailing.clock())
    send(mailing, days=1)
    assert len(reports(postbox)) == 1


def test_a_server_that_is_busy_is_asked_again_later_and_later(mailing, enrol, postbox):
    id = closed(mailing, enrol)
    postbox.refusals = 99
    send(mailing)
    first = row(mailing, id)
    assert first.tries == 1
    assert "451" in first.failure
    assert first.due_at > mailing.clock() + timedelta(minutes=1)
    send(mailing, minutes=30)
    second = row(mailing, id)
    assert second.due_at - mailing.clock() > first.due_at - mailing.clock()
    postbox.refusals = 0
    assert reports(postbox) == []
    send(mailing, hours=12)
    assert len(reports(postbox)) == 1
    assert row(mailing, id).failure is None


def test_without_an_address_nothing_goes_out_and_the_outbox_says_so(mailing, enrol, postbox):
    customer(mailing, email="")
    id = closed(mailing, enrol, requester={"name": "Lic. Marta Ibáñez", "contact": "55 5550 0101"})
    send(mailing, days=1)
    assert reports(postbox) == []
    waiting = row(mailing, id)
    assert (waiting.recipient, waiting.sent_at) == (None, None)
    assert waiting.failure == "nobody to write to"


def test_an_office_without_a_mail_server_keeps_it_for_later(office, enrol):
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    id = closed(office, enrol)
    send(office)
    assert row(office, id).tries == 0


def without_seal(office, enrol, postbox, **settings):
    office.stop()
    office.start(smtp=postbox.url, **settings)
    id = closed(office, enrol)
    [archived] = office.ask(lambda tx: archive_search.of_ticket(tx, id))
    return archived


def attached(mail):
    [file] = mail.iter_attachments()
    return sha256(file.get_payload(decode=True)).hexdigest()


def test_an_office_without_a_certificate_sends_the_report_as_it_came(office, enrol, postbox):
    archived = without_seal(office, enrol, postbox)
    assert archived.sealed_sha256 is None
    send(office)
    assert [attached(mail) for mail in reports(postbox)] == [archived.report_sha256]


def test_a_seal_that_comes_later_is_not_mailed_as_well(office, enrol, postbox):
    archived = without_seal(office, enrol, postbox)
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    worker.run_jobs(office.context, office.clock() + timedelta(days=1))
    [now] = office.ask(lambda tx: archive_search.of_ticket(tx, archived.ticket))
    assert now.sealed_sha256
    send(office, days=1)
    assert len(reports(postbox)) == 1


def test_a_certificate_that_cannot_be_used_keeps_nobody_waiting_longer_than_a_day(
    office, enrol, postbox, tmp_path
):
    broken = tmp_path / "office.p12"
    broken.write_bytes(b"no certificate at all")
    archived = without_seal(office, enrol, postbox, seal_pkcs12=str(broken))
    send(office)
    assert reports(postbox) == []
    worker.run_jobs(office.context, office.clock() + timedelta(hours=25))
    send(office, hours=25)
    assert [attached(mail) for mail in reports(postbox)] == [archived.report_sha256]
