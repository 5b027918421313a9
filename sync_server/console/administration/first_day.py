"""The first day of an office: what is there already, what is left, and where it is done."""

from dataclasses import dataclass

from fastapi import APIRouter, Depends
from sqlalchemy import ColumnElement, Table, select
from starlette.responses import Response

from shared.ticket.people import Role
from sync_server.console.web.dependencies import require
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.tables import device, record, ticket
from sync_server.database.transactions import Transaction
from sync_server.identity import users
from sync_server.identity.permissions import Action
from sync_server.records import organisation
from sync_server.registers.list_kind import catalogue_items
from sync_server.runtime import setup

router = APIRouter(include_in_schema=False)
place("/first-day", "nav.first_day", "clipboard-check", Action.CHANGE_PEOPLE, order=110)


@dataclass(frozen=True, slots=True)
class Task:
    """Something that an office begins with: whether it is there, where it is done, the register
    whose empty sheet helps."""

    name: str
    done: bool
    path: str
    template: str = ""


@router.get("/first-day")
def first_day(page: Page = Depends(require(Action.CHANGE_PEOPLE))) -> Response:
    """The list, which ticks itself off."""
    with page.context.database.reading() as tx:
        tasks = _tasks(tx)
    return page.show(
        "first_day.html", tasks=tasks, left=sum(not task.done for task in tasks),
        zone_name=page.context.settings.zone, prefix=page.context.settings.folio_prefix,
    )  # fmt: skip


def _tasks(tx: Transaction) -> list[Task]:
    causes, classes = (
        catalogue_items(tx, id) for id in ("root_causes", "final_classifications")
    )  # fmt: skip
    engineers = [user for user in users.all_of(tx, Role.ENGINEER) if user.active]
    named = bool(setup.kept(tx) or organisation.known(tx).get("support"))
    return [
        Task("company", named, "/registers"),
        Task("calendar", bool(catalogue_items(tx, "holidays")), "/registers/holidays", "holidays"),
        Task("causes", bool(causes), "/registers/root-causes", "root-causes"),
        Task("classifications", bool(classes), "/registers/classifications", "classifications"),
        Task("parts", bool(catalogue_items(tx, "parts")), "/registers/parts", "parts"),
        Task("people", bool(engineers), "/people", "people"),
        Task("customers", _any(tx, record, record.c.record == "customer"), "/registers/customers",
             "customers"),
        Task("assets", _any(tx, record, record.c.record == "asset"), "/registers/assets", "assets"),
        Task("stock", _any(tx, record, record.c.record == "stock"), "/registers/stock", "stock"),
        Task("tablet", _any(tx, device, device.c.revoked_at.is_(None)), "/devices"),
        Task("ticket", _any(tx, ticket, ticket.c.id != ""), "/tickets/new"),
    ]  # fmt: skip


def _any(tx: Transaction, table: Table, fits: ColumnElement[bool]) -> bool:
    return tx.scalar(select(table.c.id).where(fits).limit(1)) is not None
