"""Conflicts, late arrivals and parked operations: shown whole, decided by a person."""

import re

import pytest

from shared.ticket.people import Role
from sync_server.identity import devices
from tests.sync_server.console.browser import said
from tests.sync_server.visit import finished


@pytest.fixture
def contested(office) -> str:
    """A ticket whose contract two people wrote at once, and whose description too."""
    id = str(office.ticket())
    rev = office.record(id).record.rev
    office.sets(id, contract="Premium", description="Se atora")
    office.sets(id, Role.CALL_CENTRE, rev, contract="Básico", description="Hace ruido")
    return id


def conflict(office, ticket: str, field: str):
    return next(c for c in office.conflicts(ticket) if c.field == field)


def test_both_values_stand_side_by_side(supervisor, office, contested):
    for page in (supervisor.see("/conflicts"), supervisor.see(f"/tickets/{contested}")):
        for words in ("Premium", "Básico", "Se atora", "Hace ruido", "Vale ahora", "Carmen Solís"):
            assert words in page, words


def card(page: str, conflict_id: str) -> list[str]:
    """The two halves of a conflict's card, in words."""
    article = page.split(f'id="conflict-{conflict_id}"')[1].split("</article>")[0]
    halves = article.split('<div class="value')[2:]
    return [re.sub(r"<[^>]+>", " ", half) for half in halves]


def test_each_value_says_who_wrote_it(supervisor, office, contested):
    one = conflict(office, contested, "contract")
    standing, losing = card(supervisor.see("/conflicts"), one.id)
    assert "Premium" in standing
    assert "Sofía Rivas" in standing
    assert "Carmen Solís" not in standing
    assert "Básico" in losing
    assert "Carmen Solís" in losing
    assert "Sofía Rivas" not in losing


def test_who_decides_nothing_is_promised_no_choice(browse, office, contested):
    assert "elija cuál vale" in browse("supervisor").see("/conflicts")
    page = browse("call_centre").see("/conflicts")
    assert "un supervisor elige cuál vale" in page
    assert "elija cuál vale" not in page


def test_the_other_value_can_be_used(supervisor, office, contested):
    one = conflict(office, contested, "contract")
    page = supervisor.done(f"/conflicts/{one.id}", choice="losing")
    assert "Decidido" in page
    assert office.fields(contested)["contract"] == "Básico"
    assert [c.field for c in office.conflicts(contested)] == ["description"]


def test_the_value_that_stands_can_be_kept(supervisor, office, contested):
    one = conflict(office, contested, "contract")
    page = supervisor.done(f"/conflicts/{one.id}", choice="standing", from_list="1")
    assert "<h1>Conflictos</h1>" in page
    assert office.fields(contested)["contract"] == "Premium"


def test_prose_can_be_written_anew_and_nothing_else(supervisor, office, contested):
    prose, code = (conflict(office, contested, name) for name in ("description", "contract"))
    supervisor.done(f"/conflicts/{prose.id}", choice="written", text="Se atora y hace ruido")
    assert office.fields(contested)["description"] == "Se atora y hace ruido"
    page = supervisor.done(f"/conflicts/{code.id}", choice="written", text="Oro")
    assert "Elija uno de los dos valores" in page
    assert office.fields(contested)["contract"] == "Premium"


def test_a_conflict_is_decided_once(supervisor, office, contested):
    one = conflict(office, contested, "contract")
    supervisor.done(f"/conflicts/{one.id}", choice="losing")
    page = supervisor.done(f"/conflicts/{one.id}", choice="standing")
    assert "ya lo decidió alguien" in page
    assert office.fields(contested)["contract"] == "Básico"
    assert "ya lo decidió alguien" in supervisor.done("/conflicts/nothing", choice="losing")


def test_a_value_that_came_after_the_conflict_is_shown_before_it_is_lost(
    supervisor, office, contested
):
    one = conflict(office, contested, "contract")
    office.sets(contested, Role.CALL_CENTRE, contract="Oro")
    page = supervisor.done(f"/conflicts/{one.id}", choice="losing")
    assert "Otra persona cambió lo mismo" in page
    assert office.fields(contested)["contract"] == "Oro"
    again = conflict(office, contested, "contract")
    assert (again.standing, again.losing) == ("Oro", "Básico")
    assert "Decidido" in supervisor.done(f"/conflicts/{again.id}", choice="losing")


def test_a_choice_that_is_none_decides_nothing(supervisor, office, contested):
    one = conflict(office, contested, "contract")
    for choice in ("", "both", "written"):
        assert "Elija uno" in supervisor.done(f"/conflicts/{one.id}", choice=choice)
    assert len(office.conflicts(contested)) == 2


def test_others_see_a_conflict_and_do_not_decide_it(browse, office, contested):
    one = conflict(office, contested, "contract")
    assert "Dejar este" not in browse("call_centre").see("/conflicts")
    assert browse("call_centre").submit(f"/conflicts/{one.id}", choice="losing").status_code == 403


def test_a_late_arrival_is_shown_whole_and_marked_as_seen(supervisor, office, tablet):
    id = office.ticket()
    tablet.sync()
    office.stop()
    tablet.session.arrive(id)
    tablet.session.append(id, "actions", text="Limpié los rodillos")
    office.start()
    office.assign(id, office.user(Role.ENGINEER, "Ana Torres"))
    tablet.ask()
    page = supervisor.see("/late")
    for words in ("Limpié los rodillos", "El ticket era ya de otra persona", "Luis Cano"):
        assert words in page, words
    arrival = re.search(r'action="/late/([\w-]+)/seen"', page)
    assert arrival
    supervisor.done(f"/late/{arrival[1]}/seen")
    assert f"/late/{arrival[1]}/seen" not in supervisor.see("/late")
    assert "Limpié los rodillos" in supervisor.see(f"/tickets/{id}")


@pytest.fixture
def parked(office) -> None:
    """An operation of a kind that nobody knows, with markup in it."""
    engineer, now = office.user(), office.clock()
    device, token = office.do(
        lambda tx: devices.add(tx, office.context, engineer.id, {"name": "Tab A9"}, now)
    )
    import httpx

    op = {"n": 1, "op_id": office.context.new_id(), "ticket": office.ticket(), "kind": "teleport",
          "schema": 1, "base_rev": 0, "captured_at": now.isoformat(),
          "body": {"to": "<script>alert(1)</script>"}}  # fmt: skip
    answer = httpx.post(
        f"{office.url}/api/v1/sync/push",
        json={"device_id": device, "ops": [op]},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.json()["results"][0]["outcome"] == "parked"


def test_a_parked_operation_is_shown_as_it_came_and_settled(supervisor, office, parked):
    answer = supervisor.get("/parked")
    assert "Tab A9" in said(answer)
    assert '"kind": "teleport"' in said(answer)
    assert "<script>alert" not in answer.text
    line = re.search(r'action="/parked/(\d+)"', answer.text)
    assert line
    assert "No hay nada en revisión" in supervisor.done(f"/parked/{line[1]}")


@pytest.mark.parametrize("line", ["nothing", "99999999999999999999999", "-1", "1.5"])
def test_a_line_that_is_none_is_no_fault(supervisor, line):
    assert supervisor.submit(f"/parked/{line}").status_code == 400


def test_work_that_came_late_proposes_a_follow_up_and_opens_none(browse, office, raw):
    visit = finished(raw, office.ticket())
    visit.upload()
    visit.push()
    visit.tablet.push(visit.tablet.appends(visit.ticket, "notes", text="se me olvidó"))
    closed = office.fields(visit.ticket)["folio"]
    page = browse("supervisor").see("/late")
    (path,) = re.findall(r'action="(/late/[\w-]+/follow-up)"', page)
    assert path in browse("supervisor").see(f"/tickets/{visit.ticket}")
    assert browse("call_centre").submit(path).status_code == 403
    page = browse("supervisor").done(path)
    assert "Seguimiento abierto" in page
    assert closed in page
    assert path not in browse("supervisor").see("/late")
    assert "Ver el ticket de seguimiento" in browse("supervisor").see(f"/tickets/{visit.ticket}")
    assert browse("supervisor").submit("/late/nothing/follow-up").status_code == 404
