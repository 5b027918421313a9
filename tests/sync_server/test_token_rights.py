"""May this token still do this? Asked at every door and for what is open, for every kind of object.

The doors are found by walking the app: one that stands in no table here fails.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from shared.ticket.people import Role
from sync_server.app import create_app
from sync_server.archive import archive, archive_search
from sync_server.console.web.dependencies import PLAIN_COOKIE
from sync_server.database.tables import blob
from sync_server.identity import devices, sessions, users
from sync_server.identity.token_rights import Use
from sync_server.runtime.settings import Settings
from tests.office import RunningOffice
from tests.pictures import photo
from tests.raw_tablet import RawTablet
from tests.sync_server.console.browser import Browser, browser
from tests.sync_server.leave import may
from tests.sync_server.tablets import announcement, sent
from tests.sync_server.test_access import EMPLOYED, OPEN, console, doors, filled

USES = {
    ("POST", "/api/v1/sync/hello"): Use.GREET,
    ("POST", "/api/v1/sync/push"): Use.PUSH,
    ("POST", "/api/v1/sync/pull"): Use.PULL,
    ("GET", "/api/v1/live"): Use.LISTEN,
    ("GET", "/api/v1/blobs/{sha256}"): Use.READ_FILE,
    ("POST", "/api/v1/blobs/"): Use.SEND_FILE,
    ("POST", "/api/v1/blobs/{name}"): Use.SEND_FILE,
    ("HEAD", "/api/v1/blobs/{name}"): Use.SEND_FILE,
    ("PATCH", "/api/v1/blobs/{name}"): Use.SEND_FILE,
    ("DELETE", "/api/v1/blobs/{name}"): Use.SEND_FILE,
}
"""What a tablet does at each of its doors."""

AFTER = {Use.GREET, Use.PUSH, Use.PULL, Use.SEND_FILE}
"""What is left to somebody who was deactivated: to hand in."""

TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    office = RunningOffice(tmp_path_factory.mktemp("office")).start()
    office.furnish()
    yield office
    office.stop()


@pytest.fixture
def enrol(office: RunningOffice) -> Iterator[Callable[..., RawTablet]]:
    tablets: list[RawTablet] = []

    def one(name: str) -> RawTablet:
        person = office.user(Role.ENGINEER, f"{name} {office.context.new_id()[-6:]}")
        tablets.append(RawTablet(office, office.code(person)))
        return tablets[-1]

    yield one
    for tablet in tablets:
        tablet.close()


def test_every_tablets_door_says_what_it_is_for(tmp_path: Path):
    app = create_app(Settings(data=tmp_path))
    tablets = {(m, p) for m, p, _ in doors(app) if p.startswith("/api/v1/")}
    app.state.context.close()
    assert tablets - OPEN - {("OPTIONS", "/api/v1/blobs/")} == USES.keys()


def live(office: RunningOffice, tablet: RawTablet) -> str:
    return tablet.token


def rotated(office: RunningOffice, tablet: RawTablet) -> str:
    """The old one, before the first use of the new."""
    office.do(lambda tx: devices.rotate(tx, office.context, tablet.device_id))
    return tablet.token


def replaced(office: RunningOffice, tablet: RawTablet) -> str:
    new = office.do(lambda tx: devices.rotate(tx, office.context, tablet.device_id))
    devices.signed_in(office.context, new)
    return tablet.token


def revoked(office: RunningOffice, tablet: RawTablet) -> str:
    office.do(lambda tx: devices.revoke(tx, tablet.device_id, office.clock()))
    return tablet.token


def deactivated(office: RunningOffice, tablet: RawTablet) -> str:
    office.do(lambda tx: users.set_active(tx, tablet.user, False, office.clock()))
    return tablet.token


def of_another_office(office: RunningOffice, tablet: RawTablet) -> str:
    return devices.new_token()


STATES: dict[Callable[[RunningOffice, RawTablet], str], tuple[set[Use], int]] = {
    live: (set(Use), 0),
    rotated: (set(Use), 0),
    replaced: (set(), 401),
    revoked: (set(), 401),
    deactivated: (AFTER, 403),
    of_another_office: (set(), 401),
}
"""What a token in each state may still do, and what it hears otherwise."""


def knocked(http: httpx.Client, method: str, path: str, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}", **TUS}
    with http.stream(method, filled(path), headers=headers) as answer:
        return answer.status_code


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_a_token_does_at_each_door_what_its_state_allows(office, enrol, state):
    tablet = enrol(state.__name__)
    token = state(office, tablet)
    allowed, refusal = STATES[state]
    for (method, path), use in USES.items():
        status = knocked(tablet.http, method, path, token)
        if use in allowed:
            assert status not in (401, 403), (method, path, status)
        else:
            assert status == refusal, (method, path, status)


def test_only_a_revoked_token_is_told_to_wipe(office, enrol):
    tablet = enrol("Wilma")
    answer = tablet.http.post("/api/v1/sync/hello", headers=bearer(devices.new_token()))
    assert "wipe" not in answer.json()
    answer = tablet.http.post("/api/v1/sync/hello", headers=bearer(revoked(office, tablet)))
    assert answer.json()["wipe"] is True


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


# Sessions of the console


def left(office: RunningOffice, page: Browser) -> None:
    token = page.cookies[PLAIN_COOKIE]
    page.submit("/sign-out")
    page.cookies.set(PLAIN_COOKIE, token)


def run_out(office: RunningOffice, page: Browser) -> None:
    """Its time is over: by the clock of the session alone, others go on."""
    token = page.cookies[PLAIN_COOKIE]
    before = office.clock() - sessions.LONGEST_SESSION - timedelta(seconds=1)
    office.do(lambda tx: sessions.keep_session(tx, token, before))


def let_go(office: RunningOffice, page: Browser) -> None:
    who = office.ask(lambda tx: sessions.session_of(tx, page.cookies[PLAIN_COOKIE], office.clock()))
    assert who is not None
    gone = who.user.id
    office.do(lambda tx: users.set_active(tx, gone, False, office.clock()))


def elsewhere(office: RunningOffice, page: Browser) -> None:
    page.cookies.set(PLAIN_COOKIE, devices.new_token())


@pytest.mark.parametrize("ending", [left, run_out, let_go, elsewhere], ids=lambda e: e.__name__)
def test_an_ended_session_opens_no_door_of_the_console(office, ending):
    """Each role in turn: which one it was is not asked before the session is."""
    for number, role in enumerate(EMPLOYED):
        person = office.user(role, f"{ending.__name__} {role} {office.context.new_id()[-6:]}")
        with Browser(office).enter(person) as page:
            ending(office, page)
            for method, path in sorted(console())[number :: len(EMPLOYED)]:
                answer = page.request(method, filled(path))
                denied = answer.status_code == 401 or (
                    answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
                )
                assert denied, (ending, role, method, path, answer.status_code)


# Object level


@pytest.fixture
def another_s(office, enrol) -> dict[str, str]:
    """What belongs to another engineer, by the place in a path that names it."""
    ana = enrol("Ana")
    owner = office.ask(lambda tx: users.get(tx, ana.user))
    ticket = office.ticket(assignee=owner)
    picture = photo(11) + ana.device_id.encode()
    ana.pull()
    entry = {"sha256": hashlib.sha256(picture).hexdigest(), "kind": "before",
             "mime": "image/jpeg", "size": len(picture)}  # fmt: skip
    ana.push(ana.appends(ticket, "evidence", **entry))
    send_whole(ana, picture)
    now = office.clock()
    office.do(lambda tx: archive.archive_report(tx, office.context, office.record(ticket), now))
    [archived] = office.ask(lambda tx: archive_search.of_ticket(tx, ticket))
    begun = announce(ana, b"not sent yet")
    other = Browser(office).enter(owner)
    handle = sessions.handle_of(sessions.token_hash(other.cookies[PLAIN_COOKIE]))
    other.close()
    return {
        "/tickets/{id}": ticket,
        "/files/{sha256}": entry["sha256"],
        "/archive/{id}": archived.id,
        "/profile/sessions/{handle}": handle,
        "/api/v1/blobs/{sha256}": entry["sha256"],
        "/api/v1/blobs/{name}": begun.headers["Location"].rpartition("/")[2],
    }


def announce(tablet: RawTablet, content: bytes) -> httpx.Response:
    headers = {**bearer(tablet.token), **TUS, **announcement(content)}
    return tablet.http.post("/api/v1/blobs/", headers=headers)


def send_whole(tablet: RawTablet, content: bytes) -> str:
    tablet.http.headers.update({**bearer(tablet.token), **TUS})
    return sent(tablet.http, content)


def placed(path: str, objects: dict[str, str]) -> str:
    """The path with another's object in its place; KeyError for a kind that is not in the table."""
    kind = path[: path.index("}") + 1]
    return path.replace(kind, kind[: kind.index("{")] + objects[kind])


def test_an_engineer_finds_no_object_of_another_behind_any_door(office, enrol, another_s):
    luis = enrol("Luis")
    of_engineers = {
        (m, p) for (m, p), action in console().items() if "{" in p and may(Role.ENGINEER, action)
    }
    assert of_engineers, "the console has objects"
    person = office.ask(lambda tx: users.get(tx, luis.user))
    with Browser(office).enter(person) as page:
        for method, path in of_engineers:
            answer = page.request(method, placed(path, another_s))
            assert answer.status_code == 404, (method, path)
    for method, path in USES:
        if "{" in path:
            headers = {**bearer(luis.token), **TUS, "Upload-Offset": "0",
                       "X-HTTP-Method-Override": "PATCH",
                       "Content-Type": "application/offset+octet-stream"}  # fmt: skip
            answer = luis.http.request(method, placed(path, another_s), headers=headers)
            assert answer.status_code == 404, (method, path)


def test_a_tablet_neither_speaks_nor_pulls_for_another(office, enrol):
    ana, luis = enrol("Ana"), enrol("Luis")
    for step, more in (
        ("hello", {"protocol": 1, "last_n": 0}),
        ("push", {"ops": []}),
        ("pull", {}),
    ):
        message = {"device_id": ana.device_id, "cursors": {}, "limit": 1, **more}
        answer = luis.http.post(f"/api/v1/sync/{step}", json=message, headers=bearer(luis.token))
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/device"), step
    message = {"device_id": luis.device_id, "cursors": {f"user:{ana.user}": "x"}, "limit": 1}
    answer = luis.http.post("/api/v1/sync/pull", json=message, headers=bearer(luis.token))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/scope")


# What is open


@pytest.mark.parametrize("end", [revoked, deactivated], ids=lambda end: end.__name__)
def test_a_tablets_line_ends_with_its_right(office, enrol, end):
    tablet = enrol("Lina")
    with tablet.http.stream("GET", "/api/v1/live", headers=bearer(tablet.token)) as line:
        chunks = line.iter_text()
        assert next(chunks) == ": listening\n\n"
        end(office, tablet)
        assert "still here" not in "".join(until_it_ends(chunks))


def until_it_ends(chunks: Iterator[str]) -> Iterator[str]:
    """What is heard until the line ends; a line that does not end says so every few seconds."""
    for chunk in chunks:
        yield chunk
        if "still here" in chunk:
            return


@pytest.mark.parametrize("end", [left, let_go, run_out], ids=lambda end: end.__name__)
def test_a_page_of_the_console_hears_nothing_after_its_session(office, end):
    boss = office.user(Role.SUPERVISOR, f"Berta {office.context.new_id()[-6:]}")
    with Browser(office).enter(boss) as page, Browser(office) as other:
        other.cookies.set(PLAIN_COOKIE, page.cookies[PLAIN_COOKIE])
        with page.stream("GET", "/console/live") as line:
            chunks = line.iter_text()
            assert next(chunks).startswith("retry")
            end(office, other)
            assert "still here" not in "".join(until_it_ends(chunks))


def test_another_s_line_goes_on(office, enrol):
    first, second = enrol("Lina"), enrol("Luz")
    with second.http.stream("GET", "/api/v1/live", headers=bearer(second.token)) as line:
        chunks = line.iter_text()
        next(chunks)
        with first.http.stream("GET", "/api/v1/live", headers=bearer(first.token)) as ended:
            revoked(office, first)
            list(until_it_ends(ended.iter_text()))
        owner = office.ask(lambda tx: users.get(tx, second.user))
        office.ticket(assignee=owner)
        assert any(f"user:{second.user}" in chunk for chunk in chunks)


def test_an_upload_under_way_ends_when_its_tablet_is_shut_out(office, enrol):
    tablet = enrol("Ursula")
    content = b"a" * 200_000
    name = hashlib.sha256(content).hexdigest()
    headers = {**bearer(tablet.token), **TUS, "Content-Type": "application/offset+octet-stream"}
    begun = announce(tablet, content)

    def slowly() -> Iterator[bytes]:
        yield content[:100_000]
        revoked(office, tablet)
        yield content[100_000:]

    answer = tablet.http.patch(
        begun.headers["Location"], content=slowly(), headers={**headers, "Upload-Offset": "0"}
    )
    assert answer.status_code == 401
    assert (
        office.ask(lambda tx: tx.scalar(select(blob.c.size).where(blob.c.sha256 == name))) is None
    )


def test_whose_owner_was_let_go_still_brings_what_was_named_and_nothing_else(office, enrol):
    tablet = enrol("Nina")
    owner = office.ask(lambda tx: users.get(tx, tablet.user))
    ticket = office.ticket(assignee=owner)
    tablet.pull()
    deactivated(office, tablet)
    mine, other = photo(31), photo(32)
    entry = {"sha256": hashlib.sha256(mine).hexdigest(), "kind": "before", "mime": "image/jpeg"}
    [result] = tablet.push(tablet.appends(ticket, "evidence", **entry))
    assert result["outcome"] == "parked"
    announced = [announce(tablet, content).status_code for content in (mine, other)]
    assert announced == [201, 403]
    send_whole(tablet, mine)
    stored = office.ask(lambda tx: tx.scalar(
        select(blob.c.size).where(blob.c.sha256 == entry["sha256"])))  # fmt: skip
    assert stored == len(mine)


def test_no_file_stays_in_a_browser(office, another_s):
    with browser(office, Role.SUPERVISOR) as page:
        answer = page.get(f"/files/{another_s['/files/{sha256}']}")
        assert answer.headers["cache-control"] == "no-store"
        answer = page.get(f"/archive/{another_s['/archive/{id}']}")
        assert answer.headers["cache-control"].startswith("no-store")
