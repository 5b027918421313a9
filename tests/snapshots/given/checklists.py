"""Vectors of the closure checklist: what is missing, rule by rule."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from shared.closure.checklist import closure_checklist
from shared.closure.missing import Authorship, ChecklistFacts, OfficeFacts
from shared.operations.digest import sign_off_digest
from shared.ticket.asset import Asset
from shared.ticket.ticket import Record, Ticket
from shared.time.timestamps import instant
from tests.shared.records import ENGINEER, REPORT, SIGN_OFF, at, signed, unsigned
from tests.snapshots.given.digests import message, record
from tests.snapshots.vector_file import Given, VectorFile

ASSET = {
    "serial": "DEMO-KY4054-0117", "make": "Kyocera", "model": "TASKalfa 4054ci", "colour": True,
    "meter": {"total": 284310, "bw": 201554, "colour": 82756},
}  # fmt: skip
KNOWN: Mapping[str, Any] = {
    "asset": {"id": "asset-1", "doc": ASSET},
    "compatible": {"CR-FUS-01": ["FC01", "FC02"], "OTRA": []},
    "parts": ["REF-FUS-A3C"],
    "stock": {"REF-FUS-A3C": 1},
    "authors": [{"engineer": ENGINEER, "at": at(100)}],
    "clock_offset": 0,
    "office": None,
}
HERE: Mapping[str, Any] = {"received": {"a" * 64: True, "b" * 64: True, "c" * 64: True},
        "report_findings": [], "open_conflicts": 0}  # fmt: skip


def known(given: Given) -> ChecklistFacts:
    asset, office = given["asset"], given["office"]
    return ChecklistFacts(
        asset=asset and Asset.of(asset["id"], asset["doc"]),
        compatible={cause: frozenset(codes) for cause, codes in given["compatible"].items()},
        parts=frozenset(given["parts"]),
        stock=given["stock"],
        authors=tuple(Authorship(a["engineer"], instant(a["at"])) for a in given["authors"]),
        clock_offset=timedelta(seconds=given["clock_offset"]),
        office=office and OfficeFacts(
            office["received"], tuple((es, en) for es, en in office["report_findings"]),
            office["open_conflicts"],
        ),
    )  # fmt: skip


def answer(given: Given) -> Any:
    missing = closure_checklist(Ticket.of(record(given["record"])), known(given["known"]))
    return [{"rule": m.rule, "field": m.field, "waits": m.waits} for m in missing]


def case(work: Record, **facts: Any) -> Given:
    return {"record": message(work), "known": {**KNOWN, **facts}}


def work(**fields: Any) -> Given:
    """Finished work with these fields otherwise, signed as it then stood."""
    return case(signed(unsigned(**fields)))


def without(collection: str) -> Given:
    bare = unsigned()
    entries = {name: rows for name, rows in bare.entries.items() if name != collection}
    return case(signed(Record(bare.id, bare.fields, entries, bare.rev)))


def added(collection: str, **entry: Any) -> Given:
    return case(signed(unsigned().with_entry(collection, {"id": "x1", **entry})))


def said(**statement: Any) -> Given:
    """Finished work whose sign-off says this, with the digest that belongs to it."""
    sign_off = {**SIGN_OFF, **statement}
    bare = unsigned()
    digest = sign_off_digest(bare, sign_off)
    return case(bare.with_fields({"sign_off": {**sign_off, "digest": digest}}))


DONE = signed().with_entry("evidence", REPORT)
LOSS = {"at": at(160), "reason": "gone"}
LOST = DONE.with_fields({"bytes_lost": {"b" * 64: LOSS}})
ACCEPTED = DONE.with_fields(
    {"bytes_lost": {"b" * 64: {**LOSS, "accepted": {"at": at(200), "reason": "Basta la otra"}}}}
)
WITHOUT_AFTER = {**HERE, "received": {"a" * 64: True, "c" * 64: True}}

CASES: Mapping[str, Given] = {
    "finished work": case(DONE),
    "finished work, on the server, every byte here": case(DONE, office=HERE),
    "CL01 a type of no catalogue": work(type="mystery"),
    "CL01 equipment down is high": work(priority="low"),
    "CL02 work by somebody who did not have the ticket": case(
        DONE, authors=[{"engineer": "engineer-9", "at": at(100)}]
    ),
    "CL02 a tablet whose clock is an hour behind": case(
        DONE, authors=[{"engineer": ENGINEER, "at": at(-50)}], clock_offset=3600
    ),
    "CL03 no contact": without("contacts"),
    "CL04 no mode": work(mode=None),
    "CL05 history not reviewed": work(history_reviewed=False),
    "CL06 a short diagnosis": work(diagnosis="Fusor"),
    "CL06 one key held down": work(diagnosis="aaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
    "CL07 a cause of no catalogue": work(root_cause="CR-XXX"),
    "CL07 another cause, not told": work(root_cause="OTRA", final_classification="FC12"),
    "CL08 no action": without("actions"),
    "CL08 no solution": work(solution=""),
    "CL09 the test failed": work(test_result="failed"),
    "CL09 work after the test": added("actions", at=at(145), text="Un ajuste más"),
    "CL10 a blocking part": added("parts_pending", code="REF-FUS-A3C", quantity=1, blocking=True),
    "CL11 more than the van held": added("parts_used", code="REF-FUS-A3C", quantity=1),
    "CL11 the same, justified": added(
        "parts_used", code="REF-FUS-A3C", quantity=1, justification="De la otra camioneta"
    ),
    "CL11 a part of no catalogue": added("parts_used", code="REF-XXX", quantity=1),
    "CL12 no photos": without("evidence"),
    "CL12 a photo has not arrived": case(
        DONE, office={**HERE, "received": {"a" * 64: True, "c" * 64: True}}
    ),
    "CL12 a photo cannot be opened": case(
        DONE, office={**HERE, "received": {**HERE["received"], "b" * 64: False}}
    ),
    "CL12 a photo is lost": case(LOST, office=WITHOUT_AFTER),
    "CL12 a photo is lost, and a supervisor accepted it": case(ACCEPTED, office=WITHOUT_AFTER),
    "CL13 remote work without a capture": work(mode="remote"),
    "CL14 no hours": without("time_entries"),
    "CL14 hours that overlap": added("time_entries", start=at(100), end=at(160), kind="work"),
    "CL14 hours that end before they start": added("time_entries", start=at(200), end=at(190)),
    "CL14 more than 16 hours in a day": case(
        signed(
            unsigned()
            .with_entry("time_entries", {"id": "x1", "start": at(-500), "end": at(55)})
            .with_entry("time_entries", {"id": "x2", "start": at(160), "end": at(700)})
        )
    ),
    "CL15 the serial was not compared": work(serial_matched=False),
    "CL16 the meter runs backwards": work(meter={"total": 98010, "bw": 60000, "colour": 38010}),
    "CL16 black and colour are not the total": work(
        meter={"total": 284342, "bw": 201580, "colour": 1}
    ),
    "CL16 not read, with the reason": work(meter=None, meter_exception="Pantalla rota"),
    "CL17 nobody signed": case(unsigned()),
    "CL17 the work changed after signing": case(DONE.with_fields({"diagnosis": "x" * 30})),
    "CL17 refused with the reason": said(outcome="refused", reason="No autoriza", strokes=[]),
    "CL17 absent without a reason": said(outcome="absent", strokes=[]),
    "CL17 an empty signature": said(strokes=[]),
    "CL17 a scratch where the tablet asks for more": said(strokes=[[[10, 10, 0], [60, 10, 16]]],
                                                          shown="ab" * 32),
    "CL17 typed before a witness": said(strokes=[], typed="Marta Ibáñez", witness="Luis Rey"),
    "CL17 remarks that say nothing": said(outcome="remarks"),
    "CL19 no report": case(signed(), office=HERE),
    "CL19 the report says something else": case(
        DONE, office={**HERE, "report_findings": [["No coincide", "Does not match"]]}
    ),
    "CL20 no final classification": work(final_classification=None),
    "CL20 only the system says HD1": work(final_classification="HD1"),
    "CL20 a classification that does not go with the cause": work(final_classification="FC09"),
    "CL20 no fault found, and yet a part": work(final_classification="FC13"),
    "CL21 an escalation that nobody acknowledged": work(
        escalation={"level": 1, "events": [{"trigger": "E1", "reason": "x", "at": at(90)}]}
    ),
    "CL21 acknowledged": work(
        escalation={
            "level": 1, "acknowledged": at(95),
            "events": [{"trigger": "E1", "reason": "x", "at": at(90)}],
        }
    ),
    "CL22 a conflict is open": case(DONE, office={**HERE, "open_conflicts": 1}),
    "CL23 departed before arriving": work(departed_at=at(30)),
    "CL23 four minutes are tolerated": work(departed_at=at(56), tested_at=at(140)),
    "a ticket without any work": case(Record("ticket-1", {"state": "in_analysis"}), authors=[]),
}  # fmt: skip

CHECKLISTS = VectorFile(
    "checklists",
    "The closure checklist: all that is missing before a ticket may be closed, in the order of the "
    "rules. `known` is what it needs besides the ticket: the asset, which classifications go with "
    "which cause, the catalogue of parts, the van's stock, who captured work and when, "
    "`clock_offset` (server time minus tablet time, in seconds) and, on the server only, `office`: "
    "which bytes were received (and whether they can be opened), what is wrong with the report, "
    "and how many conflicts are open. `waits` means that nothing is to be corrected: the bytes are "
    "still on their way. Sentences for people are each program's own.",
    CASES,
    answer,
)
