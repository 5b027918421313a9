"""Addresses as people write them: of accounts, and inside a contact's free text."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from shared.ticket.people import Actor, Role
from sync_server.archive import archive_search
from sync_server.database.tables import outbox as table
from sync_server.identity import email_addresses, users
from sync_server.identity.email_addresses import NotAnEmail, SpecialUse
from sync_server.intake.ticket_file import register
from sync_server.messages import notices, outbox
from sync_server.tickets import store
from tests import cast
from tests.office import RunningOffice
from tests.sync_server.console.browser import browser
from tests.sync_server.postbox import postbox
from tests.sync_server.test_report_mail import closed, customer, mailing, reports, send

assert mailing
assert postbox

TWO_LINES = Path(__file__).parent / "intake" / "given" / "ticket-contact-two-lines.json"
OWN = cast.RECORDS["customer", cast.CUSTOMER]["email"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Juan 55 5550 0101, juan@x.mx; ana@x.mx", ["juan@x.mx", "ana@x.mx"]),
        ("ana@example.com\n55 5550 0199", ["ana@example.com"]),
        ("Ana <ana@x.mx>", ["ana@x.mx"]),
        ("correo:ana@x.mx.", ["ana@x.mx"]),
        ("mailto:ana@x.mx?subject=Hola", ["ana@x.mx"]),
        ("«ana@x.mx» (lunes), juan@x.mx/ANA@x.mx", ["ana@x.mx", "juan@x.mx"]),  # each once
        ("josé.núñez@correo.mx", ["josé.núñez@correo.mx"]),
        ("ana@CORREO.MX", ["ana@correo.mx"]),
        ("ana+folio@x.mx", ["ana+folio@x.mx"]),
        ("juan@, @x.mx, ana@x, a@b@x.mx juan@x..mx", []),
        ("<>", []),
        ("@ana en la red", []),
        ("ana@servidor.local", []),
        ("55 5550 0101", []),
        ("", []),
    ],
)
def test_addresses_are_found_in_what_people_write(text, found):
    assert email_addresses.found_in(text) == found


def test_much_text_takes_little_time_to_look_through():
    """Each letter is looked at once: begun anew at each, half a million would take minutes."""
    for text in ("x" * 500_000, "x" * 500_000 + "@x.mx"):
        assert email_addresses.found_in(text) == []


@pytest.mark.parametrize(
    "text",
    ["ana", "ana@", "@x.mx", "ana@x", "a b@x.mx", "ana@x.mx\nBcc: eva@x.mx", "ana@x.mx, eva@x.mx",
     "a@b@x.mx", ".ana@x.mx", "ana@-x.mx", "ana@[10.0.0.1]", '"a b"@x.mx', "Ana <ana@x.mx>",
     "x" * 65 + "@x.mx", "ana@" + "x" * 250 + ".mx", ""],
)  # fmt: skip
def test_what_is_no_address_is_refused_with_a_reason(text):
    with pytest.raises(NotAnEmail, match=r"\w+ \w+"):
        email_addresses.checked(text)


@pytest.mark.parametrize("domain", ["empresa.local", "prueba.test", "localhost", "x.INVALID"])
def test_a_domain_of_ones_own_network_is_a_choice_of_the_operator(domain):
    with pytest.raises(SpecialUse, match="FOLIO_ALLOW_SPECIAL_USE_DOMAINS"):
        email_addresses.checked(f"ana@{domain}")
    assert email_addresses.checked(f"ana@{domain}", special_use=True) == f"ana@{domain.lower()}"
    assert email_addresses.found_in(f"ana@{domain}", special_use=True) == [f"ana@{domain.lower()}"]
    with pytest.raises(NotAnEmail):
        email_addresses.checked(f"a b@{domain}", special_use=True)


def test_only_new_accounts_are_judged(office):
    add = users.add
    now = office.clock()
    with pytest.raises(SpecialUse):
        office.do(lambda tx: add(tx, office.context, "eva@empresa.local", "Eva", "manager", now))
    office.stop()
    office.start(allow_special_use_domains=True)
    office.do(lambda tx: add(tx, office.context, "Eva@Empresa.local", "Eva", "manager", now))
    office.stop()
    office.start(allow_special_use_domains=False)
    eva = office.ask(lambda tx: users.by_email(tx, "EVA@empresa.local"))
    assert eva is not None
    assert ("eva@empresa.local", "es") in office.ask(lambda tx: notices.of_role(tx, Role.MANAGER))


def test_an_accent_typed_in_two_pieces_is_the_same_account(office):
    composed, apart = "sof\u00eda@example.com", "sofi\u0301a@example.com"
    now = office.clock()
    id = office.do(lambda tx: users.add(tx, office.context, apart, "Sofía", "manager", now))
    for typed in (composed, apart, f" {apart.upper()} "):
        found = office.ask(lambda tx, typed=typed: users.by_email(tx, typed))
        assert found is not None
        assert (found.id, found.email) == (id, composed)


def addressed(office, id: str) -> list[str | None]:
    query = select(table.c.recipient).where(table.c.topic == "report", table.c.ticket == id)
    return list(office.ask(lambda tx: tx.scalars(query.order_by(table.c.key))))


@pytest.mark.parametrize(
    ("contact", "who"),
    [
        ("Juan 55 5550 0101, juan@x.mx; ana@x.mx", ["juan@x.mx", "ana@x.mx"]),
        ("ana@example.com\n55 5550 0199", ["ana@example.com"]),
        ("<>@", [OWN]),
        ("@marta en la red, marta@", [OWN]),
    ],
)
def test_the_report_goes_to_whoever_asked_else_to_the_customer(
    mailing, enrol, postbox, contact, who
):
    id = closed(mailing, enrol, requester={"name": "Lic. Marta Ibáñez", "contact": contact})
    send(mailing, seconds=1)
    assert addressed(mailing, id) == who
    assert sorted(str(mail["To"]) for mail in reports(postbox)) == sorted(who)


def test_with_no_good_address_anywhere_the_outbox_says_so(mailing, enrol, postbox):
    customer(mailing, email="compras@")
    id = closed(mailing, enrol, requester={"name": "Lic. Marta Ibáñez", "contact": "<>@"})
    send(mailing, seconds=1)
    assert (addressed(mailing, id), reports(postbox)) == ([None], [])


def test_both_mails_stand_on_the_report_s_page(mailing, enrol, postbox):
    id = closed(mailing, enrol, requester={"name": "Marta", "contact": "juan@x.mx, ana@x.mx"})
    send(mailing, seconds=1)
    [archived] = mailing.ask(lambda tx: archive_search.of_ticket(tx, id))
    mailing.stop()
    mailing.start(public_url="http://localhost:8000")
    with browser(mailing, Role.BACK_OFFICE) as page:
        seen = page.see(f"/archive/{archived.id}")
    assert [seen.count(who) for who in ("juan@x.mx", "ana@x.mx", OWN)] == [1, 1, 0]


def waiting(office: RunningOffice, recipient: str, number: int) -> str:
    """A row as 0.1.0 wrote it: with whatever stood in the contact."""
    id = office.context.new_id()
    now = office.clock()
    body = {"subject": "Aviso", "text": "Hola", "attached": []}
    office.do(
        lambda tx: tx.execute(
            insert(table).values(
                id=id, way="mail", topic="closed", key=f"old/{number}", recipient=recipient,
                body=body, created_at=now, due_at=now - timedelta(minutes=9 - number),
            )
        )
    )  # fmt: skip
    return id


def test_one_that_cannot_be_sent_keeps_no_other_from_going_out(mailing, postbox):
    """What 0.1.0 left in the outbox, in the order in which it is tried."""
    left = [
        "ana@example.com\n55 5550 0199", "<>", "55 5550 0101 @", "Juan, juan@x.mx; eva@x.mx",
        "eva@servidor", "last@example.com",
    ]  # fmt: skip
    ids = [waiting(mailing, recipient, number) for number, recipient in enumerate(left)]
    tally = send(mailing, seconds=1)
    assert (tally["mailed"], tally["mail_failed"]) == (4, 2)
    assert sorted(str(mail["To"]) for mail in postbox.mails) == [
        "ana@example.com", "eva@servidor", "juan@x.mx, eva@x.mx", "last@example.com",
    ]  # fmt: skip
    rows = {row.id: row for row in mailing.ask(lambda tx: list(tx.rows(select(table))))}
    assert [bool(rows[id].sent_at) for id in ids] == [True, False, False, True, True, True]
    for id in ids[1:3]:
        assert rows[id].failure.startswith("NobodyThere: no address in ")
        assert rows[id].dead_at is not None, "trying again cannot help"


def test_a_contact_on_two_lines_is_written_to_and_nobody_waits_for_it(mailing, postbox):
    [doc] = json.loads(TWO_LINES.read_text("utf-8"))
    actor = Actor(mailing.user(Role.CALL_CENTRE).id, Role.CALL_CENTRE)
    now = mailing.clock()
    folio = mailing.do(lambda tx: register(tx, mailing.context, doc, actor, now))
    found = mailing.ask(lambda tx: store.by_folio(tx, folio))
    assert found is not None
    to = mailing.ask(lambda tx: notices.customer_of(tx, mailing.context, found.record))
    assert [address for address, _ in to] == ["ana@example.com"]
    mailing.do(
        lambda tx: notices.tell(tx, mailing.context, "closed", "closed/x", found.record, to, now)
    )
    outbox.send_mail(mailing.context, now + timedelta(seconds=1))
    assert "ana@example.com" in [str(mail["To"]) for mail in postbox.mails]
