"""Nobody drowns in mail: the past tells nobody, an hour of escalations is one mail."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from shared.ticket.people import Role
from sync_server.commands.ticket import _register
from sync_server.database.tables import outbox as table
from sync_server.messages import notices, outbox
from sync_server.schedule import worker
from tests.sync_server.intake.test_ticket_file import ENGLISH
from tests.sync_server.postbox import postbox

__all__ = ["postbox"]

HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def writing(office, postbox):
    """An office with a mail server, whose clock stands still; at most three mails an hour."""
    office.stop()
    office.start(smtp=postbox.url, mail_from="folio@example.com", mails_per_hour=3)
    office.clock.stop()
    return office


def tell(office, topic: str, many: int, to: str = "ana@example.com") -> list[str]:
    """So many notices about tickets of their own; the folios."""
    folios = []
    for _ in range(many):
        id = office.ticket()
        record, now = office.record(id).record, office.clock()
        office.do(lambda tx, record=record, now=now: notices.tell(
            tx, office.context, topic, f"{topic}/{record.id}", record, [(to, "es")], now,
            level=2, reason="porque sí"))  # fmt: skip
        folios.append(str(record.fields["folio"]))
    return folios


def sent(office, after: timedelta = timedelta()) -> dict[str, int]:
    return dict(outbox.send_mail(office.context, office.clock() + after))


def test_escalations_of_an_hour_are_one_mail_with_a_link_to_each(writing, postbox):
    folios = tell(writing, "escalation", 3)
    assert sent(writing) == {"mailed": 1}
    (mail,) = postbox.mails
    assert mail["Subject"] == "3 escalamientos por atender"
    text = mail.get_content()
    for folio in folios:
        assert f"{folio}, nivel 2: porque sí" in text
    assert text.count(f"{writing.settings.public_url}/tickets/") == 3
    rows = writing.ask(lambda tx: tx.rows(select(table)))
    assert {row.sent_at for row in rows} == {writing.clock()}


def test_the_next_escalation_waits_for_its_hour_and_gathers_what_comes(writing, postbox):
    tell(writing, "escalation", 1)
    assert sent(writing) == {"mailed": 1}
    assert "Escalado a nivel 2" in postbox.mails[0]["Subject"], "one alone is told whole"
    tell(writing, "escalation", 2)
    assert sent(writing) == {}
    assert sent(writing, HOUR - SECOND) == {}
    assert sent(writing, HOUR) == {"mailed": 1}
    assert postbox.mails[1]["Subject"] == "2 escalamientos por atender"


def test_what_is_gathered_is_the_same_person_s(writing, postbox):
    tell(writing, "escalation", 2)
    tell(writing, "escalation", 1, "bob@example.com")
    assert sent(writing) == {"mailed": 2}
    assert {mail["To"]: mail["Subject"][:2] for mail in postbox.mails} == {
        "ana@example.com": "2 ", "bob@example.com": "Es",
    }  # fmt: skip


def test_one_person_gets_so_many_in_an_hour_and_the_rest_of_them_later(writing, postbox):
    tell(writing, "closed", 5)
    tell(writing, "closed", 1, "bob@example.com")
    assert sent(writing) == {"mailed": 4}
    assert sorted(mail["To"] for mail in postbox.mails) == ["ana@example.com"] * 3 + [
        "bob@example.com"
    ]
    assert sent(writing, HOUR - SECOND) == {}
    assert sent(writing, HOUR) == {"mailed": 2}
    rows = writing.ask(lambda tx: tx.rows(select(table)))
    assert all(row.sent_at and row.tries == 1 for row in rows), "waiting is no try"


def test_without_a_most_nobody_waits(writing, postbox):
    writing.stop()
    writing.start(mails_per_hour=0)
    tell(writing, "closed", 5)
    assert sent(writing) == {"mailed": 5}


def test_a_mail_of_several_that_fails_is_tried_again_whole(writing, postbox):
    postbox.refusals = 1
    tell(writing, "escalation", 2)
    assert sent(writing) == {"mail_failed": 1}
    assert sent(writing, HOUR) == {"mailed": 1}
    assert postbox.mails[0]["Subject"] == "2 escalamientos por atender"


@pytest.mark.parametrize("days", [2, 90])
def test_tickets_of_the_past_tell_nobody_what_was_due_before_they_came(office, days):
    for role in (Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR):
        office.user(role)
    opened = office.clock() - timedelta(days=days)
    document = {**ENGLISH, "opened_at": opened.isoformat(), "type": "technical_fault"}
    documents = json.loads(json.dumps([document] * 3))
    office.do(lambda tx: _register(tx, office.context, documents))
    worker.run_due(office.context, office.clock())
    rows = office.ask(lambda tx: tx.rows(select(table).where(table.c.topic == "escalation")))
    assert rows == []


def test_what_becomes_due_after_they_came_is_told(office):
    office.user(Role.MANAGER)
    document = {**ENGLISH, "opened_at": (office.clock() - 25 * HOUR).isoformat()}
    office.do(lambda tx: _register(tx, office.context, [document]))
    worker.run_due(office.context, office.clock() + 24 * HOUR)
    rows = office.ask(lambda tx: tx.rows(select(table).where(table.c.topic == "escalation")))
    assert {row.recipient for row in rows} >= {office.user(Role.MANAGER).email}
