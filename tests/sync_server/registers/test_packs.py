"""Catalogue packs: files like any other, whose catalogues agree with one another."""

import pytest

from shared.ticket.profile import METERS
from sync_server.records import organisation, records
from sync_server.registers import packs
from sync_server.registers.list_kind import catalogue_items
from tests.sync_server.registers.conftest import NOW


@pytest.mark.parametrize("pack", [each for each in packs.PACKS if each != packs.NONE])
def test_the_catalogues_of_a_pack_agree_with_one_another(company, pack):
    company.database.write(lambda tx: packs.put(tx, company, pack, NOW))
    with company.database.reading() as tx:
        parts = catalogue_items(tx, "parts")
        classes = catalogue_items(tx, "final_classifications")
        causes = catalogue_items(tx, "root_causes")
    assert causes["OTRA"]["asks_text"]
    assert {code for code, item in classes.items() if item["by"] == "system"} == {"HD1"}
    for item in (*parts.values(), *classes.values(), *causes.values()):
        assert set(item["label"]) == {"es", "en"}
    for cause in causes.values():
        assert set(cause["parts"]) <= set(parts)
        assert cause["classifications"]
        assert set(cause["classifications"]) <= set(classes) - {"HD1"}


def test_only_managed_print_has_meters(company):
    said = {pack: packs.profile(pack)[METERS] for pack in packs.PACKS}
    assert said == {"general": False, "managed-print": True, "none": False}


def test_what_a_company_has_changed_stays_when_a_pack_is_put_again(company):
    def own(tx):
        item = {"code": "MEC-01", "label": {"es": "Zapata gastada"}, "classifications": []}
        records.put(tx, "catalogue", "root_causes", {"name": "root_causes", "items": [item]}, NOW)
        packs.put(tx, company, "general", NOW)

    company.database.write(own)
    with company.database.reading() as tx:
        causes = catalogue_items(tx, "root_causes")
        assert organisation.known(tx)["pack"] == "general"
    assert causes["MEC-01"]["label"] == {"es": "Zapata gastada"}
    assert "MEC-02" in causes
