"""The web application: the application context opened, the routes of every room added."""

import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from sync_server.api import blobs, enrol, files, health, live, problems, sync
from sync_server.assembly import assemble
from sync_server.console.mount import console
from sync_server.customer.verify import customer
from sync_server.identity import totp
from sync_server.identity.throttles import Throttles
from sync_server.records import checklist_version, organisation
from sync_server.registers import staging
from sync_server.runtime import logs, private_folder
from sync_server.runtime.context import Clock, utc_now
from sync_server.runtime.proxies import believe
from sync_server.runtime.settings import Settings
from sync_server.schedule.worker import Worker

COLLECTING = (20_000, 20, 20)
"""A push makes some thousand objects: so many between two looks, and between two longer looks."""


def create_app(settings: Settings, now: Clock = utc_now) -> FastAPI:
    """The application on its data; `now` is the clock it lives by.

    Raises what assemble raises, and BadBrand.
    """
    logs.configure()
    context = assemble(settings, now)
    organisation.settle(context)
    checklist_version.publish(context)
    totp.encrypt_those_in_clear(context.database, context.secret)
    staging.sweep_when_left(context.database, context.now())
    worker = Worker(context)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        worker.start()
        yield
        worker.stop()
        context.close()

    app = FastAPI(
        title="Folio", version="1", docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", lifespan=lifespan,
    )  # fmt: skip
    app.state.context = context
    app.state.throttles = Throttles()
    for part in (enrol, sync, live, blobs, files, health):
        app.include_router(part.router)
    customer(app)
    console(app)
    problems.install(app)
    believe(app, settings)
    return app


def application() -> FastAPI:
    """The application of one of several worker processes, on this environment's settings."""
    private_folder.keep_to_ourselves()
    app = create_app(Settings.from_environment(os.environ))
    settle()
    return app


def settle() -> None:
    """What was made at the start stays: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTING)
