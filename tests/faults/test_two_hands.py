"""Two people, one ticket: whose word stands, and that nobody's is lost. Faults 9–11, 14–16, 46."""

from sqlalchemy import delete, update

from shared.operations.wire import scope_digest
from sync_server.database import tables
from sync_server.database.transactions import Transaction
from tests.faults.marks import on_both_databases
from tests.faults.world import World

DIAGNOSIS = "El calefactor del fusor está abierto."
OTHER = "El termistor del fusor está en corto."


@on_both_databases
def test_09_two_devices_write_the_same_field(world: World):
    ticket = world.ticket()
    first, second = world.field(), world.field()
    first.fill(ticket, root_cause="CR-FUS-01", diagnosis=DIAGNOSIS)
    second.fill(ticket, root_cause="CR-TON-01", diagnosis=OTHER)
    first.round()
    second.round()
    fields = world.running.fields(ticket)
    assert fields["root_cause"] == "CR-FUS-01", "the first stands until a person decides"
    assert fields["diagnosis"] == f"{DIAGNOSIS}\n\n{OTHER}", "prose is kept together"
    conflicts = {c.field: (c.standing, c.losing) for c in world.running.conflicts(ticket)}
    assert conflicts["root_cause"] == ("CR-FUS-01", "CR-TON-01")
    world.settle()
    for field in (first, second):
        assert field.session.ticket(ticket).ticket.root_cause == "CR-FUS-01"
    assert second.session.ticket(ticket).conflicts, "the one who lost is told"


@on_both_databases
def test_09_office_and_field_write_the_same_field(world: World):
    ticket = world.ticket(type="technical_fault", priority="medium")
    luis = world.field()
    luis.fill(ticket, diagnosis=DIAGNOSIS, priority="low")
    world.running.sets(ticket, priority="high", diagnosis=OTHER)
    luis.round()
    fields = world.running.fields(ticket)
    assert fields["priority"] == "high", "priority is the office's"
    assert fields["diagnosis"] == DIAGNOSIS, "the diagnosis is the engineer's"
    lost = {c.field: c.losing for c in world.running.conflicts(ticket)}
    assert lost == {"priority": "low", "diagnosis": OTHER}
    world.settle()


@on_both_databases
def test_10_two_devices_write_different_fields(world: World):
    ticket = world.ticket()
    first, second = world.field(), world.field()
    first.fill(ticket, root_cause="CR-FUS-01")
    second.fill(ticket, diagnosis=DIAGNOSIS)
    world.running.sets(ticket, impact="Nadie imprime.")
    second.round()
    first.round()
    world.settle()
    fields = world.running.fields(ticket)
    assert (fields["root_cause"], fields["diagnosis"]) == ("CR-FUS-01", DIAGNOSIS)
    assert not world.running.conflicts(ticket)


@on_both_databases
def test_11_one_device_edits_a_field_five_times_offline(world: World):
    ticket = world.ticket()
    luis = world.field()
    for number in range(5):
        luis.fill(ticket, diagnosis=f"{DIAGNOSIS} Medida {number}.")
    world.settle()
    assert luis.outcomes() == ["applied"] * 5
    assert world.running.fields(ticket)["diagnosis"].endswith("Medida 4.")


@on_both_databases
def test_14_reassigned_with_edits_pending(world: World):
    ticket = world.ticket()
    luis, ana = world.field(), world.field(world.engineer("Ana Ruiz"))
    luis.command(ticket, "start")
    luis.fill(ticket, diagnosis=DIAGNOSIS)
    luis.act(ticket, "Se limpió el fusor.")
    luis.photo(ticket, "before")
    world.running.assign(ticket, world.engineer("Ana Ruiz"))
    ana.round()
    ana.fill(ticket, root_cause="CR-FUS-01")
    luis.round()
    assert world.running.late(ticket), "the supervisor sees what came after"
    world.settle()
    assert luis.session.today(filter="all").total == 0, "gone once all of it was durable"
    seen = ana.session.ticket(ticket).ticket
    assert seen.diagnosis == DIAGNOSIS
    assert [action.text for action in seen.actions] == ["Se limpió el fusor."]
    assert len(seen.photos("before")) == 1


@on_both_databases
def test_14_what_a_reassigned_ticket_holds_stays_readable_until_it_is_safe(world: World):
    ticket = world.ticket()
    luis = world.field()
    luis.act(ticket, "Se limpió el fusor.")
    world.running.assign(ticket, world.engineer("Ana Ruiz"))
    round = luis.tablet.network.round(luis.session)
    assert round is not None
    round._pull()
    shown = luis.session.ticket(ticket)
    assert shown.read_only
    assert len(shown.ticket.actions) == 1
    world.settle()


@on_both_databases
def test_15_reassigned_away_and_back(world: World):
    ticket = world.ticket()
    ana_ruiz = world.engineer("Ana Ruiz")
    luis, ana = world.field(), world.field(ana_ruiz)
    luis.act(ticket, "Uno.")
    world.running.assign(ticket, ana_ruiz)
    ana.round()
    ana.act(ticket, "Dos.")
    ana.round()
    world.running.assign(ticket, world.luis)
    luis.round()
    luis.act(ticket, "Tres.")
    world.settle()
    texts = [a.text for a in luis.session.ticket(ticket).ticket.actions]
    assert sorted(texts) == ["Dos.", "Tres.", "Uno."]
    assert not luis.session.ticket(ticket).read_only
    assert ana.session.today(filter="all").total == 0


@on_both_databases
def test_15_away_and_back_between_two_rounds(world: World):
    ticket = world.ticket()
    luis = world.field()
    luis.act(ticket, "Uno.")
    world.running.assign(ticket, world.engineer("Ana Ruiz"))
    world.running.assign(ticket, world.luis)
    world.settle()
    assert [a.text for a in luis.session.ticket(ticket).ticket.actions] == ["Uno."]


@on_both_databases
def test_46_a_ticket_deleted_with_edits_pending(world: World):
    ticket, other = world.ticket(), world.ticket()
    luis = world.field()
    luis.act(ticket, "Uno.")
    luis.photo(ticket)
    luis.act(other, "Otro ticket.")
    _delete(world, ticket)
    luis.round()
    assert luis.outcomes()[:2] == ["parked", "parked"], "kept byte for byte, and the next go on"
    assert luis.outcomes()[2] == "applied"
    world.settle()
    assert ticket not in {row.id for row in luis.session.today(filter="all").rows}


def _delete(world: World, ticket: str) -> None:
    """As an administrator's deletion by law would: the record goes, its feed says so."""
    feed, head = tables.feed, tables.feed_head
    scope = f"user:{world.luis.id}"

    def work(tx: Transaction) -> None:
        [held] = tx.rows(head.select().where(head.c.scope == scope))
        last = held.seq
        [row] = tx.rows(feed.select().where(feed.c.scope == scope, feed.c.id == ticket))
        for table in (tables.conflict, tables.late_arrival, tables.evidence, tables.timer):
            tx.execute(delete(table).where(table.c.ticket == ticket))
        tx.execute(delete(tables.ticket).where(tables.ticket.c.id == ticket))
        tx.execute(
            update(feed)
            .where(feed.c.scope == scope, feed.c.id == ticket)
            .values(kind="delete", seq=last + 1)
        )
        gone = int(scope_digest([("ticket", ticket, row.rev)])["xor"], 16)
        tx.execute(
            update(head)
            .where(head.c.scope == scope)
            .values(seq=last + 1, size=held.size - 1, xor=f"{int(held.xor, 16) ^ gone:016x}")
        )

    world.running.do(work)
