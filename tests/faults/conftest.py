"""Worlds to be broken, on each kind of database and store."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.places import ObjectStore, Place, Postgres
from tests.faults.world import World


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL for all tests of this process."""
    with pytest.MonkeyPatch.context() as environment:
        server = Postgres()
        environment.setenv("PATH", f"{server.programs}{os.pathsep}{os.environ['PATH']}")
        yield server
        server.close()


@pytest.fixture(scope="session")
def object_store() -> Iterator[ObjectStore]:
    """One S3 for all tests of this process, with credentials that open nothing else."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        environment.delenv("AWS_PROFILE", raising=False)
        store = ObjectStore()
        yield store
        store.close()


@pytest.fixture
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Where the office of this test keeps things: as `everywhere` and the others say."""
    wanted = getattr(request, "param", "sqlite")
    with ExitStack() as stack:
        settings: dict[str, Any] = {}
        if "postgres" in wanted:
            server: Postgres = request.getfixturevalue("postgres")
            settings["database_url"] = stack.enter_context(server.database())
        if "s3" in wanted:
            store: ObjectStore = request.getfixturevalue("object_store")
            settings["blobs"] = store.bucket()
        yield Place(wanted, settings)


@pytest.fixture
def make_world(tmp_path: Path, place: Place) -> Iterator[Callable[..., World]]:
    """Makes the world of this test with other settings than the usual."""
    worlds: list[World] = []

    def make(**settings: Any) -> World:
        worlds.append(World(tmp_path, place, **settings))
        return worlds[-1]

    yield make
    for world in worlds:
        world.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """An office with its doors open, and nobody in the field yet."""
    return make_world()


@pytest.fixture
def cheap_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it costs to try a passphrase is of no matter here."""
    monkeypatch.setattr("field_app.sync.rescue.COST", {"n": 16, "r": 1, "p": 1})
