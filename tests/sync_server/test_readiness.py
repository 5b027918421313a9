"""A load balancer asks; a process that cannot serve says so, and what it lacks."""

import shutil
import threading
from collections import namedtuple

import httpx
import pytest

from sync_server.blobs.store import StoreDown
from sync_server.database.transactions import Transaction

Disk = namedtuple("Disk", "total used free")


def asked(office, path: str) -> httpx.Response:
    answer = httpx.get(f"{office.url}{path}", timeout=10)
    assert answer.headers["cache-control"] == "no-store"
    return answer


def test_an_open_office_is_alive_and_ready(office):
    assert asked(office, "/healthz").text == "ok"
    answer = asked(office, "/readyz")
    assert answer.status_code == 200
    said = answer.json()
    assert (said["database"], said["files"], said["disk"]) == ("ok", "ok", "ok")
    assert said["oldest_mail_s"] == 0
    assert said["sqlite"].startswith("3.")


def test_who_watches_waits_for_no_write(office):
    """An index made anew, another process at work, a slow disk: all of them hold the writer."""
    going_on, done = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        going_on.set()
        assert done.wait(60)

    holding = threading.Thread(target=office.context.database.write, args=(hold,))
    holding.start()
    try:
        assert going_on.wait(60)
        assert asked(office, "/readyz").status_code == 200
    finally:
        done.set()
        holding.join()


def away(*asked: object) -> None:
    raise StoreDown("s3.internal does not answer")


@pytest.mark.parametrize(
    ("what", "where", "name", "broken"),
    [
        ("files", "blobs", "has", away),
        ("database", "database", "reading", away),
        ("disk", None, "disk_usage", lambda path: Disk(1, 1, 1000)),
    ],
)
def test_what_is_away_is_named_and_nothing_more_is_told(
    office, monkeypatch, what, where, name, broken
):
    thing = getattr(office.context, where) if where else shutil
    monkeypatch.setattr(thing, name, broken)
    answer = asked(office, "/readyz")
    assert answer.status_code == 503
    assert {n for n, said in answer.json().items() if said in ("away", "full")} == {what}
    assert "internal" not in answer.text
    assert asked(office, "/healthz").status_code == 200, "a restart would not bring it back"
