"""`folio import` and `folio export`: registers from files, and into them."""

import json
from datetime import datetime
from pathlib import Path

import click

from shared.ticket.people import Actor, Role
from shared.words import language_of, t, tn
from sync_server.commands.opening import NeverDone, opened
from sync_server.identity.audit_log import COMMAND_LINE, note
from sync_server.registers import exporting
from sync_server.registers.importing import Outcome, Wishes, take_in
from sync_server.registers.kind import Kind
from sync_server.registers.kinds import KINDS
from sync_server.registers.problem import UnusableFile
from sync_server.registers.staging import ChangedMeanwhile
from sync_server.runtime import setup
from sync_server.runtime.context import ApplicationContext

OPERATOR = Actor(COMMAND_LINE, Role.ADMINISTRATOR)

AGAIN_AFTER = 10_000
"""Rows between two lines of progress."""


@click.command("import")
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@click.option("--template", type=click.Path(path_type=Path, dir_okay=False),
              help="Write an empty sheet with the headings instead.")  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Check, and take nothing.")
@click.option("--map", "meant", multiple=True, metavar="'HEADING=column'",
              help="A heading of the file and the column that it means.")  # fmt: skip
@click.option("--dates", type=click.Choice(["dmy", "mdy", "ymd"]), default=None,
              help="The order of day, month and year, where dates fit several.")  # fmt: skip
@click.option("--accept-numbers", multiple=True, metavar="COLUMN",
              help="Take this column's numbers as they are: somebody has looked.")  # fmt: skip
@click.option("--retire-missing", is_flag=True, help="Retire what the file does not name.")
@click.option("--strict", is_flag=True, help="A column that is not known is an error.")
@click.option("--sheet", default="", help="Which sheet, where several have data.")
@click.option("--errors", type=click.Path(path_type=Path, dir_okay=False),
              help="Write what is to be mended into this sheet.")  # fmt: skip
def take(
    kind: str, file: Path | None, template: Path | None, dry_run: bool, meant: tuple[str, ...],
    dates: str | None, accept_numbers: tuple[str, ...], retire_missing: bool, strict: bool,
    sheet: str, errors: Path | None,
) -> None:  # fmt: skip
    """Bring the register KIND in from FILE: CSV, XLSX, XLS or ODS; all of it or nothing.

    The same file twice changes nothing. The last line printed is JSON with what was made, changed
    and retired, and what is to be mended; the exit status is 1 when there is anything to mend.
    """
    chosen = KINDS[kind]
    if template is not None:
        _template(chosen, template)
        return
    if file is None or not file.exists():
        raise NeverDone(f"there is no file {file}" if file else "which FILE?")
    with opened() as context:
        language = _language(context)
        wishes = Wishes(
            dry_run, _meant(meant), dates or "", accept_numbers, retire_missing, strict, sheet,
            language,
        )  # fmt: skip
        outcome = _taken(context, chosen, file, wishes, context.now())
    _tell(outcome, language, errors)


def _taken(
    context: ApplicationContext, kind: Kind, file: Path, wishes: Wishes, now: datetime
) -> Outcome:
    def progress(rows: int) -> None:
        if rows % AGAIN_AFTER == 0:
            click.echo(tn("registers.said.checked", rows, wishes.language), err=True)

    try:
        return take_in(context, kind, file, wishes, OPERATOR, now, progress)
    except UnusableFile as error:
        raise NeverDone(str(error)) from error
    except ChangedMeanwhile as error:
        raise NeverDone("others kept changing the same records: try again") from error


def _tell(outcome: Outcome, language: str, errors: Path | None) -> None:
    for name in outcome.passed_over:
        click.echo(t("registers.said.hidden", language, names=name), err=True)
    for title, near in outcome.unknown:
        key = "unknown_near" if near else "unknown"
        click.echo(t(f"registers.said.{key}", language, title=title, near=near), err=True)
    if outcome.problem_count:
        click.echo(tn("registers.said.problems", outcome.problem_count, language), err=True)
        if errors is not None:
            _write(errors, outcome, language)
    click.echo(json.dumps(outcome.on_the_wire(), ensure_ascii=False))
    if outcome.problem_count:
        raise click.exceptions.Exit(1)


def _write(errors: Path, outcome: Outcome, language: str) -> None:
    try:
        exporting.problems(errors, outcome.problems, language)
    except UnusableFile as error:
        raise NeverDone(str(error)) from error
    click.echo(t("registers.said.written_to", language, path=errors), err=True)


def _template(kind: Kind, path: Path) -> None:
    try:
        exporting.template(kind, path, "es")
    except UnusableFile as error:
        raise NeverDone(str(error)) from error
    click.echo(str(path))


def _meant(said: tuple[str, ...]) -> dict[str, str]:
    pairs = dict(each.partition("=")[::2] for each in said)
    if not all(pairs.values()):
        raise NeverDone("--map is 'HEADING=column'")
    return {heading.strip(): column.strip() for heading, column in pairs.items()}


def _language(context: ApplicationContext) -> str:
    with context.database.reading() as tx:
        return language_of(setup.kept(tx).get("language") or "es")


def export_register(kind: str, file: Path) -> None:
    """Write the register KIND into FILE."""
    with opened() as context:
        try:
            with context.database.reading() as tx:
                count = exporting.export(tx, KINDS[kind], file, _language(context))
        except UnusableFile as error:
            raise NeverDone(str(error)) from error
        now, detail = context.now(), {"file": file.name, "rows": count}
        context.database.write(
            lambda tx: note(tx, OPERATOR, "register.exported", kind, now, detail)
        )
    click.echo(f"{file}: {count}")


def export_all(folder: Path) -> None:
    """Write every register into FOLDER, one file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, kind in enumerate(KINDS, start=1):
        export_register(kind, folder / f"{number:02d}-{kind}.xlsx")
