"""A ticket's page: what is legal now, what it says afterwards, and nothing overwritten."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from shared.operations.operation import Kind
from shared.ticket.fields import Field, Owner
from shared.ticket.people import SYSTEM, Actor, Role
from shared.ticket.shapes import TEXT
from shared.ticket.ticket import State
from sync_server.console.web.page import templates
from sync_server.database.tables import outbox
from sync_server.records import records
from sync_server.schedule.reminders import remind_and_close
from sync_server.tickets import store
from sync_server.tickets.answer_term import answer_term
from sync_server.tickets.apply import office_operation
from tests import cast
from tests.sync_server.console.browser import said
from tests.sync_server.visit import Visit


@pytest.fixture
def classified(office) -> str:
    return str(office.ticket(assignee=None))


@pytest.fixture
def assigned(office) -> str:
    return str(office.ticket())


def offered(page: str, ticket: str) -> set[str]:
    return set(re.findall(rf'action="/tickets/{ticket}/do/(\w+)"', page))


def test_the_page_says_who_what_where_and_by_when(supervisor, assigned):
    page = supervisor.see(f"/tickets/{assigned}")
    for words in ("Hospital San Gabriel", cast.SERIAL, "C6000", "Lic. Marta Ibáñez", "Luis Cano",
                  "Primera respuesta", "quedan", "Asignó a Luis Cano", "Carmen Solís"):  # fmt: skip
        assert words in page, words


def test_a_field_that_nobody_laid_out_stands_under_its_word(supervisor, office, assigned,
                                                            monkeypatch):  # fmt: skip
    line = Field("provisional_classification", Owner.ENGINEER, TEXT, plain="work")
    monkeypatch.setitem(templates().globals, "captured", (line,))
    word = "<dt>Clasificación provisional</dt>"
    office.sets(assigned, mode="on_site")
    assert word not in supervisor.see(f"/tickets/{assigned}")
    office.sets(assigned, provisional_classification="HD1")
    assert f'{word}<dd class="prose">HD1' in supervisor.see(f"/tickets/{assigned}")


def test_assigning_is_two_clicks_and_is_told(supervisor, office, classified):
    page = supervisor.done(f"/tickets/{classified}/do/assign", assignee=office.user().id)
    assert "Asignado. Llegará a la tableta" in page
    assert office.fields(classified)["assignee"] == office.user().id
    assert office.fields(classified)["state"] == State.ASSIGNED
    line = office.history(classified)[-1]
    assert (line.device, line.user) == (
        f"office:{office.user('supervisor').id}", office.user("supervisor").id,
    )  # fmt: skip


def test_only_an_active_engineer_can_be_assigned(supervisor, office, classified):
    for nobody in ("", "nobody", office.user("supervisor").id):
        answer = supervisor.submit(f"/tickets/{classified}/do/assign", assignee=nobody)
        assert answer.status_code == 422
        assert "Elija una de las opciones" in said(answer) or "Falta este dato" in said(answer)
    assert office.fields(classified).get("assignee") is None


def test_each_role_is_offered_what_it_may_do_now(browse, assigned):
    def acts(role: str) -> set[str]:
        return offered(browse(role).see(f"/tickets/{assigned}"), assigned)

    assert acts("supervisor") == {"assign"}, "nobody is there to escalate to"
    acts("director")
    assert acts("supervisor") == {"assign", "escalate"}
    assert acts("call_centre") == {"request_close"}
    assert acts("manager") == {"escalate"}
    for role in ("engineer", "back_office", "account_executive", "administrator", "director"):
        assert acts(role) == set()


@pytest.mark.parametrize("command", ["finalise", "close", "start", "nonsense", "raise_escalation"])
def test_no_other_command_comes_through_this_door(supervisor, office, assigned, command):
    before, rows = office.record(assigned), len(office.history(assigned))
    assert supervisor.submit(f"/tickets/{assigned}/do/{command}").status_code == 404
    assert (office.record(assigned), len(office.history(assigned))) == (before, rows)


def test_a_command_that_is_no_longer_legal_says_so_and_shows_how_it_stands(
    supervisor, office, classified
):
    office.assign(classified, office.user())
    answer = supervisor.submit(f"/tickets/{classified}/do/merge_into", folio="SEI-2026-000001")
    assert answer.status_code == 409
    assert "«Fusionar con otro ticket» ya no es posible" in said(answer)


def test_classifying_sets_what_was_chosen_and_down_is_always_high(browse, office):
    id = office.context.new_id()
    fields = {"channel": "phone", "description": "x"}
    office.operation(id, Kind.CREATE, {"fields": fields}, Role.CALL_CENTRE)
    chosen = {"nature": "technical_fault", "type": "equipment_down", "priority": "low"}
    browse("call_centre").done(f"/tickets/{id}/do/classify", **chosen)
    fields = office.fields(id)
    assert (fields["state"], fields["type"], fields["priority"]) == (
        "classified", "equipment_down", "high",
    )  # fmt: skip


def targets(page: str) -> list[str]:
    """The folios into which a page proposes to merge its ticket."""
    choices = page.split('name="folio"')[1].split("</select>")[0]
    return re.findall(r'value="(SEI-[\w-]+)"', choices)


@pytest.fixture
def others(office) -> dict[str, str]:
    """Folios of tickets into which one of the hospital's may go, and of others."""
    office.do(lambda tx: records.put(tx, "customer", "c2", {"name": "Taller"}, office.clock()))
    made = {
        "same machine": office.ticket(),
        "same customer": office.ticket(asset=None, assignee=None),
        "another customer's": office.ticket(customer="c2", asset=None),
        "referred": office.ticket(assignee=None),
    }
    office.command(made["referred"], "refer", reason="Tóner", to="toner")
    return {word: office.fields(id)["folio"] for word, id in made.items()}


def test_a_ticket_is_merged_only_where_it_makes_sense(supervisor, office, classified, others):
    own = office.fields(classified)["folio"]
    proposed = targets(supervisor.see(f"/tickets/{classified}"))
    assert proposed == [others["same machine"], others["same customer"]]
    wrong = (own, "SEI-1999-000001", others["another customer's"], others["referred"])
    for folio in wrong:
        answer = supervisor.submit(
            f"/tickets/{classified}/do/merge_into", folio=folio, confirmed="1"
        )
        assert answer.status_code == 422, folio
        assert "Elija una de las opciones" in said(answer)
    assert office.fields(classified)["state"] == State.CLASSIFIED


def test_merging_is_confirmed_first_and_both_tickets_show_it(
    supervisor, office, classified, others
):
    path, folio = f"/tickets/{classified}/do/merge_into", others["same customer"]
    own = office.fields(classified)["folio"]
    asked = supervisor.submit(path, folio=folio)
    assert asked.status_code == 200
    for words in (own, folio, "No se puede deshacer", f"Fusionar {own} en {folio}"):
        assert words in said(asked), words
    assert office.fields(classified)["state"] == State.CLASSIFIED
    target = office.ask(lambda tx: store.by_folio(tx, folio)).record.id
    before = supervisor.see(f"/tickets/{target}")
    page = supervisor.done(path, folio=folio, confirmed="1")
    assert f"Fusionado en {folio}" in page
    assert f'href="/tickets/{target}"' in page
    assert offered(page, classified) == set()
    again = re.search(r'hx-get="(/tickets/[\w-]+/now\?tag=[^"]+)"', before)
    assert again
    assert f'href="/tickets/{classified}">{own}</a>' in supervisor.see(again[1])


def test_without_a_target_merging_is_not_offered(supervisor, classified):
    assert "merge_into" not in offered(supervisor.see(f"/tickets/{classified}"), classified)


def test_a_target_that_ended_meanwhile_takes_no_ticket(supervisor, office, classified):
    other = office.ticket(assignee=None)
    folio = office.fields(other)["folio"]
    ended = office.context.database.write

    def first(work):
        """Somebody refers the other ticket in between."""
        office.context.database.__dict__.pop("write")
        office.command(other, "refer", reason="Tóner", to="toner")
        return ended(work)

    office.context.database.write = first
    page = supervisor.done(f"/tickets/{classified}/do/merge_into", folio=folio, confirmed="1")
    assert "el otro ticket ya no está abierto" in page
    assert office.fields(classified)["state"] == State.CLASSIFIED


def test_one_escalates_to_somebody_else_who_is_told(browse, office, assigned):
    manager, director = office.user(Role.MANAGER), office.user(Role.DIRECTOR)
    page = browse("supervisor").see(f"/tickets/{assigned}")
    choices = page.split('name="person"')[1].split("</select>")[0]
    assert re.findall(r'<option value="([^"]+)"', choices) == [manager.id, director.id]
    for words in ("Nivel 2 · Gustavo Leal (Gerente", "Nivel 3 · Diana Ortega (Director"):
        assert words in choices, words
    path = f"/tickets/{assigned}/do/escalate"
    herself = office.user(Role.SUPERVISOR).id
    assert browse("supervisor").submit(path, person=herself, reason="x").status_code == 422
    page = browse("supervisor").done(path, person=director.id, reason="El hospital se detuvo")
    assert office.fields(assigned)["escalation"]["level"] == 3
    assert "nivel 3: Diana Ortega" in page
    mails = office.ask(lambda tx: tx.rows(outbox.select().where(outbox.c.topic == "escalation")))
    assert [(mail.recipient, "El hospital se detuvo" in mail.body["text"]) for mail in mails] == [
        (director.email, True)
    ]


def test_nobody_reads_a_code_or_what_was_said_to_somebody_else(supervisor, office, assigned):
    reason = {"trigger": "E2", "level": 2, "reason": "response_breached"}
    office.do(lambda tx: office_operation(
        tx, office.context, SYSTEM, assigned, "command", {"name": "raise_escalation", **reason},
        now=office.clock()))  # fmt: skip
    office.user(Role.ENGINEER, "Ana Torres")
    other = Actor(office.user(Role.ENGINEER, "Iván Soto").id, Role.ENGINEER)
    office.do(
        lambda tx: office_operation(
            tx, office.context, other, assigned, "command", {"name": "start"}, now=office.clock()
        )
    )
    for path in (f"/tickets/{assigned}", "/?queue=escalated"):
        page = supervisor.see(path)
        assert "response_breached" not in page, path
        assert "primera respuesta" in page.lower(), path
    assert "a usted" not in supervisor.see(f"/tickets/{assigned}")


# What it waits for


def asked(office, ticket: str) -> None:
    office.command(ticket, "start", Role.ENGINEER)
    office.command(ticket, "ask_customer", Role.ENGINEER, question="¿Qué bandeja?")


def test_a_pause_says_why_and_when_it_ends_by_itself(supervisor, office, assigned):
    office.clock.stop()
    asked(office, assigned)
    page = supervisor.see(f"/tickets/{assigned}")
    for words in ("En pausa", "esperamos la respuesta del cliente", "¿Qué bandeja?"):
        assert words in page, words
    term = office.ask(lambda tx: answer_term(tx, office.context, store.load(tx, assigned)))
    zone = ZoneInfo(office.settings.zone)
    for at in (term.closes, *(step.at for step in term.planned[:2])):
        assert f"{at.astimezone(zone):%H:%M}" in page
    assert page.count("Saldrá ") == 2
    remind_and_close(office.context, term.planned[0].at)
    page = supervisor.see(f"/tickets/{assigned}")
    assert page.count("Saldrá ") == 1
    assert "Por salir" in page
    office.command(assigned, "answer", Role.CALL_CENTRE)
    assert "En pausa" not in supervisor.see(f"/tickets/{assigned}")


def test_the_call_centre_notes_that_the_customer_confirms(browse, office, raw):
    visit = Visit(raw, office.ticket()).work().sign("remarks", remarks="Falta limpiar")
    visit.report().finalise().upload()
    visit.push()
    path = f"/tickets/{visit.ticket}/do/confirm_solution"
    desk = browse("call_centre")
    assert desk.submit(path, proof="  ").status_code == 422
    page = desk.done(path, proof="Marta, por teléfono")
    assert "El cliente confirmó" in page
    assert "confirm_solution" not in offered(page, visit.ticket)
    assert "reject_solution" in offered(page, visit.ticket)
    term = office.ask(lambda tx: answer_term(tx, office.context, store.load(tx, visit.ticket)))
    assert remind_and_close(office.context, term.closes - timedelta(seconds=1)) == {}
    assert remind_and_close(office.context, term.closes) == {"closed": 1}
    fields = office.fields(visit.ticket)
    assert (fields["state"], fields["closing_reason"]) == ("closed", "confirmed")
    page = desk.see(f"/tickets/{visit.ticket}")
    assert "El cliente confirmó la solución" in page
    assert "Tiempo de atención" in page


def test_a_solution_that_is_rejected_after_all_is_confirmed_no_more(browse, office, raw):
    visit = Visit(raw, office.ticket()).work().sign("remarks", remarks="Falta limpiar")
    visit.report().finalise().upload()
    visit.push()
    browse("call_centre").done(f"/tickets/{visit.ticket}/do/confirm_solution", proof="Marta")
    browse("call_centre").done(f"/tickets/{visit.ticket}/do/reject_solution", reason="Volvió")
    assert not office.fields(visit.ticket)["validated_at"]


def test_what_decides_comes_before_what_has_happened(supervisor, office, assigned):
    page = supervisor.see(f"/tickets/{assigned}")
    order = [page.index(f'id="{part}"') for part in
             ("engineer", "acts", "check", "report", "notes", "terms", "request", "work", "photos",
              "history")]  # fmt: skip
    assert order == sorted(order)
    assert re.search(r'<details class="sheet folded" data-part="history">', page)


def test_what_is_out_of_scope_is_referred_with_the_reason(supervisor, office, classified):
    path = f"/tickets/{classified}/do/refer"
    assert supervisor.submit(path, to="elsewhere", reason="x").status_code == 422
    page = supervisor.done(path, to="toner", reason="Pide cartuchos")
    assert "Derivado a Suministro de tóner. Pide cartuchos" in page
    assert office.fields(classified)["referred_to"] == {"to": "toner", "reason": "Pide cartuchos"}


def test_the_customers_answer_is_kept_and_the_clocks_run_again(browse, office, assigned):
    office.command(assigned, "start", Role.ENGINEER)
    office.command(assigned, "ask_customer", Role.ENGINEER, question="¿Qué bandeja?")
    page = browse("call_centre").see(f"/tickets/{assigned}")
    assert "¿Qué bandeja?" in page
    page = browse("call_centre").done(f"/tickets/{assigned}/do/answer", text="La dos")
    assert "Respuesta del cliente: La dos" in page
    assert office.fields(assigned)["state"] == State.IN_ANALYSIS


def test_an_escalation_is_acknowledged_by_those_it_goes_to(browse, office, assigned):
    office.command(assigned, "escalate", reason="Urge")
    page = browse("director").see(f"/tickets/{assigned}")
    assert "Escalado a nivel 1" in page
    assert offered(page, assigned) == {"acknowledge_escalation"}
    page = browse("director").done(f"/tickets/{assigned}/do/acknowledge_escalation")
    assert offered(page, assigned) == set()


def test_words_that_a_command_needs_are_asked_for_again(supervisor, office, assigned):
    office.user(Role.MANAGER)
    answer = supervisor.submit(f"/tickets/{assigned}/do/escalate", reason="   ")
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert "Falta este dato" in said(answer)


def test_a_note_stands_beside_the_work(browse, office, assigned):
    page = browse("account_executive").done(f"/tickets/{assigned}/note", text="<b>Molesto</b>")
    assert "Nota guardada" in page
    assert office.entries(assigned, "notes")[0]["text"] == "<b>Molesto</b>"
    raw = browse("account_executive").get(f"/tickets/{assigned}").text
    assert "&lt;b&gt;Molesto" in raw


def test_a_note_says_who_wrote_it_as_what_and_where(browse, office, assigned, tablet):
    browse("account_executive").done(f"/tickets/{assigned}/note", text="Pide al gerente")
    tablet.session.append(assigned, "notes", text="Por la puerta de atrás")
    tablet.sync()
    page = browse("supervisor").see(f"/tickets/{assigned}")
    notes = page.split('id="notes"', 1)[1].split("</section>")[0]
    executive = office.user("account_executive").name
    assert f"{executive} · Ejecutivo de cuenta" in notes
    assert f"{office.user().name} · Ingeniero de servicio" in notes
    assert notes.count("desde la tableta") == 1
    assert "Quedan en la oficina" in notes


def test_a_page_asks_for_itself_only_when_something_changed(supervisor, office, assigned):
    page = supervisor.see(f"/tickets/{assigned}")
    again = re.search(r'hx-get="(/tickets/[\w-]+/now\?tag=[^"]+)"', page)
    assert again
    assert supervisor.get(again[1]).status_code == 204
    office.sets(assigned, impact="Toda el área")
    assert "Toda el área" in supervisor.see(again[1])


# Correcting the request


def form(page: str) -> dict[str, str]:
    """The correction form as a browser would send it back."""
    inside = page.split("<main", 1)[1].split("</main>")[0]
    fields = dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', inside))
    for box in re.findall(r"<input type=.checkbox.[^>]*>", inside):
        name = re.search(r'name="(\w+)"', box)
        if name and "checked" not in box:
            fields.pop(name[1], None)
    fields |= dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>([^<]*)</textarea>', inside))
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', inside, re.S):
        chosen = re.search(r'value="(\w*)" selected', options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_only_what_was_changed_is_written(supervisor, office, assigned):
    fields = form(supervisor.see(f"/tickets/{assigned}/edit"))
    before = len(office.history(assigned))
    assert "No cambió nada" in supervisor.done(f"/tickets/{assigned}/edit", **fields)
    assert len(office.history(assigned)) == before
    page = supervisor.done(f"/tickets/{assigned}/edit", **{**fields, "impact": "Urgencias"})
    assert "Cambios guardados" in page
    assert office.history(assigned)[-1].message["body"] == {"fields": {"impact": "Urgencias"}}


def test_two_who_correct_the_same_at_once_overwrite_nothing(browse, office, assigned):
    first = form(browse("supervisor").see(f"/tickets/{assigned}/edit"))
    second = form(browse("call_centre").see(f"/tickets/{assigned}/edit"))
    browse("supervisor").done(f"/tickets/{assigned}/edit", **{**first, "contract": "C-1"})
    page = browse("call_centre").done(f"/tickets/{assigned}/edit", **{**second, "contract": "C-2"})
    assert "Otra persona cambió lo mismo" in page
    assert office.fields(assigned)["contract"] == "C-1"
    conflict = office.conflicts(assigned)[0]
    assert (conflict.standing, conflict.losing) == ("C-1", "C-2")


def test_two_who_correct_different_fields_are_both_heard(browse, office, assigned):
    first = form(browse("supervisor").see(f"/tickets/{assigned}/edit"))
    second = form(browse("call_centre").see(f"/tickets/{assigned}/edit"))
    browse("supervisor").done(f"/tickets/{assigned}/edit", **{**first, "contract": "C-1"})
    browse("call_centre").done(f"/tickets/{assigned}/edit", **{**second, "impact": "Todos"})
    fields = office.fields(assigned)
    assert (fields["contract"], fields["impact"]) == ("C-1", "Todos")
    assert not office.conflicts(assigned)


@pytest.mark.parametrize(
    "bad",
    [{"channel": "pigeon"}, {"description": ""}, {"requester_name": ""}, {"priority": "x"},
     {"description": "x" * 20_001}, {"base_rev": "-1", "description": ""}],
)  # fmt: skip
def test_a_bad_correction_is_told_and_keeps_what_was_typed(supervisor, office, assigned, bad):
    fields = form(supervisor.see(f"/tickets/{assigned}/edit"))
    answer = supervisor.submit(
        f"/tickets/{assigned}/edit", **{**fields, "impact": "Lo que escribí", **bad}
    )
    assert answer.status_code == 422
    assert "Lo que escribí" in answer.text
    assert office.fields(assigned).get("impact") is None


def test_a_ticket_that_ended_is_not_corrected(supervisor, office, classified):
    office.command(classified, "refer", reason="Tóner", to="toner")
    assert "ya terminó" in supervisor.see(
        supervisor.get(f"/tickets/{classified}/edit").headers["location"]
    )


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=" + b"x" * 300_000, b"&" * 5000, b"%ED%A0%80=1"])
def test_a_mangled_form_is_answered_and_is_no_fault(supervisor, assigned, body):
    answer = supervisor.post(
        f"/tickets/{assigned}/note",
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert 400 <= answer.status_code < 500
