"""Vectors of what is signed and of what the report carries."""

from collections.abc import Mapping
from typing import Any

from shared.operations.digest import (
    canonical,
    report_digest,
    report_record,
    shown_content,
    sign_off_digest,
    sign_off_holds,
)
from shared.ticket.ticket import Record
from tests.shared.records import REPORT, SIGN_OFF, at, signed, unsigned
from tests.snapshots.vector_file import Given, VectorFile


def record(message: Mapping[str, Any]) -> Record:
    """A record out of a vector."""
    return Record.from_wire(message["id"], message["doc"], message["entries"], message["rev"])


def message(record: Record) -> dict[str, Any]:
    """A record as vectors write it: what a pulled change holds."""
    return {
        "id": record.id, "rev": record.rev,
        "doc": dict(record.fields), "entries": dict(record.entries),
    }  # fmt: skip


def statement(given: Given) -> Any:
    ticket, sign_off = record(given["record"]), given["sign_off"]
    said = {name: value for name, value in sign_off.items() if name != "digest"}
    covered = {"content": shown_content(ticket), "statement": said}
    return {"covered": canonical(covered).decode(), "digest": sign_off_digest(ticket, sign_off)}


def _statements() -> dict[str, Given]:
    shown = message(unsigned())
    later = {"id": "a2", "at": at(120), "text": "Se ajustó la bandeja 2"}
    voided = {"id": "a9", "at": at(99), "text": "De más", "voided": {"at": at(101), "reason": "x"}}
    refused = {"id": "s2", "outcome": "refused", "reason": "No autoriza la firma", "locale": "es"}
    return {
        "signed by hand": {"record": shown, "sign_off": SIGN_OFF},
        "what the digest member says is not covered": {
            "record": shown, "sign_off": {**SIGN_OFF, "digest": "0" * 64},
        },
        "refused, with the reason": {"record": shown, "sign_off": refused},
        "a field that was not shown changes nothing": {
            "record": message(unsigned(priority="low", state="escalated")), "sign_off": SIGN_OFF,
        },
        "one more action makes another digest": {
            "record": message(unsigned().with_entry("actions", later)), "sign_off": SIGN_OFF,
        },
        "a voided action is not covered": {
            "record": message(unsigned().with_entry("actions", voided)), "sign_off": SIGN_OFF,
        },
        "a report is not covered, it comes after": {
            "record": message(unsigned().with_entry("evidence", REPORT)), "sign_off": SIGN_OFF,
        },
        "a field of null is a field that is not there": {
            "record": message(unsigned(meter_exception=None)), "sign_off": SIGN_OFF,
        },
    }  # fmt: skip


SIGN_OFF_DIGESTS = VectorFile(
    "sign-off-digests",
    "The digest that a sign-off must carry: hex sha256 of `covered`, the canonical JSON of what "
    "the customer had before their eyes (content) and of what they then said (statement).",
    _statements(),
    statement,
)


def validity(given: Given) -> Any:
    return {"holds": sign_off_holds(record(given["record"]))}


SIGN_OFFS_HOLD = VectorFile(
    "sign-offs-hold",
    "Whether the sign-off in the field `sign_off` still holds for the record as it stands.",
    {
        "nobody signed": {"record": message(unsigned())},
        "as it was signed": {"record": message(signed())},
        "the diagnosis changed": {"record": message(signed().with_fields({"diagnosis": "Otra"}))},
        "the signer's name changed": {
            "record": message(
                signed().with_fields(
                    {"sign_off": {**signed().fields["sign_off"], "name": "Otra persona"}}
                )
            )
        },
        "the office moved the ticket": {
            "record": message(signed().with_fields({"state": "customer_validation"}))
        },
        "the report was added": {"record": message(signed().with_entry("evidence", REPORT))},
    },
    validity,
)


def reported(given: Given) -> Any:
    ticket, folio = record(given["record"]), given.get("folio")
    digest = report_digest(ticket, folio)
    return {
        "record": canonical(report_record(ticket, folio)).decode(),
        "digest": digest,
        "code": digest[:32],
    }


REPORT_DIGESTS = VectorFile(
    "report-digests",
    "The record attached to the report, as canonical JSON, its digest, and the code printed in "
    "the report's QR. `folio` is the one printed, where it is not the record's own.",
    {
        "a finished ticket": {"record": message(signed())},
        "remote work, nobody signs": {"record": message(unsigned(mode="remote"))},
        "the report does not name itself": {
            "record": message(signed().with_entry("evidence", REPORT))
        },
        "a ticket born offline": {
            "record": message(signed(unsigned(folio=None, provisional_folio="P-7F3A-1")))
        },
        "the same, after the office gave it its number": {
            "record": message(
                signed(unsigned(folio=None, provisional_folio="P-7F3A-1")).with_fields(
                    {"folio": "SEI-2026-000111"}
                )
            ),
            "folio": "P-7F3A-1",
        },
    },
    reported,
)
