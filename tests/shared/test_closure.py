"""The closure checklist, rule by rule: the complete ticket with one thing taken away."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.closure import checklist, rule
from shared.closure.checklist import closure_checklist
from shared.closure.facts import Fetched, checklist_facts
from shared.closure.missing import Authorship, ChecklistFacts
from shared.closure.work_rules import says_something
from shared.ticket.ticket import Record, Ticket
from tests.shared.records import (
    ENGINEER,
    ENTRIES,
    KNOWN,
    OPENED,
    REPORT,
    at,
    finished,
    office,
    signed,
    unsigned,
)
from tests.snapshots.given.checklists import CHECKLISTS


def rules(record: Record, known: ChecklistFacts = KNOWN) -> list[str]:
    return [missing.rule for missing in closure_checklist(Ticket.of(record), known)]


def with_entries(collection: str, *entries: dict[str, Any], **fields: Any) -> Record:
    record = unsigned(**fields)
    return signed(replace(record, entries={**record.entries, collection: entries}))


def test_a_finished_ticket_misses_nothing_on_the_tablet():
    assert closure_checklist(finished(), KNOWN) == []


def test_a_finished_ticket_misses_nothing_in_the_office():
    assert closure_checklist(finished(), replace(KNOWN, office=office())) == []


@pytest.mark.parametrize(
    ("conflicts", "es", "en"),
    [(1, "Hay 1 conflicto por resolver", "There is 1 conflict to be resolved"),
     (2, "Hay 2 conflictos por resolver", "There are 2 conflicts to be resolved")],
)  # fmt: skip
def test_open_conflicts_are_counted_in_words(conflicts, es, en):
    facts = replace(KNOWN, office=office(open_conflicts=conflicts))
    [missing] = closure_checklist(finished(), facts)
    assert missing.sentence("es").startswith(es)
    assert missing.sentence("en").startswith(en)


@pytest.mark.parametrize(
    ("codes", "es", "en"),
    [(("REF-A",), "Hay 1 refacción pendiente que impide terminar (REF-A)",
      "1 pending part keeps the work from ending (REF-A)"),
     (("REF-A", "REF-B"), "Hay 2 refacciones pendientes que impiden terminar (REF-A, REF-B)",
      "2 pending parts keep the work from ending (REF-A, REF-B)")],
)  # fmt: skip
def test_blocking_parts_are_counted_in_words(codes, es, en):
    parts = [{"id": code, "code": code, "quantity": 1, "blocking": True} for code in codes]
    missing = closure_checklist(Ticket.of(with_entries("parts_pending", *parts)), KNOWN)
    [blocking] = [each for each in missing if each.rule == "CL10"]
    assert blocking.sentence("es").startswith(es)
    assert blocking.sentence("en").startswith(en)


def test_an_empty_ticket_is_told_everything_at_once():
    missing = rules(Record("t", {"mode": "on_site", "asset": "asset-1"}))
    assert set(missing) == {
        "CL01", "CL02", "CL03", "CL05", "CL06", "CL07", "CL08", "CL09", "CL12", "CL14", "CL15",
        "CL16", "CL17", "CL20", "CL23",
    }  # fmt: skip


def test_only_the_engineer_who_had_the_ticket_may_have_worked_on_it():
    stranger = Authorship("engineer-2", OPENED + timedelta(minutes=100))
    too_early = Authorship(ENGINEER, OPENED)
    assert rules(signed(), replace(KNOWN, authors=(stranger,))) == ["CL02"]
    assert rules(signed(), replace(KNOWN, authors=(too_early,))) == ["CL02"]


def test_work_before_a_reassignment_counts_for_the_engineer_who_did_it():
    terms = [
        {"engineer": "engineer-2", "since": at(5), "until": at(120)},
        {"engineer": ENGINEER, "since": at(120)},
    ]
    known = replace(KNOWN, authors=(Authorship("engineer-2", OPENED + timedelta(minutes=100)),))
    assert rules(signed(unsigned(assignments=terms)), known) == []


def test_a_wrong_clock_is_corrected_before_it_is_judged():
    three_days = timedelta(days=3)
    slow = replace(
        KNOWN,
        clock_offset=three_days,
        authors=(Authorship(ENGINEER, OPENED + timedelta(minutes=100) - three_days),),
    )
    opened_by_the_server = (OPENED + three_days).isoformat()
    terms = [{"engineer": ENGINEER, "since": (OPENED + timedelta(minutes=5)).isoformat()}]
    record = signed(unsigned(created_at=opened_by_the_server, assignments=terms))
    assert rules(record, slow) == []


def test_an_hour_across_midnight_counts_for_each_day_apart():
    night = {"id": "t1", "start": at(-8 * 60), "end": at(6 * 60)}
    assert "CL14" not in rules(with_entries("time_entries", night))


def test_a_voided_entry_is_as_if_it_had_never_been():
    entry = {**ENTRIES["actions"][0], "voided": {"at": at(101), "reason": "otro equipo"}}
    assert rules(with_entries("actions", entry)) == ["CL08"]


def test_editing_after_the_signature_voids_it():
    record = signed().with_fields({"solution": "Se cambió otra cosa."})
    missing = closure_checklist(Ticket.of(record), KNOWN)
    assert [m.rule for m in missing] == ["CL17"]
    assert missing[0].sentence("es") == "El informe cambió. La firma anterior ya no es válida."


def test_a_classification_set_after_the_signature_does_not_void_it():
    assert rules(signed().with_fields({"final_classification": "FC02"})) == []


@pytest.mark.parametrize(
    "statement",
    [
        {"name": ""},
        {"position": " "},
        {"strokes": []},
        {"strokes": [[[5, 5, 0]]]},
        {"strokes": [[[5, 5, 0], [5, 5, 16]]]},
        {"outcome": "remarks"},
        {"outcome": "refused"},
        {"outcome": "absent"},
        {"strokes": [], "typed": "Marta Ibáñez"},
        {"name": "\u200b"},
        {"name": "\u3164\u3164"},
        {"position": "12"},
        {"strokes": [], "typed": "\u3164", "witness": "Dr. Luis Vera"},
        {"strokes": [], "typed": "Marta Ibáñez", "witness": "\u200b"},
        {"outcome": "remarks", "remarks": "\u200b"},
        {"outcome": "absent", "reason": "\u3164"},
    ],
)
def test_half_a_signature_is_none(statement):
    assert set(rules(signed(**statement))) == {"CL17"}


@pytest.mark.parametrize(
    "statement",
    [
        {"outcome": "remarks", "remarks": "Faltó limpiar la bandeja"},
        {"outcome": "refused", "reason": "No está de acuerdo con el cargo", "strokes": []},
        {"outcome": "absent", "reason": "Salió a comer", "strokes": [], "name": ""},
        {"strokes": [], "typed": "Marta Ibáñez", "witness": "Dr. Luis Vera"},
    ],
)
def test_every_honest_way_to_end_a_visit_is_accepted(statement):
    assert rules(signed(**statement)) == []


def test_an_older_report_is_not_waited_for():
    record = signed().with_entry("evidence", {**REPORT, "id": "e8", "sha256": "e" * 64})
    ticket = Ticket.of(record.with_entry("evidence", REPORT))
    assert closure_checklist(ticket, replace(KNOWN, office=office())) == []


def test_every_sentence_is_there_in_both_languages():
    for missing in closure_checklist(Ticket.of(Record("t")), KNOWN):
        assert missing.es
        assert missing.en
        assert missing.es != missing.en


@pytest.mark.parametrize("text", ["", "   ", "ok", "." * 24, "x x x x x x x x x x x x x"])
def test_noise_is_no_diagnosis(text):
    assert not says_something(text, 20)


def test_every_module_with_a_rule_is_read():
    folder = Path(checklist.__file__).parent
    written = {each.stem for each in folder.glob("*.py") if "\n@rule(" in each.read_text("utf-8")}
    assert written == {each.__name__.rpartition(".")[2] for each in checklist.MODULES}


@pytest.mark.parametrize("case", CHECKLISTS.written()["cases"], ids=lambda case: case["name"])
def test_a_rule_sends_only_to_the_fields_that_it_declares(case):
    for missing in case["expect"]:
        assert missing["field"] in rule.RULES[missing["rule"]].fields


def test_two_rules_of_one_id_are_a_fault():
    with pytest.raises(rule.DeclaredTwice, match="CL04"):
        rule.rule("CL04", "mode", since=1)(lambda ticket, known: iter(()))


def test_a_rule_says_what_it_asks_without_its_sources():
    assert rule.RULES["CL08"].asks == "At least one action, and the solution in words."


def test_an_empty_catalogue_of_causes_asks_for_words_and_for_nothing_else():
    bare = replace(KNOWN, compatible={})
    in_words = {"root_cause": None, "root_cause_text": "La zapata llegó al final de su vida."}
    assert rules(signed(unsigned(**in_words)), bare) == []
    assert rules(signed(unsigned(root_cause=None)), bare) == ["CL07"]
    assert rules(signed(unsigned(**in_words)), KNOWN) == ["CL07"]


def test_nobody_is_asked_for_a_classification_where_the_office_has_none():
    without = signed(unsigned(final_classification=None))
    assert rules(without, replace(KNOWN, can_classify=False)) == []
    assert rules(without, KNOWN) == ["CL20"]


def test_only_classifications_that_an_engineer_may_give_are_asked_for():
    system = {"code": "HD1", "by": "system"}
    for items, asked in (([], False), ([system], False), ([system, {"code": "FC01"}], True)):
        fetched = Fetched(final_classifications={"items": items})
        assert checklist_facts(finished(), fetched).can_classify is asked
    assert checklist_facts(finished(), Fetched()).can_classify


def test_a_cause_that_names_no_classification_goes_with_all():
    record = signed(unsigned(final_classification="FC14"))
    assert rules(record, KNOWN) == ["CL20"]
    assert rules(record, replace(KNOWN, compatible={"CR-FUS-01": frozenset()})) == []


def test_the_catalogue_says_which_classifications_go_with_no_part_and_which_causes_want_words():
    marked = replace(KNOWN, without_parts=frozenset({"FC01"}), asks_text=frozenset({"CR-FUS-01"}))
    assert rules(signed(), marked) == ["CL07", "CL20"]
    fetched = Fetched(
        root_causes={"items": [{"code": "Z", "asks_text": True}, {"code": "Y"}]},
        final_classifications={"items": [{"code": "N", "without_parts": True}, {"code": "M"}]},
    )
    facts = checklist_facts(finished(), fetched)
    assert facts.without_parts == {"N"}
    assert facts.asks_text == {"Z", "OTRA"}


@pytest.mark.parametrize(
    ("organisation", "own", "asked"),
    [({}, None, True), ({"meters": True}, None, True), ({"meters": False}, None, False),
     ({"meters": False}, True, True), ({"meters": True}, False, False)],
)  # fmt: skip
def test_the_meter_is_asked_for_where_there_is_one(organisation, own, asked):
    asset = {} if own is None else {"asks_meter": own}
    facts = checklist_facts(finished(), Fetched(asset=asset, organisation=organisation))
    assert facts.asks_meter is asked
    unread = signed(unsigned(meter=None))
    assert rules(unread, replace(KNOWN, asks_meter=asked)) == (["CL16"] if asked else [])
