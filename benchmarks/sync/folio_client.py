"""Folio's tablet for the benchmark: the real store and the real round, without screens."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any

from benchmarks.sync.documents import read
from benchmarks.sync.worker import obey
from field_app.device.settings import read_settings
from field_app.store import operation_queue, queue_counts
from field_app.store.database import Database
from field_app.store.enrolment import Enrolment, User, keep_enrolment
from field_app.sync.round import Round
from field_app.sync.server import Caller, Server
from shared.operations.ids import uuid7
from shared.operations.operation import Kind


def now() -> datetime:
    return datetime.now().astimezone()


class Client:
    """One tablet."""

    def __init__(self) -> None:
        self.made = 0

    def open(self, folder: str, port: int, identity: Mapping[str, Any]) -> None:
        self.database = Database(Path(folder))
        user = User(**identity["user"])
        keep_enrolment(
            self.database, Enrolment(identity["device_id"], user, f"http://127.0.0.1:{port}")
        )
        self.caller = Caller(identity["device_id"], identity["token"], "bench")
        self.dial(port)
        self.sync()

    def dial(self, port: int) -> None:
        self.server = Server(f"http://127.0.0.1:{port}", timeout=120)

    def fill(self, path: str) -> None:
        with self.database.transaction():
            for document in read(Path(path)):
                self._record(document["id"], Kind.CREATE, {"fields": document["fields"]})

    def change(self, count: int, word: str) -> None:
        ids = self.database.rows("SELECT id FROM ticket ORDER BY id LIMIT ?", count)
        with self.database.transaction():
            for row in ids:
                fields = {"diagnosis": f"{word} {row['id']}"}
                self._record(row["id"], Kind.SET, {"fields": fields})

    def push(self) -> dict[str, Any]:
        """Everything captured goes up; the office has answered for all of it."""
        self._round()._exchange()
        return {"count": 0, "left": queue_counts.queue_of(self.database).operations}

    def pull(self) -> dict[str, Any]:
        """Everything that the office has and this tablet has not; both then agree."""
        round = self._round()
        round._pull()
        return {"count": round.moved.pulled}

    def sync(self) -> None:
        self._round().run()

    def check(self) -> dict[str, Any]:
        rows = self.database.rows(
            "SELECT id, json_extract(doc, '$.diagnosis') AS diagnosis FROM ticket ORDER BY id"
        )
        said = "\n".join(f"{row['id']} {row['diagnosis']}" for row in rows)
        return {"count": len(rows), "hash": sha256(said.encode()).hexdigest()}

    def _record(self, ticket: str, kind: Kind, body: Mapping[str, Any]) -> None:
        self.made += 1
        entropy = sha256(f"{self.caller.device_id} {self.made}".encode()).digest()
        at = now()
        operation_queue.record(self.database, ticket, kind, body, at=at, op_id=uuid7(at, entropy))

    def _round(self) -> Round:
        settings = read_settings()
        return Round(
            database=self.database,
            server=self.server,
            caller=self.caller,
            now=now,
            new_id=lambda: uuid7(now(), token_bytes(10)),
            most=settings.operations_per_push,
            chunk=settings.chunk_bytes,
            renew=lambda device_id, token: None,
        )


if __name__ == "__main__":
    client = Client()
    obey({name: getattr(client, name) for name in
          ("open", "dial", "fill", "change", "push", "pull", "sync", "check")})  # fmt: skip
