"""The checklist's rules about proof: photos, the asset in hand, the customer's word, the report."""

from collections.abc import Iterator

from shared.closure.missing import ChecklistFacts
from shared.closure.rule import Lack, lacks, lacks_some, rule
from shared.operations.digest import sign_off_holds
from shared.ticket.evidence import Evidence, EvidenceKind
from shared.ticket.people import has_a_letter
from shared.ticket.sign_off import SIGNED, SignOff, SignOffOutcome
from shared.ticket.ticket import Nature, Ticket, Type
from shared.ticket.work import Meter

FAULTS = frozenset({Type.TECHNICAL_FAULT, Type.EQUIPMENT_DOWN, Type.RECURRING_PROBLEM})


@rule("CL12", "evidence.after", "evidence.before", "evidence", since=1)
def cl12_photos(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """On site: a photo after, and one before on a fault or where a part went in. R049."""
    if ticket.is_on_site:
        if not ticket.photos(EvidenceKind.AFTER):
            yield lacks("evidence.after", "photo_after")
        if _needs_before(ticket) and not ticket.photos(EvidenceKind.BEFORE):
            yield lacks("evidence.before", "photo_before")
    yield from _bytes(ticket, known)


def _needs_before(ticket: Ticket) -> bool:
    faulty = ticket.nature in (Nature.TECHNICAL_FAULT, Nature.MONITORING_INCIDENT)
    return faulty or ticket.type in FAULTS or bool(ticket.parts_used)


def _bytes(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    if known.office is None:
        return
    for item in ticket.evidence:
        if item.kind == EvidenceKind.REPORT and item is not ticket.reports[-1]:
            continue
        decodes = known.office.received.get(item.sha256)
        loss = ticket.bytes_lost.get(item.sha256)
        if decodes is None and loss is not None and item.kind != EvidenceKind.REPORT:
            if not loss.accepted:
                yield lacks("evidence", "file_lost", waits=True, file=_name(item))
        elif decodes is None:
            yield lacks("evidence", "file_on_its_way", waits=True, file=_name(item))
        elif not decodes:
            yield lacks("evidence", "file_unreadable", file=_name(item))


def _name(item: Evidence) -> str:
    return item.caption or f"{item.kind} {item.sha256[:8]}"


@rule("CL13", "evidence.capture", since=1)
def cl13_captures(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """Remote: a screen capture or a transcript. R049, R130."""
    kinds = (EvidenceKind.CAPTURE, EvidenceKind.TRANSCRIPT)
    if ticket.mode == "remote" and not any(ticket.photos(kind) for kind in kinds):
        yield lacks("evidence.capture", "capture")


@rule("CL15", "serial_matched", since=1)
def cl15_serial(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """On site the serial on the asset was compared with the ticket's."""
    if ticket.is_on_site and ticket.asset and not ticket.serial_matched:
        yield lacks("serial_matched", "serial")


@rule("CL16", "meter", since=1)
def cl16_meter(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """A meter never runs backwards, and black plus colour is the total; or a reason why not."""
    if (
        not known.asks_meter
        or not ticket.is_on_site
        or not ticket.asset
        or ticket.meter_exception.strip()
    ):
        return
    meter, last = ticket.meter, known.asset.meter if known.asset else None
    if meter is None:
        yield lacks("meter", "meter")
        return
    if last is not None and meter.total < last.total:
        yield lacks("meter", "meter_backwards", meter=meter.total, last=last.total)
    if known.asset and not _adds_up(meter, known.asset.colour):
        yield lacks("meter", "meter_sum")


def _adds_up(meter: Meter, colour: bool) -> bool:
    if meter.bw is None and meter.colour is None:
        return not colour
    return (meter.bw or 0) + (meter.colour or 0) == meter.total


@rule("CL17", "sign_off", since=1)
def cl17_sign_off(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """On site: the customer's word, on exactly what was shown. R050, R129."""
    if not ticket.is_on_site:
        return
    sign_off = ticket.sign_off
    if sign_off is None or sign_off.outcome not in set(SignOffOutcome):
        yield lacks("sign_off", "sign_off")
        return
    if not sign_off_holds(ticket.record):
        yield lacks("sign_off", "sign_off_void")
    yield from _statement(sign_off)


def _statement(sign_off: SignOff) -> Iterator[Lack]:
    if sign_off.outcome not in SIGNED:
        if not has_a_letter(sign_off.reason):
            yield lacks("sign_off", "reason_unsigned")
        return
    if not has_a_letter(sign_off.name) or not has_a_letter(sign_off.position):
        yield lacks("sign_off", "signer")
    if not sign_off.is_signed:
        yield lacks("sign_off", "signature_empty")
    elif sign_off.is_scratch:
        yield lacks("sign_off", "signature_short")
    if sign_off.outcome == SignOffOutcome.REMARKS and not has_a_letter(sign_off.remarks):
        yield lacks("sign_off", "remarks")


@rule("CL19", "evidence.report", since=1)
def cl19_report(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """The report was made, opens, and says what the record says."""
    if ticket.is_on_site and not ticket.reports and known.office is not None:
        yield lacks("evidence.report", "report")
    for report in ticket.reports[-1:]:
        arrived = known.office is None or report.sha256 in known.office.received
        if not arrived and report.sha256 in ticket.bytes_lost:
            yield lacks("evidence.report", "report_lost")
    for es, en in known.office.report_findings if known.office else ():
        yield Lack("evidence.report", es, en)


@rule("CL22", "conflicts", since=1)
def cl22_nothing_open(ticket: Ticket, known: ChecklistFacts) -> Iterator[Lack]:
    """No conflict that a person has still to decide."""
    count = known.office.open_conflicts if known.office else 0
    if count:
        yield lacks_some("conflicts", "conflicts", count)
