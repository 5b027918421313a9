"""Tablets at the console: let in by a code that works once, shut out at once."""

import re

import httpx
import pytest

from shared.ticket.people import Role
from sync_server.console.administration.tablets import qr
from sync_server.identity import devices, users
from tests.sync_server.console.browser import said


def enrol(office, code: str) -> httpx.Response:
    about = {"name": "Tab A9", "platform": "android", "app_version": "0.1.0"}
    return httpx.post(f"{office.url}/api/v1/enrol", json={"code": code, "device": about})


@pytest.fixture
def code(supervisor, office) -> str:
    """A code made at the console for the engineer."""
    answer = supervisor.submit("/devices/enrol", engineer=office.user().id)
    shown = re.search(r'id="code">([0-9A-Z-]{17})<', answer.text)
    assert shown, said(answer)
    return shown[1]


def test_a_code_lets_one_tablet_in(supervisor, office, code):
    user = office.user()
    assert supervisor.get(f"/devices/enrolled/{user.id}").status_code == 204
    assert enrol(office, code).status_code == 201
    assert enrol(office, code).status_code == 403
    assert "Tableta dada de alta" in supervisor.see(f"/devices/enrolled/{user.id}")
    page = supervisor.see("/devices")
    assert "Tab A9" in page
    assert "En contacto" in page


@pytest.mark.parametrize(("seconds", "status"), [(15 * 60 - 1, 201), (15 * 60, 403)])
def test_a_code_runs_out_after_fifteen_minutes(office, seconds, status):
    office.clock.stop()
    code = office.code()
    office.clock.forward(seconds=seconds)
    assert enrol(office, code).status_code == status


def test_the_code_is_on_its_page_and_nowhere_else(supervisor, office, code):
    answer = supervisor.submit("/devices/enrol", engineer=office.user().id)
    assert answer.headers["cache-control"] == "no-store"
    for path in ("/devices", f"/devices/enrolled/{office.user().id}"):
        assert code not in supervisor.get(path).text


def test_the_qr_says_the_code():
    import zxingcpp
    from PIL import Image, ImageDraw

    drawn = str(qr("ABCDE-FGHJK-MNPQR"))
    assert "style=" not in drawn
    box = re.search(r'viewBox="0 0 (\d+)', drawn)
    assert box
    size = int(box[1])
    picture = Image.new("1", (size * 8, size * 8), 1)
    pen, x, y = ImageDraw.Draw(picture), 0.0, 0.0
    for step, a, b in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", drawn.split(' d="')[1]):
        if step == "h":
            corners = [x * 8, (y - 0.5) * 8, (x + float(a)) * 8 - 1, (y + 0.5) * 8 - 1]
            pen.rectangle(corners, fill=0)
            x += float(a)
        else:
            x, y = (float(a), float(b)) if step == "M" else (x + float(a), y + float(b))
    read = zxingcpp.read_barcode(picture.convert("L"))
    assert read
    assert read.text == "ABCDE-FGHJK-MNPQR"


def test_a_code_is_only_for_an_active_engineer(supervisor, office):
    gone = office.user(Role.ENGINEER, "Marco Díaz")
    office.do(lambda tx: users.set_active(tx, gone.id, False, office.clock()))
    for engineer in ("", "nobody", office.user(Role.SUPERVISOR).id, gone.id):
        answer = supervisor.submit("/devices/enrol", engineer=engineer)
        assert answer.status_code == 422
        assert "Elija una de las opciones" in said(answer)


@pytest.mark.parametrize("wipe", [True, False])
def test_a_lost_tablet_is_shut_out_and_told_to_erase_itself(supervisor, office, wipe):
    user, now = office.user(), office.clock()
    id, token = office.do(lambda tx: devices.add(tx, office.context, user.id, {}, now))
    page = supervisor.see("/devices")
    assert "Si nunca vuelve a conectarse no se puede borrar a distancia" in page
    page = supervisor.done(f"/devices/{id}/revoke", **({"wipe": "1"} if wipe else {}))
    assert ("se le pedirá que borre sus datos" in page) is wipe
    hello = httpx.post(
        f"{office.url}/api/v1/sync/pull",
        json={"device_id": id, "cursors": {}, "limit": 1},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert hello.status_code == 401
    row = office.ask(lambda tx: devices.get(tx, id))
    assert row.wipe is wipe


def test_a_tablet_that_is_none_is_not_revoked(supervisor):
    assert supervisor.submit("/devices/nothing/revoke").status_code == 404
