"""The checklist's rules about the work itself: who, what was wrong, what was done, with what."""

import re
from collections.abc import Iterator

from shared.closure.missing import ChecklistFacts, Missing
from shared.ticket.ticket import Mode, Nature, Priority, Ticket, Type
from shared.ticket.work import PartUsed
from shared.time.timestamps import instant
from shared.words import LANGUAGES, tn

LEAST_DIAGNOSIS = 20
OTHER_CAUSE = "OTRA"
WITHOUT_PARTS = frozenset({"FC12", "FC13"})
"""«Falsa alarma» and «Sin falla encontrada»: they go with any cause, but with no part used."""
UNDEFINED = "HD1"


def cl01_classification(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """Nature, type and priority are valid, and equipment down is high priority. R021–R025."""
    for field, value, codes, es, en in (
        ("nature", ticket.nature, Nature, "la naturaleza", "nature"),
        ("type", ticket.type, Type, "el tipo", "type"),
        ("priority", ticket.priority, Priority, "la prioridad", "priority"),
    ):
        if value not in set(codes):
            yield Missing(
                "CL01", field, f"Falta {es} del ticket.", f"The ticket's {en} is missing."
            )
    if ticket.type == Type.EQUIPMENT_DOWN and ticket.priority in ("medium", "low"):
        yield Missing("CL01", "priority", "Un equipo detenido es de prioridad alta.",
                      "Equipment that is down has high priority.")  # fmt: skip


def cl02_authors(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """Whoever captured work had the ticket at that time. R099."""
    for work in known.authors:
        terms = (a for a in ticket.assignments if a.engineer == work.engineer)
        at = work.at + known.clock_offset
        if not any(a.since <= at and (a.until is None or at <= a.until) for a in terms):
            yield Missing(
                "CL02", "assignee",
                "Hay trabajo capturado por alguien que no tenía asignado el ticket.",
                "Some work was captured by somebody who did not have the ticket.",
            )  # fmt: skip
            return


def cl03_contact(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """A contact with the customer: when, how and with whom. R033."""
    if not any(c.at and c.how.strip() and c.whom.strip() for c in ticket.contacts):
        yield Missing("CL03", "contacts", "Falta el contacto con el cliente: cuándo, cómo y quién.",
                      "The contact with the customer is missing: when, how and who.")  # fmt: skip


def cl04_mode(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """On site or remote. R034."""
    if ticket.mode not in set(Mode):
        yield Missing("CL04", "mode", "Falta indicar si la atención fue en sitio o remota.",
                      "Say whether the work was on site or remote.")  # fmt: skip


def cl05_history(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """The asset's history was looked at. R035."""
    if ticket.asset and not ticket.history_reviewed:
        yield Missing("CL05", "history_reviewed", "Falta revisar el historial del equipo.",
                      "The asset's history has not been reviewed.")  # fmt: skip


def cl06_diagnosis(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """A diagnosis that says something. R030, R064."""
    if not says_something(ticket.diagnosis, LEAST_DIAGNOSIS):
        yield Missing(
            "CL06", "diagnosis",
            f"Falta el diagnóstico (al menos {LEAST_DIAGNOSIS} caracteres que digan algo).",
            f"The diagnosis is missing (at least {LEAST_DIAGNOSIS} characters that say something).",
        )  # fmt: skip


def says_something(text: str, least: int) -> bool:
    """Long enough, and neither one key held down nor one word repeated."""
    words = re.findall(r"\w+", text.lower())
    letters = set("".join(words))
    return len(text.strip()) >= least and len(set(words)) >= 3 and len(letters) >= 6


def cl07_root_cause(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """A root cause of the catalogue; «otra» says which. R036."""
    if ticket.root_cause not in known.compatible:
        yield Missing("CL07", "root_cause", "Falta la causa raíz del catálogo.",
                      "The root cause from the catalogue is missing.")  # fmt: skip
    elif ticket.root_cause == OTHER_CAUSE and not ticket.root_cause_text.strip():
        yield Missing("CL07", "root_cause_text", "Falta decir cuál fue la otra causa.",
                      "Say which other cause it was.")  # fmt: skip


def cl08_actions_and_solution(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """At least one action, and the solution in words. R037, R113."""
    if not any(action.text.strip() for action in ticket.actions):
        yield Missing("CL08", "actions", "Falta al menos una acción realizada.",
                      "At least one action is missing.")  # fmt: skip
    if not ticket.solution.strip():
        yield Missing("CL08", "solution", "Falta la solución en palabras.",
                      "The solution in words is missing.")  # fmt: skip


def cl10_pending_parts(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """No part pending that keeps the asset from working. R038."""
    blocking = [part.code for part in ticket.parts_pending if part.blocking]
    if blocking:
        key, codes = "process.missing.parts_pending", ", ".join(blocking)
        es, en = (tn(key, len(blocking), language, codes=codes) for language in LANGUAGES)
        yield Missing("CL10", "parts_pending", es, en)


def cl11_parts(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """Every part has a code and a quantity, within the van's stock or justified. R125, R135."""
    taken: dict[str, int] = {}
    for part in ticket.parts_used:
        taken[part.code] = taken.get(part.code, 0) + part.quantity
        yield from _part(part, taken[part.code], known)


def _part(part: PartUsed, taken: int, known: ChecklistFacts) -> Iterator[Missing]:
    if part.code not in known.parts:
        yield Missing("CL11", "parts_used", f"La refacción «{part.code}» no está en el catálogo.",
                      f"The part «{part.code}» is not in the catalogue.")  # fmt: skip
    elif part.quantity <= 0:
        yield Missing("CL11", "parts_used", f"Falta la cantidad de {part.code}.",
                      f"The quantity of {part.code} is missing.")  # fmt: skip
    elif taken > known.stock.get(part.code, 0) and not part.justification.strip():
        yield Missing(
            "CL11", "parts_used",
            f"{part.code}: no había tantas en la camioneta. Explique de dónde salió.",
            f"{part.code}: the van did not hold that many. Explain where it came from.",
        )  # fmt: skip


def cl20_final_classification(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """A final classification that goes with the cause and is not HD1. R051."""
    final, cause = ticket.final_classification, ticket.root_cause
    if not final:
        yield Missing("CL20", "final_classification", "Falta la clasificación final.",
                      "The final classification is missing.")  # fmt: skip
    elif final == UNDEFINED:
        yield Missing("CL20", "final_classification", "Solo el sistema clasifica como HD1.",
                      "Only the system classifies as HD1.")  # fmt: skip
    elif final in WITHOUT_PARTS and ticket.parts_used:
        yield Missing("CL20", "final_classification", f"{final} no va con refacciones usadas.",
                      f"{final} does not go with parts used.")  # fmt: skip
    elif final not in WITHOUT_PARTS and final not in known.compatible.get(cause or "", {final}):
        yield Missing("CL20", "final_classification", f"{final} no corresponde a la causa {cause}.",
                      f"{final} does not go with the cause {cause}.")  # fmt: skip


def cl21_escalations(ticket: Ticket, known: ChecklistFacts) -> Iterator[Missing]:
    """Whoever it was escalated to has seen it. R040–R047."""
    events = ticket.escalation.get("events") or ()
    acknowledged = instant(ticket.escalation.get("acknowledged"))
    if any(acknowledged is None or instant(event["at"]) > acknowledged for event in events):
        yield Missing("CL21", "escalation", "El escalamiento aún no se ha atendido en la oficina.",
                      "The office has not acknowledged the escalation yet.")  # fmt: skip
