"""Apps of other days, and operations that nobody understands. Faults 33–36."""

import json
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from field_app.store import operation_queue
from field_app.sync.troubles import UpdateNeeded
from shared.operations import merge as merging
from shared.operations import operation, wire
from sync_server.database import tables
from tests.faults.field import Field
from tests.faults.hands import first_ticket, pushed, worked
from tests.faults.marks import on_both_databases
from tests.faults.world import World


def as_today(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """From schema 0 to 1: yesterday what was found was called `finding`."""
    fields = message["body"].get("fields") or {}
    fields = {"diagnosis" if name == "finding" else name: v for name, v in fields.items()}
    return {**message, "body": {**message["body"], "fields": fields}} if fields else message


YESTERDAYS = "Capturado por la versión de ayer."


def worked_yesterday(world: World, monkeypatch: pytest.MonkeyPatch) -> tuple[Field, str]:
    """A tablet with a queue of schema 0, and then the app is upgraded to one of schema 1."""
    luis = worked(world)
    ticket = first_ticket(luis)
    with monkeypatch.context() as yesterday:
        yesterday.setattr(operation_queue, "SCHEMA", 0)
        luis.fill(ticket, finding=YESTERDAYS)
    monkeypatch.setattr(wire, "UPCASTERS", {0: as_today})
    luis.restart()
    return luis, ticket


def shown(field: Field, ticket: str) -> Any:
    return json.loads(field.database.value("SELECT doc FROM ticket WHERE id = ?", ticket))


@on_both_databases
def test_33_an_app_upgraded_in_the_middle_of_the_queue(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    luis, ticket = worked_yesterday(world, monkeypatch)
    [kept] = luis.database.rows("SELECT body, schema FROM outbox WHERE schema = 0")
    assert json.loads(kept["body"]) == {"fields": {"finding": YESTERDAYS}}, "never migrated"
    luis.act(ticket, "Capturado por la versión de hoy.")
    luis.round()
    assert set(luis.outcomes()) == {"applied"}
    assert world.running.fields(ticket)["diagnosis"] == YESTERDAYS
    assert shown(luis, ticket)["diagnosis"] == YESTERDAYS
    world.settle()


@on_both_databases
def test_33_an_upgraded_app_shows_what_yesterdays_captured(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    luis, ticket = worked_yesterday(world, monkeypatch)
    world.running.sets(ticket, impact="Todo el piso.")
    round = luis.tablet.network.round(luis.session)
    assert round is not None
    round._pull()
    assert shown(luis, ticket)["diagnosis"] == YESTERDAYS
    assert shown(luis, ticket)["impact"] == "Todo el piso."


@on_both_databases
def test_34_an_app_three_versions_old(world: World):
    luis = worked(world)
    world.running.stop()
    world.running.start(minimum_pull_schema=4)
    trouble = world.try_round(luis)
    assert isinstance(trouble, UpdateNeeded)
    assert set(luis.outcomes()) == {"applied"}, "it is too old to read, not to hand in its work"
    assert luis.waiting() == 0, "files too"
    world.check()
    world.running.stop()
    world.running.start(minimum_pull_schema=1)
    world.settle()


STRANGE: tuple[dict[str, Any], ...] = (
    {"kind": "teleport", "body": {"to": "Marte"}},
    {"kind": "set", "body": {"fields": {"priority": "urgentísima"}}},
    {"kind": "set", "body": {"fields": {}}},
    {"kind": "set", "body": None},
    {"kind": "append", "body": {"collection": "wishes", "entry": {"id": "x"}}},
    {"kind": "append", "body": {"collection": "actions", "entry": {}}},
    {"kind": "command", "body": {"name": "explode"}},
    {"kind": "set", "schema": 99, "body": {"fields": {"diagnosis": "Del futuro."}}},
    {"kind": "set", "captured_at": "ayer", "body": {"fields": {"diagnosis": "Ayer."}}},
    {"kind": "set", "ticket": "no-such-ticket", "body": {"fields": {"diagnosis": "De nadie."}}},
    {"kind": "set", "ticket": 7, "body": {"fields": {"diagnosis": "De un número."}}},
    {"kind": "set", "op_id": None, "body": {"fields": {"diagnosis": "Sin nombre."}}},
    {"kind": "set", "body": {"fields": {"diagnosis": "\ud800"}}},
    {"kind": "set", "body": {"fields": {"x": 1e999}}},
    {"kind": "set", "body": {"fields": {"x\x00y": "NUL"}}},
    {"kind": "set", "base_rev": -(2**70), "body": {"fields": {"diagnosis": "Menos infinito."}}},
)
"""Operations that no version of this tablet would make."""


@on_both_databases
def test_35_operations_of_unknown_kinds_are_parked_and_the_next_ones_go_on(world: World):
    luis = worked(world)
    luis.round()
    ticket = first_ticket(luis)
    first = luis.database.value("SELECT max(n) FROM outbox") + 1
    messages = [
        {
            "n": first + number, "op_id": f"strange-{number}", "ticket": ticket, "schema": 1,
            "base_rev": 0, "captured_at": world.clock().isoformat(), **strange,
        }
        for number, strange in enumerate(STRANGE)
    ]  # fmt: skip
    good = {
        "n": first + len(STRANGE), "op_id": "good", "ticket": ticket, "kind": "append",
        "schema": 1, "base_rev": 0, "captured_at": world.clock().isoformat(),
        "body": {"collection": "actions", "entry": {"id": "good", "text": "Sigue."}},
    }  # fmt: skip
    text = json.dumps({"device_id": luis.device_id, "ops": [*messages, good]})
    text = text.replace("Infinity", "1e999")
    answer = _push_raw(world, luis, text.encode())
    assert answer.status_code == 200, answer.text
    outcomes = [result["outcome"] for result in answer.json()["results"]]
    assert outcomes[-1] == "applied", "one that is good goes through behind them"
    assert outcomes.count("parked") >= len(STRANGE) - 3, outcomes
    with world.office.database.reading() as tx:
        raw = [row.raw for row in tx.rows(select(tables.parked.c.raw))]
    assert all(json.loads(kept)["op_id"] is None or kept in text.encode() for kept in raw)
    again = _push_raw(world, luis, text.encode())
    assert again.json()["results"] == answer.json()["results"]
    world.check()


def _push_raw(world: World, luis: Field, body: bytes) -> httpx.Response:
    return httpx.post(
        f"{world.url}/api/v1/sync/push",
        content=body,
        headers={
            "Authorization": f"Bearer {luis.session.token}", "Content-Type": "application/json",
        },
        timeout=30,
    )  # fmt: skip


@on_both_databases
def test_36_a_poison_operation_does_not_hold_up_the_queue(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    luis = worked(world)
    ticket = first_ticket(luis)
    luis.fill(ticket, diagnosis="VENENO: nuestro propio código tropieza con esto.")
    luis.act(ticket, "Lo que sigue.")
    real = merging.merge

    def stumbles(before, operation, device, actor):
        if "VENENO" in json.dumps(dict(operation.body)):
            raise ZeroDivisionError("a fault of ours")
        return real(before, operation, device, actor)

    with monkeypatch.context() as patch:
        patch.setattr("sync_server.tickets.apply.merge", stumbles)
        luis.round()
    assert luis.outcomes()[-2:] == ["parked", "applied"]
    world.settle()


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(bodies=st.lists(JSON, min_size=1, max_size=5), kind=st.sampled_from(list(operation.Kind)))
def test_36_whatever_comes_gets_an_outcome(world: World, bodies: list[Any], kind: str):
    if not world.fields:
        luis = worked(world)
        luis.round()
    [luis] = world.fields
    with world.office.database.reading() as tx:
        device = tables.device
        last = tx.scalar(select(device.c.last_n).where(device.c.id == luis.device_id))
    ticket = first_ticket(luis)
    messages = [
        {
            "n": last + number, "op_id": f"any-{last + number}", "ticket": ticket,
            "kind": str(kind), "schema": 1, "base_rev": 0,
            "captured_at": world.clock().isoformat(), "body": body,
        }
        for number, body in enumerate(bodies, 1)
    ]  # fmt: skip
    answer = pushed(world, luis, messages)
    assert answer.status_code == 200, answer.text
    assert [r["n"] for r in answer.json()["results"]] == [m["n"] for m in messages]
