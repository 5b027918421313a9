"""A register's sheet at the console: taken, brought, looked at before it is taken in."""

import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sync_server.console.registers.register_pages import changeable, changing, the_kind
from sync_server.console.web.dependencies import require
from sync_server.console.web.page import Page
from sync_server.identity.audit_log import note
from sync_server.identity.permissions import ALLOWED, Action
from sync_server.registers import exporting
from sync_server.registers.columns import Shape
from sync_server.registers.importing import Outcome, Wishes, take_in
from sync_server.registers.kind import Kind
from sync_server.registers.problem import UnusableFile
from sync_server.registers.sheet import SPREADSHEETS
from sync_server.registers.staging import ChangedMeanwhile
from sync_server.web.form_input import submitted, submitted_file
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)

LARGEST = 64 * 1024 * 1024
"""Bytes of a sheet: 100,000 machines and more. A larger one comes by the command line."""

SHOWN = 200
"""Problems on the page; the sheet to mend has more."""

KEPT_FOR = 3600
"""Seconds that a file waits between being looked at and being taken in."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Submitted = tuple[Form, BinaryIO | None]


@router.get("/registers/{name}/template.xlsx")
def template(name: str, page: Page = Depends(require(Action.SEE_REGISTERS))) -> Response:
    """An empty sheet with the headings."""
    kind = the_kind(page, name)
    return _sheet(lambda path: exporting.template(kind, path, page.language), f"{name}.xlsx")


@router.get("/registers/{name}/export.xlsx")
def taken(name: str, page: Page = Depends(require(Action.SEE_REGISTERS))) -> Response:
    """The register as a sheet; who took it is written down."""
    kind = the_kind(page, name)

    def fill(path: Path) -> None:
        with page.context.database.reading() as tx:
            rows = exporting.export(tx, kind, path, page.language)
        detail = {"file": path.name, "rows": rows}
        page.context.database.write(
            lambda tx: note(tx, page.actor, "register.exported", name, page.now, detail)
        )

    return _sheet(fill, f"{name}.xlsx")


@router.get("/registers/{name}/import")
def ask(name: str, page: Page = Depends(require(Action.SEE_REGISTERS))) -> Response:
    """Where a sheet is chosen, with its template."""
    return _asked(page, changeable(page, name), Form())


@router.post("/registers/{name}/import", max_body_size=LARGEST)
def look(
    name: str,
    page: Page = Depends(require(Action.SEE_REGISTERS)),
    said: Submitted = Depends(submitted_file),
) -> Response:
    """The sheet is looked at, and nothing taken: what it would change, what is to be mended."""
    form, file = said
    kind = changeable(page, name)
    if file is None:
        form.wrong["file"] = page.t("registers.choose_file")
        return _asked(page, kind, form, 422)
    return _looked_at(page, kind, form, _keep(page, file))


@router.post("/registers/{name}/import/again")
def again(
    name: str,
    form: Form = Depends(submitted),
    page: Page = Depends(require(Action.SEE_REGISTERS)),
) -> Response:
    """The same sheet once more: with what was ticked, or to be taken in, or its problems taken."""
    kind = changeable(page, name)
    path = _kept(page, form.value("kept"))
    if path is None:
        form.wrong["file"] = page.t("registers.file_gone")
        return _asked(page, kind, form, 410)
    if form.flag("errors"):
        outcome = _tried(page, kind, path, form, dry_run=True)
        return _sheet(
            lambda to: exporting.problems(to, outcome.problems, page.language),
            f"{name}-errors.xlsx",
        )
    if not form.flag("take"):
        return _looked_at(page, kind, form, path)
    return _take(page, kind, form, path)


def _take(page: Page, kind: Kind, form: Form, path: Path) -> Response:
    outcome = _tried(page, kind, path, form, dry_run=False)
    if outcome.problem_count:
        return _shown(page, kind, form, path, outcome, 422)
    path.unlink(missing_ok=True)
    return page.show("imported.html", name=kind.name, outcome=outcome)


def _looked_at(page: Page, kind: Kind, form: Form, path: Path) -> Response:
    try:
        outcome = _tried(page, kind, path, form, dry_run=True)
    except UnusableFile as error:
        path.unlink(missing_ok=True)
        form.wrong["file"] = str(error)
        return _asked(page, kind, form, 422)
    return _shown(page, kind, form, path, outcome)


def _tried(page: Page, kind: Kind, path: Path, form: Form, *, dry_run: bool) -> Outcome:
    """Raises UnusableFile."""
    wishes = Wishes(
        dry_run=dry_run, dates=form.value("dates"), sheet=form.value("sheet"),
        accept_numbers=[c.name for c in kind.columns if form.flag(f"accept-{c.name}")],
        language=page.language,
    )  # fmt: skip
    actor = page.in_a_role(ALLOWED[changing(kind.name)])
    try:
        return take_in(page.context, kind, path, wishes, actor, page.now)
    except ChangedMeanwhile as error:
        raise UnusableFile(page.t("registers.changed_meanwhile")) from error


def _shown(
    page: Page, kind: Kind, form: Form, path: Path, outcome: Outcome, status: int = 200
) -> Response:
    codes = [column for column in kind.columns if column.shape is Shape.CODE]
    dates = [("dmy", page.t("registers.dmy")), ("mdy", page.t("registers.mdy")),
             ("ymd", page.t("registers.ymd"))]  # fmt: skip
    return page.show(
        "import_seen.html", status, name=kind.name, outcome=outcome, form=form, kept=path.name,
        codes=codes, dates=dates, problems=outcome.problems[:SHOWN],
        has_dates=any(column.shape is Shape.DATE for column in kind.columns),
    )  # fmt: skip


def _asked(page: Page, kind: Kind, form: Form, status: int = 200) -> Response:
    return page.show("import.html", status, name=kind.name, columns=kind.columns, form=form)


def _folder(page: Page) -> Path:
    folder = page.context.settings.data / "imports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _keep(page: Page, file: BinaryIO) -> Path:
    """The file under a name that nobody guesses; those that nobody came back to go."""
    folder = _folder(page)
    for old in folder.iterdir():
        if page.now.timestamp() - old.stat().st_mtime > KEPT_FOR:
            old.unlink(missing_ok=True)
    start = file.read(8)
    file.seek(0)
    path = folder / f"{page.user.id}-{page.context.new_id()}{_ending(start)}"
    with path.open("wb") as out:
        shutil.copyfileobj(file, out)
    return path


def _ending(start: bytes) -> str:
    """What a file is by how it begins: its name may say anything."""
    if start.startswith(b"PK\x03\x04"):
        return ".xlsx"
    return ".xls" if start.startswith(b"\xd0\xcf\x11\xe0") else ".csv"


def _kept(page: Page, name: str) -> Path | None:
    """The file that this person brought, if it is still there."""
    path = _folder(page) / Path(name).name
    mine = path.name.startswith(f"{page.user.id}-")
    known = path.suffix in (*SPREADSHEETS, ".csv")
    return path if mine and known and path.is_file() else None


def _sheet(fill: Callable[[Path], object], name: str) -> Response:
    """A spreadsheet to take away."""
    with TemporaryDirectory(prefix="folio-sheet-") as folder:
        path = Path(folder) / "sheet.xlsx"
        fill(path)
        content = path.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=XLSX, headers=headers)
