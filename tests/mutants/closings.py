"""The way out of a ticket, with something missing."""

from tests.faults.field import Field
from tests.faults.silent import SilentWorld
from tests.visits import SIGNER


def closing_with_a_photo_missing(world: SilentWorld) -> None:
    """Signed and finalised on site, but nobody took the photo after the work."""
    luis, ticket = _visited(world, photos=("before",))
    luis.command(ticket, "finalise", report=None, record_digest=None, folio=None)
    world.settle()
    assert luis.outcomes()[-1] == "rejected", "with all that is missing"
    assert world.running.fields(ticket)["state"] == "in_analysis"


def closing_before_the_bytes(world: SilentWorld) -> None:
    """Signed and finalised on site; the words are there, the photos not yet."""
    luis, ticket = _visited(world, photos=("before", "after"))
    luis.finalise(ticket)
    round = luis.tablet.network.round(luis.session)
    assert round is not None
    round._exchange()
    assert "closing" in world.running.fields(ticket).get("flags", ()), "it waits for its bytes"
    world.settle()
    assert world.running.fields(ticket)["state"] == "closed"


def _visited(world: SilentWorld, photos: tuple[str, ...]) -> tuple[Field, str]:
    ticket = world.ticket()
    luis = world.field()
    luis.session.arrive(ticket)
    luis.do_all(ticket, mode="on_site")
    for kind in photos:
        luis.photo(ticket, kind)
    luis.fill(ticket, departed_at=luis.clock().isoformat())
    luis.session.sign(
        ticket, "conformity", **SIGNER,
        strokes=[[[10, 20, 0], [160, 44, 80]]], text="He leído y acepto.",
    )  # fmt: skip
    luis.note()
    return luis, ticket
