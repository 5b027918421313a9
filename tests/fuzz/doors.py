"""Whatever comes in at a door of the office, every page still opens and nothing is falsely accused.

`python -m tests.fuzz.doors --seconds 60 --seed 7 --door pushes`; `make soak ONLY=fuzz` runs it.
A new door (mails, imports) is one more function in DOORS.
"""

import argparse
import base64
import html
import json
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random
from time import monotonic
from typing import Any

import httpx

from shared.ticket.fields import COLLECTIONS, FIELDS
from shared.ticket.people import Role
from sync_server.archive.archive_check import check_archive
from tests.fuzz.records import DEEP, HALF, LONG, SAMPLES, VALUES
from tests.hostile_pdfs import CORPUS
from tests.http_line import HttpLine
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.rescue import PASSPHRASE, manifest, packed
from tests.sync_server.console.browser import browser
from tests.sync_server.sealed import sealed
from tests.sync_server.tablets import PIECE

SLOWEST = 60.0
"""Seconds that one answer may take, on a machine that does ten other things."""

PAGES = (
    "/",
    "/tickets",
    "/differing",
    "/parked",
    "/late",
    "/conflicts",
    "/devices",
    "/v",
    "/archive",
)

ODD = ("", " ", "0", "-1", "9" * 400, "0x10", "ñ", "\u202e", "a\tb", "=?utf-8?q?x?=", "sha256",
       "a b,c d", ",,,", ";;;", "\x7f", "%00", "../..", '"', "\\", "{}", "[]", "NaN",
       base64.b64encode(b"\xff\x00").decode(), "A" * 3000)  # fmt: skip


class Bench:
    """One office, what a stranger and a tablet can reach of it, and pages to look at."""

    def __init__(self, folder: Path) -> None:
        self.office = RunningOffice(folder).start()
        self.office.furnish()
        self.tickets = [self.office.ticket() for _ in range(3)]
        self.tablet = RawTablet(self.office)
        self.console = browser(self.office, Role.SUPERVISOR)
        self.stranger = httpx.Client(base_url=self.office.url, timeout=SLOWEST, verify=False)

    def close(self) -> None:
        for client in (self.console, self.stranger, self.tablet):
            client.close()
        self.office.stop()

    def wrong(self) -> Iterator[str]:
        """What no longer opens, and what the integrity check says that is not so."""
        for path in (*PAGES, *(f"/tickets/{id}" for id in self.tickets)):
            answer = self.console.get(path)
            if answer.status_code != 200:
                yield f"{path} answers {answer.status_code}: {html.unescape(answer.text)[:200]}"
        yield from (f"falsely accused: {fault}" for fault in check_archive(self.office.context))
        ready = self.stranger.get("/readyz")
        if ready.status_code != 200:
            yield f"not ready: {ready.text}"


def pushes(bench: Bench, chance: Random) -> int:
    """Operations of a known tablet, of which one to three members are something else."""
    tablet = bench.tablet
    tablet.n = tablet.hello()["last_n"]
    ops = [_operation(tablet, chance.choice(bench.tickets), chance) for _ in range(4)]
    text = json.dumps({"device_id": tablet.device_id, "ops": ops})
    text = text.replace(json.dumps(DEEP), "[" * 3000 + "0.5" + "]" * 3000)
    answer = tablet.http.post(
        "/api/v1/sync/push", content=text.replace(json.dumps(LONG), "9" * 5000).encode(),
        headers={"Authorization": f"Bearer {tablet.token}"},
    )  # fmt: skip
    if answer.status_code == 200:
        assert len(answer.json()["results"]) == len(ops)
    return answer.status_code


def _operation(tablet: RawTablet, ticket: str, chance: Random) -> dict[str, Any]:
    field = chance.choice(FIELDS)
    collection = chance.choice(COLLECTIONS)
    entry = {"id": f"e{chance.random()}", **{m.name: _sample(m.shape) for m in collection.members}}
    op = chance.choice((
        tablet.op(ticket, "set", {"fields": {field.name: _sample(field.shape)}}),
        tablet.op(ticket, "append", {"collection": collection.name, "entry": entry}),
        tablet.op(ticket, "command", {"name": "start"}),
        tablet.op(f"t{chance.random()}", "create", {"fields": {"description": "No enciende"}}),
    ))  # fmt: skip
    tablet.n = op["n"]
    for _ in range(chance.choice((0, 1, 1, 2))):
        place: Any = op
        while True:
            key = chance.choice([k for k in place if k != "n"] or ["x"])
            if not isinstance(place.get(key), dict) or chance.random() < 0.3:
                break
            place = place[key]
        place[key if chance.random() < 0.9 else HALF] = chance.choice(VALUES)
    return op


def _sample(shape: Any) -> Any:
    if shape.codes:
        return shape.codes[0]
    if shape.members:
        return {name: _sample(each) for name, each in shape.members.items()}
    return [_sample(shape.item)] if shape.item is not None else SAMPLES[shape.kind]


def uploads(bench: Bench, chance: Random) -> int:
    """Files that are announced, asked for and sent with odd headers."""
    names = ("Upload-Length", "Upload-Metadata", "Upload-Offset", "Upload-Checksum",
             "Upload-Defer-Length", "Content-Type", "Tus-Resumable", "X-HTTP-Method-Override",
             "Upload-Concat", "Content-Length")  # fmt: skip
    good = {"Upload-Length": "3", "Upload-Offset": "0", "Content-Type": PIECE,
            "Upload-Metadata": "sha256 " + base64.b64encode(b"ab" * 32).decode()}  # fmt: skip
    headers = {"Tus-Resumable": "1.0.0", **{n: good[n] for n in good if chance.random() < 0.7}}
    headers |= {chance.choice(names): chance.choice(ODD) for _ in range(chance.randrange(3))}
    name = chance.choice(("", "ab" * 32, "x", "%00", "é"))
    method = chance.choice(("POST", "PATCH", "HEAD", "DELETE", "OPTIONS", "GET"))
    authorization = f"Authorization: Bearer {bench.tablet.token}"
    body = "abc" if method in ("POST", "PATCH") and "Content-Length" not in headers else ""
    lines = [f"{n}: {v}" for n, v in headers.items()]
    if body:
        lines.append("Content-Length: 3")
    return _said(bench, method, f"/api/v1/blobs/{name}", [authorization, *lines], body)


def heads(bench: Bench, chance: Random) -> int:
    """Cookies and headers of any kind at any page."""
    names = (
        "Cookie", "Host", "Accept-Language", "Accept-Encoding", "Range", "If-None-Match", "Origin",
        "X-Forwarded-For", "X-Forwarded-Proto", "Sec-Fetch-Site", "Content-Type", "Authorization",
        "HX-Request", "HX-Target", "Connection", "Upgrade", "Expect",
    )  # fmt: skip
    cookies = (f"folio_session={chance.choice(ODD)}", 'folio_session="' + "\\" * 9000,
               f"folio_told={chance.choice(ODD)}:x", "a=b; " * 2000)  # fmt: skip
    lines = [f"{chance.choice(names)}: {chance.choice(ODD)}" for _ in range(chance.randrange(6))]
    lines.append(f"Cookie: {chance.choice(cookies)}")
    path = chance.choice((*PAGES, "/sign-in", "/v/%F0%28", "/tickets/%00", "/archive/month/0000-01",
                          "/static/..%2f", "/?queue=%ED%A0%80", "/archive?offset=1e9"))  # fmt: skip
    return _said(bench, chance.choice(("GET", "HEAD", "POST", "BREW")), path, lines, "")


def _said(bench: Bench, method: str, path: str, lines: list[str], body: str) -> int:
    head = "\r\n".join((f"{method} {path} HTTP/1.1", "Connection: close", *lines))
    with HttpLine(bench.office.port) as line:
        line.say(f"{head}\r\n\r\n{body}".encode("utf-8", "replace"))
        line.hang_up()
        heard = line.hear()
    return int(heard.split(b" ", 2)[1]) if heard.startswith(b"HTTP/1.1 ") else 0


def enrolments(bench: Bench, chance: Random) -> int:
    """Codes and tablets that are none."""
    device = {name: chance.choice(VALUES[:20]) for name in ("name", "platform", "app_version")}
    message = {"code": chance.choice((*ODD, *VALUES)), "device": chance.choice((device, *VALUES))}
    content = json.dumps(message).encode()
    return bench.stranger.post("/api/v1/enrol", content=content).status_code


def verifications(bench: Bench, chance: Random) -> int:
    """Files of any kind at the public page."""
    pdf = bytearray(chance.choice((sealed(), _small(chance.choice(sorted(SMALL))))))
    for _ in range(chance.randrange(1, 8)):
        at = chance.randrange(len(pdf))
        pdf[at : at + chance.choice((0, 1, 1, 9))] = chance.randbytes(chance.choice((1, 1, 5)))
    form = {"file": bytes(pdf[: chance.choice((len(pdf), len(pdf), len(pdf) // 2))])}
    return bench.stranger.post("/v", files=form).status_code


SMALL = frozenset(CORPUS) - {"flat_fields", "many_objects"}


@cache
def _small(name: str) -> bytes:
    return CORPUS[name]()


def rescues(bench: Bench, chance: Random) -> int:
    """Packages that no tablet made, opened by their passphrase."""
    ops = [_operation(bench.tablet, chance.choice(bench.tickets), chance) for _ in range(2)]
    said = manifest(bench.tablet.device_id, bench.tablet.user, ops)
    said[chance.choice(sorted(said))] = chance.choice(VALUES)
    try:
        package = bytearray(packed(json.loads(json.dumps(said))))
    except (ValueError, TypeError):
        return 0
    if chance.random() < 0.3:
        package[chance.randrange(len(package))] ^= 1 << chance.randrange(8)
    form = {"file": ("a.rescue", bytes(package), "application/octet-stream")}
    answer = bench.console.post(
        "/devices/rescue", files=form, data={"passphrase": PASSPHRASE}, timeout=SLOWEST
    )
    return answer.status_code


Door = Callable[[Bench, Random], int]

DOORS: Mapping[str, Door] = {
    door.__name__: door
    for door in (pushes, uploads, heads, enrolments, verifications, rescues)
}  # fmt: skip
"""What comes in; each says with which status it was answered, 0 for none."""


def harm(bench: Bench, door: Door, seeds: range, until: float = float("inf")) -> Iterator[str]:
    """What these seeds did that they may not, before `until` (monotonic)."""
    for seed in seeds:
        began = monotonic()
        if began > until:
            break
        try:
            status = door(bench, Random(seed))
        except Exception as fault:
            yield f"{door.__name__} seed {seed}: {fault!r}"
            continue
        if status >= 500 and status != 503:
            yield f"{door.__name__} seed {seed}: answered {status}"
        if monotonic() - began > SLOWEST:
            yield f"{door.__name__} seed {seed}: took {monotonic() - began:.0f} s"
    yield from (f"after {door.__name__}: {what}" for what in bench.wrong())


def main(arguments: list[str] | None = None) -> int:
    """How much harm was done."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.doors", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**9))
    parser.add_argument("--door", choices=sorted(DOORS))
    asked = parser.parse_args(arguments)
    done = 0
    for name in [asked.door] if asked.door else DOORS:
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(Path(folder) / "office")
            seeds, until = range(asked.seed, asked.seed + 10**9), monotonic() + asked.seconds
            for what in harm(bench, DOORS[name], seeds, until):
                done += 1
                sys.stdout.write(f"{what}\n")
            bench.close()
    sys.stdout.write(f"seed {asked.seed}: {done} did harm\n")
    return done


if __name__ == "__main__":
    sys.exit(min(main(), 1))
