"""`folio demo`: an office and a tablet on this machine, furnished, running until Ctrl-C."""

import os
import select
import shutil
import signal
import socket
import sys
import time
import webbrowser
from contextlib import suppress
from pathlib import Path

import click

from shared.ticket.people import Role
from sync_server import demo as organisation
from sync_server.assembly import assemble
from sync_server.commands.demo_processes import HOST, Demo
from sync_server.commands.opening import NeverDone, settings
from sync_server.commands.serve import provide_seal
from sync_server.identity import enrolment, users
from sync_server.runtime.settings import Settings

FOLDER = Path(".data/demo")
MARK = "demo.txt"
"""By which a folder is known as a demo's: nothing else is ever cleared."""

ENGINEER = "luis.cano@example.com"


@click.command()
def demo() -> None:
    """Run the demo organisation: its office and one tablet, until Ctrl-C.

    FOLIO_DATA (.data/demo), FOLIO_SERVER_PORT (8000) and FOLIO_APP_PORT (8550) move it; what was
    done stays for the next time, RESET=1 starts over.
    """
    running = Demo(
        Path(os.environ.get("FOLIO_DATA") or FOLDER).absolute(),
        _port("FOLIO_SERVER_PORT", 8000),
        _port("FOLIO_APP_PORT", 8550),
    )
    _furnish(running.data, reset=os.environ.get("RESET", "") not in ("", "0"))
    said = settings().but(data=running.data, public_url=running.server)
    code = _seed(said)
    for stop in (signal.SIGINT, signal.SIGTERM):  # A shell's background job is born deaf to Ctrl-C.
        signal.signal(stop, signal.default_int_handler)
    try:
        for name, port in (("server", running.server_port), ("tablet", running.app_port)):
            running.start(name)
            running.wait_until_open(name, port)
        click.echo(_welcome(running, code))
        _show(running.tablet, running.server)
        _attend(running)
    except KeyboardInterrupt:
        click.echo("\nStopping.")
    finally:
        for name in ("tablet", "server"):
            running.stop(name)


def _port(name: str, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise NeverDone(f"{name} is a port, not {value!r}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(value)))
        except OSError as error:
            raise NeverDone(f"port {value} is taken: set {name} to another one") from error
    return int(value)


def _furnish(data: Path, reset: bool) -> None:
    """The demo's folder; cleared when asked, and only when it is one."""
    if data.exists() and any(data.iterdir()):
        if not (data / MARK).exists():
            raise NeverDone(f"{data} holds something else than a demo: set FOLIO_DATA elsewhere")
        if reset:
            shutil.rmtree(data)
    data.mkdir(parents=True, exist_ok=True)
    (data / MARK).write_text("The data of folio demo; RESET=1 clears this folder.\n", "utf-8")


def _seed(said: Settings) -> str:
    """The organisation, where it is not there yet; a fresh code for the engineer's tablet."""
    provide_seal(said)
    context = assemble(said)
    try:
        organisation.seed(context, context.now())
        with context.database.reading() as tx:
            engineer = users.by_email(tx, ENGINEER)
        if engineer is None:
            raise NeverDone(f"{ENGINEER} is not in this demo any more: RESET=1 starts over")
        return context.database.write(
            lambda tx: enrolment.make_code(
                tx, context, engineer.id, Role.SYSTEM.value, context.now()
            )
        )
    finally:
        context.close()


def _show(*addresses: str) -> None:
    """In a browser, where there is a display."""
    has_display = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and not has_display:
        return
    for address in addresses:
        with suppress(webbrowser.Error, OSError):
            webbrowser.open(address)


def _attend(running: Demo) -> None:
    """Until Ctrl-C; at a terminal, a line with `s` stops the server and starts it again."""
    while True:
        if sys.stdin.isatty() and select.select([sys.stdin], [], [], 0.5)[0]:
            if sys.stdin.readline().strip().lower() == "s":
                _toggle(running)
        elif not sys.stdin.isatty():
            time.sleep(0.5)
        for name, process in list(running.running.items()):
            if process.poll() is not None:
                del running.running[name]
                click.echo(f"The {name} has stopped. {_again(running, name)}")


def _toggle(running: Demo) -> None:
    if "server" in running.running:
        running.stop("server")
        click.echo("The server is off: the tablet has no signal. s + Enter starts it again.")
        return
    running.start("server")
    running.wait_until_open("server", running.server_port)
    click.echo("The server is on again.")


def _again(running: Demo, name: str) -> str:
    if name == "server":
        return f"The tablet goes on without it. Start it again with:\n  {_serve_line(running)}"
    return f"What it said is in {running.data / 'logs' / f'{name}.log'}."


def _folio() -> str:
    """How this command line was called."""
    return sys.argv[0] if Path(sys.argv[0]).name == "folio" else "folio"


def _serve_line(running: Demo) -> str:
    return f"FOLIO_DATA={running.data} {_folio()} serve --port {running.server_port}"


def _welcome(running: Demo, code: str) -> str:
    people = "\n".join(
        f"    {person['email']:32} {person['role']:18} {person['name']}"
        for person in organisation.people()
    )
    stop = f"kill {running.running['server'].pid}"
    if sys.stdin.isatty():
        stop = "type s and Enter here (again to bring it back)"
    again = f"FOLIO_DATA={running.data} {_folio()} enrol {ENGINEER}"
    minutes = int(enrolment.LASTS.total_seconds() // 60)
    return f"""
Folio is running. Its data is in {running.data}; RESET=1 starts over, Ctrl-C stops it.

  Tablet    {running.tablet}    Luis Cano, engineer: enrol it with the code
                                    {code}
            (good for {minutes} minutes; another one: {again})
  Console   {running.server}    everybody in the office, with the password {organisation.PASSWORD}
  Verify    {running.server}/v

  People
{people}

  What to try first
    1. Open the tablet, give it the code, choose a PIN.
    2. Open the ticket of Hospital San Gabriel and tap «Llegué».
    3. Take the signal away: {stop}
    4. Work on: serial, meter, diagnosis, part, photos, test; hand over, sign, finish.
    5. Bring the server back:
         {_serve_line(running)}
    6. Sign in to the console as sofia.rivas@example.com: the ticket is closed, its report sealed.
    7. Download the PDF and ask:  FOLIO_DATA={running.data} {_folio()} verify FILE.pdf
"""
