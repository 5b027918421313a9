"""The audit log says who came in or was turned away, holds no secret, and is altered by nobody."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import Executable, delete, func, select, update
from sqlalchemy.exc import DBAPIError

from shared.ticket.people import Actor, Role
from sync_server.database.tables import access_log, audit_disposal
from sync_server.identity import audit_log, audit_retention, passwords, totp, users
from sync_server.identity.audit_log import Wanted
from sync_server.schedule import worker
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet
from tests.sync_server.console.browser import Browser, browser

SECRET, WRONG, MISTYPED = "correct horse", "wrong horse 77", "my-secret-typed-as-address"
ANA = Actor("ana", Role.ADMINISTRATOR)


@pytest.fixture(scope="module")
def one_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningOffice]:
    office = RunningOffice(tmp_path_factory.mktemp("office")).start()
    office.furnish()
    yield office
    office.stop()


@pytest.fixture
def office(one_office: RunningOffice) -> RunningOffice:
    """One office for all; each test reads the log from where it stood before."""
    last = one_office.ask(lambda tx: tx.scalar(select(func.max(access_log.c.id)))) or 0
    BEFORE[one_office] = last
    return one_office


BEFORE: dict[RunningOffice, int] = {}


def rows(office: RunningOffice) -> list[Any]:
    """What was written down since the test began, the oldest first."""
    query = select(access_log).where(access_log.c.id > BEFORE[office])
    return office.ask(lambda tx: tx.rows(query.order_by(access_log.c.id)))


def noted(office: RunningOffice) -> list[str]:
    return [row.action for row in rows(office)]


def test_each_step_of_a_person_is_written_down_without_a_secret(office: RunningOffice):
    boss = office.user(Role.SUPERVISOR, "Berta Paz")
    secret = totp.new_secret(b"s" * 20)
    office.do(lambda tx: users.set_password(tx, boss.id, passwords.hashed(SECRET)))
    with Browser(office) as somebody:
        somebody.submit("/sign-in", email=MISTYPED, password=WRONG)
        somebody.submit("/sign-in", email=boss.email, password=WRONG)
        somebody.submit("/sign-in", email=boss.email, password=SECRET)
        somebody.get("/access")
        somebody.submit("/profile/password", old=WRONG, new="another horse")
        somebody.submit("/profile/password", old=SECRET, new="another horse")
        somebody.submit("/sign-out")
    assert noted(office) == [
        "sign_in.failed", "sign_in.failed", "sign_in.done", "denied.page", "password.refused",
        "password.changed", "session.left",
    ]  # fmt: skip
    found = rows(office)
    assert [row.person for row in found] == [None] + [boss.id] * 6
    assert [row.allowed for row in found] == [False, False, True, False, False, True, True]
    assert [row.actor for row in found][:3] == ["nobody", "nobody", boss.id]
    assert [row.detail.get("address") for row in found][:3] == ["127.0.0.1"] * 3
    kept = str(rows(office))
    for word in (SECRET, WRONG, MISTYPED, "another horse", secret):
        assert word not in kept, word


def test_a_wrong_code_of_the_second_step_is_written_down(office: RunningOffice):
    boss = office.user(Role.SUPERVISOR, "Carla Paz")
    office.do(lambda tx: users.set_password(tx, boss.id, passwords.hashed(SECRET)))
    office.do(
        lambda tx: totp.turn_on(tx, office.context.secret, boss.id, totp.new_secret(b"s" * 20), 0)
    )
    with Browser(office) as somebody:
        page = somebody.submit("/sign-in", email=boss.email, password=SECRET)
        ticket = page.text.split('name="ticket" value="')[1].split('"')[0]
        somebody.submit("/sign-in/code", ticket=ticket, code="123 456")
    assert noted(office) == ["sign_in.wrong_code"]
    assert "123 456" not in str(rows(office))


def test_a_tablet_coming_in_and_shut_out_is_written_down(office: RunningOffice):
    admin = office.user(Role.ADMINISTRATOR)
    first, code = RawTablet(office, name="Tableta 1"), office.code()
    second = RawTablet(office, code, name="Tableta 2")
    assert httpx.post(f"{office.url}/api/v1/enrol", json={"code": code, "device": {}}).is_error
    with browser(office, Role.ADMINISTRATOR) as page:
        page.submit(f"/devices/{second.device_id}/revoke", wipe="1")
    for _ in range(3):
        assert second.http.post("/api/v1/sync/pull", headers=bearer(second)).status_code == 401
    found = rows(office)
    assert [(row.action, row.actor, row.person, row.object) for row in found] == [
        ("device.enrolled", first.user, first.user, "Tableta 1"),
        ("device.enrolled_again", first.user, first.user, "Tableta 2"),
        ("device.code_refused", "nobody", None, ""),
        ("device.revoked", admin.id, first.user, "Tableta 2"),
        *[("device.refused", "nobody", first.user, "Tableta 2")] * 3,
    ]
    kept = str(rows(office))
    assert first.token not in kept
    assert code not in kept
    assert code.replace("-", "") not in kept
    first.close()
    second.close()


def bearer(tablet: RawTablet) -> dict[str, str]:
    return {"Authorization": f"Bearer {tablet.token}"}


def write(
    office: RunningOffice, action: str = "person.added", person: str | None = None, **back: float
) -> None:
    at = office.clock() - timedelta(**back)
    office.do(lambda tx: audit_log.note(tx, ANA, action, "x", at, {}, person=person))


def run(office: RunningOffice, statement: Executable) -> None:
    office.do(lambda tx: tx.execute(statement) and None)


def note(office: RunningOffice, *said: Any) -> None:
    office.do(lambda tx: audit_log.note(tx, ANA, *said))


def test_nobody_changes_or_deletes_a_note(office: RunningOffice):
    write(office)
    for statement in (update(access_log).values(actor="another"), delete(access_log)):
        with pytest.raises(DBAPIError, match="immutable"):
            run(office, statement)


def test_a_note_goes_after_its_term_and_that_it_went_is_kept(office: RunningOffice):
    now = office.clock()
    day = now.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=730)
    for at in (day - timedelta(microseconds=1), day):
        note(office, "person.added", "x", at, {})
    assert worker.run_due(office.context, now)["audit_notes_deleted"] == 1
    assert [row.at for row in rows(office)] == [day]
    [gone] = office.ask(lambda tx: tx.rows(select(audit_disposal)))
    assert (gone.before, gone.disposed_at) == (day, now)
    for statement in (update(audit_disposal).values(before=now), delete(audit_disposal)):
        with pytest.raises(DBAPIError, match="immutable"):
            run(office, statement)
    assert "audit_notes_deleted" not in worker.run_due(office.context, now)


def test_a_log_that_is_kept_for_ever_loses_nothing(office: RunningOffice):
    write(office, days=9_999)
    kept = replace(office.context, settings=office.settings.but(audit_days=0))
    assert not audit_retention.let_go(kept, office.clock())
    assert noted(office) == ["person.added"]
    assert audit_retention.let_go(office.context, office.clock())["audit_notes_deleted"] == 1


def test_it_is_searched_by_person_kind_and_day(office: RunningOffice):
    luis = office.user(Role.ENGINEER, "Luisa Mar")
    write(office, "person.gone", luis.id, days=3)
    write(office, "device.code", luis.id, days=2)
    write(office, "hold.set", days=2)
    with browser(office, Role.ADMINISTRATOR) as admin:
        of_luis = admin.see("/access", params={"person": luis.id})
        assert "Dio de baja a una persona" in of_luis
        assert "retención legal" not in of_luis.split('class="log"')[1]
        assert "Generó un código" not in admin.see("/access", params={"kind": "person"})
        zone = ZoneInfo(office.context.settings.zone)
        day = (office.clock() - timedelta(days=2)).astimezone(zone).date().isoformat()
        that_day = admin.see("/access", params={"since": day, "until": day})
        assert "Generó un código" in that_day
        assert "Dio de baja" not in that_day
        assert "Nada coincide" in admin.see(
            "/access", params={"person": luis.id, "until": "2001-01-01"}
        )
        for odd in ("2026-02-30", "x", "9999-12-31", "0001-01-01"):
            admin.see("/access", params={"since": odd, "until": odd, "kind": odd})


def test_a_window_goes_on_where_the_last_one_ended(office: RunningOffice):
    who = office.user(Role.ENGINEER, "Nora Gil").id
    for _ in range(101):
        write(office, person=who)
    with browser(office, Role.ADMINISTRATOR) as admin:
        first = admin.see("/access", params={"person": who, "kind": "person"})
        assert first.count("Agregó a una persona") == 100
        more = first.split('class="more"><a class="button" href="/access?')[1].split('"')[0]
        assert admin.see(f"/access?{more}").count("Agregó a una persona") == 1


def test_it_is_taken_away_as_a_table_that_holds_no_formula(office: RunningOffice):
    at = office.clock()
    for name in ("=1+1", ";=1+1", " @x", 'Ana «1», "2"'):
        note(office, "device.revoked", name, at, {"a": 1})
    with browser(office, Role.ADMINISTRATOR) as admin:
        answer = admin.get("/access/csv", params={"kind": "device"})
    assert answer.headers["cache-control"] == "no-store"
    text = answer.content.decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))[:4]
    assert [row["object"] for row in table] == ['Ana «1», "2"', "' @x", "';'=1+1", "'=1+1"]
    assert all(line.startswith('"') for line in text.splitlines())
    assert table[0] | {"id": "", "at": ""} == {
        "id": "", "at": "", "actor": "ana", "name": "", "action": "device.revoked",
        "object": "Ana «1», \"2\"", "person": "", "allowed": "yes", "detail": '{"a": 1}',
    }  # fmt: skip
    assert noted(office)[-1] == "audit.exported"


def test_the_export_is_read_a_window_at_a_time(office: RunningOffice, monkeypatch):
    monkeypatch.setattr(audit_log, "AT_ONCE", 2)
    who = office.user(Role.ENGINEER, "Olga Gil").id
    for _ in range(5):
        write(office, person=who)
    ids = [row.id for row in audit_log.every(office.context.database, Wanted(person=who))]
    assert len(ids) == 5
    assert ids == sorted(ids, reverse=True)
