"""A register on a page: found, made, corrected, retired, one record at a time."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sync_server.console.web.dependencies import NotAllowed, NotHere, require
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.identity.permissions import ALLOWED, Action
from sync_server.registers import exporting, one
from sync_server.registers.columns import Shape
from sync_server.registers.kind import Kind
from sync_server.registers.kinds import KINDS
from sync_server.web.form_input import submitted
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)
place("/registers", "nav.registers", "building-2", Action.SEE_REGISTERS, order=75)

WINDOW = 50
"""Records on a page."""

FIRST_COLUMNS = 5
"""Columns of a list: the others are on the record's own page."""

CHANGING: Mapping[str, Action] = {
    "customers": Action.CHANGE_PARTIES, "sites": Action.CHANGE_PARTIES,
    "contacts": Action.CHANGE_PARTIES, "assets": Action.CHANGE_PARTIES,
    "stock": Action.CHANGE_STOCK,
}  # fmt: skip
"""Who may change a register; those that are not named, whoever may change catalogues."""

ORDER = ("customers", "sites", "contacts", "assets", "parts", "stock", "people",
         "classifications", "root-causes", "answers", "holidays")  # fmt: skip
"""As people look for them."""


def changing(kind: str) -> Action:
    """What leave it takes to change this register."""
    return CHANGING.get(kind, Action.CHANGE_CATALOGUES)


def the_kind(page: Page, name: str) -> Kind:
    """The register of this name. Raises NotHere."""
    if name not in KINDS:
        raise NotHere(page)
    return KINDS[name]


def changeable(page: Page, name: str) -> Kind:
    """The same, for whoever may change it. Raises NotHere, NotAllowed."""
    kind = the_kind(page, name)
    if not page.may(changing(name)):
        raise NotAllowed(page)
    return kind


@router.get("/registers")
def registers(page: Page = Depends(require(Action.SEE_REGISTERS))) -> Response:
    """Every register, with its sheet to take and to bring."""
    return page.show("registers.html", kinds=[(n, page.may(changing(n))) for n in ORDER])


@router.get("/registers/{name}")
def listed(
    name: str, q: str = "", after: str = "", page: Page = Depends(require(Action.SEE_REGISTERS))
) -> Response:
    """A window of a register, searched by `q`, from the place `after` on."""
    kind = the_kind(page, name)
    with page.context.database.reading() as tx:
        found = list(kind.page(tx, q.strip()[:200], after[:600], WINDOW + 1, page.language))
    shown = found[:WINDOW]
    columns = kind.columns[:FIRST_COLUMNS]
    rows = [
        (_address(name, key), [_cell(page, column, values) for column in columns],
         values.get("state") == "retired" or bool(values.get("withdrawn")))
        for _, key, values in shown
    ]  # fmt: skip
    return page.show(
        "register.html", name=name, columns=columns, rows=rows, q=q,
        more=shown[-1][0] if len(found) > WINDOW else "", may_change=page.may(changing(name)),
    )  # fmt: skip


@router.get("/registers/{name}/record")
def record(
    name: str, key: str = "", page: Page = Depends(require(Action.SEE_REGISTERS))
) -> Response:
    """One record to be read and corrected; without a key, a new one."""
    kind = the_kind(page, name)
    if not key:
        return _form(page, changeable(page, name), Form())
    with page.context.database.reading() as tx:
        values = kind.one(tx, key, page.language)
    if values is None:
        raise NotHere(page)
    texts = {column.name: _cell(page, column, values) for column in kind.columns}
    return _form(page, kind, Form(texts), key)


@router.post("/registers/{name}/record")
def put(
    name: str,
    form: Form = Depends(submitted),
    page: Page = Depends(require(Action.SEE_REGISTERS)),
) -> Response:
    """Keep what was typed, by the rules of a file; or the form again, with what is wrong."""
    kind = changeable(page, name)
    typed = {column.name: form.value(column.name) for column in kind.columns}
    actor = page.in_a_role(ALLOWED[changing(name)])
    try:
        form.wrong.update(one.put(page.context, kind, typed, actor, page.now, page.language))
    except one.ChangedMeanwhile:
        form.wrong[kind.columns[0].name] = page.t("registers.changed_meanwhile")
    if not form.is_good:
        return _form(page, kind, form, form.value("key"), 422)
    return page.back(f"/registers/{name}", "kept")


def _form(page: Page, kind: Kind, form: Form, key: str = "", status: int = 200) -> Response:
    choices = {
        column.name: [(words[0], words[0]) for words in column.choices.values()]
        for column in kind.columns
        if column.shape is Shape.CHOICE
    }
    return page.show(
        "register_record.html", status, name=kind.name, columns=kind.columns, form=form, key=key,
        choices=choices, may_change=page.may(changing(kind.name)), flag=Shape.FLAG,
    )  # fmt: skip


def _cell(page: Page, column: Any, values: Mapping[str, Any]) -> str:
    return str(exporting.cell(column, values.get(column.name), page.language))


def _address(name: str, key: str) -> str:
    return f"/registers/{name}/record?key={quote(key)}"
