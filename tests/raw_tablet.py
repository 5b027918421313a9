"""A tablet that is none of ours: an independent client of the sync contract, in plain httpx."""

import base64
import gzip
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import httpx

from shared.operations.ids import uuid7
from tests.office import RunningOffice

Json = dict[str, Any]


def sha(content: bytes) -> str:
    """A Content-Digest header, made without our own code."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


class RawTablet:
    """Numbers its operations, keeps cursors and what it pulled; checks every digest it gets."""

    def __init__(self, office: RunningOffice, code: str | None = None, name: str = "raw") -> None:
        self.office = office
        self.http = httpx.Client(base_url=office.url, timeout=30, verify=False)  # plain HTTP
        message = {"code": code or office.code(), "device": {"name": name, "app_version": "0"}}
        answer = self.http.post("/api/v1/enrol", json=message)
        assert answer.status_code == 201, answer.text
        self.enrolled: Json = answer.json()
        self.device_id: str = self.enrolled["device_id"]
        self.token: str = self.enrolled["token"]
        self.user: str = self.enrolled["user"]["id"]
        self.epoch: str | None = self.enrolled["server"]["epoch"]
        self.n = 0
        self.clock: Callable[[], datetime] = office.clock
        self.cursors: dict[str, str] = {}
        self.base: dict[tuple[str, str, str], Json] = {}
        self.digest: Json = {}

    # Messages

    def op(
        self, ticket: str, kind: str, body: Json, base_rev: int | None = None, **more: Any
    ) -> Json:
        """The next operation, on what the tablet last pulled unless another revision is said."""
        self.n += 1
        known = self.ticket(ticket)
        return {
            "n": self.n,
            "op_id": uuid7(self.clock(), os.urandom(10)),
            "ticket": ticket,
            "kind": kind,
            "schema": 1,
            "base_rev": base_rev if base_rev is not None else known["rev"] if known else 0,
            "captured_at": self.clock().isoformat(),
            "body": body,
            **more,
        }

    def sets(self, ticket: str, base_rev: int | None = None, **fields: Any) -> Json:
        return self.op(ticket, "set", {"fields": fields}, base_rev)

    def appends(self, ticket: str, collection: str, **entry: Any) -> Json:
        entry = {"id": uuid7(self.clock(), os.urandom(10)), **entry}
        return self.op(ticket, "append", {"collection": collection, "entry": entry})

    def commands(self, ticket: str, name: str, **body: Any) -> Json:
        return self.op(ticket, "command", {"name": name, **body})

    # Steps

    def post(self, path: str, message: Any, **headers: str) -> httpx.Response:
        """One request, packed and with its digest; the answer's digest is checked."""
        content = gzip.compress(json.dumps(message).encode())
        answer = self.http.post(
            path, content=content,
            headers={
                "Authorization": f"Bearer {self.token}", "Content-Type": "application/json",
                "Content-Encoding": "gzip", "Content-Digest": sha(content), **headers,
            },
        )  # fmt: skip
        self.check_digest(answer)
        return answer

    def check_digest(self, answer: httpx.Response) -> None:
        # httpx unpacks; what came over the wire is asked for again without packing.
        said = answer.headers["content-digest"]
        if "content-encoding" not in answer.headers:
            assert said == sha(answer.content)

    def hello(self, **said: Any) -> Json:
        message = {
            "device_id": self.device_id, "protocol": 1, "app_version": "0", "epoch": self.epoch,
            "last_n": self.n, "last_hash": None, "cursors": self.cursors,
            "wall": self.clock().isoformat(), **said,
        }  # fmt: skip
        answer = self.post("/api/v1/sync/hello", message)
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def push(self, *ops: Json) -> list[Json]:
        """The results of a push that is expected to succeed."""
        answer = self.try_push(*ops)
        assert answer.status_code == 200, answer.text
        return answer.json()["results"]  # type: ignore[no-any-return]

    def try_push(self, *ops: Json) -> httpx.Response:
        return self.post("/api/v1/sync/push", {"device_id": self.device_id, "ops": list(ops)})

    def pull(self, limit: int = 500) -> list[Json]:
        """Everything new, page by page, into the base; the changes."""
        changes: list[Json] = []
        while True:
            message = {"device_id": self.device_id, "cursors": self.cursors, "limit": limit}
            answer = self.post("/api/v1/sync/pull", message)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            assert len(page["changes"]) <= limit
            for change in page["changes"]:
                self._apply(change)
            changes += page["changes"]
            self.cursors = page["cursors"]
            if not page["more"]:
                self.digest = page["digest"]
                self.check_base()
                return changes

    def check_base(self) -> None:
        """What the tablet holds is what the office says it holds. SYNC.md: `xor`."""
        for scope, said in self.digest.items():
            held = [(r, i, c["rev"]) for (s, r, i), c in self.base.items() if s == scope]
            xor = 0
            for record, id, rev in held:
                name = f"{record}/{id}/{rev}".encode()
                xor ^= int.from_bytes(hashlib.sha256(name).digest()[:8], "big")
            assert said == {"count": len(held), "xor": f"{xor:016x}"}

    def _apply(self, change: Json) -> None:
        key = (change["scope"], change["record"], change["id"])
        if change["kind"] == "update":
            self.base[key] = change
        else:
            self.base.pop(key, None)

    # What it holds

    def holds(self, record: str) -> dict[str, Json]:
        """Records of a kind, by id."""
        return {id: change for (_, r, id), change in self.base.items() if r == record}

    def ticket(self, id: str) -> Json | None:
        """A ticket as last pulled."""
        return self.holds("ticket").get(id)

    def fields(self, id: str) -> Mapping[str, Any]:
        """A ticket's fields as last pulled."""
        found = self.ticket(id)
        assert found is not None
        return found["doc"]  # type: ignore[no-any-return]

    def close(self) -> None:
        self.http.close()
