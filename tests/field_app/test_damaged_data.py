"""A bad page in each table and each index of the tablet's database: said, mended, rescued."""

import shutil
import sqlite3
from copy import deepcopy
from pathlib import Path

import pytest

from field_app.app.tablet import open_tablet
from field_app.device.settings import read_settings
from field_app.session.session import Session, Stage
from field_app.store import integrity, operation_queue, shown
from field_app.store.database import DamagedData, Database
from field_app.store.repair import RESCUED, finish
from shared.report.shown import shown_digest
from tests.field_app.cast import TICKET, Clock, device
from tests.field_app.conftest import enrol
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SmallOffice
from tests.field_app.visits import run
from tests.pages import leaf, spoil, trees

WORDS = "El fusor no calienta, y el rodillo está gastado. " * 12
MOST = 60
SHOWN = {"format": 2, "blocks": [WORDS]}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SmallOffice]:
    """A tablet with sixty operations that the office never got, on many pages; closed."""
    folder, office = tmp_path_factory.mktemp("prepared"), SmallOffice()
    office.assign(TICKET)
    tablet = open_tablet(device(folder, Clock()), read_settings(), transport=office)
    enrol(tablet)
    run(tablet)
    for number in range(MOST):
        tablet.session.append(TICKET, "actions", text=f"{number} {WORDS}", at=_moment(number))
    tablet.session.save_draft(TICKET, "text:diagnosis", "a medias")
    tablet.session.database.remember("preference:theme", "dark")
    shown.keep(tablet.session.database, SHOWN)
    tablet.close()
    return folder, office


def _moment(number: int) -> str:
    return f"2026-03-09T10:{number:02d}:00-06:00"


def _file(folder: Path) -> Path:
    return next(folder.glob("users/*/folio.db"))


def _trees(folder: Path) -> list[str]:
    return sorted(trees(_file(folder)))


EVERY_TREE = (
    "base", "base_unfit", "blob", "blob_kept", "blob_use", "draft", "fact", "idx_blob_use_ticket",
    "membership", "membership_of", "office_change", "outbox", "outbox_by_state",
    "outbox_of_ticket", "outbox_unseen", "scope", "shown",
    "sqlite_autoindex_base_1", "sqlite_autoindex_blob_1",
    "sqlite_autoindex_blob_use_1", "sqlite_autoindex_draft_1", "sqlite_autoindex_fact_1",
    "sqlite_autoindex_outbox_1", "sqlite_autoindex_outbox_2", "sqlite_autoindex_scope_1",
    "sqlite_autoindex_shown_1", "sqlite_autoindex_ticket_1",
    "sqlite_sequence", "ticket", "ticket_asset_id",
    "ticket_customer_id", "ticket_on_shelf", "ticket_to_correct",
    "ticket_prose_config", "ticket_prose_content",
    "ticket_prose_data", "ticket_prose_docsize", "ticket_prose_idx", "ticket_site_id",
    "ticket_words_config", "ticket_words_content", "ticket_words_data", "ticket_words_docsize",
    "ticket_words_idx",
)  # fmt: skip


def test_every_table_and_index_has_its_case(prepared):
    assert _trees(prepared[0]) == sorted(EVERY_TREE)


@pytest.mark.parametrize("tree", EVERY_TREE)
def test_a_bad_page_is_mended_and_what_can_be_read_is_kept(prepared, tmp_path: Path, tree: str):
    source, office = prepared
    folder = tmp_path / "tablet"
    shutil.copytree(source, folder)
    spoil(_file(folder), leaf(_file(folder), tree))
    office = deepcopy(office)
    tablet = open_tablet(device(folder, Clock(), 2), read_settings(), transport=office)
    session = tablet.session
    try:
        session.check_data()
        database = session.database
        kept = operation_queue.messages_unsafe(database)
        if tree == "fact":
            assert session.stage is Stage.ENROL, "who has the tablet may be anybody"
            enrol(tablet)
        else:
            session.unlock("2580")
        assert len(kept) == MOST if tree != "outbox" else MOST - 8 <= len(kept) < MOST
        numbers = [int(message["body"]["entry"]["text"].split()[0]) for message in kept]
        assert numbers == sorted(set(numbers))
        assert len(session.ticket(TICKET).ticket.actions) == len(kept)
        if tree == "outbox":
            assert len(session.rescue_package("una frase bien larga")) > 700 * len(kept)
        if tree in ("base", "membership", "fact", "outbox"):
            run(tablet)
            arrived = office.tickets[TICKET].record.entries["actions"]
            assert len(arrived) == len(kept), "what was rescued goes up"
        assert [row.id for row in session.today("kyocera c6000", "all").rows] == [TICKET]
        if tree != "shown":
            assert shown.kept(session.database, shown_digest(SHOWN)) == SHOWN, (
                "a signature is bound to it"
            )
        if tree != "draft":
            assert session.draft(TICKET, "text:diagnosis") == "a medias"
        assert _is_whole(_file(folder))
        assert session.repair is not None
    finally:
        tablet.close()


def _is_whole(path: Path) -> bool:
    connection = sqlite3.connect(path)
    said = connection.execute("PRAGMA integrity_check").fetchone()[0]
    connection.close()
    return bool(said == "ok")


def test_the_first_error_of_a_running_tablet_mends_it_and_nobody_notices_but_the_sentence(
    prepared, tmp_path: Path
):
    source, office = prepared
    folder = tmp_path / "tablet"
    shutil.copytree(source, folder)
    tablet = open_tablet(device(folder, Clock(), 2), read_settings(), transport=office)
    tablet.session.unlock("2580")
    hand = Hand(tablet)
    tablet.session.database.shred()
    page = leaf(_file(folder), "base")
    spoil(_file(folder), page)
    with tablet.session.database._lock:
        tablet.session.database._connection.execute("PRAGMA shrink_memory")
    hand.press("ticket-SEI-2026-000101")
    hand.press("place-sync")
    assert hand.sees("Los datos de la tableta se repararon")
    assert hand.sees("Todo lo que usted capturó se pudo leer")
    hand.press("repair-read")
    assert not hand.sees("Los datos de la tableta se repararon")
    run(tablet)
    assert tablet.session.ticket(TICKET).asset is not None, "what was lost is read again"
    hand.close()
    tablet.close()


def test_what_is_no_database_at_all_is_put_aside_and_never_deleted(tmp_path: Path):
    (tmp_path / "folio.db").write_bytes(b"nothing of the kind" * 400)
    database = Database(tmp_path)
    assert database.fact("repair")["kept"] == "folio.db.damaged-1"
    assert (tmp_path / "folio.db.damaged-1").read_bytes().startswith(b"nothing of the kind")
    with pytest.raises(DamagedData):
        database.mend("again, in one opening")
    database.close()


def test_a_repair_that_was_cut_is_finished_at_the_next_opening(tmp_path: Path):
    Database(tmp_path).close()
    (tmp_path / "folio.db").rename(tmp_path / RESCUED)
    finish(tmp_path)
    database = Database(tmp_path)
    assert database.value("PRAGMA user_version") > 0
    database.close()


def test_a_look_is_due_once_a_week_and_after_an_end_that_was_no_leaving(session: Session, clock):
    assert session.check_data() is False
    assert not integrity.is_due(session.database, session.now())
    clock.forward(days=8)
    assert integrity.is_due(session.database, session.now())
    session.check_data()
    (session.database.folder / "copy").mkdir()
    killed = session.database.folder / "copy"
    shutil.copy(session.database.folder / "folio.open", killed / "folio.open")
    again = Database(killed)
    assert again.was_left_open
    again.close()
    assert not Database(killed).was_left_open
