"""Work split in any way between sync and packages: the office ends alike."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.operations.digest import canonical
from shared.time.timestamps import wire_time
from sync_server.identity import devices
from sync_server.sync import push
from tests.faults.marks import on_both_databases
from tests.faults.packages import brought
from tests.faults.world import World
from tests.rescue import manifest, packed

pytestmark = pytest.mark.usefixtures("cheap_passphrases")

WORDS = ("El fusor no calienta.", "Está desgastado el rodillo.", "")
DEEDS = st.lists(
    st.tuples(st.sampled_from(["diagnosis", "impact", "root_cause", "actions"]),
              st.sampled_from(WORDS), st.booleans()),
    min_size=1, max_size=8,
)  # fmt: skip
WAYS = st.lists(
    st.tuples(st.sampled_from(["push", "package"]), st.integers(0, 8), st.integers(1, 8)),
    max_size=6,
)


@on_both_databases
@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(deeds=DEEDS, ways=WAYS)
def test_however_work_is_split_between_sync_and_packages_the_office_ends_alike(
    world: World, deeds: list[tuple[str, str, bool]], ways: list[tuple[str, int, int]]
):
    by_both, by_sync = Sender(world, deeds), Sender(world, deeds)
    for way, start, count in ways:
        start = min(start, by_both.last_n)
        part = by_both.messages[start : start + count]
        by_both.push(part) if way == "push" else by_both.bring(part)
    for sender in (by_both, by_sync):
        sender.push(sender.messages)
    assert by_both.held() == by_sync.held()
    assert len(by_both.told) == len(deeds)


class Sender:
    """A tablet whose ticket the office had changed unseen; `told` is the last word on each n."""

    def __init__(self, world: World, deeds: list[tuple[str, str, bool]]) -> None:
        self.world = world
        self.ticket = world.ticket()
        before = world.running.record(self.ticket).record.rev
        world.running.sets(self.ticket, impact="Urgencias no imprime.", diagnosis="Por ver.")
        after = world.running.record(self.ticket).record.rev
        about = {"name": "Tableta"}
        id, _ = world.running.do(
            lambda tx: devices.add(tx, world.office, world.luis.id, about, world.clock())
        )
        found = world.running.ask(lambda tx: devices.find(tx, id))
        assert found is not None
        self.device = found
        self.messages = [
            self._message(n, kind, text, after if seen else before)
            for n, (kind, text, seen) in enumerate(deeds, 1)
        ]
        self.told: dict[int, Any] = {}
        self.last_n = 0

    def push(self, messages: list[Any]) -> None:
        """These by sync; what was answered before is answered alike."""
        if not messages:
            return
        accepted = push.accept(
            self.world.office, self.device, messages, lambda i: canonical(messages[i]),
            self.world.clock(),
        )  # fmt: skip
        self.last_n = accepted.last_n
        for result in accepted.results:
            assert self.told.setdefault(result["n"], result) == result

    def bring(self, messages: list[Any]) -> None:
        """These by hand."""
        said = manifest(self.device.id, self.world.luis.id, messages)
        assert brought(self.world, packed(said)).identity is None
        self.last_n = max([self.last_n, *(message["n"] for message in messages)])

    def held(self) -> Any:
        """What the office holds of its ticket, and what became of each operation."""
        record = self.world.running.record(self.ticket).record
        fields = {name: record.fields.get(name) for name in ("diagnosis", "impact", "root_cause")}
        actions = [entry["text"] for entry in record.entries.get("actions", ())]
        disputes = [
            (row.field, row.standing, row.losing)
            for row in self.world.running.conflicts(self.ticket)
        ]
        lines = [(row.n, row.outcome) for row in self.world.running.history(self.ticket)]
        return fields, actions, disputes, record.rev, lines

    def _message(self, n: int, kind: str, text: str, base_rev: int) -> dict[str, Any]:
        body: dict[str, Any] = {"fields": {kind: text}}
        if kind == "actions":
            body = {
                "collection": "actions",
                "entry": {"id": f"{self.ticket}-{n}"[-64:], "text": text},
            }
        return {
            "n": n, "op_id": self.world.office.new_id(), "ticket": self.ticket, "schema": 1,
            "kind": "append" if kind == "actions" else "set", "base_rev": base_rev,
            "captured_at": wire_time(self.world.clock()), "body": body,
        }  # fmt: skip
