"""A company that is not the demo's: set up by commands, its sheets brought in, its first day."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from sync_server.commands.cli import folio
from sync_server.identity import users
from sync_server.identity.users import User
from tests.office import RunningOffice
from tests.sync_server.console.browser import Browser
from tests.tablet import PIN, RunningTablet

PASSWORD = "una clave larga 9"

ADMIN = "ana@empresa.mx"


@dataclass(frozen=True)
class Company:
    """What a company is, and the sheets that it brings."""

    pack: str
    engineer: str
    machine: Mapping[str, str]
    cause: str
    part: str
    sheets: Mapping[str, Sequence[Sequence[str]]]


def company(pack: str, machine: Mapping[str, str], cause: str, part: str,
            engineer: str = "beto@empresa.mx") -> Company:  # fmt: skip
    """One customer, one site, one machine, one part, one van, one engineer."""
    sheets = {
        "people": [["Correo", "Nombre", "Rol"], [engineer, "Beto Luna", "Ingeniero"]],
        "customers": [["Código", "Nombre", "Correo"], ["007", "Torre Norte", "admon@torre.mx"]],
        "sites": [["Código", "Cliente", "Nombre", "Dirección"],
                  ["A-1", "torre  NORTE", "Lobby", "Av. Juárez 1"]],
        "contacts": [["Cliente", "Nombre", "Teléfono"], ["007", "Sra. Paz", "+52 55 5550 0111"]],
        "assets": [["Cliente", "Sitio", *machine], ["007", "Lobby", *machine.values()]],
        "parts": [["Número de parte", "Descripción"], [part, "Pieza propia"]],
        "stock": [["Ingeniero", "Parte", "Cantidad"], [engineer, part, "2"]],
    }  # fmt: skip
    if engineer == ADMIN:
        sheets["people"] = [
            ["Correo", "Nombre", "Rol"],
            [ADMIN, "Ana Paz", "administrador; supervisor; ingeniero"],
        ]
    return Company(pack, engineer, machine, cause, part, sheets)


class Shell:
    """The command line of an office, in this process."""

    def __init__(self, data: Path, database_url: str = "") -> None:
        self.environment = {"FOLIO_DATA": str(data), "FOLIO_DATABASE_URL": database_url}
        self.sheets = data.parent

    def __call__(self, *arguments: str, said: str = "") -> Result:
        environment = {**dict.fromkeys(FORGOTTEN), **self.environment}
        return CliRunner().invoke(folio, arguments, input=said, env=environment)

    def set_up(self, pack: str) -> Result:
        """`folio init`."""
        return self("init", "--name", "Elevadores del Valle", "--admin", ADMIN, "--admin-name",
                    "Ana Paz", "--prefix", "EDV", "--pack", pack, said=PASSWORD)  # fmt: skip

    def bring(self, kind: str, rows: Sequence[Sequence[str]], *more: str) -> dict[str, Any]:
        """`folio import`; what its last line says."""
        file = self.sheets / f"{kind}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows(rows)
        done = self("import", kind, str(file), *more)
        assert done.exception is None or isinstance(done.exception, SystemExit | Exception)
        said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
        return said


FORGOTTEN = ("FOLIO_NAME", "FOLIO_PREFIX", "FOLIO_ZONE", "FOLIO_COUNTRY", "FOLIO_SECRET")


@contextmanager
def opened(data: Path, database_url: str = "") -> Iterator[RunningOffice]:
    """The company's office on its data."""
    office = RunningOffice(data, **({"database_url": database_url} if database_url else {}))
    try:
        yield office.start()
    finally:
        office.stop()


def sign_in(office: RunningOffice) -> Browser:
    """The first person at the console, with their own password."""
    browser = Browser(office)
    answer = browser.submit("/sign-in", email=ADMIN, password=PASSWORD)
    assert answer.status_code == 303, answer.text[:300]
    return browser


def person(office: RunningOffice, email: str) -> User:
    """Somebody of the company."""
    user = office.ask(lambda tx: users.by_email(tx, email))
    assert user is not None
    return user


def enrolled(
    office: RunningOffice, browser: Browser, engineer: User, folder: Path
) -> RunningTablet:
    """The engineer's tablet, with the code that the console shows."""
    page = browser.submit("/devices/enrol", engineer=engineer.id)
    code = re.search(r'id="code">([^<]+)<', page.text)
    assert code is not None, page.text[:500]
    tablet = RunningTablet(office, folder)
    tablet.session.enrol(office.url, code[1])
    tablet.session.set_pin(PIN)
    tablet.sync()
    return tablet


def call(browser: Browser, engineer: User, serial: str) -> str:
    """A call is taken, and the ticket given to the engineer; its id."""
    page = browser.done(
        "/tickets/new", channel="phone", requester_name="Sra. Paz", requester_kind="customer",
        requester_contact="+52 55 5550 0111", description="No se mueve y hace ruido",
        customer_name="Torre Norte", site_name="Lobby", serial=serial, classify="1",
        nature="technical_fault", type="technical_fault", priority="medium",
    )  # fmt: skip
    id = page.split('action="/tickets/')[1].split("/")[0]
    browser.done(f"/tickets/{id}/do/assign", assignee=engineer.id)
    return id
