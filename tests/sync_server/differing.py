"""Reports whose pages say something else than their record."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from shared.operations.digest import canonical
from shared.report.content import content, service_report
from shared.report.furniture import FILE, furniture
from shared.report.pdf import render
from shared.report.subject import Subject
from tests.sync_server.visit import Visit

LIE = "Cargo $48,000"

Change = Callable[[dict[str, Any]], None]


def charged(document: dict[str, Any]) -> None:
    """One more amount on the pages."""
    document["sections"][1]["blocks"].append(
        {"block": "text", "text": LIE, "label": "", "tone": "body"}
    )


def honest(document: dict[str, Any]) -> None:
    """Nothing else."""


def printed(
    subject: Subject, change: Change, photos: dict[str, bytes], bare: bool = False, **around: Any
) -> bytes:
    """A report that carries the truth and prints what `change` makes of it.

    `subject` has its shown content; `around` is furniture, of which a `bare` one carries none.
    """
    document = content(subject).document() if subject.shown is None else dict(subject.shown)
    truth = replace(subject, shown=document)
    lie = replace(truth, shown=_copy(document))
    assert isinstance(lie.shown, dict)
    change(lie.shown)
    lie.__dict__["record_json"] = truth.record_json  # as the cached property would keep it
    sign_off = truth.ticket.record.fields.get("sign_off") or {}
    attached = {
        "record.json": truth.record_json,
        "strokes.json": canonical(sign_off.get("strokes") or []),
    }
    if not bare:
        attached[FILE] = canonical({**furniture(truth), **around})
    return render(service_report(lie), photos, attached)


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copy(each) for name, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list | tuple) else value


def reported(visit: Visit, change: Change = charged, bare: bool = False) -> Visit:
    """The visit's report, whose pages say what `change` makes of it."""
    photos = {n: content for n, (content, mime) in visit.files.items() if mime == "image/jpeg"}
    subject = replace(visit.subject(visit.record), shown=visit.shown)
    visit.pdf_digest = subject.digest
    visit.pdf = visit.keeps("report", printed(subject, change, photos, bare), "application/pdf")
    return visit.finalise()
