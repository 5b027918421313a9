"""What time brings about: reminders, closings, escalations, mail. Each once, who ever looks."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.ticket.people import Role
from shared.time.calendar import nth_business_day_after
from shared.time.timestamps import instant
from sync_server.console.tickets import queues
from sync_server.database.tables import outbox, upload
from sync_server.messages import notices
from sync_server.records import records
from sync_server.reports import seal_certificates, signing_key
from sync_server.schedule import worker
from tests.cast import CUSTOMER
from tests.sync_server.postbox import postbox
from tests.sync_server.tablets import announcement, enrolled, photo
from tests.sync_server.visit import Visit, finished

__all__ = ["postbox"]


def mails(office, topic):
    return office.ask(
        lambda tx: tx.rows(
            select(outbox)
            .where(outbox.c.way == "mail", outbox.c.topic == topic)
            .order_by(outbox.c.created_at)
        )
    )


def due(office, after):
    """What is done when somebody looks at this moment, and again at once."""
    tally = worker.run_due(office.context, after)
    assert not worker.run_due(office.context, after)
    return tally


def business_days(office, since, count):
    return nth_business_day_after(since, count, office.context.calendar) + timedelta(minutes=1)


@pytest.fixture
def waiting(office, tablet):
    """A ticket that waits for the customer's answer, and since when."""
    visit = Visit(tablet, office.ticket())
    visit.does(tablet.commands(visit.ticket, "start"))
    visit.does(tablet.commands(visit.ticket, "ask_customer", question="¿Cuál es la cuenta nueva?"))
    visit.push()
    assert office.fields(visit.ticket)["state"] == "waiting_customer"
    return visit.ticket, office.clock()


@pytest.fixture
def validating(office, tablet):
    """A ticket finished with remarks, which the customer is to validate, and since when."""
    visit = Visit(tablet, office.ticket()).work().sign("remarks", remarks="Falta limpiar").report()
    visit.finalise()
    visit.upload()
    visit.push()
    assert office.fields(visit.ticket)["state"] == "customer_validation"
    return visit.ticket, office.clock()


def test_the_customer_is_asked_again_after_two_and_four_days_and_then_it_closes(office, waiting):
    id, since = waiting
    assert not mails(office, "reminder.question")
    for day, sent in ((1, 0), (2, 1), (3, 1), (4, 2), (5, 2)):
        due(office, business_days(office, since, day))
        assert len(mails(office, "reminder.question")) == sent, day
    first = mails(office, "reminder.question")[0]
    assert first.recipient == "compras@example.com"
    assert "¿Cuál es la cuenta nueva?" in first.body["text"]
    due(office, business_days(office, since, 6))
    fields = office.fields(id)
    assert (fields["state"], fields["final_classification"]) == ("closed", "HD1")
    assert fields["closing_reason"] == "hd1"
    assert len(mails(office, "unanswered")) == 1


def test_after_an_outage_each_reminder_goes_out_once_and_then_it_closes(office, waiting):
    id, since = waiting
    tally = due(office, business_days(office, since, 9))
    assert tally["reminded"] == 2
    assert office.fields(id)["state"] == "closed"
    # Words that promise a term which has passed would be wrong.
    assert len(mails(office, "reminder.question_overtaken")) == 2


def test_a_new_action_of_support_starts_the_count_again(office, waiting):
    id, since = waiting
    due(office, business_days(office, since, 2))
    office.clock.offset = business_days(office, since, 3) - since
    again = office.clock()
    office.operation(
        id, "append", {"collection": "notes", "entry": {"id": "n1", "text": "Se llamó."}},
        Role.CALL_CENTRE,
    )  # fmt: skip
    due(office, business_days(office, since, 6))
    assert office.fields(id)["state"] == "waiting_customer"
    due(office, business_days(office, again, 6))
    assert office.fields(id)["state"] == "closed"


def test_the_customer_who_answers_is_asked_no_more(office, waiting):
    id, since = waiting
    office.command(id, "answer", Role.CALL_CENTRE)
    tally = worker.run_due(office.context, business_days(office, since, 9))
    assert tally["reminded"] == tally["closed"] == 0


def test_without_anybody_to_write_to_nothing_closes_for_lack_of_information(office, waiting):
    _, since = waiting
    office.do(lambda tx: records.put(tx, "customer", CUSTOMER, {"name": "X"}, office.clock()))
    carmen = office.user(Role.CALL_CENTRE)
    worker.run_due(office.context, business_days(office, since, 2))
    assert mails(office, "reminder.question")[0].recipient == carmen.email


def test_what_is_validated_by_nobody_closes_after_six_business_days(office, validating):
    id, since = validating
    for after, sent in (
        (since + timedelta(minutes=50), 0),
        (since + timedelta(minutes=70), 1),
        (business_days(office, since, 2), 2),
        (business_days(office, since, 5), 3),
    ):
        due(office, after)
        assert len(mails(office, "reminder.validation")) == sent
    due(office, business_days(office, since, 6))
    fields = office.fields(id)
    assert (fields["state"], fields["closing_reason"]) == ("closed", "no_answer")
    assert fields["final_classification"] == "FC01"


def test_a_close_that_was_asked_for_still_needs_its_checklist(office, tablet):
    visit = Visit(tablet, office.ticket())
    visit.does(tablet.commands(visit.ticket, "start"))
    visit.push()
    office.command(visit.ticket, "request_close", Role.CALL_CENTRE, proof="correo del 9 de marzo")
    worker.run_due(office.context, business_days(office, office.clock(), 9))
    assert office.fields(visit.ticket)["state"] == "close_requested"


def test_two_who_look_at_once_do_everything_once(office, waiting):
    _, since = waiting
    after = business_days(office, since, 9)
    tallies = []
    threads = [
        threading.Thread(target=lambda: tallies.append(worker.run_due(office.context, after)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(tally["reminded"] for tally in tallies) == 2
    assert sum(tally["closed"] for tally in tallies) == 1
    assert len(mails(office, "unanswered")) == 1


# Escalations


def test_a_day_without_a_solution_tells_the_supervisor_then_the_manager_then_the_director(office):
    id = office.ticket()
    opened = office.clock()
    people = [office.user(role) for role in (Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR)]
    for hours, level in ((23, 0), (25, 1), (47, 1), (49, 2), (73, 3)):
        worker.run_due(office.context, opened + timedelta(hours=hours))
        raised = [e for e in _events(office, id) if e["trigger"] == "E1"]
        assert max((e["level"] for e in raised), default=0) == level, hours
    told = {mail.recipient for mail in mails(office, "escalation")}
    assert {person.email for person in people} <= told


def test_a_broken_promise_is_escalated_once(office):
    id = office.ticket()
    far = business_days(office, office.clock(), 3)
    worker.run_due(office.context, far)
    worker.run_due(office.context, far + timedelta(minutes=1))
    assert [e["level"] for e in _events(office, id) if e["trigger"] == "E2"] == [2]


def test_a_response_that_is_late_tells_the_supervisor_before_the_solution_is_late(office):
    id = office.ticket(type="technical_fault", priority="medium")
    due = instant(office.fields(id)["due"]["response"])
    worker.run_due(office.context, due)
    assert not [e for e in _events(office, id) if e["trigger"] == "E2"]
    worker.run_due(office.context, due + timedelta(minutes=1))
    assert [e["level"] for e in _events(office, id) if e["trigger"] == "E2"] == [1]


def test_who_was_spoken_to_in_time_was_answered_even_if_nobody_has_begun(office, tablet):
    visit = Visit(tablet, office.ticket(type="technical_fault", priority="medium"))
    visit.appends("contacts", at=visit.at(), how="phone", **{"with": "Lic. Marta Ibáñez"})
    visit.push()
    due = instant(office.fields(visit.ticket)["due"]["response"])
    worker.run_due(office.context, due + timedelta(minutes=1))
    assert not [e for e in _events(office, visit.ticket) if e["trigger"] == "E2"]
    now, at_risk = due + timedelta(minutes=1), queues.Queue.AT_RISK
    waiting = office.ask(lambda tx: queues.tickets_in(tx, office.context, at_risk, now, 9))
    assert visit.ticket not in [row.id for row in waiting]


def test_a_special_part_is_escalated_within_the_minute(office, tablet):
    visit = Visit(tablet, office.ticket())
    visit.does(tablet.commands(visit.ticket, "start"))
    visit.appends("parts_pending", code="REF-LVPS", quantity=1, blocking=True)
    visit.push()
    worker.run_due(office.context, office.clock())
    assert [e["trigger"] for e in _events(office, visit.ticket)] == ["E3"]


def test_a_rejected_solution_tells_the_level_and_the_account_executive_once(office, validating):
    id, since = validating
    executive = office.user(Role.ACCOUNT_EXECUTIVE)
    manager = office.user(Role.MANAGER)
    office.command(id, "reject_solution", Role.CALL_CENTRE, reason="Sigue sin imprimir")
    for minutes in (1, 2):
        worker.run_due(office.context, since + timedelta(minutes=minutes))
    assert [(e["trigger"], e["level"]) for e in _events(office, id)] == [("E5", 2)]
    assert [mail.recipient for mail in mails(office, "escalation")] == [manager.email]
    [complaint] = mails(office, "complaint")
    assert complaint.recipient == executive.email
    assert "Sigue sin imprimir" in complaint.body["text"]


def test_without_an_account_executive_a_rejection_tells_only_its_level(office, validating):
    id, since = validating
    office.command(id, "reject_solution", Role.CALL_CENTRE, reason="Sigue sin imprimir")
    worker.run_due(office.context, since + timedelta(minutes=1))
    assert [e["trigger"] for e in _events(office, id)] == ["E5"]
    assert not mails(office, "complaint")


def test_what_is_resolved_in_time_is_not_escalated(office, tablet):
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    worker.run_due(office.context, office.clock() + timedelta(days=9))
    assert not _events(office, visit.ticket)


def _events(office, id):
    return (office.fields(id).get("escalation") or {}).get("events", [])


# Uploads


def test_uploads_that_nobody_continues_are_given_up(office):
    tablet = enrolled(office)
    where = tablet.post("/api/v1/blobs/", headers=announcement(photo())).headers["Location"]
    office.context.blobs.add(where.rpartition("/")[2], 0, b"abc")
    office.context.blobs.add("stray", 0, b"abc")
    worker.run_due(office.context, office.clock())
    assert list(office.context.blobs.uploads()) == [where.rpartition("/")[2]]
    worker.run_due(office.context, office.clock() + timedelta(days=8))
    assert list(office.context.blobs.uploads()) == []
    assert not office.ask(lambda tx: tx.rows(select(upload)))


# Mail


NOTIFIED = {"ana@example.com": "es", "bob@example.com": "en"}


@pytest.fixture
def writing(office, postbox):
    """An office with a mail server and one notice to send."""
    office.stop()
    office.start(smtp=postbox.url, mail_from="folio@example.com")
    id = office.ticket()
    record = office.record(id).record

    def tell(tx):
        to = list(NOTIFIED.items())
        notices.tell(tx, office.context, "closed", "closed/1", record, to, office.clock())

    office.do(tell)
    office.do(tell)
    return office


def heard(postbox) -> list[str]:
    """Whom the notice reached: at some hours a supervisor hears of the ticket, too."""
    return sorted(mail["To"] for mail in postbox.mails if mail["To"] in NOTIFIED)


def test_a_mail_goes_out_once_in_the_language_of_who_gets_it(writing, postbox):
    worker.run_due(writing.context, writing.clock())
    worker.run_due(writing.context, writing.clock() + timedelta(hours=10))
    subjects = {mail["To"]: mail["Subject"] for mail in postbox.mails}
    assert heard(postbox) == sorted(NOTIFIED)
    assert "quedó cerrado" in subjects["ana@example.com"]
    assert "is closed" in subjects["bob@example.com"]


def test_a_mail_server_that_says_no_is_asked_again(writing, postbox):
    postbox.refusals = 2
    tally = worker.run_due(writing.context, writing.clock())
    assert tally["mail_failed"] == 2
    assert not postbox.mails
    worker.run_due(writing.context, writing.clock() + timedelta(hours=1))
    assert heard(postbox) == sorted(NOTIFIED)


def test_the_report_travels_attached(office, postbox, tablet):
    office.stop()
    office.start(smtp=postbox.url)
    signing_key.write(
        signing_key.make("X", office.clock()), seal_certificates.folder(office.settings)
    )
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    worker.run_due(office.context, office.clock() + timedelta(seconds=5))
    [mail] = [mail for mail in postbox.mails if mail["To"] == "compras@example.com"]
    [pdf] = [part for part in mail.walk() if part.get_content_type() == "application/pdf"]
    assert pdf.get_content().startswith(b"%PDF-")
    assert pdf.get_filename() == f"{office.fields(visit.ticket)['folio']}.pdf"


def test_without_a_mail_server_notices_wait(office):
    id = office.ticket()
    record = office.record(id).record
    to = [("ana@example.com", "es")]
    office.do(
        lambda tx: notices.tell(tx, office.context, "closed", "c/1", record, to, office.clock())
    )
    worker.run_due(office.context, office.clock())
    [row] = mails(office, "closed")
    assert row.sent_at is None
    assert row.dead_at is None


def test_a_worker_that_stumbles_goes_on(office, monkeypatch):
    looked = threading.Event()

    def stumble(office, now):
        looked.set()
        raise RuntimeError("a fault of today")

    monkeypatch.setattr(worker, "run_jobs", stumble)
    running = worker.Worker(office.context, every=60, soon=0.01)
    running.start()
    assert looked.wait(5)
    looked.clear()
    assert looked.wait(5)
    running.stop()
