"""The people of the organisation: who has an account, with which role; added and let go."""

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.responses import Response

from shared.ticket.people import Role
from sync_server.console.tickets.commands import Options
from sync_server.console.web.dependencies import NotHere, require
from sync_server.console.web.navigation import place
from sync_server.console.web.page import Page
from sync_server.database.tables import user
from sync_server.database.transactions import Transaction
from sync_server.identity import passwords, sessions, totp, users
from sync_server.identity.audit_log import note
from sync_server.identity.email_addresses import NotAnEmail, SpecialUse
from sync_server.identity.password_rules import Weakness, weakness
from sync_server.identity.permissions import Action
from sync_server.identity.users import EmailTaken, User
from sync_server.records import organisation
from sync_server.tickets import leaving
from sync_server.web.form_input import submitted
from sync_server.web.form_keys import Answer
from sync_server.web.forms import LONGEST_LINE, Form

router = APIRouter(include_in_schema=False)
place("/people", "nav.people", "users", Action.SEE_PEOPLE, order=90, first=3)

EMPLOYED = tuple(role for role in Role if role not in (Role.CUSTOMER, Role.SYSTEM))
LOCALES = ("es", "en")


@router.get("/people")
def people(page: Page = Depends(require(Action.SEE_PEOPLE))) -> Response:
    """Everybody with an account, and for administrators a form to add one."""
    return _shown(page, page.kept("/people"))


@router.post("/people")
def add(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.CHANGE_PEOPLE))
) -> Response:
    """A new account; engineers need no password, they come in by their tablet's code."""
    form.require(page.t("form.required"), "name", "email", "role")
    form.limit(page.tn("form.too_long", LONGEST_LINE), LONGEST_LINE, "name", "email")
    form.check_one_of(page.t("form.choose"), "role", {role.value for role in EMPLOYED})
    form.check_one_of(page.t("form.choose"), "locale", LOCALES)
    if form.value("role") != Role.ENGINEER.value:
        form.require(page.t("people.password_needed"), "password")
    check_password(page, form, "password", form.value("email"), form.value("name"))
    added = _add(page, form) if form.is_good else None
    return _shown(page, form, 422) if added is None else page.answered(added)


@router.post("/people/{id}/active")
def set_active(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.CHANGE_PEOPLE))
) -> Response:
    """Let somebody go, their work to an heir, or in again; nobody locks themselves out."""
    person = _person(page, id)
    if person.id == page.actor.id:
        return page.back("/people", "not_yourself", "warn")
    if form.flag("active"):
        page.context.database.write(lambda tx: _take_back(tx, page, person))
        return page.back("/people", "person_back")
    heir = _person(page, form.value("heir")) if form.value("heir") else None
    if heir is not None and not leaving.is_heir(heir, person):
        form.prefix = f"{id}-"
        form.wrong["heir"] = page.t("form.choose")
        return _shown(page, status=422, reset=form, opened=id)
    gone = page.context.database.write(
        lambda tx: leaving.deactivate(tx, page.context, page.actor, person, page.now, heir)
    )
    return page.back("/people", "person_gone_tickets" if gone.left else "person_gone")


@router.post("/people/{id}/password")
def new_password(
    id: str, form: Form = Depends(submitted), page: Page = Depends(require(Action.CHANGE_PEOPLE))
) -> Response:
    """A new password for somebody who lost theirs, or their phone; all their sessions end."""
    person = _person(page, id)
    form.prefix = f"{id}-"
    form.require(page.t("form.required"), "password")
    check_password(page, form, "password", person.email, person.name)
    if not form.is_good:
        return _shown(page, status=422, reset=form, opened=id)
    hashed = passwords.hashed(form.value("password"))

    def change(tx: Transaction) -> None:
        users.set_password(tx, person.id, hashed)
        totp.turn_off(tx, person.id)
        note(tx, page.actor, "person.password", person.id, page.now, {}, person=person.id)
        sessions.end_sessions(tx, person.id)

    page.context.database.write(change)
    return page.back("/people", "password_set")


@router.post("/people/{id}/sessions/end")
def end_sessions(id: str, page: Page = Depends(require(Action.END_SESSIONS))) -> Response:
    """Somebody is signed out everywhere: a lost laptop, a browser left open."""
    person = _person(page, id)

    def end(tx: Transaction) -> None:
        sessions.end_sessions(tx, person.id)
        note(tx, page.actor, "session.ended", person.name, page.now, {}, person=person.id)

    page.context.database.write(end)
    return page.back("/people", "sessions_ended")


def _add(page: Page, form: Form) -> Answer | None:
    password = form.value("password")
    hashed = passwords.hashed(password) if password else None
    try:
        return page.once(form, lambda tx: _enter(tx, page, form, hashed))
    except EmailTaken:
        form.wrong["email"] = page.t("people.email_taken")
    except SpecialUse:
        form.wrong["email"] = page.t("people.special_use")
    except NotAnEmail:
        form.wrong["email"] = page.t("people.not_an_email")
    return None


def _enter(tx: Transaction, page: Page, form: Form, hashed: str | None) -> Answer:
    id = users.add(
        tx, page.context, form.value("email"), form.value("name"), form.value("role"), page.now,
        hashed, form.value("locale") or LOCALES[0],
    )  # fmt: skip
    role = {"role": form.value("role")}
    note(tx, page.actor, "person.added", id, page.now, role, person=id)
    return Answer("/people", "person_added")


def check_password(page: Page, form: Form, field: str, email: str, name: str) -> None:
    """A new password in `field` is good, or the form says why it is not."""
    if not form.value(field):
        return
    about = (email, name, organisation_of(page))
    weak = weakness(form.value(field), *about)
    if weak is Weakness.LENGTH:
        form.wrong.setdefault(field, page.tn("people.weak", passwords.SHORTEST))
    elif weak is not None:
        form.wrong.setdefault(field, page.t(f"people.weak_{weak}"))


def organisation_of(page: Page) -> str:
    """Whose office this is."""
    with page.context.database.reading() as tx:
        return str(organisation.known(tx).get("organisation") or page.context.settings.name)


def _take_back(tx: Transaction, page: Page, person: User) -> None:
    users.set_active(tx, person.id, True, page.now)
    note(tx, page.actor, "person.back", person.id, page.now, {}, person=person.id)


def _person(page: Page, id: str) -> User:
    with page.context.database.reading() as tx:
        person = users.get(tx, id)
    if person is None:
        raise NotHere(page)
    return person


def _shown(
    page: Page,
    form: Form | None = None,
    status: int = 200,
    reset: Form | None = None,
    opened: str = "",
) -> Response:
    with page.context.database.reading() as tx:
        everybody = users.all_of(tx)
        in_hand = leaving.open_counts(tx)
        last = {row.id: row.last_sign_in_at
                for row in tx.rows(select(user.c.id, user.c.last_sign_in_at))}  # fmt: skip
    roles: Options = [(role.value, page.t(f"process.role.{role}")) for role in EMPLOYED]
    return page.show(
        "people.html", status, people=everybody, last=last, roles=roles,
        form=form or Form({"locale": "es"}), adding=form is not None, reset=reset, opened=opened,
        in_hand=in_hand, engineers=[(one.id, one.name) for one in everybody
                                    if one.active and one.role is Role.ENGINEER],
    )  # fmt: skip
