"""Folio's office for the benchmark: real application, real SQLite, tablets enrolled beforehand.

python -m benchmarks.sync.folio_server FOLDER PORT ENGINEERS TABLETS — the identities, `TABLETS` of
each engineer, are the first line printed.
"""

import json
import sys
from pathlib import Path
from typing import Any

import uvicorn

from shared.ticket.people import Role
from sync_server.app import create_app, settle
from sync_server.identity import devices, users
from sync_server.runtime import web_server
from sync_server.runtime.context import ApplicationContext
from sync_server.runtime.settings import Settings


def identities(office: ApplicationContext, engineers: int, tablets: int) -> list[dict[str, Any]]:
    """So many tablets of so many engineers: device id, token and user, as an enrolment gives."""

    def enrolled(tx: Any) -> list[dict[str, Any]]:
        now = office.now()
        found = []
        for number in range(engineers):
            email = f"engineer{number}@bench.example"
            user = users.add(tx, office, email, f"Engineer {number}", Role.ENGINEER, now)
            who = {"id": user, "name": email, "role": "engineer", "email": email}
            for tablet in range(tablets):
                about = {"name": f"tablet {tablet}", "platform": "bench", "app_version": "0"}
                id, token = devices.add(tx, office, user, about, now)
                found.append({"device_id": id, "token": token, "user": who})
        return found

    result: list[dict[str, Any]] = office.database.write(enrolled)
    return result


def main() -> None:
    folder, port, engineers, tablets = Path(sys.argv[1]), *map(int, sys.argv[2:5])
    app = create_app(Settings(data=folder))
    print(json.dumps(identities(app.state.context, engineers, tablets)), flush=True)
    settle()
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, **web_server.options())


if __name__ == "__main__":
    main()
