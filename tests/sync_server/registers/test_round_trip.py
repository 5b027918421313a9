"""What is written out is read in again, record by record; and no file is a fault."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from sync_server.assembly import assemble
from sync_server.database.tables import record
from sync_server.registers import exporting, packs
from sync_server.registers.importing import Wishes, take_in
from sync_server.registers.kinds import KINDS
from sync_server.registers.problem import UnusableFile
from sync_server.runtime.settings import Settings
from tests.office import migrated
from tests.sync_server.registers.conftest import NOW
from tests.sync_server.registers.rows import ACTOR, SHEETS


def emptied(company, folder: Path):
    """Another office, with nothing in it."""
    folder.mkdir()
    (folder / "folio.db").write_bytes(migrated())
    return assemble(Settings(data=folder), lambda: NOW)


def told(context, kind, language="es"):
    with context.database.reading() as tx:
        rows = list(kind.export(tx, language))
        return sorted(
            tuple(exporting.cell(c, row.get(c.name), language) for c in kind.columns)
            for row in rows
        )


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("language", ["es", "en"])
def test_every_register_written_out_makes_the_same_office_again(
    company, bring, tmp_path, ending, language
):
    company.database.write(lambda tx: packs.put(tx, company, "managed-print", NOW))
    for brought, rows in SHEETS.items():
        assert bring(brought, rows).problems == []
    other = emptied(company, tmp_path / "other")
    try:
        for name, kind in KINDS.items():
            path = tmp_path / f"out-{name}.{ending}"
            with company.database.reading() as tx:
                count = exporting.export(tx, kind, path, language)
            assert count
            outcome = take_in(other, kind, path, Wishes(language=language), ACTOR, NOW)
            assert (name, outcome.problems, outcome.created) == (name, [], count)
            assert told(other, kind) == told(company, kind)
        docs = [_by_label(each) for each in (company, other)]
        assert docs[0] == docs[1]
    finally:
        other.close()


def _by_label(context):
    """Documents without the ids that each office gives for itself."""
    own = ("customer", "site", "executive", "name", "owner")
    with context.database.reading() as tx:
        rows = tx.rows(select(record).where(record.c.record.in_(("asset", "answer", "contact"))))
    return sorted(
        (row.record, row.label, repr(sorted((n, v) for n, v in row.doc.items() if n not in own)))
        for row in rows
    )


CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["Código", "Nombre", "Correo", "#N/A", "1E+09", "03/04/2025", "007", "sí", "\u200b", "=1+1"]
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.lists(CELLS, max_size=5), max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    delimiter=st.sampled_from(",;\t|"),
    headed=st.booleans(),
)
def test_no_file_is_a_fault(company, tmp_path, rows, encoding, delimiter, headed):
    text = io.StringIO()
    head = [["Código", "Nombre", "Correo", "Idioma"]] if headed else []
    csv.writer(text, delimiter=delimiter).writerows([*head, *rows])
    path = tmp_path / "any.csv"
    path.write_bytes(text.getvalue().encode(encoding, "replace"))
    try:
        outcome = take_in(company, KINDS["customers"], path, Wishes(dry_run=True), ACTOR, NOW)
    except UnusableFile as said:
        sentence = str(said)
    else:
        sentence = "read"
        assert all(each.sentence and each.row for each in outcome.problems)
    assert sentence
