"""What no log could say and no page could show: parked alone, kept to the byte, and shown."""

import json

import pytest
from sqlalchemy import select

from shared.ticket.people import Role
from sync_server.archive.archive_check import check_archive
from sync_server.database.tables import parked
from tests.raw_tablet import RawTablet
from tests.sync_server.console.browser import browser

DEEP = "[" * 100_000 + "0.5" + "]" * 100_000

UNSAYABLE = {
    "half_a_character": lambda op: json.dumps(op | {"kind": "\ud800"}),
    "deep": lambda op: json.dumps(op | {"body": {"fields": {"contract": 0}}}).replace(
        '"contract": 0', '"contract": ' + "[" * 600 + "0.5" + "]" * 600
    ),
    "deeper_than_any_stack": lambda op: json.dumps(op | {"body": 0}).replace(
        '"body": 0', f'"body": {DEEP}'
    ),
    "no_number": lambda op: json.dumps(op | {"body": {"fields": {"contract": float("nan")}}}),
    "endless_number": lambda op: json.dumps(op | {"base_rev": 0}).replace(
        '"base_rev": 0', '"base_rev": ' + "9" * 5000
    ),
    "revision_beyond_any": lambda op: json.dumps(op | {"base_rev": 2**60}),
    "nothing_at_all": lambda op: json.dumps(op | {"body": {"fields": {"diagnosis": "a\0b"}}}),
    "bell": lambda op: json.dumps(op | {"body": {"fields": {"diagnosis": "a\x07b"}}}),
    "number_of_another": lambda op: json.dumps(
        op | {"kind": "create", "ticket": "018f0000-0000-7000-8000-000000000001",
              "body": {"fields": {"provisional_folio": "SEI-2026-000001"}}}
    ),
}  # fmt: skip


def pushed(tablet: RawTablet, *operations: str):
    content = f'{{"device_id": "{tablet.device_id}", "ops": [{", ".join(operations)}]}}'
    headers = {"Authorization": f"Bearer {tablet.token}"}
    return tablet.http.post("/api/v1/sync/push", content=content.encode(), headers=headers)


@pytest.fixture
def tablet(office):
    opened = RawTablet(office)
    yield opened
    opened.close()


def test_one_that_cannot_be_said_is_parked_and_its_neighbours_are_applied(office, tablet):
    ticket = office.ticket()
    tablet.pull()
    written, expected = [], []
    for number, spoilt in enumerate(UNSAYABLE.values()):
        written.append(spoilt(tablet.sets(ticket, root_cause_text="no")))
        written.append(json.dumps(tablet.sets(ticket, diagnosis=f"Rodillo {number}")))
        expected += ["parked", "applied"]
    answer = pushed(tablet, *written)
    assert answer.status_code == 200, answer.text
    assert [each["outcome"] for each in answer.json()["results"]] == expected
    assert pushed(tablet, *written).json()["results"] == answer.json()["results"]
    fields = office.fields(ticket)
    assert fields["diagnosis"] == f"Rodillo {len(UNSAYABLE) - 1}"
    assert not {"root_cause_text", "contract"} & {name for name in fields if fields[name]}
    kept = office.ask(
        lambda tx: list(tx.scalars(select(parked.c.raw).order_by(parked.c.operation)))
    )
    assert kept == [op.encode() for op in written[::2]]
    assert check_archive(office.context) == []
    page = browser(office, Role.SUPERVISOR)
    shown = page.see("/parked")
    assert shown.count('class="code prose"') == len(UNSAYABLE)
    assert "Rodillo 8" in page.see(f"/tickets/{ticket}")


def test_the_check_still_sees_when_bytes_that_were_parked_are_others(office, tablet):
    pushed(tablet, UNSAYABLE["half_a_character"](tablet.sets(office.ticket())))
    altered = office.do(lambda tx: tx.connection.exec_driver_sql(
        "UPDATE parked SET raw = CAST(replace(raw, 'fields', 'felds') AS BLOB)"))  # fmt: skip
    assert altered.rowcount == 1
    [fault] = check_archive(office.context)
    assert "another message" in fault.what


def test_a_number_that_a_tablet_gave_is_set_by_nothing_but_its_creation(office, tablet):
    mine, other = office.ticket(), office.ticket()
    number = office.fields(other)["folio"]
    tablet.pull()
    [said] = tablet.push(tablet.sets(mine, provisional_folio=number))
    assert said["outcome"] == "conflict"
    office.sets(mine, Role.SUPERVISOR, provisional_folio=number)
    assert office.fields(mine).get("provisional_folio") is None


def test_two_tickets_never_have_one_number(office, tablet):
    born = [tablet.op(f"018f0000-0000-7000-8000-00000000000{n}", "create",
                      {"fields": {"provisional_folio": number, "description": "No enciende"}})
            for n, number in enumerate(["PROV-A1-1", "PROV-A1-1", "PROV-1234-123456"])]  # fmt: skip
    assert [each["outcome"] for each in tablet.push(*born)] == ["applied"] * 3
    numbers = [office.fields(op["ticket"]).get("provisional_folio") for op in born]
    assert numbers == ["PROV-A1-1", None, "PROV-1234-123456"]
    assert len({office.fields(op["ticket"])["folio"] for op in born}) == 3
