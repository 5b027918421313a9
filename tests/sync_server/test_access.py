"""Every door of the office, tried by everybody: what is not allowed here is denied there."""

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from shared.operations.operation import Kind
from shared.ticket.people import Actor, Role
from sync_server.app import create_app
from sync_server.archive import archive, archive_search
from sync_server.console import mount
from sync_server.console.web.dependencies import Require
from sync_server.identity import devices
from sync_server.identity.permissions import Action, can
from sync_server.runtime.settings import Settings
from sync_server.sync import received_files
from tests.office import RunningOffice
from tests.pictures import photo
from tests.sync_server.console.browser import Browser, browser
from tests.sync_server.leave import LEAVE, may
from tests.tablet import named

EMPLOYED = [role for role in Role if role not in (Role.CUSTOMER, Role.SYSTEM)]

OPEN = {
    ("GET", "/sign-in"), ("POST", "/sign-in"), ("POST", "/sign-out"),
    ("POST", "/sign-in/code"),
    ("GET", "/static/{name:path}"),
    ("POST", "/api/v1/enrol"), ("GET", "/healthz"), ("GET", "/readyz"),
    ("GET", "/v"), ("POST", "/v"), ("GET", "/v/{folio}"),
    ("GET", "/customer/{name:path}"),
}  # fmt: skip
"""Doors that everybody may open: they prove nothing about anybody."""

TABLET = {
    ("POST", "/api/v1/sync/hello"),
    ("POST", "/api/v1/sync/push"),
    ("POST", "/api/v1/sync/pull"),
    ("GET", "/api/v1/live"),
    ("OPTIONS", "/api/v1/blobs/"),
    ("POST", "/api/v1/blobs/"),
    ("POST", "/api/v1/blobs/{name}"),
    ("HEAD", "/api/v1/blobs/{name}"),
    ("PATCH", "/api/v1/blobs/{name}"),
    ("DELETE", "/api/v1/blobs/{name}"),
    ("GET", "/api/v1/blobs/{sha256}"),
}
"""Doors that ask for a tablet's token."""

ENTRANCE = ("GET", "/")
"""The board, or the first page of a role: who is not signed in is sent to do so."""

DOORS = Path(__file__).parents[1] / "snapshots" / "doors.txt"

ENDLESS = ("/console/live", "/api/v1/live")


def doors(app: FastAPI) -> Iterator[tuple[str, str, Any]]:
    """Every route of the app with each of its methods."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        methods = set(getattr(route, "methods", None) or ())
        for method in sorted(methods - {"HEAD"} if "GET" in methods else methods):
            yield method, context.path or "", route


@cache
def console() -> dict[tuple[str, str], Action]:
    """Every door of the console, and what it asks leave for, as the pages declare it."""
    app = FastAPI()
    mount.console(app)
    return {
        (method, path): dependency.call.action
        for method, path, route in doors(app)
        if isinstance(route, APIRoute)
        for dependency in route.dependant.dependencies
        if isinstance(dependency.call, Require)
    }


def filled(path: str) -> str:
    """A path of the table with something in its places."""
    return re.sub(r"\{\w+(:\w+)?\}", lambda m: "1" if m[0] == "{line}" else "nothing", path)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    office = RunningOffice(tmp_path_factory.mktemp("office")).start()
    office.furnish()
    yield office
    office.stop()


def test_every_route_asks_for_leave_or_for_a_token_or_is_known_to_be_open(tmp_path):
    app = create_app(Settings(data=tmp_path))
    known = OPEN | TABLET | console().keys() | {ENTRANCE, ("GET", "/api/openapi.json")}
    assert {(m, p) for m, p, _ in doors(app) if (m, p) not in known} == set()
    app.state.context.close()


def test_every_page_is_found():
    pages = (p for p in Path(mount.__file__).parent.rglob("*.py") if p.name != "mount.py")
    written = [
        path for page in pages
        for path in re.findall(r"@router\.\w+\(\s*\"([^\"]+)", page.read_text("utf-8"))
    ]  # fmt: skip
    mounted = [route.path for route in mount.pages().routes if isinstance(route, APIRoute)]
    assert sorted(mounted) == sorted(written)
    assert len(written) > 40


@pytest.mark.snapshot
def test_what_each_door_asks_leave_for_changes_only_on_purpose():
    rows = sorted(f"{path} {method} {action}\n" for (method, path), action in console().items())
    if os.environ.get("UPDATE_SNAPSHOTS"):
        DOORS.write_text("".join(rows), "utf-8")
    assert "".join(rows) == DOORS.read_text("utf-8"), "changed on purpose? make snapshots"


BY_REGISTER = "/registers/{name}/"
"""Each register has its own right to be changed, which its page asks: console/test_registers.py."""


def test_who_may_only_look_changes_nothing():
    looking = [action for action in Action if action.startswith(("see_", "list_"))]
    changing = [door for door, action in console().items()
                if action in looking and door[0] != "GET"]  # fmt: skip
    assert all(path.startswith(BY_REGISTER) for _, path in changing)


def test_no_page_hides_another():
    paths = [(sorted(r.methods or ()), r.path_regex, r.path) for r in mount.pages().routes
             if isinstance(r, APIRoute)]  # fmt: skip
    for number, (methods, _, path) in enumerate(paths):
        before = [p for m, regex, p in paths[:number] if m == methods and regex.match(path)]
        assert before == [], path


def test_nothing_opens_without_a_session(running):
    with Browser(running) as nobody:
        for method, path in (ENTRANCE, *console()):
            answer = nobody.request(method, filled(path))
            denied = answer.status_code == 401 or (
                answer.status_code == 303 and answer.headers["location"].startswith("/sign-in")
            )
            assert denied, (method, path, answer.status_code)


def test_no_tablets_door_opens_without_its_token(running):
    with httpx.Client(base_url=running.url) as nobody:
        for method, path in TABLET - {("OPTIONS", "/api/v1/blobs/")}:
            answer = nobody.request(method, filled(path), headers={"Tus-Resumable": "1.0.0"})
            assert answer.status_code == 401, (method, path, answer.status_code)


@pytest.mark.parametrize("role", EMPLOYED)
def test_a_session_of_the_console_opens_no_tablets_door(running, role):
    with browser(running, role) as somebody:
        for method, path in TABLET - {("OPTIONS", "/api/v1/blobs/")}:
            answer = somebody.request(method, filled(path), headers={"Tus-Resumable": "1.0.0"})
            assert answer.status_code == 401, (method, path, answer.status_code)


@pytest.mark.parametrize("role", EMPLOYED)
def test_each_role_opens_its_own_doors_and_no_other(running, role):
    with browser(running, role) as somebody:
        for (method, path), action in console().items():
            if path in ENDLESS and may(role, action):
                continue
            answer = somebody.request(method, filled(path))
            assert answer.status_code < 500, (method, path, answer.status_code)
            assert (answer.status_code == 403) == (not may(role, action)), (
                role, method, path, answer.status_code,
            )  # fmt: skip
        entered = somebody.request(*ENTRANCE)
        assert entered.status_code == (200 if may(role, "see_board") else 303)


def test_a_tablets_token_opens_no_room_of_the_console(running):
    engineer = running.user()
    _, token = running.do(
        lambda tx: devices.add(tx, running.context, engineer.id, {}, running.clock())
    )
    with Browser(running, Authorization=f"Bearer {token}") as tablet:
        for path in ("/tickets", "/archive", "/people"):
            assert tablet.get(path).status_code == 303


@pytest.mark.parametrize("action", Action)
def test_each_role_may_do_what_is_written_and_nothing_else(action):
    allowed = {role for role in Role if can(Actor("somebody", role), action)}
    assert allowed == LEAVE[action]


def test_every_action_is_written_down_and_any_other_is_denied():
    assert set(LEAVE) == set(Action)
    assert not any(can(Actor("somebody", role), "fly") for role in Role)  # type: ignore[arg-type]


class Ticket:
    def __init__(self, assignee: str | None) -> None:
        self.assignee = assignee


def test_an_engineer_sees_their_own_only():
    luis = Actor("luis", Role.ENGINEER)
    for action in (Action.SEE_TICKET, Action.SEE_BLOB, Action.SEE_REPORT):
        assert can(luis, action, Ticket("luis"))
        assert not can(luis, action, Ticket("ana"))
        assert not can(luis, action, Ticket(None))


def test_the_account_executive_never_moves_a_ticket():
    assert not can(Actor("e", Role.ACCOUNT_EXECUTIVE), Action.COMMAND)
    assert can(Actor("e", Role.ACCOUNT_EXECUTIVE), Action.COMMENT)


def test_the_administrator_never_edits_a_ticket():
    admin = Actor("a", Role.ADMINISTRATOR)
    barred = (Action.COMMAND, Action.EDIT_TICKET, Action.COMMENT, Action.REGISTER_TICKET,
              Action.RESOLVE_CONFLICT)  # fmt: skip
    assert not any(can(admin, action) for action in barred)


@pytest.fixture
def another_s(running):
    """A ticket of another engineer with a photo and a report, closed and archived."""
    ana = running.user(Role.ENGINEER, f"Ana {running.context.new_id()[-6:]}")
    id = running.ticket(assignee=ana)
    picture, report = photo(5), b"%PDF-1.7 not much of one"
    for kind, mime, content in (
        ("before", "image/jpeg", picture),
        ("report", "application/pdf", report),
    ):
        entry = {
            "id": running.context.new_id(),
            "sha256": named(content),
            "kind": kind,
            "mime": mime,
        }
        body = {"collection": "evidence", "entry": entry}
        running.operation(id, Kind.APPEND, body, Role.SUPERVISOR)
        received_files.receive(running.context, named(content), mime, content, running.clock())
    return id, named(picture), named(report), ana


def test_an_engineer_gets_nothing_of_another_s_ticket(running, another_s):
    id, picture, report, ana = another_s
    paths = [f"/tickets/{id}", f"/tickets/{id}/now", f"/files/{picture}", f"/files/{report}"]
    with browser(running, Role.ENGINEER) as luis, Browser(running).enter(ana) as owner:
        assert [luis.get(path).status_code for path in paths] == [404] * 4
        assert [owner.get(path).status_code for path in paths] == [200] * 4
        assert ana.name not in luis.see("/tickets", params={"q": "c6000"})


def test_an_engineer_gets_no_archived_report_of_another(running, another_s):
    id = another_s[0]
    now = running.clock()
    running.do(lambda tx: archive.archive_report(tx, running.context, running.record(id), now))
    archived = running.ask(lambda tx: archive_search.of_ticket(tx, id))[0]
    with browser(running, Role.ENGINEER) as luis:
        assert luis.get(f"/archive/{archived.id}/pdf").status_code == 404
        assert luis.get(f"/archive/{archived.id}").status_code == 403


def test_a_file_that_no_ticket_names_is_nobodys(running):
    content = photo(77)
    received_files.receive(running.context, named(content), "image/jpeg", content, running.clock())
    with browser(running, Role.SUPERVISOR) as supervisor:
        assert supervisor.get(f"/files/{named(content)}").status_code == 404
        assert supervisor.get("/files/nothing").status_code == 404


def test_a_file_does_no_harm_in_a_browser(running, another_s):
    id, picture, report, _ = another_s
    page = b"<script>alert(1)</script>"
    entry = {"id": running.context.new_id(), "sha256": named(page), "kind": "transcript",
             "mime": "text/html"}  # fmt: skip
    running.operation(id, Kind.APPEND, {"collection": "evidence", "entry": entry}, Role.SUPERVISOR)
    received_files.receive(running.context, named(page), "text/html", page, running.clock())
    with browser(running, Role.SUPERVISOR) as supervisor:
        for sha256, shown in ((picture, "inline"), (report, "inline"), (named(page), "attachment")):
            headers = supervisor.get(f"/files/{sha256}").headers
            assert headers["content-disposition"].startswith(shown)
            assert headers["x-content-type-options"] == "nosniff"
            assert "text/html" not in headers["content-type"]
