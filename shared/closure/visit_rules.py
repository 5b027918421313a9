"""The checklist's rules about proof: photos, the asset in hand, the customer's word, the report."""

from collections.abc import Iterator

from shared.closure.missing import ChecklistFacts, Missing
from shared.operations.digest import sign_off_holds
from shared.ticket.evidence import Evidence, EvidenceKind
from shared.ticket.sign_off import SIGNED, SignOff, SignOffOutcome
from shared.ticket.ticket import Nature, Ticket, Type
from shared.ticket.work import Meter
from shared.words import LANGUAGES, tn

FAULTS = frozenset({Type.TECHNICAL_FAULT, Type.EQUIPMENT_DOWN, Type.RECURRING_PROBLEM})


def cl12_photos(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """On site: a photo after, and one before on a fault or where a part went in. R049."""
    if ticket.is_on_site:
        if not ticket.photos(EvidenceKind.AFTER):
            yield Missing("CL12", "evidence.after", "Falta la foto de después.",
                          "The photo after the work is missing.")  # fmt: skip
        if _needs_before(ticket) and not ticket.photos(EvidenceKind.BEFORE):
            yield Missing("CL12", "evidence.before", "Falta la foto de antes.",
                          "The photo before the work is missing.")  # fmt: skip
    yield from _bytes(ticket, known)


def _needs_before(ticket: Ticket) -> bool:
    faulty = ticket.nature in (Nature.TECHNICAL_FAULT, Nature.MONITORING_INCIDENT)
    return faulty or ticket.type in FAULTS or bool(ticket.parts_used)


def _bytes(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    if known.office is None:
        return
    for item in ticket.evidence:
        if item.kind == EvidenceKind.REPORT and item is not ticket.reports[-1]:
            continue
        decodes = known.office.received.get(item.sha256)
        if decodes is None:
            yield Missing("CL12", "evidence", f"Aún no llega el archivo «{_name(item)}».",
                          f"The file «{_name(item)}» has not arrived yet.", waits=True)  # fmt: skip
        elif not decodes:
            yield Missing("CL12", "evidence", f"El archivo «{_name(item)}» no se puede abrir.",
                          f"The file «{_name(item)}» cannot be opened.")  # fmt: skip


def _name(item: Evidence) -> str:
    return item.caption or f"{item.kind} {item.sha256[:8]}"


def cl13_captures(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """Remote: a screen capture or a transcript. R049, R130."""
    kinds = (EvidenceKind.CAPTURE, EvidenceKind.TRANSCRIPT)
    if ticket.mode == "remote" and not any(ticket.photos(kind) for kind in kinds):
        yield Missing("CL13", "evidence.capture", "Falta una captura o transcripción.",
                      "A capture or a transcript is missing.")  # fmt: skip


def cl15_serial(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """On site the serial on the asset was compared with the ticket's."""
    if ticket.is_on_site and ticket.asset and not ticket.serial_matched:
        yield Missing("CL15", "serial_matched", "Falta confirmar el número de serie.",
                      "The serial number has not been confirmed.")  # fmt: skip


def cl16_meter(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """A meter never runs backwards, and black plus colour is the total; or a reason why not."""
    if not ticket.is_on_site or not ticket.asset or ticket.meter_exception.strip():
        return
    meter, last = ticket.meter, known.asset.meter if known.asset else None
    if meter is None:
        yield Missing("CL16", "meter", "Falta el contador, o el motivo por el que no se leyó.",
                      "The meter is missing, or the reason why it was not read.")  # fmt: skip
        return
    if last is not None and meter.total < last.total:
        yield Missing(
            "CL16", "meter",
            f"El contador ({meter.total:,}) es menor que el último ({last.total:,}).",
            f"The meter ({meter.total:,}) is below the last one ({last.total:,}).",
        )  # fmt: skip
    if known.asset and not _adds_up(meter, known.asset.colour):
        yield Missing("CL16", "meter", "Blanco y negro más color no suman el total.",
                      "Black and white plus colour is not the total.")  # fmt: skip


def _adds_up(meter: Meter, colour: bool) -> bool:
    if meter.bw is None and meter.colour is None:
        return not colour
    return (meter.bw or 0) + (meter.colour or 0) == meter.total


def cl17_sign_off(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """On site: the customer's word, on exactly what was shown. R050, R129."""
    if not ticket.is_on_site:
        return
    sign_off = ticket.sign_off
    if sign_off is None or sign_off.outcome not in set(SignOffOutcome):
        yield Missing("CL17", "sign_off", "Falta la firma del cliente, o el motivo de su ausencia.",
                      "The customer's signature is missing, or why there is none.")  # fmt: skip
        return
    if not sign_off_holds(ticket.record):
        yield Missing("CL17", "sign_off", "El informe cambió. La firma anterior ya no es válida.",
                      "The report changed. The earlier signature is no longer valid.")  # fmt: skip
    yield from _statement(sign_off)


def _statement(sign_off: SignOff) -> Iterator[Missing]:
    if sign_off.outcome not in SIGNED:
        if not sign_off.reason.strip():
            yield Missing("CL17", "sign_off", "Falta el motivo por el que no hay firma.",
                          "The reason why there is no signature is missing.")  # fmt: skip
        return
    if not sign_off.name.strip() or not sign_off.position.strip():
        yield Missing("CL17", "sign_off", "Faltan el nombre y el puesto de quien firma.",
                      "The name and position of the signer are missing.")  # fmt: skip
    if not sign_off.is_signed:
        yield Missing("CL17", "sign_off", "La firma está vacía.",
                      "The signature is empty.")  # fmt: skip
    if sign_off.outcome == SignOffOutcome.REMARKS and not sign_off.remarks.strip():
        yield Missing("CL17", "sign_off", "Faltan las observaciones del cliente.",
                      "The customer's remarks are missing.")  # fmt: skip


def cl19_report(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """The report was made, opens, and says what the record says."""
    if ticket.is_on_site and not ticket.reports and known.office is not None:
        yield Missing("CL19", "evidence.report", "Falta el informe de servicio.",
                      "The service report is missing.")  # fmt: skip
    for es, en in known.office.report_findings if known.office else ():
        yield Missing("CL19", "evidence.report", es, en)


def cl22_nothing_open(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """No conflict that a person has still to decide."""
    count = known.office.open_conflicts if known.office else 0
    if count:
        es, en = (tn("process.missing.conflicts", count, language) for language in LANGUAGES)
        yield Missing("CL22", "conflicts", es, en)
