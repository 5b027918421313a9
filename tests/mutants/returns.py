"""Stories in which something is again what it was: offices, tablets, identities."""

import shutil
from datetime import timedelta

from sync_server.identity import devices
from tests.faults.hands import first_ticket, worked
from tests.faults.line import answer_lost, answered, lost_on_the_way
from tests.faults.silent import SilentWorld

MONTHS = timedelta(days=70)


def other_words_under_old_numbers(world: SilentWorld) -> None:
    """A tablet is restored to before its work; what it does now has numbers that are taken."""
    ticket = world.ticket()
    luis = world.field()
    copy = world.folder / "copy"
    luis.stop()
    shutil.copytree(luis.folder, copy)
    luis.restart()
    luis.act(ticket, "Antes.")
    luis.round()
    luis.stop()
    shutil.rmtree(luis.folder)
    shutil.copytree(copy, luis.folder)
    luis.restart()
    luis.act(ticket, "Otras palabras bajo el mismo número.")
    luis.act(ticket, "Y otras más.")
    world.settle()


def the_same_again_from_another_identity(world: SilentWorld) -> None:
    """The answer to a push is lost; then the tablet is enrolled anew and sends it all again."""
    luis = worked(world)
    luis.line.next("/push", answer_lost, lost_on_the_way)
    world.try_round(luis)
    luis.enrol(world.url, world.running.code())
    world.settle()
    assert luis.outcomes().count("duplicate") == len(luis.outcomes())


def work_under_a_new_identity(world: SilentWorld) -> None:
    """A tablet that sent some of its work is enrolled anew and does more."""
    luis = worked(world)
    luis.round()
    luis.act(first_ticket(luis), "Antes de la nueva identidad.")
    luis.enrol(world.url, world.running.code())
    luis.act(first_ticket(luis), "Bajo la nueva identidad.")
    numbers = [row["n"] for row in luis.database.rows("SELECT n FROM outbox ORDER BY seq")]
    assert numbers == list(range(1, len(numbers) + 1)), "counted from 1, without a hole"
    world.settle()


def an_office_restored(world: SilentWorld) -> None:
    """What came after the backup is still on the tablet, which was started again meanwhile."""
    luis = worked(world)
    backup = world.backup()
    luis.round()
    luis.act(first_ticket(luis), "Después del respaldo.")
    luis.photo(first_ticket(luis))
    luis.round()
    luis.restart()
    world.restore(backup)
    world.settle()


def an_office_restored_to_before_a_file(world: SilentWorld) -> None:
    """The backup before the last has all of the tablet's words, but not the photo they name."""
    luis = worked(world)
    luis.line.next("/blobs/", lost_on_the_way)
    world.try_round(luis)
    backup = world.backup()
    luis.round()
    world.backup()
    luis.round()
    world.restore(backup)
    world.settle()


def an_office_restored_after_months(world: SilentWorld) -> None:
    """The last backup is months old: what it has not, the tablet still has."""
    luis = worked(world)
    backup = world.backup()
    luis.round()
    world.clock.forward(days=MONTHS.days)
    luis.round()
    luis.restart()
    world.restore(backup)
    # Its token was another one then: it is let in again.
    luis.enrol(world.url, world.running.code())
    world.settle()


def a_clock_jumps_a_year_ahead(world: SilentWorld) -> None:
    """The tablet's clock shows next year when its app starts; then the office is restored."""
    luis = worked(world)
    backup = world.backup()
    luis.round()
    luis.act(first_ticket(luis), "Después del respaldo.")
    luis.round()
    world.backup()
    luis.round()
    luis.clock.ahead = timedelta(days=400)
    luis.restart()
    luis.clock.ahead = timedelta()
    world.restore(backup)
    world.settle()


def an_outbox_that_emptied(world: SilentWorld) -> None:
    """Everything was sent, became durable and was swept; then there is new work."""
    luis = worked(world)
    world.settle()
    with luis.database.transaction() as db:
        db.execute("DELETE FROM outbox")
    luis.act(first_ticket(luis), "Después de vaciar.")
    assert luis.database.value("SELECT n FROM outbox") > 3, "no number twice"
    world.settle()


def a_page_in_the_way_after_a_restore(world: SilentWorld) -> None:
    """A portal answers when the tablet offers a restored office a file that it had."""
    luis = worked(world)
    backup = world.backup()
    luis.photo(first_ticket(luis))
    luis.round()
    world.restore(backup)
    luis.line.next("/blobs/", answered(200, b"<html>Bienvenido al hotel</html>"))
    world.try_round(luis)
    world.settle()


def a_wiped_tablet(world: SilentWorld) -> None:
    """A tablet is retired with work that was never sent, and welcomed again."""
    luis = worked(world)
    id = luis.device_id
    world.running.do(lambda tx: devices.revoke(tx, id, world.clock()))
    luis.step()
    world.check()
    luis.enrol(world.url, world.running.code())
    world.settle()
