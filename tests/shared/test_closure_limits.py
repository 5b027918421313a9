"""The closure checklist to the letter: each cause alone, and both sides of each limit.

What is expected is the whole answer (rule, field, sentence): a cause taken for another of its
rule is seen, and so is one finding too many.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.closure.checklist import closure_checklist, unanswered_checklist
from shared.closure.missing import Authorship, ChecklistFacts, Missing
from shared.ticket.asset import Asset
from shared.ticket.ticket import Record, Ticket
from shared.words import LANGUAGES, t, tn
from tests.shared.records import (
    ASSET,
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

SECOND = 1 / 60
"""Of a minute."""


def lack(rule: str, field: str, key: str, waits: bool = False, **values: Any) -> Missing:
    es, en = (t(f"process.missing.{key}", language, **values) for language in LANGUAGES)
    return Missing(rule, field, es, en, waits)


def lacks(rule: str, field: str, key: str, count: int, **values: Any) -> Missing:
    es, en = (tn(f"process.missing.{key}", count, language, **values) for language in LANGUAGES)
    return Missing(rule, field, es, en)


def asked(record: Record, known: ChecklistFacts = KNOWN) -> list[Missing]:
    return closure_checklist(Ticket.of(record), known)


def after(**fields: Any) -> Record:
    """The finished work with these fields otherwise, signed as it then stood."""
    return signed(unsigned(**fields))


def holding(collection: str, *entries: dict[str, Any], **fields: Any) -> Record:
    """The finished work with these entries in place of its own, signed as it then stood."""
    record = unsigned(**fields)
    return signed(replace(record, entries={**record.entries, collection: entries}))


METER = lack("CL16", "meter", "meter")
SUM = lack("CL16", "meter", "meter_sum")
CAUSE = lack("CL07", "root_cause", "root_cause")
TEST, AGAIN = (lack("CL09", "test_result", key) for key in ("test", "test_again"))
DOWN = lack("CL01", "priority", "equipment_down")
DIAGNOSIS = lack("CL06", "diagnosis", "diagnosis", least=20)
TWENTY = "El fusor no calienta"


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"nature": None}, [lack("CL01", "nature", "nature")]),
        ({"nature": "magic"}, [lack("CL01", "nature", "nature")]),
        ({"type": None}, [lack("CL01", "type", "type")]),
        ({"priority": None}, [lack("CL01", "priority", "priority")]),
        ({"priority": "medium"}, [DOWN]),
        ({"priority": "low"}, [DOWN]),
        ({"type": "technical_fault", "priority": "low"}, []),
        ({"mode": None}, [lack("CL04", "mode", "mode")]),
        ({"history_reviewed": False}, [lack("CL05", "history_reviewed", "history")]),
        ({"history_reviewed": False, "asset": None}, []),
        ({"diagnosis": TWENTY}, []),
        ({"diagnosis": TWENTY[:-1]}, [DIAGNOSIS]),
        ({"diagnosis": f"  {TWENTY[:-1]}  "}, [DIAGNOSIS]),
        ({"diagnosis": "fusor quemado fusor quemado"}, [DIAGNOSIS]),
        ({"diagnosis": "fusor quemado fusor quemado hoy"}, []),
        ({"diagnosis": "abc abd abe abc abd abe ab"}, [DIAGNOSIS]),
        ({"diagnosis": "abc abd abe abf abd abe ab"}, []),
        ({"root_cause": None}, [CAUSE]),
        ({"root_cause": "CR-XXX-99", "final_classification": "FC12", "parts": ()}, [CAUSE]),
        ({"root_cause": "OTRA", "final_classification": "FC12", "parts": ()},
         [lack("CL07", "root_cause_text", "root_cause_text")]),
        ({"root_cause": "OTRA", "root_cause_text": " ", "final_classification": "FC12",
          "parts": ()}, [lack("CL07", "root_cause_text", "root_cause_text")]),
        ({"root_cause": "OTRA", "root_cause_text": "Rayo", "final_classification": "FC12",
          "parts": ()}, []),
        ({"solution": "  "}, [lack("CL08", "solution", "solution")]),
        ({"test_result": None}, [TEST]),
        ({"test_result": "failed"}, [TEST]),
        ({"tested_at": None}, [TEST]),
        ({"tested_at": at(100)}, []),
        ({"tested_at": at(100 - SECOND)}, [AGAIN]),
        ({"serial_matched": False}, [lack("CL15", "serial_matched", "serial")]),
        ({"serial_matched": None, "meter": None, "history_reviewed": None, "asset": None}, []),
        ({"meter": None}, [METER]),
        ({"meter": None, "meter_exception": " "}, [METER]),
        ({"meter": None, "meter_exception": "Apagado"}, []),
        ({"meter": {"total": 284310, "bw": 201554, "colour": 82756}}, []),
        ({"meter": {"total": 284309, "bw": 201553, "colour": 82756}},
         [lack("CL16", "meter", "meter_backwards", meter=284309, last=284310)]),
        ({"meter": {"total": 284342, "bw": 201580, "colour": 82761}}, [SUM]),
        ({"meter": {"total": 284342, "bw": 201580, "colour": 82763}}, [SUM]),
        ({"meter": {"total": 284342}}, [SUM]),
        ({"final_classification": None},
         [lack("CL20", "final_classification", "final_classification")]),
        ({"final_classification": "HD1"}, [lack("CL20", "final_classification", "undefined")]),
        ({"final_classification": "FC09"},
         [lack("CL20", "final_classification", "not_of_cause", final="FC09",
               cause="CR-FUS-01")]),
        ({"final_classification": "FC13"},
         [lack("CL20", "final_classification", "without_parts", final="FC13")]),
        ({"final_classification": "FC13", "parts": ()}, []),
        ({"escalation": {"level": 1, "events": [{"at": at(10)}]}},
         [lack("CL21", "escalation", "escalation")]),
        ({"escalation": {"events": [{"at": at(10)}], "acknowledged": at(10)}}, []),
        ({"escalation": {"events": [{"at": at(10)}], "acknowledged": at(10 - SECOND)}},
         [lack("CL21", "escalation", "escalation")]),
        ({"escalation": {"events": [{"at": at(5)}, {"at": at(20)}], "acknowledged": at(10)}},
         [lack("CL21", "escalation", "escalation")]),
    ],
)  # fmt: skip
def test_one_wrong_field_is_named_by_its_rule(fields: dict[str, Any], expected: list[Missing]):
    given = dict(fields)
    without_parts = given.pop("parts", None) is not None
    record = holding("parts_used", **given) if without_parts else after(**given)
    assert asked(record) == expected


ACTION, CONTACT = lack("CL08", "actions", "action"), lack("CL03", "contacts", "contact")
BACKWARDS, OVERLAP, A_DAY = (
    lack("CL14", "time_entries", f"hours_{key}") for key in ("backwards", "overlap", "a_day")
)
JUSTIFY = lack("CL11", "parts_used", "justification", code="REF-FUS-A3C")


def part(id: str = "p1", quantity: int = 1, code: str = "REF-FUS-A3C", **more: Any) -> Any:
    return {"id": id, "code": code, "quantity": quantity, **more}


def hours(id: str, start: float, end: float) -> dict[str, Any]:
    return {"id": id, "start": at(start), "end": at(end)}


@pytest.mark.parametrize(
    ("collection", "entries", "expected"),
    [
        ("contacts", (), [CONTACT]),
        ("contacts", ({"id": "c1", "at": at(30), "how": "phone"},), [CONTACT]),
        ("contacts", ({"id": "c1", "at": at(30), "with": "Marta"},), [CONTACT]),
        ("contacts", ({"id": "c1", "how": "phone", "with": "Marta"},), [CONTACT]),
        ("contacts", ({"id": "c1", "at": at(30), "how": " ", "with": "Marta"},), [CONTACT]),
        ("actions", (), [ACTION]),
        ("actions", ({"id": "a1", "at": at(100), "text": " "},), [ACTION]),
        ("actions", ({"id": "a1", "at": at(140), "text": "Ajuste"},), []),
        ("actions", ({"id": "a1", "at": at(140 + SECOND), "text": "Ajuste"},), [AGAIN]),
        ("parts_pending", (part("q1", blocking=True),),
         [lacks("CL10", "parts_pending", "parts_pending", 1, codes="REF-FUS-A3C")]),
        ("parts_pending", (part("q1", blocking=False),), []),
        ("parts_used", (part(code="REF-X"),),
         [lack("CL11", "parts_used", "part_unknown", code="REF-X")]),
        ("parts_used", (part(quantity=0),),
         [lack("CL11", "parts_used", "quantity", code="REF-FUS-A3C")]),
        ("parts_used", (part(quantity=1),), []),
        ("parts_used", (part(quantity=2),), [JUSTIFY]),
        ("parts_used", (part(quantity=2, justification=" "),), [JUSTIFY]),
        ("parts_used", (part(quantity=2, justification="Del almacén"),), []),
        ("parts_used", (part("p1"), part("p2")), [JUSTIFY]),
        ("time_entries", (), [lack("CL14", "time_entries", "hours")]),
        ("time_entries", (hours("t1", 60, 60),), [BACKWARDS]),
        ("time_entries", (hours("t1", 60, 60 + SECOND),), []),
        ("time_entries", (hours("t1", 60, 90), hours("t2", 90, 99)), []),
        ("time_entries", (hours("t1", 60, 90), hours("t2", 90 - SECOND, 99)), [OVERLAP]),
        ("time_entries", (hours("t1", -8 * 60, 8 * 60),), []),
        ("time_entries", (hours("t1", -8 * 60, 8 * 60 + SECOND),), [A_DAY]),
        ("time_entries", (hours("t1", -8 * 60, -4 * 60), hours("t2", -4 * 60, 8 * 60 + SECOND)),
         [A_DAY]),
        ("evidence", (), [lack("CL12", "evidence.after", "photo_after"),
                          lack("CL12", "evidence.before", "photo_before")]),
        ("evidence", (ENTRIES["evidence"][0],), [lack("CL12", "evidence.after", "photo_after")]),
        ("evidence", (ENTRIES["evidence"][1],), [lack("CL12", "evidence.before", "photo_before")]),
    ],
)  # fmt: skip
def test_one_wrong_entry_is_named_by_its_rule(
    collection: str, entries: tuple[Any, ...], expected: list[Missing]
):
    assert asked(holding(collection, *entries)) == expected


BEFORE = lack("CL12", "evidence.before", "photo_before")


@pytest.mark.parametrize(
    ("nature", "type", "parts", "expected"),
    [
        ("technical_fault", "support_configuration", (), [BEFORE]),
        ("monitoring_incident", "support_configuration", (), [BEFORE]),
        ("service_request", "technical_fault", (), [BEFORE]),
        ("service_request", "equipment_down", (), [BEFORE]),
        ("service_request", "recurring_problem", (), [BEFORE]),
        ("service_request", "support_configuration", (part(),), [BEFORE]),
        ("service_request", "support_configuration", (), []),
        ("operational_support", "user_error", (), []),
    ],
)
def test_a_photo_before_is_wanted_on_a_fault_or_where_a_part_went_in(nature, type, parts, expected):
    record = unsigned(nature=nature, type=type)
    entries = {**record.entries, "evidence": ENTRIES["evidence"][1:], "parts_used": parts}
    assert asked(signed(replace(record, entries=entries))) == expected


TIMES = {
    "arrived_early": ("arrived_at", {"arrived_at": at(-5)}, {"arrived_at": at(-5 - SECOND)}),
    "departed_early": ("departed_at", {"departed_at": at(55)}, {"departed_at": at(55 - SECOND)}),
    "tested_early": (
        "tested_at",
        {"arrived_at": at(145), "departed_at": at(150)},
        {"arrived_at": at(145 + SECOND), "departed_at": at(150)},
    ),
}


@pytest.mark.parametrize("key", TIMES)
def test_times_may_be_five_minutes_out_of_order_and_not_a_second_more(key: str):
    field, within, beyond = TIMES[key]
    assert asked(after(**within)) == []
    assert asked(after(**beyond)) == [lack("CL23", field, key)]


def test_a_signature_may_be_five_minutes_before_the_test_and_not_a_second_more():
    assert asked(signed(signed_at=at(135))) == []
    assert asked(signed(signed_at=at(135 - SECOND))) == [lack("CL23", "sign_off", "signed_early")]


@pytest.mark.parametrize("name", ["arrived_at", "departed_at"])
def test_arrival_and_departure_are_wanted_on_site_alone(name: str):
    assert asked(after(**{name: None})) == [lack("CL23", name, name)]
    remote = unsigned(mode="remote", **{name: None}).with_entry(
        "evidence", {"id": "e3", "sha256": "d" * 64, "kind": "transcript"}
    )
    assert asked(remote) == []


AUTHOR = [lack("CL02", "assignee", "author")]


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [(60 - SECOND, AUTHOR), (60, []), (120, []), (120 + SECOND, AUTHOR)],
)
def test_a_term_holds_from_its_first_moment_to_its_last(minutes: float, expected: list[Missing]):
    terms = [
        {"engineer": "engineer-2", "since": at(60), "until": at(120)},
        {"engineer": ENGINEER, "since": at(120)},
    ]
    work = Authorship("engineer-2", OPENED + timedelta(minutes=minutes))
    assert asked(after(assignments=terms), replace(KNOWN, authors=(work,))) == expected


def test_a_term_that_has_not_ended_holds_from_its_first_moment():
    for minutes, expected in ((5 - SECOND, AUTHOR), (5, []), (5000, [])):
        work = Authorship(ENGINEER, OPENED + timedelta(minutes=minutes))
        assert asked(signed(), replace(KNOWN, authors=(work,))) == expected


def test_somebody_else_s_work_is_told_once():
    strangers = tuple(Authorship(who, OPENED + timedelta(hours=1)) for who in ("e8", "e9"))
    assert asked(signed(), replace(KNOWN, authors=strangers)) == AUTHOR


@pytest.mark.parametrize(
    ("colour", "meter", "expected"),
    [
        (False, {"total": 284342}, []),
        (False, {"total": 284342, "bw": 284342}, []),
        (False, {"total": 284342, "bw": 284341}, [SUM]),
        (True, {"total": 284342}, [SUM]),
        (True, {"total": 284342, "bw": 284342}, []),
        (True, {"total": 284342, "bw": 0, "colour": 284342}, []),
    ],
)
def test_a_meter_adds_up_as_its_machine_counts(colour, meter, expected):
    assert ASSET.meter is not None
    counter = {"total": ASSET.meter.total}
    machine = Asset.of("asset-1", {"serial": "S", "colour": colour, "meter": counter})
    assert asked(after(meter=meter), replace(KNOWN, asset=machine)) == expected


def test_a_meter_is_not_held_against_a_machine_that_is_not_known():
    assert asked(after(meter={"total": 1}), replace(KNOWN, asset=None)) == []


SIGNATURE = {
    key: lack("CL17", "sign_off", key)
    for key in ("sign_off", "sign_off_void", "signer", "signature_empty",
                "signature_short", "remarks", "reason_unsigned")
}  # fmt: skip


@pytest.mark.parametrize(
    ("statement", "keys"),
    [
        ({"name": ""}, ["signer"]),
        ({"position": " "}, ["signer"]),
        ({"strokes": []}, ["signature_empty"]),
        ({"outcome": "remarks"}, ["remarks"]),
        ({"outcome": "remarks", "remarks": "Falta"}, []),
        ({"outcome": "refused"}, ["reason_unsigned"]),
        ({"outcome": "absent"}, ["reason_unsigned"]),
        ({"outcome": "absent", "reason": "Salió", "strokes": [], "name": ""}, []),
        ({"outcome": "maybe"}, ["sign_off"]),
        ({"name": "", "strokes": [], "outcome": "remarks"},
         ["signer", "signature_empty", "remarks"]),
    ],
)  # fmt: skip
def test_one_part_of_the_customer_s_word(statement, keys):
    assert asked(signed(**statement)) == [SIGNATURE[key] for key in keys]


def drawn(length: float) -> list[Any]:
    """A line of this length in two pieces, in thousandths of the pad's width."""
    half = length / 2
    return [[[10, 10, 0], [10 + half, 10, 16]], [[10, 40, 90], [10, 40 + half, 110]]]


@pytest.mark.parametrize(
    ("length", "shown", "keys"),
    [
        (99.5, "ab" * 32, ["signature_short"]),
        (100, "ab" * 32, []),
        (99.5, None, []),  # as a tablet of 0.1.0 signs: taken for ever
        (0, "ab" * 32, ["signature_empty"]),
    ],
)
def test_a_scratch_is_no_signature_where_the_tablet_asks_for_more(length, shown, keys):
    statement: dict[str, Any] = {"strokes": drawn(length), **({"shown": shown} if shown else {})}
    assert asked(signed(**statement)) == [SIGNATURE[key] for key in keys]


def test_initials_beside_a_typed_name_are_held_to_the_same():
    typed: dict[str, Any] = {"typed": "Marta Ibáñez", "witness": "Luis Rey", "shown": "ab" * 32}
    assert asked(signed(strokes=drawn(40), **typed)) == [SIGNATURE["signature_short"]]
    assert asked(signed(strokes=[], **typed)) == []


def test_a_void_signature_says_so_beside_what_else_it_lacks():
    record = signed(name="").with_fields({"solution": "Otra cosa."})
    assert asked(record) == [SIGNATURE["sign_off_void"], SIGNATURE["signer"]]
    assert asked(unsigned()) == [SIGNATURE["sign_off"]]


def test_remote_work_needs_a_capture_or_a_transcript():
    record = unsigned(mode="remote", meter=None, serial_matched=None, arrived_at=None)
    assert asked(record) == [lack("CL13", "evidence.capture", "capture")]
    for kind in ("capture", "transcript"):
        file = {"id": "e3", "sha256": "d" * 64, "kind": kind}
        assert asked(record.with_entry("evidence", file)) == []


def in_the_office(**facts: Any) -> ChecklistFacts:
    return replace(KNOWN, office=office(**facts))


def without(*letters: str) -> ChecklistFacts:
    """The office has every file but these."""
    return in_the_office(received={x * 64: True for x in "abc" if x not in letters})


def waits(key: str, file: str) -> Missing:
    return lack("CL12", "evidence", key, waits=True, file=file)


def test_each_file_that_is_not_here_is_named_and_waited_for():
    record = finished().record
    assert asked(record, without()) == []
    assert asked(record, without("b")) == [waits("file_on_its_way", "after bbbbbbbb")]
    assert asked(record, without("a", "c")) == [
        waits("file_on_its_way", "before aaaaaaaa"), waits("file_on_its_way", "report cccccccc")
    ]  # fmt: skip


def test_a_file_that_does_not_open_is_not_waited_for():
    received = {"a" * 64: True, "b" * 64: False, "c" * 64: True}
    assert asked(finished().record, in_the_office(received=received)) == [
        lack("CL12", "evidence", "file_unreadable", file="after bbbbbbbb")
    ]


def lost(*letters: str, accepted: bool = False) -> Record:
    mark = {"accepted": {"at": at(200), "reason": "Basta la otra"}} if accepted else {}
    losses = {x * 64: {"at": at(160), "reason": "gone", **mark} for x in letters}
    return finished().record.with_fields({"bytes_lost": losses})


def test_a_lost_file_is_missing_until_that_is_accepted():
    assert asked(lost("b"), without("b")) == [waits("file_lost", "after bbbbbbbb")]
    assert asked(lost("b", accepted=True), without("b")) == []
    assert asked(lost("b", accepted=True), without("a", "b")) == [
        waits("file_on_its_way", "before aaaaaaaa")
    ]


def test_bytes_that_came_after_all_need_nobody_and_a_tablet_asks_for_none():
    assert asked(lost("b"), without()) == []
    assert asked(lost("b")) == []


def test_a_lost_report_is_asked_for_anew_and_never_done_without():
    for accepted in (False, True):
        assert asked(lost("c", accepted=accepted), without("c")) == [
            waits("file_on_its_way", "report cccccccc"),
            lack("CL19", "evidence.report", "report_lost"),
        ]
    again = lost("c").with_entry("evidence", {**REPORT, "id": "f1", "sha256": "f" * 64})
    here = in_the_office(received={x * 64: True for x in "abf"})
    assert asked(again, here) == []


def test_the_report_and_conflicts_are_asked_for_in_the_office_alone():
    assert asked(signed()) == []
    assert asked(signed(), in_the_office()) == [lack("CL19", "evidence.report", "report")]
    found = in_the_office(report_findings=(("Otro folio.", "Another folio."),), open_conflicts=2)
    assert asked(finished().record, found) == [
        Missing("CL19", "evidence.report", "Otro folio.", "Another folio."),
        lacks("CL22", "conflicts", "conflicts", 2),
    ]


def test_closing_for_lack_of_information_wants_the_question_and_two_reminders():
    question, reminders = (lack("HD1", key, key) for key in ("question", "reminders"))
    for sent, words, expected in (
        (2, "¿Cuál?", []), (1, "¿Cuál?", [reminders]), (2, " ", [question]),
        (0, "", [question, reminders]),
    ):  # fmt: skip
        ticket = Ticket.of(unsigned(question=words))
        assert unanswered_checklist(ticket, sent) == expected
