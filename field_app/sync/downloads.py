"""Files from the office: the photos of our tickets that somebody else's tablet sent."""

from field_app.store import evidence, foreign_photos
from field_app.store.database import Database
from field_app.store.evidence import DiskLow
from field_app.sync.refusals import refusal
from field_app.sync.server import Caller, Server, sent
from field_app.sync.troubles import BrokenAnswer, NotPermitted
from field_app.sync.uploads import FOLDER, GONE

MOST_FETCHED = 20
"""Photos a round: whoever gets many tickets at once hears of everything else first."""


def fetch(database: Database, server: Server, caller: Caller) -> None:
    """Bring in photos that are not here; one that the office has not yet comes another time.

    Raises what `sent` raises, and BrokenAnswer. A disk that is nearly full keeps its room for our
    own work.
    """
    foreign_photos.tidy(database)
    for name in foreign_photos.absent(database)[:MOST_FETCHED]:
        data = _downloaded(server, caller, name)
        if data is None:
            continue
        try:
            foreign_photos.keep(database, name, data)
        except DiskLow:
            return


def _downloaded(server: Server, caller: Caller, name: str) -> bytes | None:
    headers = {"Authorization": f"Bearer {caller.token}", "Accept-Encoding": "identity"}
    request = server.http.build_request("GET", f"{FOLDER}{name}", headers=headers)
    response = sent(server.http, request)
    if response.status_code in GONE:
        return None
    if not response.is_success:
        trouble = refusal(response)
        if isinstance(trouble, NotPermitted):
            return None
        raise trouble
    data: bytes = response.extensions["raw"]
    if evidence.name_of(data) != name:
        raise BrokenAnswer
    return data
