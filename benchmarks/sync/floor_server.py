"""The floor, server side: FastAPI and SQLite, last writer wins, no rules, no log, no rights."""

import gzip
import json
import sqlite3
import sys
from pathlib import Path
from threading import Lock
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, Request, Response

PAGE = 500


async def body(request: Request) -> Any:
    return json.loads(gzip.decompress(await request.body()))


Body = Annotated[Any, Depends(body)]


def create_app(path: Path) -> FastAPI:
    """Documents in one table, each at the number of its last change."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute("CREATE TABLE IF NOT EXISTS doc (id TEXT PRIMARY KEY, seq INTEGER, body TEXT)")
    database.execute("CREATE INDEX IF NOT EXISTS doc_seq ON doc (seq)")
    lock = Lock()
    app = FastAPI()

    @app.post("/push")
    def push(docs: Body) -> Response:
        with lock:
            database.execute("BEGIN IMMEDIATE")
            (seq,) = database.execute("SELECT coalesce(max(seq), 0) FROM doc").fetchone()
            rows = [(d["id"], seq + i, json.dumps(d["fields"])) for i, d in enumerate(docs, 1)]
            database.executemany("INSERT OR REPLACE INTO doc VALUES (?, ?, ?)", rows)
            database.execute("COMMIT")
        return _answer({"seq": seq + len(rows)})

    @app.post("/pull")
    def pull(asked: Body) -> Response:
        with lock:
            rows = database.execute(
                "SELECT seq, id, body FROM doc WHERE seq > ? ORDER BY seq LIMIT ?",
                (asked["since"], PAGE),
            ).fetchall()
        docs = [{"seq": s, "id": i, "fields": json.loads(b)} for s, i, b in rows]
        return _answer({"docs": docs, "more": len(rows) == PAGE})

    return app


def _answer(value: Any) -> Response:
    content = gzip.compress(json.dumps(value, separators=(",", ":")).encode(), 6, mtime=0)
    return Response(content, headers={"Content-Encoding": "gzip"}, media_type="application/json")


if __name__ == "__main__":
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    uvicorn.run(
        create_app(folder / "floor.db"), host="127.0.0.1", port=port, log_level="warning",
        access_log=False,
    )  # fmt: skip
