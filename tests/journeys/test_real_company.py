"""A company sets itself up without any demo data, and its first visit is closed and archived."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from field_app.screens.steps import ordered, route
from shared.ticket.people import Role
from shared.ticket.ticket import State
from sync_server.assembly import assemble
from sync_server.database.tables import archive, operation, record, seal
from sync_server.schedule.worker import run_due
from tests.field_app.screens.hand import Hand
from tests.journeys.company import ADMIN, Shell, call, company, enrolled, opened, person, sign_in
from tests.shared.report import pages
from tests.tablet import sign
from tests.visits import ACTION, CONTACT, OnTablet

PRINTER = {
    "Serie": "KY-0042", "Modelo": "TASKalfa 4054ci", "Marca": "Kyocera", "Color": "sí",
    "Contador total": "284310", "Contador B/N": "201554", "Contador color": "82756",
}  # fmt: skip
ELEVATOR = {"Serie": "00123", "Modelo": "Gen2", "Marca": "Otis"}

COMPANIES = {
    "managed-print": company("managed-print", PRINTER, "CR-FUS-01", "REF-FUS-A3C"),
    "general": company("general", ELEVATOR, "MEC-01", "ZAPATA-9"),
    "one person": company("general", ELEVATOR, "MEC-01", "ZAPATA-9", engineer=ADMIN),
}

PRINT_WORDS = ("contador", "tóner", "toner", "impr", "copia", "escáner", "meter", "a color", "b/n")


SCREEN_WORDS = ("contador", "tóner", "toner", "imprim", "copie", "escane", "meter", "b/n", "print")
"""The same as the screens say them; «imprima» and «print» are asked of no elevator."""


def visited(tablet, id, company) -> set[str]:
    """All of a visit but the signature; what the tablet's screens say of printing machines."""
    hand = OnTablet(tablet.session, id)
    hand.arrive()
    hand.append("contacts", **CONTACT)
    began = hand.now()
    if company.pack == "managed-print":
        hand.set(meter={"total": 284342, "bw": 201580, "colour": 82762})
    hand.set(history_reviewed=True, serial_matched=True, root_cause=company.cause,
             diagnosis="La pieza llegó al final de su vida útil y ya no trabaja bien.",
             solution="Se cambió la pieza y se ajustó.", final_classification="FC01")  # fmt: skip
    hand.photo("before", 1, "Antes")
    hand.append("actions", **ACTION)
    hand.append("parts_used", code=company.part, quantity=1)
    hand.photo("after", 2, "Después")
    hand.set(test_result="passed", tested_at=hand.now().isoformat())
    end = hand.now()
    hand.append("time_entries", kind="work", start=began.isoformat(), end=end.isoformat())
    hand.set(departed_at=hand.now().isoformat())
    return spoken(tablet, id)


def finished(tablet, id) -> None:
    """Signed, and asked to be closed."""
    sign(tablet.session, id)
    assert tablet.session.finalise(id) == []


def spoken(tablet, id) -> set[str]:
    """The words of machines that print, on every screen of the tablet, in both languages."""
    heard: set[str] = set()
    hand = Hand(tablet.tablet)
    try:
        for language in ("en", "es"):
            tablet.session.set_language(language)
            for step in ordered():
                hand.go(route(id, step.code))
                words = " ".join(hand.words()).lower()
                heard |= {word for word in SCREEN_WORDS if word in words}
    finally:
        hand.close()
    tablet.restart()
    return heard


def first_day(tmp_path, company, database_url="") -> dict[str, Any]:
    """From nothing to the archive; what is kept at the end."""
    folio = Shell(tmp_path / "office", database_url)
    assert folio.set_up(company.pack).exit_code == 0
    for kind, rows in company.sheets.items():
        assert folio.bring(kind, rows)["errors"] == [], kind
    with opened(tmp_path / "office", database_url) as office:
        browser, engineer = sign_in(office), person(office, company.engineer)
        tablet = enrolled(office, browser, engineer, tmp_path / "tablet")
        id = call(browser, engineer, company.machine["Serie"])
        tablet.sync()
        heard = visited(tablet, id, company)
        finished(tablet, id)
        tablet.sync()
        assert office.fields(id)["state"] == State.CLOSED, office.fields(id).get("finalise_missing")
        [report] = tablet.ticket(id).reports
        kept = {
            "fields": office.fields(id),
            "heard": heard,
            "report": office.context.blobs.read(report.sha256),
            "van": office.known("stock", engineer.id)["items"],
            "roles": office.ask(lambda tx: set(tx.scalars(
                select(operation.c.role).where(operation.c.ticket == id)))),
            "assets": office.ask(lambda tx: tx.rows(
                select(record).where(record.c.record == "asset"))),
        }  # fmt: skip
        tablet.close()
        browser.close()
    return {**kept, "sealed": sealed(office)}


def sealed(office) -> list[Any]:
    """What is archived and sealed, once the office has closed and its leases are over."""
    context = assemble(office.settings, office.clock)
    try:
        run_due(context, office.clock() + timedelta(minutes=3))
        with context.database.reading() as tx:
            archived = select(archive, seal.c.sealed_at)
            return tx.rows(archived.join(seal, seal.c.archive == archive.c.id))
    finally:
        context.close()


@pytest.mark.slow  # a whole first day: 3 s
@pytest.mark.parametrize("name", COMPANIES)
def test_a_company_from_nothing_closes_seals_and_archives_its_first_visit(tmp_path, name):
    company = COMPANIES[name]
    kept = first_day(tmp_path, company)
    [archived] = kept["sealed"]
    assert archived.folio == kept["fields"]["folio"]
    assert archived.folio.startswith("EDV-")
    assert kept["van"][company.part] == 1
    [asset] = kept["assets"]
    assert asset.doc["serial"] == company.machine["Serie"]
    (tmp_path / "report.pdf").write_bytes(kept["report"])
    text = pages.text(tmp_path / "report.pdf").lower()
    assert "torre norte" in text
    spoken = {word for word in PRINT_WORDS if word in text}
    assert spoken == ({"contador", "b/n"} if name == "managed-print" else set())
    assert ("contador total" in text) == (name == "managed-print")
    assert kept["heard"] == ({"contador", "b/n", "meter"} if name == "managed-print" else set())
    if name == "one person":
        assert kept["roles"] == {Role.SUPERVISOR, Role.ENGINEER, Role.SYSTEM}
