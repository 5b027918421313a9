"""Words that differ from the office's registers are told to a person, and block nobody."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from shared.report import furniture
from sync_server.database.tables import register_difference
from sync_server.records import records
from sync_server.reports import registers_compared
from sync_server.tickets import cross_rendering, register_differences
from tests import cast
from tests.shared.report import specimens
from tests.shared.report.test_shown import changed, frozen, leaves
from tests.sync_server.visit import Visit, finished

TIJUANA = ZoneInfo("America/Tijuana")


def noted(office) -> list[Any]:
    rows: list[Any] = office.ask(lambda tx: tx.rows(select(register_difference)))
    return rows


def corrected(office, kind: str, id: str, **other: Any) -> None:
    """Somebody in the office corrects a register."""
    doc, now = {**office.known(kind, id), **other}, office.clock()
    office.do(lambda tx: records.put(tx, kind, id, doc, now))


def came(visit: Visit) -> Visit:
    visit.push()
    visit.upload()
    return visit


def test_a_customer_renamed_meanwhile_is_noted_and_the_ticket_closes(office, enrol):
    visit = finished(enrol(), office.ticket())
    corrected(office, "customer", cast.CUSTOMER, name="Clínica 9700, S. A.")
    came(visit)
    fields = office.fields(visit.ticket)
    assert fields["state"] == "closed"
    assert fields["flags"] == []
    was = cast.RECORDS["customer", cast.CUSTOMER]["name"]
    [row] = noted(office)
    assert (row.sha256, row.ticket, row.seen_at) == (visit.pdf, visit.ticket, None)
    assert row.words == [["Cliente y equipo › Cliente", "Clínica 9700, S. A.", was]]


def test_what_the_registers_say_too_is_no_difference(office, enrol):
    visit = came(finished(enrol(), office.ticket()))
    assert office.fields(visit.ticket)["state"] == "closed"
    assert noted(office) == []


def test_nothing_is_noted_of_a_report_of_0_1_0(office, enrol):
    visit = finished(enrol(), office.ticket(), format=1)
    corrected(office, "customer", cast.CUSTOMER, name="Clínica 9700, S. A.")
    came(visit)
    assert office.fields(visit.ticket)["state"] == "closed"
    assert noted(office) == []


def test_seen_once_it_stays_noted_with_who_saw_it(office, enrol):
    visit = finished(enrol(), office.ticket())
    corrected(office, "site", cast.SITE, address="Calle 9")
    came(visit)
    for person in ("sup-1", "sup-2"):
        office.do(
            lambda tx, who=person: register_differences.mark_seen(
                tx, visit.pdf, who, office.clock()
            )
        )
    assert office.ask(lambda tx: register_differences.unseen(tx, 9)) == []
    [row] = office.ask(lambda tx: register_differences.of_ticket(tx, visit.ticket))
    assert row.seen_by == "sup-1"


def test_registers_that_cannot_be_worded_cost_no_comparison(office, enrol, monkeypatch):
    def fails(*_: Any) -> Any:
        raise KeyError("label")

    monkeypatch.setattr(registers_compared, "otherwise", fails)
    visit = came(finished(enrol(), office.ticket()))
    assert office.fields(visit.ticket)["state"] == "closed"
    assert office.ask(lambda tx: cross_rendering.noted(tx, visit.pdf)).same


# Every kind of word that comes out of a register, in the comparison itself

OTHER = "OTRA COSA"


def with_item(subject, catalogue: str, code: str, **other: Any):
    """`subject` with another word for one code of one of its catalogues."""
    doc = subject.catalogues[catalogue]
    items = [
        {**item, **other} if code in (item.get("code"), item.get("id")) else item
        for item in doc["items"]
    ]
    assert items != doc["items"], code
    return replace(subject, catalogues={**subject.catalogues, catalogue: {**doc, "items": items}})


def with_doc(subject, register: str, **other: Any):
    if register == "organisation":
        doc = {**subject.organisation, **other}
        return replace(subject, catalogues={**subject.catalogues, "organisation": doc})
    return replace(subject, **{register: {**getattr(subject, register), **other}})


def with_asset(subject, **other: Any):
    return replace(subject, asset=replace(subject.asset, **other))


def of(subject, name: str) -> Any:
    return subject.ticket.record.fields[name]


CORRECTED: Mapping[str, Any] = {
    "the customer's name": lambda s: with_doc(s, "customer", name=OTHER),
    "the contract": lambda s: with_doc(s, "customer", contract=OTHER),
    "the contract that is no more": lambda s: with_doc(s, "customer", contract=None),
    "the site's name": lambda s: with_doc(s, "site", name=OTHER),
    "the address": lambda s: with_doc(s, "site", address=OTHER),
    "the zone": lambda s: replace(s, edition=replace(s.edition, zone=TIJUANA)),
    "the serial": lambda s: with_asset(s, serial=OTHER),
    "the make": lambda s: with_asset(s, make=OTHER),
    "the model": lambda s: with_asset(s, model=OTHER),
    "the location": lambda s: with_asset(s, location=OTHER),
    "the reading before": lambda s: with_asset(s, meter=replace(s.asset.meter, total=987_654)),
    "the asset": lambda s: replace(s, asset=None),
    "the engineer": lambda s: with_item(s, "people", of(s, "assignee"), name=OTHER),
    "a part used": lambda s: with_item(
        s, "parts", s.ticket.parts_used[0].code, name=OTHER, label=OTHER
    ),
    "a part pending": lambda s: with_item(
        s, "parts", s.ticket.parts_pending[0].code, name=OTHER, label=OTHER
    ),
    "a cause": lambda s: with_item(s, "root_causes", of(s, "root_cause"), label=OTHER),
    "a classification": lambda s: with_item(
        s, "final_classifications", of(s, "final_classification"), label=OTHER
    ),
    "what is agreed to": lambda s: with_doc(s, "organisation", privacy=OTHER),
}  # fmt: skip


@cache
def worked():
    """A visit that has something out of every register."""
    part = {"id": "p9", "code": "REF-ROD-KIT", "quantity": 1, "blocking": False}
    record = specimens.ordinary()
    entries = {**record.entries, "parts_pending": (part,)}
    return specimens.frozen(replace(record.with_fields({"sign_off": None}), entries=entries))


def told(subject, corrected, **around: Any):
    document = {**furniture.furniture(subject), **around}
    return registers_compared.otherwise(corrected, document)


@pytest.mark.parametrize("kind", CORRECTED)
@pytest.mark.parametrize("template", [None, 1])
def test_every_kind_of_word_of_a_register_is_told(kind, template):
    subject = worked()
    around = {} if template is None else {"template": template}
    assert told(subject, subject, **around) == ()
    found = told(subject, CORRECTED[kind](subject), **around)
    if template is not None and kind in ("the contract that is no more", "the asset"):
        assert found == ()  # what the registers no longer say cannot be told from another wording
        return
    assert found, kind
    assert all(each.record != each.pages for each in found)


@pytest.mark.parametrize("kind", ["ordinary", "refused", "typed", "remote", "odd_letters"])
def test_an_honest_report_is_as_the_registers_say(kind):
    subject = frozen(kind)
    assert told(subject, subject) == ()
    assert told(subject, subject, template=1) == ()


def test_every_word_that_was_shown_is_held_against_the_registers():
    """Another word in whichever leaf is told, with both texts; layout is no word."""
    subject = frozen("ordinary")
    shown = deepcopy(dict(subject.shown or {}))
    unseen = set()
    for path, value in leaves(shown):
        if not isinstance(value, str) or path[-1] in ("block", "key", "align", "tone", "mark"):
            continue
        if path == ("language",):
            continue  # another language is another report
        with changed(shown, path):
            if not told(subject, replace(subject, shown=shown)):
                unseen.add(path)
    assert unseen == set()


def test_what_is_no_shown_content_is_told_elsewhere():
    subject = replace(frozen("ordinary"), shown={"sections": []})
    assert registers_compared.otherwise(subject, None) == ()
