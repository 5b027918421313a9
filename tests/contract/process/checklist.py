"""What the office answers when an engineer asks to close what is not complete."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from shared.closure import checklist
from shared.ticket.people import Role
from tests.contract.process.office import ProcessOffice
from tests.contract.process.table import table
from tests.sync_server.visit import Visit

NEVER = "never missing in this version"


def checklist_rules(office: ProcessOffice) -> str:
    """Each rule of the code, and what a refused request to close said because of it."""
    office.next_monday()
    said: dict[str, dict[str, None]] = {}
    for answer in _refusals(office):
        for missing in answer:
            said.setdefault(missing["rule"], {})[missing["sentences"]["en"]] = None
    rows = [
        (rule.id, str(rule.since), rule.asks, _first(said.pop(rule.id, {})))
        for rule in checklist.rules()
    ]
    assert not said, f"answered by no rule of the code: {sorted(said)}"
    version = f"Version {checklist.current_version()}.\n\n"
    head = ("rule", "since version", "asks", "the office answers, for instance")
    return version + table(head, rows)


def _first(sentences: Mapping[str, None]) -> str:
    return f"«{next(iter(sentences))}»" if sentences else NEVER


Missing = list[Mapping[str, Any]]


def _refusals(office: ProcessOffice) -> Iterator[Missing]:
    yield _refused(_begun(office))
    yield _refused(_begun(office, mode="on_site"))
    yield _refused(_begun(office, mode="remote"))
    yield _refused(_muddled(office))
    yield _bytes_awaited(office)


def _begun(office: ProcessOffice, **fields: Any) -> Visit:
    visit = Visit(office.tablet, office.request())
    visit.does(office.tablet.commands(visit.ticket, "start"))
    if fields:
        visit.sets(**fields)
    return visit


def _refused(visit: Visit) -> Missing:
    visit.does(visit.tablet.commands(visit.ticket, "finalise"))
    result = visit.push()[-1]
    assert result["outcome"] == "rejected"
    return list(result["missing"])


def _muddled(office: ProcessOffice) -> Visit:
    """All that a person can get wrong at once, and an escalation that nobody has looked at."""
    visit = _begun(office, mode="on_site", arrived_at=office.clock().isoformat())
    seen = office.record(visit.ticket).record.rev
    visit.appends("parts_used", code="REF-FUS-A3C", quantity=0)
    visit.appends("parts_pending", code="REF-LVPS", quantity=1, blocking=True)
    visit.appends("time_entries", start=visit.at(10), end=visit.at(5), kind="work")
    visit.sets(departed_at=visit.at(-60))
    office.sets(visit.ticket, Role.CALL_CENTRE, nature=None)
    office.sets(visit.ticket, Role.SUPERVISOR, diagnosis="Lo que vio la supervisora.")
    visit.does(visit.tablet.sets(visit.ticket, base_rev=seen, diagnosis="Lo que vio el ingeniero."))
    visit.push()
    _worked_on_by_nobody_assigned(office, visit)
    office.look()
    return visit


def _worked_on_by_nobody_assigned(office: ProcessOffice, visit: Visit) -> None:
    """What the engineer captured long before the ticket was theirs."""
    early = visit.tablet.appends(visit.ticket, "notes", text="ayer")
    early["captured_at"] = (office.clock() - timedelta(days=1)).isoformat()
    visit.tablet.push(early)


def _bytes_awaited(office: ProcessOffice) -> Missing:
    """Complete, but for files that are still on their way."""
    visit = Visit(office.tablet, office.request()).work()
    visit.keeps("after", b"\xff\xd8 on its way", caption="el equipo entero")
    visit.sign().report().finalise()
    result = visit.push()[-1]
    assert result["outcome"] == "applied"
    return list(result["missing"])
