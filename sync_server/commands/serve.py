"""`folio serve`: the web application on a port, until it is stopped."""

import os
import socket
from contextlib import closing

import click

from sync_server.archive import seals_waiting
from sync_server.assembly import assemble
from sync_server.commands.opening import NeverDone, settings
from sync_server.commands.seal import ending
from sync_server.records import organisation
from sync_server.reports import seal_certificates, signing_key
from sync_server.runtime.context import utc_now
from sync_server.runtime.settings import Settings

BACKLOG = 2048

PATIENCE = 3
"""Seconds that open requests have to finish when the office closes."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="0.0.0.0 for every network.")
@click.option("--port", default=8000, show_default=True, help="0 takes a free one.")
@click.option("--workers", default=1, show_default=True, help="Processes; PostgreSQL from two on.")
def serve(host: str, port: int, workers: int) -> None:
    """Open the office: sync for tablets, the console, public verification, and what is due."""
    said = settings()
    if workers > 1 and said.database.startswith("sqlite"):
        raise NeverDone("several workers need PostgreSQL: set FOLIO_DATABASE_URL")
    listening = _listening(host, port)
    port = listening.getsockname()[1]
    if not os.environ.get("FOLIO_PUBLIC_URL"):
        said = said.but(public_url=f"http://{_reachable(host)}:{port}")
    provide_seal(said)
    _warn_of_seal(said)
    run(said, listening, workers, f"http://{_reachable(host)}:{port}")


def _warn_of_seal(said: Settings) -> None:
    """A certificate that ends soon is said at each start, before a seal has to wait for it."""
    left = seals_waiting.warning(said, utc_now())
    if left is not None:
        click.echo(ending(left), err=True)


def run(said: Settings, listening: socket.socket, workers: int, address: str) -> None:
    """Serve on this socket until interrupted; says where, once nobody is turned away any more."""
    import uvicorn

    from sync_server.runtime import web_server

    web_server.warn()
    if workers > 1:
        _found(said)
        _open(said, listening, address)
        _run_several(said, listening, workers)
        return
    from sync_server.app import create_app, settle

    try:
        app = create_app(said)
    except ValueError as error:
        raise NeverDone(str(error)) from error
    settle()
    _open(said, listening, address)
    uvicorn.Server(
        uvicorn.Config(app, timeout_graceful_shutdown=PATIENCE, **web_server.options())
    ).run(sockets=[listening])


def _found(said: Settings) -> None:
    """Once for all workers, which would otherwise do it at the same moment."""
    with closing(assemble(said)) as context:
        organisation.settle(context)


def _open(said: Settings, listening: socket.socket, address: str) -> None:
    listening.listen(BACKLOG)
    click.echo(f"The office is open at {address} (data in {said.data}).")


def _run_several(said: Settings, listening: socket.socket, workers: int) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from sync_server.runtime import web_server

    os.environ["FOLIO_PUBLIC_URL"] = said.public_url
    config = uvicorn.Config(
        "sync_server.app:application", factory=True, workers=workers,
        timeout_graceful_shutdown=PATIENCE, **web_server.options(),
    )  # fmt: skip
    Multiprocess(config, sockets=[listening]).run()


def provide_seal(said: Settings) -> None:
    """An office without a certificate makes its own, and says so. Raises UnusableKey."""
    try:
        seal_certificates.of(said)
    except signing_key.NoSeal:
        folder = seal_certificates.folder(said)
        signing_key.write(signing_key.make(said.name, utc_now()), folder)
        click.echo(f"No certificate was configured: made one to seal reports with, in {folder}.")


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        raise NeverDone(f"{host}:{port} cannot be opened: {error}; try another --port") from error
    return listening


def _reachable(host: str) -> str:
    if host in ("0.0.0.0", "::"):
        return "localhost"
    return f"[{host}]" if ":" in host else host
