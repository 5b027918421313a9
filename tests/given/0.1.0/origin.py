"""Makes what lies beside it, by the code of 0.1.0: a program that runs with that tree on its path.

    PYTHONPATH=TREE python origin.py given FOLDER [--large]    everything anew, into FOLDER
    PYTHONPATH=TREE python origin.py office DATA               an office, until its input ends

Nothing imports it: the modules that it names are those of 0.1.0, wherever today's have moved to. So
this one file keeps its import lines for ever, and the checker of types passes it by.
`python -m tests.given` gets the tree and runs this.
"""

import argparse
import base64
import json
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from cryptography.hazmat.primitives.serialization import Encoding
from field_app.settings import read_settings
from PIL import Image
from shared.people import Role
from sqlalchemy import select
from sync_server.schema import ticket as ticket_table
from sync_server.seal import Seal

from field_app.sync.troubles import EnrolmentRefused
from shared.report.blocks import Paper
from sync_server import backup, clocks, demo, records, sealing_key, seals, users
from tests.contract.traffic import _unpacked
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.rescue import PASSPHRASE
from tests.shared.report import specimens
from tests.sync_server import test_every_report as every
from tests.tablet import PIN, RunningTablet, finish_work, sign

AT = datetime(2026, 3, 9, 16, 0, tzinfo=UTC)
"""When all this happens: a Monday morning in Mexico."""

ADDRESS = "http://folio.example.com"
PIECE = 40_000
"""Bytes of an upload in one request: the recorded report takes three."""

KEPT_OF_REQUESTS = ("content-type", "content-encoding", "tus-resumable", "upload-length",
                    "upload-metadata", "upload-offset", "upload-checksum")  # fmt: skip
KEPT_OF_ANSWERS = ("content-type", "tus-resumable", "upload-offset", "location", "blob-durable")


def main() -> None:
    """The command line."""
    words = argparse.ArgumentParser()
    words.add_argument("what", choices=["given", "office"])
    words.add_argument("folder", type=Path)
    words.add_argument("--large", action="store_true")
    said = words.parse_args()
    if said.what == "office":
        serve(said.folder)
        return
    with TemporaryDirectory() as work:
        make_folders(said.folder, Path(work), visits=40 if said.large else 1)
        make_traffic(said.folder / "traffic", Path(work))
        make_reports(said.folder / "reports", said.large)


# An office and a tablet, on the day


@contextmanager
def opened(data: Path, minutes: int = 0) -> Iterator[RunningOffice]:
    """A running office, by its clock so many minutes after AT; its address is nobody's."""
    office = RunningOffice(data, public_url=ADDRESS)
    office.clock.offset = AT + timedelta(minutes=minutes) - datetime.now(UTC)
    office.start()
    try:
        yield office
    finally:
        office.stop()


class Carried(httpx.BaseTransport):
    """A line from ADDRESS to where the office really is; `heard` is told of each exchange."""

    def __init__(self, office: RunningOffice, heard: Callable[..., None] | None = None) -> None:
        self.office, self.heard = office, heard
        self.line = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        url = request.url.copy_with(host="127.0.0.1", port=self.office.port)
        sent = httpx.Request(request.method, url, headers=request.headers, content=body)
        response = self.line.handle_request(sent)
        if self.heard is None:
            return response
        raw = b"".join(response.stream)
        response.close()
        self.heard(request, body, response, raw)
        return httpx.Response(response.status_code, headers=response.headers, stream=Raw(raw))

    def close(self) -> None:
        self.line.close()


class Raw(httpx.SyncByteStream):
    """Bytes as they came, still packed."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw

    def __iter__(self) -> Iterator[bytes]:
        yield self.raw


def enrol(tablet: RunningTablet, code: str) -> None:
    """The engineer's, at ADDRESS; synchronised once."""
    tablet.session.enrol(ADDRESS, code)
    tablet.session.set_pin(PIN)
    tablet.sync()


def visit(tablet: RunningTablet, ticket: str) -> None:
    """Everything up to the closing, which is asked for; nothing is sent."""
    finish_work(tablet.session, ticket)
    sign(tablet.session, ticket)
    missing = tablet.session.finalise(ticket)
    assert missing == [], missing


# Folders: an office, its backup, a tablet, a rescue package


def make_folders(into: Path, work: Path, visits: int) -> None:
    """The demo's office with closed visits and one of everything that waits for a person."""
    with opened(work / "office") as office:
        found(office)
        tablet = RunningTablet(office, work / "tablet")
        tablet.line._real = Carried(office)
        enrol(tablet, office.code())
        closed = [office.ticket() for _ in range(visits)]
        tablet.sync()
        for ticket in closed:
            visit(tablet, ticket)
        tablet.sync()
        clocks.run_jobs(office.office, office.clock())
        assert {office.fields(ticket)["state"] for ticket in closed} == {"closed"}
        leave_questions(office)
        unsent = office.ticket()
        tablet.sync()
        visit(tablet, unsent)
        draft = tablet.session.create_ticket(channel="phone", description="Otro equipo, sin red")
        (into / "tablet.rescue").write_bytes(tablet.session.rescue_package(PASSPHRASE))
        waiting = tablet.queue.waiting
        shown = {id: dict(tablet.session.ticket(id).ticket.record.fields) for id in (unsent, draft)}
        backup.back_up(office.office, work / "backup", office.clock())
        said = {
            "at": AT.isoformat(), "pin": PIN, "passphrase": PASSPHRASE, "closed": closed,
            "unsent": unsent, "draft": draft, "waiting": waiting, "shown": shown,
            "tickets": {id: told(office, id) for id in ids(office)},
        }  # fmt: skip
        tablet.close()
    for name in ("office", "backup", "tablet"):
        pack(work / name, into / f"{name}.tar.xz")
    write(into / "said.json", said)


def found(office: RunningOffice) -> None:
    """The demo's people, assets and tickets, the cast's customer, and a seal."""
    demo.seed(office.office, office.clock())
    for user in office.ask(users.all_of):
        office._people.setdefault(user.role, user)
    luis = office.ask(lambda tx: users.by_email(tx, "luis.cano@example.com"))
    assert luis is not None
    office._people[Role.ENGINEER] = luis
    office.furnish()
    van = {"items": {"REF-FUS-A3C": 99}}
    office.do(lambda tx: records.put(tx, "stock", luis.id, van, office.clock()))
    key = sealing_key.make("Servicio en Sitio", office.clock())
    sealing_key.write(key, seals.folder(office.settings))


def leave_questions(office: RunningOffice) -> None:
    """A conflict, a late arrival, and an operation that nobody understands."""
    asked, moved = office.ticket(), office.ticket()
    raw = RawTablet(office)
    raw.pull()
    office.sets(asked, impact="Un piso")
    office.assign(moved, office.user(Role.ENGINEER, "Otra Persona"))
    raw.push(raw.sets(asked, impact="Dos pisos"), raw.appends(moved, "actions", text="Limpieza"))
    raw.push(raw.op(asked, "erase", {}))
    raw.close()
    assert office.conflicts(asked)
    assert office.late(moved)


def ids(office: RunningOffice) -> list[str]:
    """Every ticket."""
    return list(
        office.ask(lambda tx: tx.scalars(select(ticket_table.c.id).order_by(ticket_table.c.id)))
    )


def told(office: RunningOffice, id: str) -> dict[str, Any]:
    """A ticket as 0.1.0 tells it."""
    record = office.record(id).record
    return {
        "rev": record.rev, "fields": dict(record.fields),
        "entries": {name: list(rows) for name, rows in record.entries.items()},
        "operations": len(office.history(id)), "conflicts": len(office.conflicts(id)),
        "late": len(office.late(id)),
    }  # fmt: skip


# Reports


def make_reports(into: Path, large: bool) -> None:
    """Every specimen in both editions, sealed; what was received of each, and the certificate."""
    into.mkdir(parents=True, exist_ok=True)
    if not large:
        specimens.photo = small_photo
    key = sealing_key.make("Servicio en Sitio", AT)
    seal, listed = Seal.with_key(key), {}
    kinds = {**every.KINDS, "unsigned": every.Kind(specimens.unsigned)}
    for kind in kinds:
        for locale, paper in every.EDITIONS if large or kind == "ordinary" else every.EDITIONS[:1]:
            name = f"{kind}-{locale}.pdf".replace(" ", "-")
            received = report(kinds[kind], kind, locale, paper)
            sealed = seal.sealed(received, AT)
            (into / name).write_bytes(sealed)
            listed[name] = {
                "kind": kind, "received": len(received), "sha256": sha256(received).hexdigest(),
            }  # fmt: skip
    (into / "certificate.pem").write_bytes(key.certificate.public_bytes(Encoding.PEM))
    write(into / "reports.json", listed)


def report(kind: Any, name: str, locale: str, paper: Paper) -> bytes:
    """A specimen as a tablet prints it."""
    record = kind.make()
    record = every.english(record) if locale == "en" and name != "voided" else record
    return specimens.made(record, kind.photos, paper=paper, locale=locale)


def small_photo(number: int, wide: int = 1600, tall: int = 1200) -> bytes:
    """A photo of a few hundred bytes, like no other number's."""
    file = BytesIO()
    shade = (number * 37 % 256, number * 91 % 256, 120)
    Image.new("RGB", (wide // 20, tall // 20), shade).save(file, "JPEG")
    return file.getvalue()


# Traffic


def make_traffic(into: Path, work: Path) -> None:
    """A visit from the enrolment to the closing, and the office as it was before."""
    into.mkdir(parents=True, exist_ok=True)
    exchanges: list[dict[str, Any]] = []
    lock = threading.Lock()

    def heard(asked: httpx.Request, body: bytes, answer: httpx.Response, raw: bytes) -> None:
        with lock:
            exchanges.append(
                {
                    "method": asked.method,
                    "path": asked.url.path,
                    "asked": message(asked.headers, body, KEPT_OF_REQUESTS),
                    "status": answer.status_code,
                    "answered": message(answer.headers, raw, KEPT_OF_ANSWERS),
                }
            )

    with opened(work / "before") as office:
        office.furnish()
        ticket, code = office.ticket(), office.code()
    pack(work / "before", into / "office.tar.xz")
    with opened(work / "before", minutes=10) as office:
        tablet = RunningTablet(office, work / "recorded")
        tablet.line._real = Carried(office, heard)
        tablet.tablet.network.settings = replace(read_settings(), chunk_bytes=PIECE)
        with suppress(EnrolmentRefused):
            tablet.session.enrol(ADDRESS, "AAAAA-AAAAA-AAAAA")
        enrol(tablet, code)
        visit(tablet, ticket)
        tablet.line.lose = once("PATCH")
        tablet.sync()
        assert office.fields(ticket)["state"] == "closed"
        tablet.session.create_ticket(channel="phone", description="Otro equipo sin red")
        tablet.sync()
        tablet.sync()
        tablet.close()
    for exchange in exchanges:
        if "token" in exchange["answered"].get("json", {}):
            exchange["answered"]["json"]["token"] = "a token"
    write(into / "traffic.json", {"at": AT.isoformat(), "ticket": ticket, "exchanges": exchanges})


def once(method: str) -> Callable[[httpx.Request], bool]:
    """The first answer to this method is lost on the way back, and no other."""
    left = [method]
    return lambda request: request.method in left and not left.clear()


def message(headers: httpx.Headers, body: bytes, kept: tuple[str, ...]) -> dict[str, Any]:
    """What counts of a request or an answer: JSON as such, a file's bytes in base64."""
    said: dict[str, Any] = {
        "headers": {name: headers[name] for name in kept if name in headers},
        "signed_in": "authorization" in headers,
    }
    if "json" in headers.get("content-type", "") and body:
        return {**said, "json": _unpacked(body, headers.get("content-encoding"))}
    return {**said, "base64": base64.b64encode(body).decode()} if body else said


# An office of 0.1.0 for a tablet of today


def serve(data: Path) -> None:
    """Says on a line of JSON where it is, a code, and a ticket; for each line read it tells it."""
    office = RunningOffice(data)
    office.start()
    try:
        office.furnish()
        key = sealing_key.make("Servicio en Sitio", office.clock())
        sealing_key.write(key, seals.folder(office.settings))
        ticket = office.ticket()
        say({"url": office.url, "code": office.code(), "ticket": ticket})
        for _ in sys.stdin:
            clocks.run_jobs(office.office, office.clock())
            say(told(office, ticket))
    finally:
        office.stop()


def say(words: Any) -> None:
    """A line for whoever started this."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


# Files


def pack(folder: Path, file: Path) -> None:
    """A folder as one file: names, bytes and who may read them, and nobody's name."""

    with tarfile.open(file, "w:xz", preset=9) as out:
        out.add(folder, ".", filter=of_nobody)


def of_nobody(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Owned by nobody in particular, written at AT."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = int(AT.timestamp())
    return member


def write(file: Path, words: Any) -> None:
    """As JSON that a person can read."""
    file.write_text(json.dumps(words, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
