"""A bad page in each table and each index of the office: what is said, what is mended, rescued."""

import errno
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from field_app.sync.refusals import refusal
from field_app.sync.troubles import OfficeDamaged, OfficeReadOnly
from shared.operations.salvage import copy_readable
from sync_server.assembly import assemble
from sync_server.backup.repair import repair
from sync_server.commands.cli import folio
from sync_server.database import integrity as database_integrity
from sync_server.database import sqlite
from sync_server.database.tables import metadata
from sync_server.database.transactions import Damaged, ReadOnly
from sync_server.runtime import integrity, readiness
from sync_server.runtime.settings import Settings
from sync_server.tickets import apply
from tests.office import RunningOffice, migrated
from tests.pages import empty, leaf, spoil, trees

NIGHT = datetime(2026, 3, 10, 8, 0, tzinfo=UTC)
"""Two in the morning in Mexico City."""

TICKETS = 40


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office with forty tickets, closed, its database in one file."""
    data = tmp_path_factory.mktemp("prepared") / "office"
    office = RunningOffice(data).start()
    office.furnish()
    engineer = office.user()
    for number in range(TICKETS):
        office.ticket(engineer, description=f"{number} " + "no imprime recetas " * 40)
    office.stop()
    with closing(sqlite.module().connect(data / "folio.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return data


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(prepared, tmp_path / "office"))


def test_every_table_and_index_with_a_bad_page_is_found_before_anything_else_is_asked(
    prepared: Path, tmp_path: Path
):
    whole = (prepared / "folio.db").read_bytes()
    spoilt = tmp_path / "folio.db"
    unseen = []
    for tree in trees(prepared / "folio.db"):
        spoilt.write_bytes(whole)
        if leaf(spoilt, tree) > 1:
            spoil(spoilt, leaf(spoilt, tree))
            if not database_integrity.whole(spoilt):
                unseen.append(tree)
    assert unseen == []
    assert database_integrity.whole(prepared / "folio.db") == []


@pytest.mark.slow
def test_a_bad_page_costs_at_most_its_own_rows_in_each_table_and_none_in_each_index(
    prepared: Path, tmp_path: Path
):
    whole = (prepared / "folio.db").read_bytes()
    before = _rows(prepared / "folio.db")
    spoilt, rescued = tmp_path / "folio.db", tmp_path / "rescued.db"
    for tree in trees(prepared / "folio.db"):
        spoilt.write_bytes(whole)
        page = leaf(spoilt, tree)
        if page == 1:
            continue
        spoil(spoilt, page)
        rescued.write_bytes(migrated())
        dbapi = sqlite.module()
        with closing(dbapi.connect(spoilt)) as source, closing(dbapi.connect(rescued)) as target:
            cut = copy_readable(source, target, sorted(metadata.tables))
            target.commit()
        after = _rows(rescued)
        lost = {name for name in metadata.tables if after[name] < before[name]}
        assert lost == set(cut) & set(before) - {n for n in before if not before[n]}, tree
        assert lost <= {tree}, f"a bad page of {tree} costs {lost}"


def _rows(path: Path) -> dict[str, int]:
    with closing(sqlite.module().connect(path)) as connection:
        names = [row[0] for row in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        )]  # fmt: skip
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}" NOT INDEXED').fetchone()[0]
            for name in names
        }


@pytest.mark.slow
def test_of_a_large_table_only_the_bad_page_is_lost(data: Path):
    before = _rows(data / "folio.db")["operation"]
    spoil(data / "folio.db", leaf(data / "folio.db", "operation"))
    done = repair(Settings(data=data))
    assert before - 6 <= done.cut["operation"] < before
    with closing(assemble(Settings(data=data))) as context:
        assert readiness.readiness(context, context.now())[0]


def test_a_command_line_says_what_is_damaged_and_the_way_out(data: Path, monkeypatch):
    monkeypatch.setenv("FOLIO_DATA", str(data))
    spoil(data / "folio.db", leaf(data / "folio.db", "ix_feed_record_id"))
    verified = CliRunner().invoke(folio, ["verify", "--archive"])
    assert verified.exit_code == 1
    assert "database: " in verified.output
    assert "folio restore" in verified.output
    assert "folio repair" in verified.output
    before = _rows(data / "folio.db")
    mended = CliRunner().invoke(folio, ["repair"])
    assert "the damaged one is kept as folio.db.damaged-1" in mended.output
    assert "Rows that name something lost: 0" in mended.output
    assert _rows(data / "folio.db") == before, "no row is lost with an index"
    assert (data / "folio.db.damaged-1").exists()
    assert CliRunner().invoke(folio, ["verify", "--archive"]).exit_code == 0
    assert "nothing was done" in CliRunner().invoke(folio, ["repair"]).output


def _looked(context, now: datetime) -> datetime:
    """All of a night's slices."""
    for _ in database_integrity.parts():
        integrity.look_on(context, now)
        now += timedelta(seconds=60)
    return now


def test_at_night_every_table_is_looked_at_and_an_index_that_differs_is_made_anew(data: Path):
    empty(data / "folio.db", leaf(data / "folio.db", "ix_feed_record_id"))
    assert database_integrity.whole(data / "folio.db") != []
    with closing(assemble(Settings(data=data))) as context:
        assert integrity.look_on(context, NIGHT + timedelta(hours=8)) == {}, "not by day"
        _looked(context, NIGHT)
        assert readiness.readiness(context, NIGHT)[1]["database"] == "ok"
        assert integrity.look_on(context, NIGHT + timedelta(hours=1)) == {}, "once a night"
    assert database_integrity.whole(data / "folio.db") == []


def test_a_bad_table_is_said_to_whoever_watches_and_stays_said(data: Path):
    spoil(data / "folio.db", leaf(data / "folio.db", "evidence"))
    with closing(assemble(Settings(data=data))) as context:
        _looked(context, NIGHT)
        ready, found = readiness.readiness(context, NIGHT)
        assert (ready, found["database"]) == (False, "damaged")
    with closing(assemble(Settings(data=data))) as context:
        assert readiness.readiness(context, NIGHT)[1]["database"] == "damaged"


def test_after_an_end_that_was_no_closing_everything_is_looked_at_by_day_too(data: Path):
    noon = NIGHT + timedelta(hours=10)
    with closing(assemble(Settings(data=data))) as context:
        integrity.opened(context, noon)
        assert integrity.look_on(context, noon) == {}
        integrity.closed(context)
        integrity.opened(context, noon)
        assert integrity.look_on(context, noon) == {}
        integrity.opened(context, noon)  # the one before was killed
        assert integrity.look_on(context, noon) == {"tables_checked": 1}


def test_the_first_error_is_noted_tablets_and_people_hear_it_in_words(data: Path):
    office = RunningOffice(data)
    for tree, root in trees(data / "folio.db").items():
        if tree == "device" or "_device_" in tree:
            spoil(data / "folio.db", root)
    office.start()
    try:
        token = {"Authorization": "Bearer anybody"}
        body = {"device_id": "d", "protocol": 1}
        answer = httpx.post(f"{office.url}/api/v1/sync/hello", json=body, headers=token)
        assert answer.status_code == 503
        assert answer.json()["type"].endswith("/damaged")
        assert isinstance(refusal(_raw(answer)), OfficeDamaged)
        assert "dañada" in OfficeDamaged().sentence("es")
        said = httpx.get(f"{office.url}/readyz")
        assert (said.status_code, said.json()["database"]) == (503, "damaged")
        integrity.look_on(office.context, NIGHT + timedelta(hours=9))
        assert office.ask(integrity.damage).startswith("first: ")
    finally:
        office.stop()


def _raw(answer: httpx.Response) -> httpx.Response:
    answer.extensions["raw"] = answer.content
    return answer


def _query_only(office: RunningOffice, on_or_off: str) -> None:
    """Past SQLAlchemy, which begins a transaction first: where nothing may be written it cannot."""
    database = office.context.database
    assert isinstance(database, sqlite.SqliteDatabase)
    connection = database._writing.raw_connection()
    connection.cursor().execute(f"PRAGMA query_only = {on_or_off}")
    connection.close()


def test_a_database_that_cannot_be_written_is_said_and_is_not_busy(office, tablet):
    _query_only(office, "ON")
    with pytest.raises(ReadOnly):
        office.user("supervisor", "Otra Persona")
    said = httpx.get(f"{office.url}/readyz").json()
    assert said["database"] == "read_only"
    answer = tablet.try_push(tablet.sets(office.context.new_id(), diagnosis="Algo"))
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/read-only")
    assert isinstance(refusal(_raw(answer)), OfficeReadOnly)
    assert "solo lectura" in OfficeReadOnly().sentence("es")
    page = httpx.post(f"{office.url}/sign-in", data={"email": "a@b.mx"},
                      headers={"Sec-Fetch-Site": "same-origin"})  # fmt: skip
    assert page.status_code == 503
    assert "solo lectura" in page.text
    _query_only(office, "OFF")
    office.user("supervisor", "Otra Persona")
    assert httpx.get(f"{office.url}/readyz").json()["database"] == "ok"


def test_a_folder_that_cannot_be_written_is_said(office, monkeypatch):
    def refused(*args: object, **values: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(readiness, "TemporaryFile", refused)
    said = httpx.get(f"{office.url}/readyz")
    assert (said.status_code, said.json()["folder"]) == (503, "read_only")
    assert said.json()["database"] == "ok"


def test_no_office_is_needed_to_say_that_a_file_is_no_database(data: Path):
    (data / "folio.db").write_bytes(b"nothing of the kind" * 500)
    assert database_integrity.whole(data / "folio.db") == ["file is not a database"]
    with pytest.raises(Damaged):
        assemble(Settings(data=data))


def test_an_operation_is_never_parked_for_a_page_of_ours(office, tablet, monkeypatch):
    def met(*args: object) -> None:
        raise Damaged("database disk image is malformed")

    ticket = office.ticket()
    op = tablet.sets(ticket, diagnosis="El fusor no calienta.")
    with monkeypatch.context() as broken:
        broken.setattr(apply, "apply_operation", met)
        assert tablet.try_push(op).status_code == 503
    assert tablet.push(op)[0]["outcome"] == "applied", "the same one, once it can be"
