"""`folio verify`: is this file ours and unchanged, is everything that we keep?"""

import json
import sys
from contextlib import closing
from pathlib import Path

import click

from shared.time.timestamps import wire_time
from shared.words import t, tn
from sync_server.archive import archive_check
from sync_server.archive.archive_check import Fault
from sync_server.commands.opening import NeverDone, opened, settings
from sync_server.database import integrity
from sync_server.database.open import open_database
from sync_server.database.transactions import Damaged
from sync_server.reports import seal_certificates, signing_key
from sync_server.reports.verify import Finding, Verdict
from sync_server.reports.verify import verify as verify_file
from sync_server.runtime.settings import Settings

STATUS = {
    Verdict.AUTHENTIC: 0, Verdict.ALTERED: 1, Verdict.UNKNOWN: 3, Verdict.UNCHECKED: 4,
}  # fmt: skip
MARKS = {True: "✓", False: "✗", None: "–"}

LARGEST = 64 * 1024 * 1024


A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", required=False, type=A_FILE)
@click.option("--archive", is_flag=True, help="Check the log and every record and file kept here.")
@click.option("--certificate", "certificates", multiple=True, type=A_FILE,
              help="PEM of an office's seal; then nothing else here is asked.")  # fmt: skip
@click.option("--language", type=click.Choice(["es", "en"]), default="es", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The finding as JSON.")
def verify(
    file: Path | None, archive: bool, certificates: tuple[Path, ...], language: str, as_json: bool
) -> None:
    """Say whether FILE (PDF) is «auténtico» or «alterado», could not be checked, or is
    «desconocido», and what was checked.

    Offline the office's certificate is enough; with the office's data at hand its archive is asked
    too. The status is 0 for authentic, 1 for altered, 3 for unknown, 4 when it could not be
    checked. With --archive everything that is kept here is checked, and the status is 1 when one
    byte is not as it was.
    """
    if archive == (file is not None):
        raise click.UsageError("give a FILE, or --archive")
    if file is None:
        _whole_archive()
        return
    finding = _finding(file, certificates)
    if as_json:
        click.echo(json.dumps(finding.on_the_wire(language), ensure_ascii=False, indent=1))
    else:
        _tell(finding, language)
    sys.exit(STATUS[finding.verdict])


def _finding(file: Path, certificates: tuple[Path, ...]) -> Finding:
    if file.stat().st_size > LARGEST:
        raise NeverDone(f"{file} is larger than any report: {file.stat().st_size} bytes")
    pdf = file.read_bytes()
    if certificates:
        return verify_file(pdf, [c for p in certificates for c in signing_key.read_certificates(p)])
    said = settings()
    if not _has_archive(said):
        return verify_file(pdf, seal_certificates.trusted(said), seal_certificates.roots(said))
    with opened() as context:
        return archive_check.verify_online(context, pdf)


def _has_archive(said: Settings) -> bool:
    """Whether there is an office here; verifying a file never makes one."""
    return bool(said.database_url) or (said.data / "folio.db").exists()


def _tell(finding: Finding, language: str) -> None:
    click.echo(t(f"archive.verdict.{finding.verdict}", language))
    click.echo(t(f"archive.meaning.{finding.verdict}", language))
    if finding.folio:
        click.echo(f"{t('archive.page.folio', language)}: {finding.folio}")
    if finding.record_digest:
        click.echo(f"{t('archive.page.digest', language)}: {finding.record_digest}")
    if finding.sealed_at:
        click.echo(f"{t('archive.page.sealed', language)}: {wire_time(finding.sealed_at)}")
    click.echo(f"{t('archive.page.file_hash', language)}: {finding.sha256}")
    click.echo(f"{t('archive.page.checked', language)}:")
    for check in finding.checks:
        click.echo(f" {MARKS[check.passed]} {check.sentence(language)}")
    for each in finding.differences:
        words = {"page": each.page, "added": " ".join(each.added) or "–",
                 "lacking": " ".join(each.lacking) or "–"}  # fmt: skip
        click.echo(f"   {t('archive.page.difference', language, **words)}")
    if finding.verdict is not Verdict.AUTHENTIC:
        click.echo(t("archive.page.advice", language))


def _database(said: Settings) -> list[Fault]:
    """The database itself, before anything is asked of it: every page, index and reference."""
    path = integrity.file_of(said.database)
    if path is not None:
        return [Fault("database", what) for what in integrity.whole(path)]
    with closing(open_database(said.database)) as database:
        looks = {part: integrity.look(database, part) for part in integrity.parts()}
    return [Fault("database", f"{part}: {what}") for part, what in looks.items() if what]


def _whole_archive() -> None:
    if not _has_archive(settings()):
        raise NeverDone(f"there is no office in {settings().data}")
    faults = [*_database(settings())]
    try:
        with opened() as context:
            faults += archive_check.check_archive(context)
    except Damaged as error:
        faults = faults or [Fault("database", str(error))]
        faults.append(Fault("log, records, files and seals", "cannot be looked at before that"))
    for fault in faults:
        click.echo(str(fault))
    if any(fault.where == "database" for fault in faults):
        click.echo(t("command.verify.damaged", "en"))
    if faults:
        raise NeverDone(tn("command.verify.faults", len(faults), "en"))
    click.echo("Log, records, files and seals are as they were kept.")
