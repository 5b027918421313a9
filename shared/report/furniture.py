"""The furniture of a printing: what is put around the shown content, as it travels in the report.

Letterhead, zone of times, paper, number, and the versions that printed. With it a report can be
printed again from nothing but what the file itself carries, whatever became of the organisation's
name or hours meanwhile.
"""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from shared.closure.checklist import current_version
from shared.report.annex import TEMPLATE
from shared.report.blocks import Letterhead, Paper
from shared.report.brand import letterhead
from shared.report.subject import Edition, Subject
from shared.ticket.ticket import Record, Ticket

FILE = "furniture.json"
"""The name under which it is attached to the report."""


class NotFurniture(ValueError):
    """This document is not the furniture of a report that we know how to print."""


def furniture(subject: Subject) -> dict[str, Any]:
    """As JSON; `opened_at` is RFC 3339 as the record has it, or "" when it is not known."""
    edition, head = subject.edition, letterhead(subject.organisation, subject.phrases)
    return {
        "template": TEMPLATE,
        "checklist": current_version(),
        "paper": edition.paper.value,
        "zone": str(edition.zone),
        "verify_at": edition.verify_at,
        "number": edition.number,
        "opened_at": subject.ticket.record.fields.get("created_at") or "",
        "letterhead": {
            "name": head.name, "support_label": head.support_label, "support": list(head.support),
            "ink": head.ink, "accent": head.accent, "soft": head.soft, "logo": head.logo,
        },
    }  # fmt: skip


def template_of(document: Any) -> int | None:
    """The version of words and layout that printed the report; None where it does not say."""
    version = document.get("template") if isinstance(document, Mapping) else None
    return version if isinstance(version, int) and not isinstance(version, bool) else None


def carried(attached: Mapping[str, Any], document: Any) -> Subject:
    """What a report is about, from its own attachments: `record.json` of format 2 and furniture.

    Raises NotFurniture when they are not what we print.
    """
    try:
        head = document["letterhead"]
        edition = Edition(
            zone=ZoneInfo(_text(document["zone"])),
            verify_at=_text(document["verify_at"]),
            number=_number(document["number"]),
            paper=Paper(document["paper"]),
            checklist=_number(document["checklist"]),
        )
        return Subject(
            ticket=Ticket.of(_record(attached, _text(document["opened_at"]))),
            edition=edition,
            shown=attached["shown"],
            letterhead=Letterhead(
                **{name: _text(head[name]) for name in _TEXTS},
                support=tuple(map(_text, head["support"])),
            ),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OSError) as error:
        raise NotFurniture(f"{type(error).__name__}: {error}"[:200]) from error


_TEXTS = ("name", "support_label", "ink", "accent", "soft", "logo")


def _record(attached: Mapping[str, Any], opened_at: str) -> Record:
    fields = {**attached["fields"], "folio": attached["folio"], "sign_off": attached["sign_off"],
              "created_at": opened_at or None,
              "bytes_lost": {_text(name): {} for name in attached.get("lost", ())}}  # fmt: skip
    entries = {name: tuple(rows) for name, rows in attached["entries"].items()}
    return Record(attached["ticket"], fields, {**entries, "evidence": tuple(attached["evidence"])})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} where text belongs")
    return value


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{type(value).__name__} where a number belongs")
    return value
