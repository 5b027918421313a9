"""The floor, client side: those documents that changed are pushed, the newer ones pulled."""

import gzip
import json
import sqlite3
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from benchmarks.sync.documents import read
from benchmarks.sync.worker import obey

BATCH = 200


class Client:
    """One replica."""

    def open(self, folder: str, port: int) -> None:
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(Path(folder) / "floor.db", isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=FULL")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS doc (id TEXT PRIMARY KEY, body TEXT, changed INTEGER)"
        )
        self.db.execute("CREATE TABLE IF NOT EXISTS cursor (since INTEGER)")
        self.dial(port)

    def dial(self, port: int) -> None:
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)

    def fill(self, path: str) -> None:
        with self.db:
            self.db.execute("BEGIN")
            self.db.executemany(
                "INSERT INTO doc VALUES (?, ?, 1)",
                ((d["id"], json.dumps(d["fields"])) for d in read(Path(path))),
            )

    def change(self, count: int, word: str) -> None:
        with self.db:
            self.db.execute("BEGIN")
            rows = self.db.execute("SELECT id, body FROM doc ORDER BY id LIMIT ?", (count,))
            for id, body in rows.fetchall():
                changed = json.dumps({**json.loads(body), "diagnosis": f"{word} {id}"})
                self.db.execute("UPDATE doc SET body = ?, changed = 1 WHERE id = ?", (changed, id))

    def push(self) -> dict[str, Any]:
        sent = 0
        while rows := self.db.execute(
            "SELECT id, body FROM doc WHERE changed LIMIT ?", (BATCH,)
        ).fetchall():
            self._ask("/push", [{"id": i, "fields": json.loads(b)} for i, b in rows])
            with self.db:
                self.db.execute("BEGIN")
                self.db.executemany(
                    "UPDATE doc SET changed = 0 WHERE id = ?", [(i,) for i, _ in rows]
                )
            sent += len(rows)
        return {"count": sent}

    def pull(self) -> dict[str, Any]:
        found = self.db.execute("SELECT since FROM cursor").fetchone()
        since, got, more = found[0] if found else 0, 0, True
        while more:
            page = self._ask("/pull", {"since": since})
            since = page["docs"][-1]["seq"] if page["docs"] else since
            more = page["more"]
            got += len(page["docs"])
            with self.db:
                self.db.execute("BEGIN")
                self.db.executemany(
                    "INSERT OR REPLACE INTO doc VALUES (?, ?, 0)",
                    [(d["id"], json.dumps(d["fields"])) for d in page["docs"]],
                )
                self.db.execute("DELETE FROM cursor")
                self.db.execute("INSERT INTO cursor VALUES (?)", (since,))
        return {"count": got}

    def sync(self) -> None:
        self.push()
        self.pull()

    def check(self) -> dict[str, Any]:
        rows = self.db.execute("SELECT id, body FROM doc ORDER BY id").fetchall()
        said = "\n".join(f"{id} {json.loads(body)['diagnosis']}" for id, body in rows)
        return {"count": len(rows), "hash": sha256(said.encode()).hexdigest()}

    def _ask(self, path: str, message: Any) -> Any:
        body = gzip.compress(json.dumps(message, separators=(",", ":")).encode(), 6, mtime=0)
        response = self.http.post(path, content=body)
        return response.raise_for_status().json()


if __name__ == "__main__":
    client = Client()
    obey({name: getattr(client, name) for name in
          ("open", "dial", "fill", "change", "push", "pull", "sync", "check")})  # fmt: skip
