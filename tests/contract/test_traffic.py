"""What the tablet and the office really say to one another is what the schema says they say."""

import json
import threading

import httpx
import pytest

from shared.ticket.people import Role
from tests.contract.schema import faults
from tests.contract.traffic import Exchange, Recorder
from tests.raw_tablet import RawTablet
from tests.tablet import RunningTablet, finish_work, sign


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def raw(office, recorder):
    """An independent client whose messages are recorded."""
    tablet = RawTablet(office)
    tablet.http.close()
    tablet.http = httpx.Client(base_url=office.url, timeout=30, transport=recorder)
    yield tablet
    tablet.close()


def amiss(exchanges: list[Exchange]) -> list[str]:
    """Everything in these exchanges that the schema does not allow."""
    found = []
    for exchange in exchanges:
        found += faults(f"{exchange.name}_request", exchange.asked)
        found += faults(exchange.definition, exchange.answered)
        if exchange.name == "push":
            found += [fault for op in exchange.asked["ops"] for fault in faults("operation", op)]
    return found


def outcomes(exchanges: list[Exchange]) -> set[str]:
    return {
        result["outcome"]
        for exchange in exchanges
        if exchange.name == "push" and exchange.status == 200
        for result in exchange.answered["results"]
    }


def test_a_whole_visit_speaks_the_contract(office, recorder, tmp_path):
    tablet = RunningTablet(office, tmp_path / "tablet")
    tablet.line._real = recorder
    tablet.enrol()
    id = office.ticket()
    tablet.sync()
    finish_work(tablet.session, id)
    action = tablet.session.append(id, "actions", text="De más")
    tablet.session.void(id, "actions", action, "Era otro equipo")
    tablet.session.set_field(id, test_result="passed", tested_at=tablet.session.now().isoformat())
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []
    tablet.session.create_ticket(channel="phone", description="Otro equipo sin red")
    tablet.sync()
    tablet.close()
    assert office.fields(id)["state"] == "closed"
    said = {exchange.name for exchange in recorder.exchanges}
    assert said == {"enrol", "hello", "push", "pull"}
    kinds = {op["kind"] for e in recorder.exchanges if e.name == "push" for op in e.asked["ops"]}
    assert kinds == {"create", "set", "append", "void", "sign", "command"}
    assert amiss(recorder.exchanges) == []


def test_every_outcome_speaks_the_contract(office, raw, recorder):
    id, other, ended = office.ticket(), office.ticket(), office.ticket()
    list(raw.pull())
    office.sets(id, impact="Un piso")
    office.assign(other, office.user(Role.ENGINEER, "Otra Persona"))
    office.command(ended, "request_close", Role.CALL_CENTRE, proof="Lo pidió por correo")
    first = raw.sets(id, diagnosis="El fusor no calienta, agotado.")
    raw.push(
        first,
        raw.sets(id, impact="Dos pisos"),
        raw.appends(other, "actions", text="Limpieza"),
        raw.commands(ended, "start"),
        raw.commands(id, "finalise"),
    )
    assert amiss(recorder.exchanges) == []
    raw.push(raw.op(id, "erase", {}))
    raw.push({**first, "n": raw.op(id, "set", {"fields": {"x": 1}})["n"]})
    list(raw.pull())
    assert outcomes(recorder.exchanges) == {
        "applied", "conflict", "late", "rejected", "parked", "duplicate",
    }  # fmt: skip
    answers = [e for e in recorder.exchanges if e.status == 200]
    assert [fault for e in answers for fault in faults(e.definition, e.answered)] == []


def test_every_refusal_is_a_problem_document(office, raw, recorder):
    id = office.ticket()
    raw.push(raw.sets(id, diagnosis="El fusor no calienta, agotado."))
    gap, fork = raw.sets(id, solution="x"), raw.sets(id, solution="y")
    assert raw.try_push(fork).status_code == 409
    assert raw.try_push({**gap, "n": 1}).status_code == 409
    assert raw.try_push(*[{**gap, "n": 2 + i} for i in range(201)]).status_code == 413
    assert raw.post("/api/v1/sync/push", {"ops": "many"}).status_code == 400
    office.stop()
    office.start(minimum_pull_schema=2)
    message = {"device_id": raw.device_id, "cursors": {}, "limit": 5}
    assert raw.post("/api/v1/sync/pull", message).status_code == 426
    assert raw.hello()["actions"][0]["do"] == "reidentify"
    raw.token = "nobody's"
    assert raw.post("/api/v1/sync/pull", message).status_code == 401
    refused = [e for e in recorder.exchanges if e.status >= 300]
    assert [fault for e in refused for fault in faults("problem", e.answered)] == []
    types = {e.answered["type"].rpartition("/")[2] for e in refused}
    assert types == {"gap", "fork", "too-much", "message", "schema", "not-signed-in"}


def test_a_poke_speaks_the_contract(office, raw):
    id = office.ticket()
    headers = {"Authorization": f"Bearer {raw.token}"}
    with httpx.stream("GET", f"{office.url}/api/v1/live", headers=headers, timeout=20) as answer:
        lines = answer.iter_lines()
        next(lines)
        threading.Timer(0.2, lambda: office.sets(id, impact="x")).start()
        said = next(line for line in lines if line.startswith("data:"))
    event = json.loads(said.removeprefix("data:"))
    assert faults("live_event", event) == []
    assert event["scope"] == f"user:{raw.user}"
