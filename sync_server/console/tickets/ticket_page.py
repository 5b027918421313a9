"""A ticket's page, and what the office does from it: commands, notes, decisions."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from shared.operations.operation import Outcome
from shared.operations.states import MOVES
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
from sync_server.messages import notices
from sync_server.tickets import escalating, follow_ups, late_arrivals, merging, store
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
    if not form.is_good:
        return _shown(page, id, status=422, typed=form, opened=command)
    if command == "merge_into" and not form.flag("confirmed"):
        return _confirmed_first(page, ticket, form)
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


@router.post("/late/{id}/follow-up")
def follow_up(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.RESOLVE_CONFLICT))
) -> Response:
    """A supervisor has decided that what came late needs a ticket of its own."""
    try:
        return page.answered(page.once(form, lambda tx: _followed(tx, page, id)))
    except follow_ups.NothingToFollow as error:
        raise NotHere(page) from error


def _followed(tx: Transaction, page: Page, arrival: str) -> Answer:
    id = follow_ups.open_follow_up(tx, page.context, page.actor, arrival, page.now)
    return Answer(f"/tickets/{id}", "followed")


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


def _confirmed_first(page: Page, ticket: Ticket, form: Form) -> Response:
    """What cannot be undone is shown whole before it is done."""
    with page.context.database.reading() as tx:
        other = store.by_folio(tx, form.value("folio"))
    assert other is not None
    return page.show("merge.html", ticket=ticket, other=Ticket.of(other.record))


def _done(tx: Transaction, page: Page, command: Command, form: Form, id: str) -> Answer | Result:
    """Given, or why not: what was refused is kept in the history and may be tried again."""
    if command.name == "merge_into" and not _still_goes(tx, id, form.value("folio")):
        return Answer(f"/tickets/{id}", "merge_gone", "warn")
    result = _give(tx, page, command, form, id)
    if result.outcome in (Outcome.REJECTED, Outcome.PARKED):
        return result
    return Answer(f"/tickets/{id}", f"did_{command.name}")


def _still_goes(tx: Transaction, id: str, folio: str) -> bool:
    """Whether the other ticket is still open, now that neither of the two can be changed."""
    other = store.by_folio(tx, folio)
    locked = store.lock(tx, [id, other.record.id] if other else [id])
    return id in locked and merging.is_target(tx, Ticket.of(locked[id].record), folio)


def _give(tx: Transaction, page: Page, command: Command, form: Form, id: str) -> Result:
    if command.name == "classify":
        _set(tx, page, id, {name: form.value(name) for name in CLASSIFIED})
    if command.name == "answer":
        _remark(tx, page, id, page.t("ticket.answered", text=form.value("text")))
    body = {ask.name: form.value(ask.name) for ask in command.step.asks}
    if command.name in ("classify", "answer"):
        body = {}
    if command.name == "escalate":
        return _escalate(tx, page, id, form)
    return _operate(tx, page, id, "command", {"name": command.name, **body})


def _escalate(tx: Transaction, page: Page, id: str, form: Form) -> Result:
    """To the level of the person who was chosen, who is told at once."""
    to = escalating.addressee(tx, page.actor.id, form.value("person"))
    assert to is not None, "check() has found it among the options"
    body = {
        "name": "escalate", "reason": form.value("reason"), "level": to.level,
        "person": to.person.id,
    }  # fmt: skip
    result = _operate(tx, page, id, "command", body)
    if result.outcome is Outcome.APPLIED and result.after is not None:
        notices.tell(
            tx, page.context, "escalation", f"escalation/{id}/manual/{result.rev}",
            result.after.record, [(to.person.email, to.person.locale)], page.now,
            level=to.level, reason=form.value("reason"),
        )  # fmt: skip
    return result


def _set(tx: Transaction, page: Page, id: str, fields: dict[str, str]) -> Result:
    return _operate(tx, page, id, "set", {"fields": fields})


def _remark(tx: Transaction, page: Page, id: str, text: str) -> Result:
    entry = {"id": page.context.new_id(), "at": wire_time(page.now), "text": text}
    return _operate(tx, page, id, "append", {"collection": "notes", "entry": entry})


def _operate(tx: Transaction, page: Page, id: str, kind: str, body: dict[str, object]) -> Result:
    actor = page.in_a_role(MOVES[str(body["name"])].roles) if kind == "command" else page.actor
    return office_operation(tx, page.context, actor, id, kind, body, now=page.now)


def _noted(tx: Transaction, page: Page, id: str, text: str) -> Answer:
    result = _remark(tx, page, id, text)
    if result.outcome is Outcome.APPLIED:
        return Answer(f"/tickets/{id}", "note")
    return Answer(f"/tickets/{id}", "note_late", "warn")
