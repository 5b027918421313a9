"""Deletion by law of a ticket on which everything hangs that can: it goes whole, and the tablets
that have it let go of it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from shared.ticket.people import Actor, Role
from sync_server.archive import archive_check, retention
from sync_server.database.tables import metadata
from sync_server.reports import seal_certificates, signing_key
from sync_server.schedule import worker
from sync_server.sync import received_files
from sync_server.tickets import apply
from tests import cast
from tests.office import RunningOffice
from tests.pictures import photo
from tests.raw_tablet import RawTablet
from tests.tablet import RunningTablet, finish_work, named, sign

KEEPER = Actor("keeper", Role.BACK_OFFICE)
SAID = "Solo este ticket lo dice"
STAYS = {"disposal", "access_log", "job", "feed", "ticket"}
"""Where its id may stand: what is left of it, who deleted it, what its tablets are told, and the
ticket that followed it."""


@pytest.fixture
def real(office: RunningOffice, tmp_path: Path):
    """A real tablet: it keeps thumbnails, too."""
    tablet = RunningTablet(office, tmp_path / "real").enrol()
    yield tablet
    tablet.close()


@pytest.fixture
def whole(office: RunningOffice, enrol: Callable[..., RawTablet], real: RunningTablet) -> str:
    """A closed ticket with decided conflicts, work that came late and drafted a follow-up,
    operations that nobody understood, mail, jobs, and files of every kind."""
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    id = office.ticket()
    real.sync()
    other = enrol()
    other.pull()
    finish_work(real.session, id)
    real.session.set_field(id, solution=f"{SAID}: se cambió el fusor.")
    sign(real.session, id)
    office.sets(id, impact=f"{SAID}, en oficina")
    office.sets(id, Role.CALL_CENTRE, 1, impact=f"{SAID}, en otra ventana")
    who = Actor(office.user(Role.SUPERVISOR).id, Role.SUPERVISOR)
    [conflict] = office.conflicts(id)
    office.do(
        lambda tx: apply.resolve(
            tx, office.context, who, conflict.id, conflict.standing, office.clock()
        )
    )
    assert real.session.finalise(id) == []
    for _ in range(2):
        real.sync()
    assert office.fields(id)["state"] == "closed"
    picture = photo(41)
    entry = {"sha256": named(picture), "kind": "after", "mime": "image/jpeg"}
    results = other.push(
        other.appends(id, "actions", at=other.clock().isoformat(), text=f"{SAID}, tarde"),
        other.appends(id, "evidence", **entry),
        other.sets(id, diagnosis=f"{SAID}, también tarde"),
        other.op(id, "teleport", {"words": SAID}),
        other.commands(id, "await_solution", awaiting=SAID),
    )
    assert [each["outcome"] for each in results] == ["late", "late", "parked", "parked", "rejected"]
    received_files.receive(office.context, named(picture), "image/jpeg", picture, office.clock())
    worker.run_due(office.context, office.clock() + timedelta(minutes=1))
    return id


def standing_in(office: RunningOffice, word: str) -> set[str]:
    """The tables in which these words stand."""
    found = set()
    for table in metadata.sorted_tables:
        rows = office.ask(lambda tx, table=table: tx.rows(select(table)))  # type: ignore[misc]
        if any(word in repr(tuple(row)) for row in rows):
            found.add(table.name)
    return found


def test_all_of_it_goes_and_what_is_left_names_nobody(office, whole, real):
    assert {"operation", "conflict", "parked", "ticket", "archive"} <= standing_in(office, SAID)
    files = set(office.context.blobs.names())
    assert len(files) >= 7, "two photos with their thumbnails, ink, report, and one that came late"
    later = office.clock() + timedelta(days=11 * 366)
    office.do(lambda tx: retention.dispose(tx, office.context, KEEPER, whole, later))
    worker.run_jobs(office.context, later)
    assert standing_in(office, SAID) == set()
    assert standing_in(office, whole) <= STAYS, "its id"
    assert set(office.context.blobs.names()) == set()
    assert archive_check.check_archive(office.context) == []
    _its_tablet_lets_go_of_it(real, whole)


def _its_tablet_lets_go_of_it(real: RunningTablet, id: str) -> None:
    assert cast.CUSTOMER in _customers(real)
    real.sync()
    assert real.queue.waiting == 0
    assert real.session.database.value("SELECT count(*) FROM base WHERE id = ?", id) == 0
    assert cast.CUSTOMER not in _customers(real), "nor whom it was for"
    assert id not in {row.id for row in real.session.today(filter="all").rows}


def _customers(real: RunningTablet) -> set[str]:
    rows = real.session.database.rows("SELECT id FROM base WHERE record = 'customer'")
    return {row["id"] for row in rows}
