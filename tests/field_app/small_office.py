"""An office in a few lines, in memory and over no network: what the tablet's own tests talk to.

It keeps the contract (merge, feed, digests, epochs, forks, tus), to which
`tests/contract/test_small_office.py` holds it beside the real office, and may be told to misbehave:
`cut` loses an answer after it was carried out, `answer` replaces one.
"""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx

from shared.operations.merge import Versioned, merge
from shared.operations.operation import read
from shared.operations.wire import content_digest, digest_matches, message_hash, scope_digest
from shared.ticket.people import Actor, Role
from shared.ticket.shapes import Unreadable
from shared.ticket.ticket import Record
from tests.field_app.cast import ENGINEER, NOW, documents, ticket_fields

SCOPES = (f"user:{ENGINEER['id']}", "org")


@dataclass
class Seat:
    """What the office knows of one device."""

    token: str
    ops: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    forked: bool = False


@dataclass
class SmallOffice(httpx.BaseTransport):
    """`tickets` by id; `log` every operation applied, by op_id; `blobs` verified bytes."""

    epoch: str = "epoch-1"
    tickets: dict[str, Versioned] = field(default_factory=dict)
    seats: dict[str, Seat] = field(default_factory=dict)
    log: dict[str, dict[str, Any]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, tuple[str, int, bytearray]] = field(default_factory=dict)
    feed: dict[tuple[str, str, str], tuple[int, dict[str, Any]]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    uploaded: list[str] = field(default_factory=list)
    cut: Callable[[httpx.Request], bool] = lambda request: False
    answer: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
    down: bool = False
    durable: bool = True
    code: str = "GOOD-CODE"
    lie_about_digests: int = 0
    wipe: bool = False
    replayed: list[int] = field(default_factory=list)
    unreadable: list[dict[str, Any]] = field(default_factory=list)
    minimum_pull_schema: int = 1
    report_format: int = 2
    _seq: int = 0
    _devices: int = 0

    def __post_init__(self) -> None:
        for record, id, doc in documents():
            scope = "org" if record in ("catalogue", "answer") else SCOPES[0]
            self.publish(scope, record, id, 1, doc)

    # Things that tests do

    def assign(self, ticket: str, **fields: Any) -> None:
        record = Record(ticket, {**ticket_fields(), **fields}, {}, 1)
        self.store(Versioned(record, {}))

    def office_sets(self, ticket: str, **fields: Any) -> None:
        """Somebody in the office writes fields."""
        message = {
            "n": 1, "op_id": f"office-{self._seq}", "ticket": ticket, "kind": "set", "schema": 1,
            "base_rev": self.tickets[ticket].record.rev, "captured_at": NOW.isoformat(),
            "body": {"fields": fields},
        }  # fmt: skip
        actor = Actor("boss", Role.SUPERVISOR)
        self.store(merge(self.tickets[ticket], read(message), "office:boss", actor).after)

    def take_away(self, ticket: str) -> None:
        self._seq += 1
        key = (SCOPES[0], "ticket", ticket)
        self.feed[key] = (self._seq, {"kind": "remove", "rev": self.feed[key][1]["rev"]})

    def store(self, versioned: Versioned) -> None:
        record = versioned.record
        self.tickets[record.id] = versioned
        self.publish(
            SCOPES[0], "ticket", record.id, record.rev, dict(record.fields),
            {name: list(rows) for name, rows in record.entries.items()},
        )  # fmt: skip

    def publish(
        self, scope: str, record: str, id: str, rev: int, doc: Any, entries: Any = None
    ) -> None:
        self._seq += 1
        change = {"kind": "update", "rev": rev, "doc": doc, "entries": entries or {}}
        self.feed[scope, record, id] = (self._seq, change)

    # The wire

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        if self.down:
            raise httpx.ConnectError("no route", request=request)
        self.requests.append(f"{request.method} {request.url.path}")
        scripted = self.answer(request)
        if scripted is not None:
            return scripted
        response = self._carried_out(request)
        if self.cut(request):
            raise httpx.ReadError("the line went dead", request=request)
        return response

    def _carried_out(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path.startswith("/api/v1/blobs/"):
            return self._blob(request)
        body = request.content
        said = request.headers.get("Content-Digest")
        if said is not None and not digest_matches(said, body):
            return problem(400, "digest")
        if request.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        message = json.loads(body)
        if path == "/api/v1/enrol":
            return self._enrol(message)
        seat = self.seats.get(message["device_id"])
        if seat is None or request.headers["Authorization"] != f"Bearer {seat.token}":
            retired: Any = {"wipe": True} if self.wipe else {}
            return problem(401, "not-signed-in", **retired)
        name = path.rsplit("/", 1)[1]
        reply: httpx.Response = getattr(self, f"_{name}")(message, seat)
        return reply

    def _enrol(self, message: dict[str, Any]) -> httpx.Response:
        if message["code"] != self.code:
            return problem(403, "code")
        id = self.new_device()
        server = {"epoch": self.epoch, "name": "Oficina", "time": NOW.isoformat()}
        return reply(201, device_id=id, token=self.seats[id].token, user=ENGINEER, server=server)

    def new_device(self) -> str:
        self._devices += 1
        id = f"device-{self._devices}"
        self.seats[id] = Seat(f"token-{self._devices}")
        return id

    def _hello(self, message: dict[str, Any], seat: Seat) -> httpx.Response:
        actions: list[dict[str, Any]] = []
        self.unreadable += message.get("unreadable", [])
        known = len(seat.ops)
        last_n, last_hash = message["last_n"], message["last_hash"]
        ahead = known > last_n or (0 < last_n <= known and seat.ops[last_n - 1][0] != last_hash)
        hole = message.get("first_n", 0) > known + 1
        if seat.forked or hole or (ahead and message["epoch"] == self.epoch):
            id = self.new_device()
            actions = [{"do": "reidentify", "device_id": id, "token": self.seats[id].token}]
        elif message["epoch"] != self.epoch:
            actions = [{"do": "replay", "from_n": known + 1}]
            actions += [{"do": "resync", "scope": scope} for scope in SCOPES]
        return reply(
            200, epoch=self.epoch, last_n=known, durable_n=known if self.durable else 0,
            scopes=list(SCOPES), time=NOW.isoformat(), actions=actions,
            minimum_pull_schema=self.minimum_pull_schema, report_format=self.report_format,
            **self._greeting(message["cursors"], actions),
        )  # fmt: skip

    def _greeting(self, cursors: dict[str, str], actions: list[Any]) -> dict[str, Any]:
        heads = {s: max(seq for (of, *_), (seq, _) in self.feed.items() if of == s) for s in SCOPES}
        reached = {scope: int(cursor) for scope, cursor in cursors.items()} == heads
        if not reached or actions:
            return {}
        return {"digest": {scope: self._digest(scope) for scope in SCOPES}}

    def _push(self, message: dict[str, Any], seat: Seat) -> httpx.Response:
        results = []
        for op in message["ops"]:
            hashed = message_hash(op)
            if op["n"] > len(seat.ops) + 1:
                return problem(409, "gap", expect=len(seat.ops) + 1)
            if op["n"] <= len(seat.ops):
                stored, result = seat.ops[op["n"] - 1]
                if stored != hashed:
                    seat.forked = True
                    return problem(409, "fork")
                self.replayed.append(op["n"])
            else:
                result = self._applied(op, message["device_id"])
                seat.ops.append((hashed, result))
            results.append(result)
        return reply(
            200, last_n=len(seat.ops), durable_n=len(seat.ops) if self.durable else 0,
            time=NOW.isoformat(), results=results,
        )  # fmt: skip

    def _applied(self, op: dict[str, Any], device: str) -> dict[str, Any]:
        if op["op_id"] in self.log:
            return {**self.log[op["op_id"]], "n": op["n"], "outcome": "duplicate"}
        before = self.tickets.get(op["ticket"], Versioned(Record(op["ticket"])))
        try:
            read(op)
        except Unreadable:
            return {"n": op["n"], "outcome": "parked", "rev": 0, "reason": "unreadable"}
        merged = merge(before, read(op), device, Actor(ENGINEER["id"], Role.ENGINEER))
        self.store(merged.after)
        result = {
            "n": op["n"], "outcome": merged.outcome.value, "rev": merged.after.record.rev,
            "conflicts": [
                {"field": c.field, "standing": c.standing, "losing": c.losing}
                for c in merged.conflicts
            ],
        }  # fmt: skip
        self.log[op["op_id"]] = result
        return result

    def _pull(self, message: dict[str, Any], seat: Seat) -> httpx.Response:
        cursors = {scope: int(message["cursors"].get(scope, "0")) for scope in SCOPES}
        waiting = sorted(
            (seq, key, change) for key, (seq, change) in self.feed.items()
            if seq > cursors[key[0]]
        )  # fmt: skip
        limit = message.get("limit", 500)
        page, more = waiting[:limit], len(waiting) > limit
        changes = []
        for seq, (scope, record, id), change in page:
            changes.append({"scope": scope, "seq": seq, "record": record, "id": id, **change})
            cursors[scope] = seq
        return reply(
            200, epoch=self.epoch, time=NOW.isoformat(), changes=changes, more=more,
            cursors={k: str(v) for k, v in cursors.items()},
            digest={} if more else {scope: self._digest(scope) for scope in SCOPES},
        )  # fmt: skip

    def _digest(self, scope: str) -> dict[str, Any]:
        if self.lie_about_digests and scope == SCOPES[0]:
            self.lie_about_digests -= 1
            return {"count": 0, "xor": "0" * 16}
        return scope_digest(
            (record, id, change["rev"])
            for (of, record, id), (_, change) in self.feed.items()
            if of == scope and change["kind"] == "update"
        )

    # tus

    def _blob(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return self._announced(request)
        id = request.url.path.rsplit("/", 1)[1]
        if id in self.blobs:
            return self._said(tus(200, len(self.blobs[id])))
        if id not in self.uploads:
            return problem(404, "no-upload")
        name, length, held = self.uploads[id]
        if request.method == "PATCH":
            if int(request.headers["Upload-Offset"]) != len(held):
                return problem(409, "offset", offset=len(held))
            if not _is_what_was_sent(request):
                return problem(460, "checksum")
            held += request.content
        return self._standing(204 if request.method == "PATCH" else 200, id, name, length, held)

    def _announced(self, request: httpx.Request) -> httpx.Response:
        said = dict(part.split(" ") for part in request.headers["Upload-Metadata"].split(","))
        name = base64.b64decode(said["sha256"]).decode()
        length = int(request.headers["Upload-Length"])
        if name in self.blobs:
            return self._said(tus(201, length))
        if not _is_what_was_sent(request):
            return problem(460, "checksum")
        id = f"u{len(self.uploads)}"
        self.uploads[id] = (name, length, bytearray(request.content))
        response = self._standing(201, id, name, length, self.uploads[id][2])
        response.headers["Location"] = f"/api/v1/blobs/{id}"
        return response

    def _standing(
        self, status: int, id: str, name: str, length: int, held: bytearray
    ) -> httpx.Response:
        if len(held) == length:
            if sha256(held).hexdigest() != name:
                del self.uploads[id]
                return problem(422, "digest-mismatch")
            if name not in self.blobs:
                self.uploaded.append(name)
            self.blobs[name] = bytes(held)
        return self._said(tus(status, len(held)))

    def _said(self, response: httpx.Response) -> httpx.Response:
        response.headers["Blob-Durable"] = "true" if self.durable else "false"
        return response


def reply(status: int, **body: Any) -> httpx.Response:
    """A whole answer of the contract."""
    raw = gzip.compress(json.dumps(body).encode())
    headers = {"Content-Encoding": "gzip", "Content-Digest": content_digest(raw)}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(raw))


def problem(
    status: int, name: str, headers: dict[str, str] | None = None, **more: Any
) -> httpx.Response:
    """An RFC 9457 problem."""
    raw = json.dumps(
        {"type": f"/problems/{name}", "title": name, "status": status, **more}
    ).encode()
    said = {"Content-Type": "application/problem+json", "Content-Digest": content_digest(raw)}
    return httpx.Response(status, headers={**said, **(headers or {})}, stream=httpx.ByteStream(raw))


def page(status: int, text: str = "", **headers: str) -> httpx.Response:
    """An answer of somebody else's."""
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(text.encode()))


def _is_what_was_sent(request: httpx.Request) -> bool:
    """Whether the piece is the one that its checksum speaks of, where there is one."""
    said = request.headers.get("Upload-Checksum")
    return (
        said is None
        or said.split()[1] == base64.b64encode(sha256(request.content).digest()).decode()
    )


def tus(status: int, offset: int) -> httpx.Response:
    """Where an upload stands."""
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": str(offset)}
    return httpx.Response(status, headers=headers, stream=httpx.ByteStream(b""))
