"""What does not fit is kept, counted and told, and nothing beside it suffers."""

import json

import pytest

from field_app.store import base, tickets, unfit, view
from field_app.store.tickets import UnfitTicket
from shared.operations.any_json import read_json
from shared.ticket.records import Checked
from tests.field_app.cast import SECOND, TICKET, ticket_fields
from tests.field_app.conftest import OpenTablet, enrol
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SCOPES, SmallOffice
from tests.field_app.visits import run

METER = {"serial": "PRUEBA-0001", "make": "Acme", "model": "X1", "meter": {"total": "98,022"}}
MINE = SCOPES[0]


def pulls(office: SmallOffice) -> int:
    return office.requests.count("POST /api/v1/sync/pull")


def test_an_asset_that_does_not_fit_is_kept_counts_in_the_digest_and_is_told_once(
    tablet, small_office
):
    small_office.publish(MINE, "asset", "asset-1", 2, METER)
    run(tablet)
    before = pulls(small_office)
    for _ in range(3):
        run(tablet)
    assert pulls(small_office) == before, "the digests agree, so nothing is read anew"
    told = {"record": "asset", "id": "asset-1", "rev": 2,
            "why": "asset.meter.total is not a whole number"}  # fmt: skip
    assert small_office.unreadable == [told]
    row = tablet.session.database.row("SELECT rev, raw FROM base WHERE id = 'asset-1'")
    assert (row["rev"], json.loads(row["raw"])["doc"]) == (2, METER)


def test_what_fits_of_an_asset_is_shown_and_a_sentence_says_that_it_is_not_all(
    tablet, small_office
):
    past = [{"folio": "SEI-1", "opened_at": "2026-02-10"}, {"folio": "SEI-2"}]
    small_office.publish(MINE, "asset", "asset-1", 2, {**METER, "colour": "no", "history": past})
    run(tablet)
    detail = tablet.session.ticket(TICKET)
    asset = detail.asset
    assert (asset.serial, asset.meter, asset.colour) == ("PRUEBA-0001", None, False)
    assert [service.folio for service in asset.history] == ["SEI-2"]
    assert detail.unfit == {"asset"}
    hand = Hand(tablet)
    hand.go(f"/tickets/{TICKET}")
    assert hand.sees("No se puede mostrar completo: Equipo")
    hand.close()


@pytest.mark.parametrize(
    "wrong",
    [
        {"due": {"response": 7}},
        {"description": "Atasco \ud83d"},
        {"bytes_lost": ["ab" * 32]},
        {"bytes_lost": {"ab" * 32: "gone"}},
    ],
)
def test_a_ticket_that_does_not_fit_says_so_and_the_others_open(tablet, small_office, wrong):
    small_office.assign(SECOND, folio="SEI-2026-000102")
    run(tablet)
    small_office.publish(MINE, "ticket", TICKET, 9, {**ticket_fields(), **wrong})
    run(tablet)
    hand = Hand(tablet)
    assert hand.sees("No se puede mostrar")
    hand.press("ticket-SEI-2026-000101")
    assert hand.has("screen-unfit")
    hand.press("ticket-SEI-2026-000102")
    assert hand.has("screen-visit")
    hand.close()


@pytest.mark.parametrize("zone", ["Nowhere/Land", 7, ["America/Tijuana"]])
def test_a_site_whose_zone_nobody_knows_is_shown_with_its_name_and_told(tablet, small_office, zone):
    small_office.publish(MINE, "site", "site-1", 2, {"name": "Urgencias", "zone": zone})
    run(tablet)
    run(tablet)
    detail = tablet.session.ticket(TICKET)
    assert (detail.site.name, detail.site.zone, detail.unfit) == ("Urgencias", None, {"site"})
    assert [each["id"] for each in small_office.unreadable] == ["site-1"]


def test_work_on_a_ticket_that_no_longer_fits_still_goes_up_and_comes_back_with_it(
    tablet, small_office
):
    session = tablet.session
    session.set_field(TICKET, diagnosis="El fusor no calienta.")
    rev = small_office.tickets[TICKET].record.rev
    page = base.Page(
        ({"scope": MINE, "kind": "update", "record": "ticket", "id": TICKET, "rev": rev,
          "doc": {"state": "no such state"}, "entries": {"notes": 7}},), {}, more=True,
    )  # fmt: skip
    base.apply_page(session.database, page, session.now())
    with pytest.raises(UnfitTicket):
        session.ticket(TICKET)
    with pytest.raises(UnfitTicket):
        session.set_field(TICKET, diagnosis="A ciegas.")
    run(tablet)
    assert small_office.tickets[TICKET].record.fields["diagnosis"] == "El fusor no calienta."
    assert session.ticket(TICKET).ticket.diagnosis == "El fusor no calienta."


def test_of_a_catalogue_the_items_that_fit_are_left(tablet, small_office):
    items = [{"code": "FC01", "label": {"es": "Desgaste"}}, {"code": 7}, "x", None]
    small_office.publish("org", "catalogue", "final_classifications", 2, {"items": items})
    run(tablet)
    found = tablet.session.catalogue().classifications
    assert [each.code for each in found] == ["FC01"]


def test_what_an_older_app_kept_unchecked_is_checked_when_the_tablet_opens(opened: OpenTablet):
    tablet = opened()
    enrol(tablet)
    run(tablet)
    with tablet.session.database.transaction() as db:
        db.execute("UPDATE base SET doc = ? WHERE id = 'asset-1'", (json.dumps(METER),))
        db.execute("DELETE FROM fact WHERE name = 'record_rules'")
    tablet.close()
    again = opened()
    again.session.unlock("2580")
    assert again.session.ticket(TICKET).unfit == {"asset"}


def test_a_newer_app_reads_what_this_one_could_not(opened: OpenTablet, small_office, monkeypatch):
    tablet = opened()
    enrol(tablet)
    small_office.assign(TICKET, channel="carrier_pigeon")
    run(tablet)
    assert view.views(tablet.session.database, [TICKET]) == {}
    tablet.close()
    monkeypatch.setattr(unfit, "RULES", unfit.RULES + 1)
    monkeypatch.setattr(
        unfit, "checked", lambda record, id, doc, entries: Checked(doc, entries or {})
    )
    again = opened()
    again.session.unlock("2580")
    assert again.session.ticket(TICKET).ticket.channel == "carrier_pigeon"
    assert tickets.window(
        again.session.database, search="", shelf=None, offset=0, limit=5
    ).rows[0].unfit is False  # fmt: skip


def test_nesting_and_numbers_beyond_the_reader_cost_only_themselves():
    deep, digits = "[" * 50_000 + '"]"' + "]" * 50_000, "9" * 6000
    found = read_json(f'{{"a": {deep}, "b": [{digits}, 1], "c": "[{digits}"}}')
    assert (found["b"], found["c"]) == ([digits, 1], f"[{digits}")
    assert read_json('{"a": [1, {"b": "\\""}]}') == {"a": [1, {"b": '"'}]}
    with pytest.raises(ValueError, match="never closed"):
        read_json("[" * 50_000)
