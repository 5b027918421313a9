"""A tablet comes in by a code, proves itself by a token, and is turned away when it must be."""

from datetime import timedelta

import httpx
from sqlalchemy import select

from shared.ticket.people import Role
from sync_server.database.tables import device, enrol_code
from sync_server.identity import devices, users
from tests.office import RunningOffice
from tests.raw_tablet import RawTablet


def try_code(office: RunningOffice, code: str):
    return httpx.post(f"{office.url}/api/v1/enrol", json={"code": code, "device": {}})


def test_a_code_has_at_least_sixty_bits_and_reads_as_it_is_typed(office: RunningOffice):
    code = office.code()
    letters = code.replace("-", "")
    assert len(letters) * 5 >= 60
    assert not set(letters) & set("ILOU")
    typed = f" {code.lower().replace('0', 'o').replace('1', 'l')} "
    assert try_code(office, typed).status_code == 201


def test_a_code_serves_once(office: RunningOffice):
    code = office.code()
    assert try_code(office, code).status_code == 201
    answer = try_code(office, code)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/code")


def test_a_code_is_over_after_fifteen_minutes(office: RunningOffice):
    code = office.code()
    office.clock.forward(minutes=15, seconds=1)
    assert try_code(office, code).status_code == 403


def test_a_newer_code_makes_the_older_void(office: RunningOffice):
    older, newer = office.code(), office.code()
    assert try_code(office, older).status_code == 403
    assert try_code(office, newer).status_code == 201


def test_somebody_who_left_does_not_come_in(office: RunningOffice):
    code = office.code()
    office.do(lambda tx: users.set_active(tx, office.user().id, False, office.clock()))
    assert try_code(office, code).status_code == 403


def test_guessing_has_to_wait(office: RunningOffice):
    office.clock.stop()
    code = office.code()
    assert [try_code(office, str(i)).status_code for i in range(20)] == [403] * 20
    answer = try_code(office, code)
    assert (answer.status_code, answer.json()["type"]) == (429, "/problems/wait")
    assert answer.headers["retry-after"] == "2"
    office.clock.forward(seconds=2)
    assert try_code(office, code).status_code == 201


def test_the_answer_says_who_and_where(office: RunningOffice, tablet: RawTablet):
    said = tablet.enrolled
    assert said["user"] == {
        "id": office.user().id, "name": "Luis Cano", "role": "engineer",
        "email": "luis.cano@example.com",
    }  # fmt: skip
    assert set(said["server"]) == {"epoch", "name", "time"}


def test_neither_codes_nor_tokens_are_kept(office: RunningOffice, tablet: RawTablet):
    code = office.code()
    tables = office.ask(lambda tx: [*tx.rows(select(device)), *tx.rows(select(enrol_code))])
    kept = [str(value) for row in tables for value in row]
    assert not [value for value in kept if tablet.token in value or code in value]


def test_a_token_is_renewed_and_the_old_one_serves_until_the_new_one_has(
    office: RunningOffice, tablet: RawTablet
):
    assert "token" not in tablet.hello()
    office.clock.forward(days=31)
    old, new = tablet.token, tablet.hello()["token"]
    assert tablet.hello()["token"] == new  # the first answer may have been lost
    tablet.token = new
    assert "token" not in tablet.hello()
    tablet.token = old
    assert tablet.try_push().status_code == 401


def test_a_lost_tablet_is_told_to_erase_itself(office: RunningOffice, tablet: RawTablet):
    office.do(lambda tx: devices.revoke(tx, tablet.device_id, office.clock(), wipe=True))
    for path in ("hello", "push", "pull"):
        answer = tablet.post(f"/api/v1/sync/{path}", {})
        assert (answer.status_code, answer.json()["wipe"]) == (401, True)


def test_a_token_speaks_for_one_tablet_only(office: RunningOffice, tablet: RawTablet):
    other = RawTablet(office, office.code(office.user(Role.ENGINEER, "Ana Torres")))
    other.close()
    tablet.device_id = other.device_id
    assert tablet.try_push().status_code == 403


def test_another_protocol_is_refused_with_the_one_that_is_spoken(tablet: RawTablet):
    answer = tablet.post("/api/v1/sync/hello", {"device_id": tablet.device_id, "protocol": 2})
    assert (answer.status_code, answer.json()["protocols"]) == (426, [1])


def test_hello_says_how_both_stand(office: RunningOffice, tablet: RawTablet):
    tablet.push(tablet.sets(office.ticket(), diagnosis="a"))
    said = tablet.hello()
    assert (said["last_n"], said["durable_n"]) == (1, 1)
    assert said["scopes"] == ["org", f"user:{tablet.user}"]
    assert said["epoch"] == tablet.epoch
    assert said["actions"] == []


def test_after_a_restore_the_tablet_replays_what_the_office_lost_and_reads_anew(
    office: RunningOffice, tablet: RawTablet
):
    tablet.push(tablet.sets(office.ticket(), diagnosis="a"))
    actions = tablet.hello(epoch="another run of history", last_n=7)["actions"]
    assert {"do": "replay", "from_n": 1} in actions, "our last one, too: its hash is compared"
    assert [a["scope"] for a in actions if a["do"] == "resync"] == ["org", f"user:{tablet.user}"]


def test_what_is_safe_waits_for_the_backup_when_it_is_set_so(
    office: RunningOffice, tablet: RawTablet
):
    office.stop()
    office.start(durable="backup")
    answer = tablet.try_push(tablet.sets(office.ticket(), diagnosis="a")).json()
    assert (answer["last_n"], answer["durable_n"]) == (1, 0)
    assert tablet.hello()["durable_n"] == 0
    assert tablet.hello(wall=(tablet.clock() + timedelta(days=1)).isoformat())["last_n"] == 1
