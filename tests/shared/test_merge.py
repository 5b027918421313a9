"""Two people at the same ticket: literal cases first, then any interleaving at all."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.operations.merge import Conflict, Merged, Versioned, merge
from shared.operations.operation import Kind, Operation, Outcome, apply
from shared.ticket.fields import ENGINEER_FIELDS, FREE_TEXT
from shared.ticket.people import SYSTEM, Actor, Role
from shared.ticket.ticket import Record
from tests.shared.records import OPENED

ENGINEER = Actor("e1", Role.ENGINEER)
OTHER = Actor("e2", Role.ENGINEER)
OFFICE = Actor("s1", Role.SUPERVISOR)


def ticket(**fields: Any) -> Versioned:
    base = {"state": "in_analysis", "assignee": "e1", "priority": "medium", **fields}
    return Versioned(Record("t1", base, rev=1))


def op(kind: Kind, base_rev: int = 1, n: int = 1, **body: Any) -> Operation:
    return Operation(n, f"o{n}", "t1", kind, base_rev, OPENED, body)


def put(base_rev: int = 1, n: int = 1, **fields: Any) -> Operation:
    return write(fields, base_rev, n)


def write(fields: dict[str, Any], base_rev: int = 1, n: int = 1) -> Operation:
    return op(Kind.SET, base_rev, n, fields=fields)


def then(before: Versioned, operation: Operation, device: str, actor: Actor) -> Merged:
    return merge(before, operation, device, actor)


def test_different_fields_never_meet():
    one = then(ticket(), put(diagnosis="Fusor"), "A", ENGINEER)
    two = then(one.after, put(solution="Cambio"), "B", OTHER)
    assert two.outcome is Outcome.APPLIED
    assert two.after.record.fields["diagnosis"] == "Fusor"
    assert two.after.record.rev == 3


def test_a_field_that_the_writer_had_seen_is_set_cleanly():
    one = then(ticket(), put(priority="high"), "office", OFFICE)
    two = then(one.after, put(base_rev=2, priority="low"), "A", ENGINEER)
    assert two.outcome is Outcome.APPLIED
    assert two.after.record.fields["priority"] == "low"


def test_the_office_decides_its_own_field():
    one = then(ticket(), put(priority="high"), "office", OFFICE)
    two = then(one.after, put(priority="low"), "A", ENGINEER)
    assert two.outcome is Outcome.CONFLICT
    assert two.conflicts == (Conflict("priority", "high", "low"),)
    assert two.after.record.fields["priority"] == "high"


def test_the_engineer_decides_the_diagnosis():
    one = then(ticket(), put(root_cause="CR-ALI-01"), "office", OFFICE)
    two = then(one.after, put(root_cause="CR-FUS-01"), "A", ENGINEER)
    assert two.conflicts == (Conflict("root_cause", "CR-FUS-01", "CR-ALI-01"),)
    assert two.after.record.fields["root_cause"] == "CR-FUS-01"


def test_of_two_tablets_the_first_to_arrive_stands_and_the_other_is_kept():
    one = then(ticket(), put(root_cause="CR-ALI-01"), "A", ENGINEER)
    two = then(one.after, put(root_cause="CR-FUS-01"), "B", ENGINEER)
    assert two.conflicts == (Conflict("root_cause", "CR-ALI-01", "CR-FUS-01"),)
    assert two.after.record.fields["root_cause"] == "CR-ALI-01"


def test_two_peoples_words_are_both_kept():
    one = then(ticket(), put(diagnosis="Fusor gastado"), "A", ENGINEER)
    two = then(one.after, put(diagnosis="Termistor abierto"), "B", ENGINEER)
    assert two.outcome is Outcome.CONFLICT
    assert two.after.record.fields["diagnosis"] == "Fusor gastado\n\nTermistor abierto"


def test_one_tablet_never_conflicts_with_itself():
    merged = then(ticket(), put(n=1, diagnosis="1"), "A", ENGINEER)
    for n in range(2, 6):
        merged = then(merged.after, put(n=n, diagnosis=str(n)), "A", ENGINEER)
        assert merged.outcome is Outcome.APPLIED
    assert merged.after.record.fields["diagnosis"] == "5"


def test_saying_the_same_thing_twice_is_no_conflict_and_no_change():
    one = then(ticket(), put(root_cause="CR-FUS-01"), "A", ENGINEER)
    two = then(one.after, put(root_cause="CR-FUS-01"), "B", OTHER)
    assert two.outcome is Outcome.APPLIED
    assert two.after == one.after


def test_a_tablet_does_not_assign_number_or_move_by_a_plain_write():
    for name in ("assignee", "folio", "state", "closed_at"):
        merged = then(ticket(), write({name: "mine"}), "A", ENGINEER)
        assert merged.outcome is Outcome.CONFLICT
        assert merged.conflicts[0].losing == "mine"
        assert merged.after == ticket()


def test_an_engineer_who_lost_the_ticket_no_longer_overrules():
    one = then(ticket(), put(root_cause="CR-ALI-01"), "office", OFFICE)
    two = then(one.after, put(root_cause="CR-FUS-01"), "B", OTHER)
    assert two.after.record.fields["root_cause"] == "CR-ALI-01"
    assert two.conflicts[0].losing == "CR-FUS-01"


def entry(id: str = "a1", text: str = "Limpieza") -> Operation:
    return op(Kind.APPEND, collection="actions", entry={"id": id, "text": text})


def test_entries_never_conflict():
    one = then(ticket(), entry("a1"), "A", ENGINEER)
    two = then(one.after, entry("a2"), "B", ENGINEER)
    assert (one.outcome, two.outcome) == (Outcome.APPLIED, Outcome.APPLIED)
    assert len(two.after.record.entries["actions"]) == 2


def test_an_entry_after_a_reassignment_is_late_and_says_whose_it_is():
    merged = then(ticket(), entry(), "B", OTHER)
    assert merged.outcome is Outcome.LATE
    assert merged.after.record.entries["actions"][0]["late"] == {"by": "e2"}
    assert then(merged.after, entry(), "B", OTHER).after == merged.after


def test_two_entries_of_one_name_are_not_taken_for_one():
    one = then(ticket(), entry(text="Limpieza"), "A", ENGINEER)
    two = then(one.after, entry(text="Otra cosa"), "B", ENGINEER)
    assert two.outcome is Outcome.PARKED
    assert two.after == one.after


def test_a_closed_ticket_is_immutable_and_nothing_is_lost():
    for state in ("closed", "merged", "referred"):
        closed = ticket(state=state)
        assert then(closed, entry(), "A", ENGINEER) == Merged(
            closed, Outcome.LATE, refused=then(closed, entry(), "A", ENGINEER).refused
        )
        assert then(closed, put(diagnosis="x"), "A", ENGINEER).outcome is Outcome.PARKED
        command = op(Kind.COMMAND, name="finalise")
        assert then(closed, command, "A", ENGINEER).outcome is Outcome.REJECTED
        assert then(closed, put(diagnosis="x"), "A", ENGINEER).after == closed


def test_the_first_of_two_commands_wins():
    new = ticket(state="new")
    merged = op(Kind.COMMAND, name="merge_into", folio="SEI-2026-000108")
    referred = op(Kind.COMMAND, name="refer", reason="Cambio de equipo")
    one = then(new, merged, "office", OFFICE)
    two = then(one.after, referred, "office:2", OFFICE)
    assert (one.outcome, two.outcome) == (Outcome.APPLIED, Outcome.REJECTED)
    assert two.after.record.fields["state"] == "merged"
    assert two.refused is not None


def test_finalising_is_left_to_the_office():
    merged = then(ticket(), op(Kind.COMMAND, name="finalise"), "A", ENGINEER)
    assert (merged.outcome, merged.after) == (Outcome.APPLIED, ticket())


def test_the_system_may_write_what_nobody_else_may():
    merged = then(ticket(), put(folio="SEI-2026-000111"), "system", SYSTEM)
    assert merged.after.record.fields["folio"] == "SEI-2026-000111"


# Any interleaving


FIELDS = ("diagnosis", "root_cause", "priority", "description", "x_new")
ACTORS = {"A": ENGINEER, "B": OTHER, "C": ENGINEER, "office": OFFICE}


@dataclass
class Tablet:
    """A device in the simulation: what it was told, and what it did since."""

    base: Record
    outbox: list[Operation] = field(default_factory=list)
    made: int = 0

    def view(self, actor: Actor) -> Record:
        record = self.base
        for operation in self.outbox:
            record = apply(record, operation, actor)
        return record


@dataclass
class World:
    """One server and its devices, with everything that was ever said."""

    server: Versioned
    tablets: dict[str, Tablet]
    log: dict[tuple[str, int], Merged] = field(default_factory=dict)
    kept: list[Any] = field(default_factory=list)
    writes: list[tuple[str, str, Any, Operation]] = field(default_factory=list)

    def capture(self, device: str, kind: Kind, body: dict[str, Any]) -> None:
        tablet = self.tablets[device]
        tablet.made += 1
        operation = Operation(
            tablet.made, f"{device}{tablet.made}", "t1", kind, tablet.base.rev, OPENED, body
        )
        tablet.outbox.append(operation)
        for name, value in operation.fields.items():
            self.writes.append((device, name, value, operation))

    def push(self, device: str) -> None:
        for operation in self.tablets[device].outbox:
            self.receive(device, operation)

    def receive(self, device: str, operation: Operation) -> None:
        if (device, operation.n) in self.log:
            return
        merged = merge(self.server, operation, device, ACTORS[device])
        self.log[device, operation.n] = merged
        self.server = merged.after
        for conflict in merged.conflicts:
            self.kept += [conflict.standing, conflict.losing]
        if merged.outcome in (Outcome.PARKED, Outcome.LATE):
            self.kept += list(operation.fields.values())

    def pull(self, device: str) -> None:
        tablet = self.tablets[device]
        tablet.base = self.server.record
        tablet.outbox = [o for o in tablet.outbox if (device, o.n) not in self.log]


STEPS = st.lists(
    st.tuples(
        st.sampled_from(sorted(ACTORS)),
        st.sampled_from(["write", "append", "push", "push", "pull", "close"]),
        st.sampled_from(FIELDS),
        st.integers(0, 10_000),
    ),
    max_size=40,
)


def run(steps: list[tuple[str, str, str, int]]) -> World:
    start = ticket()
    world = World(start, {name: Tablet(start.record) for name in ACTORS})
    for device, step, name, value in steps:
        if step == "write":
            world.capture(device, Kind.SET, {"fields": {name: f"{device}{value}"}})
        elif step == "append":
            entry = {"id": f"{device}-{len(world.writes)}-{value}", "text": str(value)}
            world.capture(device, Kind.APPEND, {"collection": "actions", "entry": entry})
        elif step == "push":
            world.push(device)
        elif step == "pull":
            world.pull(device)
        elif value % 50 == 0:
            closed = world.server.record.with_fields({"state": "closed"})
            world.server = Versioned(closed, world.server.written)
    for device in ACTORS:
        world.push(device)
        world.push(device)
    for device in ACTORS:
        world.pull(device)
    return world


@given(STEPS)
def test_every_replica_ends_equal_to_the_server(steps):
    world = run(steps)
    for device, tablet in world.tablets.items():
        assert tablet.view(ACTORS[device]) == world.server.record
        assert tablet.outbox == []


@given(STEPS)
def test_nothing_written_is_lost(steps):
    world = run(steps)
    for device, name, value, operation in world.writes:
        assert (device, operation.n) in world.log
        after = world.log[device, operation.n].after
        landed = str(value) in str(after.record.fields.get(name))
        assert landed or value in world.kept


@given(STEPS)
def test_nobody_overwrites_what_they_had_not_seen(steps):
    """A value that stood and stands no more was seen by its successor, or is in a conflict."""
    world = run(steps)
    standing: dict[str, tuple[str, Any, int]] = {}
    for device, name, _, operation in sorted(
        world.writes, key=lambda write: list(world.log).index((write[0], write[3].n))
    ):
        merged = world.log[device, operation.n]
        now = merged.after.record.fields.get(name)
        if name in standing and now != standing[name][1]:
            writer, before, rev = standing[name]
            seen = operation.base_rev >= rev or writer == device
            assert seen or before in world.kept
        if name not in standing or now != standing[name][1]:
            standing[name] = (device, now, merged.after.record.rev)


@given(STEPS, st.randoms(use_true_random=False))
def test_sending_anything_again_changes_nothing(steps, random):
    world = run(steps)
    before = world.server
    again = [(device, op) for device, _, _, op in world.writes]
    random.shuffle(again)
    for device, operation in again:
        world.receive(device, operation)
    assert world.server == before


@given(STEPS)
def test_the_revision_grows_with_every_change_and_only_then(steps):
    world = run(steps)
    revs = [merged.after.record.rev for merged in world.log.values()]
    assert revs == sorted(revs)


def test_every_field_of_the_engineer_is_the_engineers_to_decide():
    for name in ENGINEER_FIELDS - FREE_TEXT - {"sign_off"}:
        one = then(ticket(), write({name: None}), "office", OFFICE)
        two = then(one.after, write({name: "field"}), "A", ENGINEER)
        assert two.after.record.fields[name] == "field"
