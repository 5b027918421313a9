"""A ticket's page, and what the office does from it: commands, notes, decisions."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from shared.operations.operation import Outcome
from shared.ticket.ticket import Ticket
from shared.time.timestamps import wire_time
from sync_server.console.tickets.commands import STEPS, Command, check, commands_for
from sync_server.console.tickets.request_form import CLASSIFIED
from sync_server.console.tickets.ticket_view import at_its_site, look, tag, the_ticket
from sync_server.console.web.dependencies import NotHere, require
from sync_server.console.web.page import Page
from sync_server.console.web.refusal import refusal
from sync_server.database.transactions import Transaction
from sync_server.identity.permissions import Action
from sync_server.tickets import late_arrivals, store
from sync_server.tickets.apply import office_operation
from sync_server.tickets.results import Result
from sync_server.web import kept_forms
from sync_server.web.form_input import submitted
from sync_server.web.form_keys import Answer
from sync_server.web.forms import LONGEST_TEXT, Form

router = APIRouter(include_in_schema=False)


@router.get("/tickets/{id}")
def ticket(id: str, page: Page = Depends(require(Action.SEE_TICKET))) -> Response:
    """All of a ticket that the visitor may see; what they had begun to write is there again."""
    typed, opened = _kept(page, id)
    return _shown(page, id, typed=typed, opened=opened)


def _kept(page: Page, id: str) -> tuple[Form | None, str]:
    """The newest form of this ticket's page that was typed when a session was over."""
    path = f"/tickets/{id}/"
    with page.context.database.reading() as tx:
        kept = kept_forms.below(tx, page.user.id, path, page.now)
    for one in kept:
        opened = one.action.removeprefix(path).removeprefix("do/")
        if opened == "note" or opened in STEPS:
            return Form(one.fields, prefix=f"{opened}-", kept_at=one.at), opened
    return None, ""


@router.get("/tickets/{id}/now")
def ticket_now(
    id: str, tag: str = "", page: Page = Depends(require(Action.SEE_TICKET))
) -> Response:
    """The page's contents again if anything changed since `tag`; otherwise nothing (204)."""
    with page.context.database.reading() as tx:
        if tag == _tag(tx, page, id):
            return Response(status_code=204)
        page = at_its_site(tx, page, id)
        return page.part("ticket_now.html", view=look(tx, page, id), trouble="", opened="")


@router.post("/tickets/{id}/do/{command}")
def do(
    id: str,
    command: str,
    form: Form = Depends(submitted),
    page: Page = Depends(require(Action.COMMAND)),
) -> Response:
    """Give a command that is legal now, with its words; or say why it was not done."""
    with page.context.database.reading() as tx:
        ticket = the_ticket(tx, page, id)
        offered = next((c for c in commands_for(tx, page, ticket) if c.name == command), None)
    if offered is None:
        return _no_longer(page, id, command)
    form.prefix = f"{command}-"
    check(page, offered.step, form, offered.options)
    if form.is_good and command == "merge_into":
        _find_other(page, ticket, form)
    if not form.is_good:
        return _shown(page, id, status=422, typed=form, opened=command)
    done = page.once(form, lambda tx: _done(tx, page, offered, form, id))
    if isinstance(done, Answer):
        return page.answered(done)
    why = refusal(page, done.reason, done.values)
    return _shown(page, id, status=409, trouble=why, opened=command)


@router.post("/tickets/{id}/note")
def note(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.COMMENT))
) -> Response:
    """A word among colleagues, for everybody who sees the ticket here."""
    with page.context.database.reading() as tx:
        the_ticket(tx, page, id)
    form.prefix = "note-"
    form.require(page.t("form.required"), "text")
    form.limit(page.tn("form.too_long", LONGEST_TEXT), LONGEST_TEXT, "text")
    if not form.is_good:
        return _shown(page, id, status=422, typed=form, opened="note")
    return page.answered(page.once(form, lambda tx: _noted(tx, page, id, form.value("text"))))


@router.post("/late/{id}/seen")
def seen(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.RESOLVE_CONFLICT))
) -> Response:
    """A supervisor has looked at a late arrival."""
    page.context.database.write(lambda tx: late_arrivals.mark_seen(tx, id, page.actor.id, page.now))
    ticket = form.value("ticket")
    return page.back(f"/tickets/{ticket}" if ticket else "/late", "seen")


def _shown(
    page: Page,
    id: str,
    *,
    status: int = 200,
    trouble: str = "",
    typed: Form | None = None,
    opened: str = "",
) -> Response:
    with page.context.database.reading() as tx:
        page = at_its_site(tx, page, id)
        return page.show(
            "ticket.html",
            status,
            watching=page.may(Action.SEE_BOARD),
            view=look(tx, page, id),
            trouble=trouble,
            typed=typed,
            opened=opened,
        )


def _tag(tx: Transaction, page: Page, id: str) -> str:
    return tag(tx, the_ticket(tx, page, id))


def _no_longer(page: Page, id: str, command: str) -> Response:
    if command not in STEPS:
        raise NotHere(page)
    word = page.t(f"process.command.{command}")
    return _shown(page, id, status=409, trouble=page.t("ticket.no_longer", command=word))


def _find_other(page: Page, ticket: Ticket, form: Form) -> None:
    with page.context.database.reading() as tx:
        other = store.by_folio(tx, form.value("folio"))
    if other is None:
        form.wrong["folio"] = page.t("merge.unknown", folio=form.value("folio")[:40])
    elif other.record.id == ticket.id:
        form.wrong["folio"] = page.t("merge.itself")


def _done(tx: Transaction, page: Page, command: Command, form: Form, id: str) -> Answer | Result:
    """Given, or why not: what was refused is kept in the history and may be tried again."""
    result = _give(tx, page, command, form, id)
    if result.outcome in (Outcome.REJECTED, Outcome.PARKED):
        return result
    return Answer(f"/tickets/{id}", f"did_{command.name}")


def _give(tx: Transaction, page: Page, command: Command, form: Form, id: str) -> Result:
    if command.name == "classify":
        _set(tx, page, id, {name: form.value(name) for name in CLASSIFIED})
    if command.name == "answer":
        _remark(tx, page, id, page.t("ticket.answered", text=form.value("text")))
    body = {ask.name: form.value(ask.name) for ask in command.step.asks}
    if command.name in ("classify", "answer"):
        body = {}
    if command.name == "merge_into" and (other := store.by_folio(tx, body["folio"])):
        body["folio"] = str(other.record.fields["folio"])
    return _operate(tx, page, id, "command", {"name": command.name, **body})


def _set(tx: Transaction, page: Page, id: str, fields: dict[str, str]) -> Result:
    return _operate(tx, page, id, "set", {"fields": fields})


def _remark(tx: Transaction, page: Page, id: str, text: str) -> Result:
    entry = {"id": page.context.new_id(), "at": wire_time(page.now), "text": text}
    return _operate(tx, page, id, "append", {"collection": "notes", "entry": entry})


def _operate(tx: Transaction, page: Page, id: str, kind: str, body: dict[str, object]) -> Result:
    return office_operation(tx, page.context, page.actor, id, kind, body, now=page.now)


def _noted(tx: Transaction, page: Page, id: str, text: str) -> Answer:
    result = _remark(tx, page, id, text)
    if result.outcome is Outcome.APPLIED:
        return Answer(f"/tickets/{id}", "note")
    return Answer(f"/tickets/{id}", "note_late", "warn")
