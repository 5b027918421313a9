"""Pressed twice, signed out while writing, corrected: nothing is doubled, lost or erased."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.ticket.people import Role
from sync_server.console.web.dependencies import PLAIN_COOKIE
from sync_server.database.tables import ticket
from sync_server.identity import passwords, sessions, users
from tests.sync_server.console.browser import Browser, browser, said
from tests.sync_server.console.test_new_ticket import CALL
from tests.sync_server.console.test_ticket import form as form_on

PASSWORD = "correct horse"
NO_MACHINE = {**CALL, "serial": ""}


def key(page: str, action: str) -> str:
    """The key of the form on this page that goes to `action`."""
    form = rf'action="{action}"[^>]*><input type="hidden" name="form_key" value="([^"]+)'
    found = re.search(form, page)
    assert found, action
    return found[1]


def tickets(office) -> list[str]:
    return list(office.ask(lambda tx: tx.scalars(ticket.select().with_only_columns(ticket.c.id))))


def test_a_second_press_registers_no_second_ticket(browse, office):
    desk = browse("call_centre")
    form = {**NO_MACHINE, "form_key": key(desk.see("/tickets/new"), "/tickets/new")}
    first, second = (desk.submit("/tickets/new", **form) for _ in range(2))
    assert first.headers["location"] == second.headers["location"]
    assert [f"/tickets/{id}" for id in tickets(office)] == [first.headers["location"]]
    assert "Ticket registrado" in desk.see(second.headers["location"])


@pytest.mark.parametrize("call", [NO_MACHINE, CALL], ids=["no machine", "machine"])
def test_two_who_register_the_same_call_at_once_make_one_ticket(office, call):
    desks = [browser(office, Role.CALL_CENTRE), browser(office, Role.SUPERVISOR)]
    keys = [key(desk.see("/tickets/new"), "/tickets/new") for desk in desks]

    def register(each):
        desk, key = each
        return desk.submit("/tickets/new", **call, form_key=key)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(register, zip(desks, keys, strict=True)))
    for desk in desks:
        desk.close()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(tickets(office)) == 1


def test_a_second_press_is_no_second_note_and_a_command_is_given_once(supervisor, office):
    id = office.ticket(assignee=None)
    page = supervisor.see(f"/tickets/{id}")
    note = {"text": "Pide al gerente", "form_key": key(page, f"/tickets/{id}/note")}
    for _ in range(2):
        assert "Nota guardada" in supervisor.done(f"/tickets/{id}/note", **note)
    assert len(office.entries(id, "notes")) == 1
    again = {**note, "form_key": key(supervisor.see(f"/tickets/{id}"), f"/tickets/{id}/note")}
    supervisor.done(f"/tickets/{id}/note", **again)
    assert len(office.entries(id, "notes")) == 2, "the same words, meant anew"
    give = {"assignee": office.user().id, "form_key": key(page, f"/tickets/{id}/do/assign")}
    for _ in range(2):
        assert "Asignado. Llegará" in supervisor.done(f"/tickets/{id}/do/assign", **give)
    assert [line.command for line in office.history(id)].count("assign") == 1


# A session that ends


@pytest.fixture
def out(office):
    """The call centre's browser, and a way to end its session."""
    user, hashed = office.user(Role.CALL_CENTRE), passwords.hashed(PASSWORD)
    office.do(lambda tx: users.set_password(tx, user.id, hashed))
    with browser(office, Role.CALL_CENTRE) as desk:
        token = desk.cookies[PLAIN_COOKIE]
        yield desk, lambda: office.do(lambda tx: sessions.end_session(tx, token))


def back_in(desk: Browser, answer, office, email: str = "") -> str:
    """Signed in again from the page that said that the session was over; where it leads."""
    assert answer.status_code == 401
    assert "no se pierde" in said(answer)
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    email = email or office.user(Role.CALL_CENTRE).email
    entered = desk.submit("/sign-in", email=email, password=PASSWORD, **fields)
    assert entered.status_code == 303, said(entered)
    return str(entered.headers["location"])


def test_a_note_comes_back_after_signing_in_and_is_gone_once_it_is_saved(out, office):
    desk, end = out
    id = office.ticket()
    end()
    answer = desk.submit(f"/tickets/{id}/note", text="Media hora escrita\n<b>y más</b>")
    where = back_in(desk, answer, office)
    assert where == f"/tickets/{id}"
    page = desk.see(where)
    assert ">Media hora escrita\n<b>y más</b></textarea>" in page
    assert "Su sesión terminó antes de guardar" in page
    assert office.entries(id, "notes") == ()
    desk.done(f"/tickets/{id}/note", text="Media hora escrita y algo más")
    assert "</b></textarea>" not in desk.see(where)


def test_a_filled_in_call_comes_back_whole(out, office):
    desk, end = out
    end()
    answer = desk.submit("/tickets/new", **{**CALL, "impact": "Toda el área"})
    page = desk.see(back_in(desk, answer, office))
    for words in ("Lic. Marta Ibáñez", "No imprime", "Hospital San Gabriel", "Toda el área"):
        assert words in page, words
    assert '<option value="medium" selected>' in page
    assert tickets(office) == []


def test_a_correction_comes_back_against_what_was_on_the_screen_then(out, office):
    desk, end = out
    id = office.ticket()
    fields = form_on(desk.see(f"/tickets/{id}/edit"))
    end()
    answer = desk.submit(f"/tickets/{id}/edit", **{**fields, "contract": "C-2"})
    office.sets(id, contract="C-1")
    again = form_on(desk.see(back_in(desk, answer, office)))
    assert (again["contract"], again["base_rev"]) == ("C-2", fields["base_rev"])
    page = desk.done(f"/tickets/{id}/edit", **again)
    assert "Otra persona cambió lo mismo" in page
    assert office.fields(id)["contract"] == "C-1"


def test_what_came_back_may_be_thrown_away(out, office):
    desk, end = out
    id = office.ticket()
    end()
    where = back_in(desk, desk.submit(f"/tickets/{id}/note", text="Nada"), office)
    assert ">Nada</textarea>" in desk.see(where)
    desk.done("/kept/discard", action=f"/tickets/{id}/note")
    assert ">Nada</textarea>" not in desk.see(where)


def test_it_comes_back_to_its_writer_for_a_day_and_to_nobody_else(out, office, browse):
    desk, end = out
    id = office.ticket()
    office.clock.stop()
    end()
    where = back_in(desk, desk.submit(f"/tickets/{id}/note", text="Solo mío"), office)
    assert "Solo mío" not in browse("supervisor").see(where)
    office.clock.forward(hours=9, minutes=59)
    assert "Solo mío" in desk.see(where)
    office.clock.forward(hours=9, minutes=59)
    assert "Solo mío" in desk.see(where)
    office.clock.forward(hours=4, minutes=2)
    assert "Solo mío" not in desk.see(where)


def test_words_of_other_pages_come_back_too(office):
    """A conflict written anew, and a new colleague, without their password."""
    supervisor, hashed = office.user(Role.SUPERVISOR), passwords.hashed(PASSWORD)
    administrator = office.user(Role.ADMINISTRATOR)
    for person in (supervisor, administrator):
        office.do(lambda tx, id=person.id: users.set_password(tx, id, hashed))
    id = office.ticket()
    rev = office.record(id).record.rev
    office.sets(id, description="Se atora")
    office.sets(id, Role.CALL_CENTRE, rev, description="Hace ruido")
    action = f"/conflicts/{office.conflicts(id)[0].id}"
    with Browser(office) as nobody:
        answer = nobody.submit(action, choice="written", text="Se atora, y hace ruido")
        where = back_in(nobody, answer, office, supervisor.email)
        assert where == "/conflicts"
        assert ">Se atora, y hace ruido</textarea>" in nobody.see(where)
    with Browser(office) as nobody:
        form = {"name": "Iván Soto", "email": "i@example.com", "password": "muy secreto"}
        where = back_in(nobody, nobody.submit("/people", **form), office, administrator.email)
        page = nobody.see(where)
        assert 'value="Iván Soto"' in page
        assert "muy secreto" not in page


def test_no_password_is_kept_and_nothing_of_an_empty_form(out, office):
    desk, end = out
    end()
    answer = desk.submit("/profile/password", old="secreto uno", new="secreto dos", form_key="k")
    assert answer.status_code == 401
    assert 'name="kept"' not in answer.text


def test_a_page_that_asks_for_itself_is_not_sent_away(out, office):
    desk, end = out
    id = office.ticket()
    assert "data-over" in desk.see(f"/tickets/{id}")
    end()
    answer = desk.get(f"/tickets/{id}/now", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "hx-redirect" not in answer.headers


# Correcting and classifying


def test_a_correction_erases_nothing_that_its_form_does_not_show(supervisor, office):
    requester = {"name": "Marta", "contact": "55", "kind": "customer", "locale": "en"}
    id = office.ticket(requester=requester)
    office.sets(id, group="Centro", watchers=["a@example.com"])
    fields = form_on(supervisor.see(f"/tickets/{id}/edit"))
    supervisor.done(f"/tickets/{id}/edit", **{**fields, "requester_name": "Marta Ibáñez"})
    after = office.fields(id)
    assert (after["group"], after["watchers"]) == ("Centro", ["a@example.com"])
    assert after["requester"] == {**requester, "name": "Marta Ibáñez"}
    assert office.history(id)[-1].message["body"]["fields"].keys() == {"requester"}


def test_a_field_that_did_not_come_is_left_as_it_is_and_one_left_empty_is_emptied(
    supervisor, office
):
    id = office.ticket()
    office.sets(id, impact="Urgencias", contract="C-1")
    fields = form_on(supervisor.see(f"/tickets/{id}/edit"))
    del fields["impact"]
    supervisor.done(f"/tickets/{id}/edit", **{**fields, "contract": ""})
    assert office.fields(id)["impact"] == "Urgencias"
    assert not office.fields(id)["contract"]


@pytest.mark.parametrize("missing", ["nature", "type", "priority"])
def test_classifying_half_says_what_is_missing(browse, office, missing):
    answer = browse("call_centre").submit("/tickets/new", **{**NO_MACHINE, missing: ""})
    assert answer.status_code == 422
    assert said(answer).count("Falta para dejarlo clasificado") == 1
    assert f'id="{missing}-wrong"' in answer.text
    assert tickets(office) == []


def test_who_leaves_it_for_later_leaves_it_new(browse, office):
    later = {**NO_MACHINE, "classify": "", "nature": "", "priority": ""}
    browse("call_centre").done("/tickets/new", **later)
    assert [office.fields(id)["state"] for id in tickets(office)] == ["new"]
