"""What the tests here do again and again: some work, a push by hand, several at once."""

from collections.abc import Callable, Mapping, Sequence
from threading import Barrier, Thread
from typing import Any, TypeVar

import httpx

from tests.faults.field import Field
from tests.faults.world import World

T = TypeVar("T")

STEPS = ("/hello", "/push", "/pull", "/blobs/")
"""How the addresses end to which a round speaks."""


def worked(world: World, field: Field | None = None) -> Field:
    """A tablet with words and a photo that wait."""
    field = field or world.field()
    ticket = world.ticket()
    field.round()
    field.command(ticket, "start")
    field.act(ticket, "Se limpió el fusor.")
    field.photo(ticket)
    return field


def first_ticket(field: Field) -> str:
    """Some ticket of this tablet."""
    return str(field.session.today(filter="all").rows[0].id)


def what_was_never_seen_after_a_restore(world: World) -> None:
    """After a restore a revision of the lost history is no sign of having seen anything."""
    ticket = world.ticket()
    first, second = world.field(), world.field()
    backup = world.backup()
    for number in range(4):
        first.fill(ticket, diagnosis=f"Antes de perderse {number}: el fusor.")
        first.round()
    first.fill(ticket, root_cause="CR-FUS-01")
    world.restore(backup)
    second.fill(ticket, root_cause="CR-TON-01")
    second.round()
    first.round()
    lost = {c.field: c.losing for c in world.running.conflicts(ticket)}
    assert lost.get("root_cause") == "CR-FUS-01", "somebody wrote over what they had never seen"
    world.settle()


def pushed(world: World, field: Field, messages: Sequence[Mapping[str, Any]]) -> httpx.Response:
    """These operations, pushed by hand."""
    return httpx.post(
        f"{world.url}/api/v1/sync/push",
        json={"device_id": field.device_id, "ops": list(messages)},
        headers={"Authorization": f"Bearer {field.session.token}"},
        timeout=30,
    )


def at_once(count: int, act: Callable[[], T]) -> list[T]:
    """What several who start at the same moment get."""
    start = Barrier(count)
    results: list[T] = []

    def run() -> None:
        start.wait()
        results.append(act())

    threads = [Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results
