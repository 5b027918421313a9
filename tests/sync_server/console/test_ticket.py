"""A ticket's page: what is legal now, what it says afterwards, and nothing overwritten."""

import re

import pytest

from shared.operations.operation import Kind
from shared.ticket.fields import Field, Owner
from shared.ticket.people import Role
from shared.ticket.shapes import TEXT
from shared.ticket.ticket import State
from sync_server.console.web.page import templates
from tests import cast
from tests.sync_server.console.browser import said


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


def test_a_duplicate_is_merged_into_a_ticket_that_exists(supervisor, office, classified):
    other = office.fields(office.ticket())["folio"]
    own = office.fields(classified)["folio"]
    for folio, why in (("SEI-1999-000001", "No hay ningún ticket"), (own, "este mismo ticket")):
        answer = supervisor.submit(f"/tickets/{classified}/do/merge_into", folio=folio)
        assert answer.status_code == 422
        assert why in said(answer)
    page = supervisor.done(f"/tickets/{classified}/do/merge_into", folio=other.lower())
    assert f"Fusionado en {other}" in page
    assert offered(page, classified) == set()


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
    browse("supervisor").done(f"/tickets/{assigned}/do/escalate", reason="Urge")
    page = browse("director").see(f"/tickets/{assigned}")
    assert "Escalado a nivel 1" in page
    assert offered(page, assigned) == {"acknowledge_escalation"}
    page = browse("director").done(f"/tickets/{assigned}/do/acknowledge_escalation")
    assert offered(page, assigned) == set()


def test_words_that_a_command_needs_are_asked_for_again(supervisor, assigned):
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
