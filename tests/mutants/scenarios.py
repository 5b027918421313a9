"""Small stories that pass on the product as it is, each with an eye for one kind of fault."""

import json
from contextlib import suppress
from datetime import timedelta

import httpx

from field_app.store import base, evidence, operation_queue, view
from field_app.sync.troubles import UploadRefused
from field_app.sync.uploads import Upload
from tests.faults.hands import first_ticket, worked
from tests.faults.inside import URL
from tests.faults.line import lost_on_the_way
from tests.faults.silent import SilentWorld
from tests.simulation.doom import doomed


def two_write_one_field(world: SilentWorld) -> None:
    """Two tablets of one engineer write a code and a text, and had not seen each other's."""
    ticket = world.ticket()
    first, second = world.field(), world.field()
    first.fill(ticket, root_cause="CR-FUS-01", diagnosis="Lo que vio la primera.")
    second.fill(ticket, root_cause="CR-TON-01", diagnosis="Lo que vio la segunda.")
    first.round()
    second.round()
    world.settle()
    lost = {conflict.field for conflict in world.running.conflicts(ticket)}
    assert lost == {"root_cause", "diagnosis"}, "a person is told of both"


def the_office_writes_what_the_field_owns(world: SilentWorld) -> None:
    """A supervisor wrote the diagnosis, on a screen that had not seen the engineer's."""
    ticket = world.ticket()
    luis = world.field()
    seen = world.running.record(ticket).record.rev
    luis.fill(ticket, diagnosis="Lo que vio el ingeniero.")
    luis.round()
    world.running.sets(ticket, base_rev=seen, diagnosis="Lo que supone la oficina.")
    world.settle()
    assert world.running.fields(ticket)["diagnosis"] == "Lo que vio el ingeniero."


def a_batch_with_a_hole(world: SilentWorld) -> None:
    """The network brings the third operation before the second."""
    luis = worked(world)
    first, _, third, *_ = [
        json.loads(item.text) for item in operation_queue.unanswered(luis.database, 9, 10**6)
    ]
    client = httpx.Client(transport=world.line(), base_url=URL)
    client.post(
        "/api/v1/sync/push", json={"device_id": luis.device_id, "ops": [first, third]},
        headers={"Authorization": f"Bearer {luis.session.token}"},
    )  # fmt: skip
    world.check()
    world.settle()


def a_push_that_never_arrives(world: SilentWorld) -> None:
    """What was sent may be lost on the way, and the tablet dies before it knows."""
    luis = worked(world)
    luis.line.next("/push", lost_on_the_way)
    assert world.try_round(luis) is not None
    luis.restart()
    world.check()
    world.settle()


def a_clock_jumps_back_in_the_queue(world: SilentWorld) -> None:
    """The clock goes back by three days in the middle of a queue."""
    ticket = world.ticket()
    luis = world.field()
    for number in range(4):
        luis.clock.ahead = timedelta(days=-3 if number == 2 else 0)
        luis.fill(ticket, diagnosis=f"La versión número {number} de lo que se ve.")
    world.settle()
    assert world.running.fields(ticket)["diagnosis"].startswith("La versión número 3")


def a_page_and_a_kill(world: SilentWorld) -> None:
    """The tablet is killed at each commit of a round that brings a page."""
    luis = world.field()
    for commits in range(1, 9):
        world.ticket()
        before = base.cursors(luis.database), luis.base()
        with doomed(luis, commits, after=True):
            luis.round()
        now = base.cursors(luis.database), luis.base()
        whole = now == before or (now[0] != before[0] and now[1] != before[1])
        assert whole, "the whole page with its cursor, or nothing of it"
    world.settle()


def a_stale_page(world: SilentWorld) -> None:
    """A page that was made before the push comes in after the push's answer."""
    ticket = world.ticket()
    luis = world.field()
    luis.fill(ticket, diagnosis="Lo que se ve en la pantalla.")
    round = luis.tablet.network.round(luis.session)
    assert round is not None
    page = round.server.pull(round.caller, {}, 500)
    round._push()
    base.apply_page(luis.database, page.page, luis.clock())
    shown = view.viewed(luis.database, ticket)
    assert shown is not None
    assert shown.fields.get("diagnosis"), "the view never steps back"
    world.settle()


def a_memory_that_went_wrong(world: SilentWorld) -> None:
    """A ticket is missing from what the tablet believes the office to hold."""
    luis = worked(world)
    luis.round()
    with luis.database.transaction() as db:
        db.execute("DELETE FROM base WHERE record = 'ticket'")
        db.execute("DELETE FROM membership WHERE record = 'ticket'")
    world.settle()


def an_office_that_starts_again(world: SilentWorld) -> None:
    """Another process of the office goes on where the first one stopped."""
    luis = worked(world)
    luis.round()
    world.inside.stop()
    world.inside.start()
    world.ticket()
    world.running.sets(first_ticket(luis), impact="Todo el piso está parado.")
    luis.act(first_ticket(luis), "Después de volver a abrir.")
    world.settle()


def reassigned_with_work_pending(world: SilentWorld) -> None:
    """A ticket goes to somebody else while there is work on it that was never sent."""
    luis = worked(world)
    ticket = first_ticket(luis)
    ana = world.engineer("Ana Ruiz")
    world.running.assign(ticket, ana)
    world.field(ana)
    luis.round()
    world.backup()
    world.settle()
    assert [a["text"] for a in world.running.entries(ticket, "actions")] == ["Se limpió el fusor."]


def work_that_nobody_understands(world: SilentWorld) -> None:
    """A tablet works on a ticket that the office does not know."""
    luis = worked(world)
    with luis.database.transaction() as db:
        db.execute("UPDATE outbox SET ticket = 'nobody-knows' WHERE kind = 'command'")
        db.execute("UPDATE outbox SET hash = ''")
    world.notebook.operations.clear()
    luis.note()
    world.settle()
    assert "parked" in luis.outcomes()


def bytes_that_are_not_the_announced_ones(world: SilentWorld) -> None:
    """Somebody sends other bytes under the name of a photo that is on the tablet."""
    luis = worked(world)
    round = luis.tablet.network.round(luis.session)
    assert round is not None
    [*_, blob] = evidence.unsent(luis.database)
    other = evidence.read(luis.database, blob.sha256)[:-1] + b"?"
    upload = Upload(round.server, round.caller, blob, other, len(other), lambda url: None)
    with suppress(UploadRefused):
        upload.send()
    world.check()
    world.settle()
