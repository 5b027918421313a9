"""What must be true of an office and its tablets whatever happened to them.

SYNC.md, The fifty faults.

Every check reads the databases as they are and reckons anew, by other code than the product's.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select

from shared.closure.checklist import closure_checklist
from shared.operations.digest import canonical
from shared.ticket.ticket import TERMINAL, Ticket
from sync_server.database import tables
from sync_server.database.transactions import Transaction
from sync_server.runtime.context import ApplicationContext
from sync_server.tickets import operation_log, store
from sync_server.tickets.checklist_facts import checklist_facts
from sync_server.tickets.unit_of_work import UnitOfWork
from tests.faults.field import Field, Notebook
from tests.faults.lost import Lost
from tests.faults.reckoning import nothing_was_overwritten_unseen

WORDS = ("op_id", "ticket", "kind", "schema", "base_rev", "captured_at", "body")
"""What an operation says; only its number may change, under another identity of its tablet."""


STILL_ASKED = ("CL19", "CL21", "CL22")
"""Of a ticket that was granted long before it was closed; stock and catalogues went on changing."""


def check(office: ApplicationContext, fields: Iterable[Field], notebook: Notebook) -> None:
    """Everything but the empty queues: true at any moment, in the middle of any trouble."""
    fields = list(fields)
    with office.database.reading() as tx:
        every_operation_is_somewhere(tx, fields, notebook)
        every_file_is_somewhere(office, tx, fields, notebook)
        numbers_are_whole(tx)
        logs_are_unbroken(tx)
        nothing_was_overwritten_unseen(tx)
        what_came_late_is_shown(tx)
        feeds_are_true(tx)
        closed_tickets_are_in_order(office, tx)


def check_settled(
    office: ApplicationContext,
    fields: Iterable[Field],
    notebook: Notebook,
    all_fields: Iterable[Field],
) -> None:
    """After three clean rounds of `fields`: all of `check`, equal copies, empty queues."""
    check(office, all_fields, notebook)
    with office.database.reading() as tx:
        for field in fields:
            copies_equal(tx, field)
            assert field.waiting() == 0, f"{field.folder.name} still waits"
            view_shows_the_base(field)


def every_operation_is_somewhere(
    tx: Transaction, fields: Iterable[Field], notebook: Notebook
) -> None:
    """In a queue, or in the log; in either with the very words in which it was captured."""
    queued = {row["op_id"]: row for field in fields for row in field.queued()}
    o = tables.operation.c
    query = select(o.id, o.op_id, o.message, o.outcome).where(o.outcome != "duplicate")
    logged = {row.op_id: row for row in tx.rows(query) if row.op_id is not None}
    for op_id, captured in notebook.operations.items():
        if op_id in logged:
            _same_words(op_id, captured, logged[op_id].message)
        elif op_id in queued:
            row = queued[op_id]
            _same_words(op_id, captured, {**row, "body": json.loads(row["body"])})
        else:
            raise Lost(f"operation {op_id} is in no queue and not in the log: {captured}")


def _same_words(op_id: str, captured: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    for name in WORDS:
        if captured[name] != found[name]:
            raise Lost(f"{op_id}.{name} was {captured[name]!r} and is {found[name]!r}")


def every_file_is_somewhere(
    office: ApplicationContext, tx: Transaction, fields: Iterable[Field], notebook: Notebook
) -> None:
    """Whole on a tablet that still means to send it, or whole and noted in the office."""
    here = set(tx.scalars(select(tables.blob.c.sha256)))
    for name, data in notebook.files.items():
        if name in here:
            if sha256(office.blobs.read(name)).hexdigest() != name:
                raise Lost(f"the office's file {name} has other bytes")
        elif not any(field.means_to_send(name) for field in fields):
            raise Lost(f"file {name} of {len(data)} bytes is on no tablet and not in the office")


def numbers_are_whole(tx: Transaction) -> None:
    """Of each device 1, 2, 3 … up to the number that the office says it reached; each op once."""
    o = tables.operation.c
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in tx.rows(select(o.device, o.n).where(o.n.is_not(None)).order_by(o.device, o.n)):
        numbers[row.device].append(row.n)
    reached = {row.id: row.last_n for row in tx.rows(select(tables.device))}
    for device, last_n in reached.items():
        assert numbers[device] == list(range(1, last_n + 1)), f"numbers of {device}"
    first = tx.scalars(select(o.op_id).where(o.op_id.is_not(None), o.outcome != "duplicate"))
    assert len(first) == len(set(first)), "an operation is twice in the log"


def logs_are_unbroken(tx: Transaction) -> None:
    """Every ticket's chain of operations holds."""
    for id in tx.scalars(select(tables.ticket.c.id)):
        assert operation_log.broken_at(tx, id) is None, f"the log of {id} is broken"


def what_came_late_is_shown(tx: Transaction) -> None:
    """Whatever is late or parked is kept for a person: shown with its ticket, byte for byte."""
    o, late, parked = tables.operation.c, tables.late_arrival.c, tables.parked.c
    shown = set(tx.scalars(select(late.operation)))
    kept = {row.operation: row.raw for row in tx.rows(select(parked.operation, parked.raw))}
    for row in tx.rows(select(o.id, o.op_id, o.outcome, o.message)):
        if row.outcome == "late":
            assert row.id in shown, f"{row.op_id} came late, and nobody is shown"
        if row.outcome == "parked":
            assert row.id in kept, f"{row.op_id} is parked, and its bytes are nowhere"
            sent = json.loads(kept[row.id])
            # Of what no log can say its number stands there, and nothing else.
            said = sent if row.op_id or row.message != {"n": sent["n"]} else {"n": sent["n"]}
            assert row.message == said, f"other bytes of {row.op_id}"


def feeds_are_true(tx: Transaction) -> None:
    """Heads reckon what their rows say; each scope holds exactly the tickets that live there."""
    f, h = tables.feed.c, tables.feed_head.c
    rows: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in tx.rows(select(tables.feed)):
        rows[row.scope].append(row)
    for head in tx.rows(select(h.scope, h.seq, h.size, h.xor)):
        held = [row for row in rows[head.scope] if row.kind == "update"]
        assert head.size == len(held), f"{head.scope}: {head.size} said, {len(held)} there"
        assert int(head.xor, 16) == _xor(held), f"{head.scope}: the digest is wrong"
        assert max((row.seq for row in rows[head.scope]), default=0) <= head.seq
    live = {(f"user:{r.assignee}", r.id, r.rev) for r in tx.rows(_ASSIGNED)}
    tickets_told = select(f.scope, f.id, f.rev).where(f.record == "ticket", f.kind == "update")
    told = {(row.scope, row.id, row.rev) for row in tx.rows(tickets_told)}
    assert live <= told, f"nobody is told of {sorted(live - told)[:3]}"
    others = {item for item in told - live if not _is_born_offline(tx, item[1])}
    assert not others, f"told too much: {sorted(others)[:3]}"


_ASSIGNED = select(tables.ticket.c.assignee, tables.ticket.c.id, tables.ticket.c.rev).where(
    tables.ticket.c.assignee.is_not(None)
)


def _is_born_offline(tx: Transaction, id: str) -> bool:
    query = select(tables.ticket.c.provisional_folio).where(tables.ticket.c.id == id)
    return tx.scalar(query) is not None


def _xor(rows: Iterable[Row[Any]]) -> int:
    total = 0
    for row in rows:
        text = f"{row.record}/{row.id}/{row.rev}"
        total ^= int.from_bytes(sha256(text.encode()).digest()[:8], "big")
    return total


def copies_equal(tx: Transaction, field: Field) -> None:
    """What the tablet believes the office to hold is what the office holds, word for word."""
    me = field.session.user
    assert me is not None
    wanted: dict[tuple[str, str], tuple[int, Any, Any]] = {}
    f = tables.feed.c
    scopes = ("org", f"user:{me.id}")
    for row in tx.rows(select(f.record, f.id).where(f.scope.in_(scopes), f.kind == "update")):
        wanted[row.record, row.id] = _document(tx, row.record, row.id)
    found = {
        key: (rev, json.loads(doc), json.loads(entries))
        for key, (rev, doc, entries) in field.base().items()
    }
    assert set(found) == set(wanted), f"{field.folder.name}: {set(found) ^ set(wanted)}"
    for key, value in wanted.items():
        assert found[key] == value, f"{field.folder.name}: its copy of {key} differs"


def _document(tx: Transaction, record: str, id: str) -> tuple[int, Any, Any]:
    if record == "ticket":
        found = store.load(tx, id)
        assert found is not None
        entries = {name: list(rows) for name, rows in found.record.entries.items()}
        return found.record.rev, dict(found.record.fields), entries
    r = tables.record.c
    row = tx.rows(select(r.rev, r.doc).where(r.record == record, r.id == id))[0]
    return row.rev, row.doc, {}


def view_shows_the_base(field: Field) -> None:
    """Nothing waits: then what is shown is what the office last said."""
    shown = field.database.rows("SELECT id, rev, doc, entries FROM ticket")
    base = field.base()
    for row in shown:
        rev, doc, entries = base["ticket", row["id"]]
        assert (row["rev"], json.loads(row["doc"])) == (rev, json.loads(doc)), row["id"]
        assert json.loads(row["entries"]) == json.loads(entries), row["id"]


def closed_tickets_are_in_order(office: ApplicationContext, tx: Transaction) -> None:
    """Each passes its checklist still, and is what the archive says it was when it was closed."""
    t, a = tables.ticket.c, tables.archive.c
    closed = tx.scalars(select(t.id).where(t.state == "closed"))
    reports = {row.ticket: row for row in tx.rows(select(a.ticket, a.rev).order_by(a.version))}
    for id in closed:
        found = store.load(tx, id)
        assert found is not None
        ticket = Ticket.of(found.record)
        done = found.record.fields.get("finalised")
        if done:
            known = checklist_facts(UnitOfWork(tx, office, office.now()), found.record, done)
            at_once = found.record.fields.get("closing_reason") == "signed_conformity"
            asked = closure_checklist(ticket, known)
            missing = [item.en for item in asked if at_once or item.rule in STILL_ASKED]
            assert not missing, f"{id} is closed although {missing}"
        if id in reports:
            assert reports[id].rev == found.record.rev, f"{id} was changed after it was closed"


def ended(office: ApplicationContext) -> dict[str, str]:
    """Every ticket that has ended, as one hash each: it may never be another one later."""
    t = tables.ticket.c
    with office.database.reading() as tx:
        query = select(t.id, t.rev, t.doc, t.entries).where(
            t.state.in_([s.value for s in TERMINAL])
        )
        return {
            row.id: sha256(canonical([row.rev, row.doc, row.entries])).hexdigest()
            for row in tx.rows(query)
        }
