"""One's own account: language, colours, password, second step."""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sync_server.console.administration.people import check_password
from sync_server.console.administration.tablets import qr
from sync_server.console.web.dependencies import NotHere, require, token_of
from sync_server.console.web.page import THEME, THEMES, Page
from sync_server.database.transactions import Transaction
from sync_server.identity import passwords, sessions, throttles, totp, users
from sync_server.identity.audit_log import note
from sync_server.identity.permissions import Action
from sync_server.identity.throttles import FREE, Counted
from sync_server.web import signed
from sync_server.web.brand import brand
from sync_server.web.browser_names import browser_name
from sync_server.web.form_input import submitted
from sync_server.web.forms import Form

router = APIRouter(include_in_schema=False)

LOCALES = ("es", "en")
OFFER = "folio second step offered"
OFFER_LASTS = timedelta(minutes=15)
A_YEAR = 365 * 24 * 3600


@router.get("/profile")
def profile(page: Page = Depends(require(Action.OWN_PROFILE))) -> Response:
    """Everything that one may choose for oneself."""
    return _shown(page, Form())


@router.post("/profile/look")
def look(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.OWN_PROFILE))
) -> Response:
    """Language, kept with the account; colours, kept in this browser."""
    locale, theme = form.value("locale"), form.value("theme")
    if locale in LOCALES and locale != page.user.locale:
        page.context.database.write(
            lambda tx: users.change(tx, page.actor.id, page.now, locale=locale)
        )
    answer = page.back("/profile", "look")
    if theme in THEMES:
        answer.set_cookie(THEME, theme, A_YEAR, httponly=True, samesite="lax")
    else:
        answer.delete_cookie(THEME)
    return answer


@router.post("/profile/password")
def change_password(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.OWN_PROFILE))
) -> Response:
    """A new password, for whoever knows the old one; every other session ends."""
    form.require(page.t("form.required"), "old", "new")
    if form.is_good:
        _check_old(page, form)
    check_password(page, form, "new", page.user.email, page.user.name)
    if not form.is_good:
        return _shown(page, form, 422)
    hashed, token = passwords.hashed(form.value("new")), token_of(page.request) or ""

    def change(tx: Transaction) -> None:
        users.set_password(tx, page.actor.id, hashed)
        sessions.end_sessions(tx, page.actor.id, but=token)
        _note(tx, page, "password.changed")

    page.context.database.write(change)
    return page.back("/profile", "password_changed")


@router.post("/profile/second-step")
def offer(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.OWN_PROFILE))
) -> Response:
    """A new secret for the phone of whoever knows the password; nothing is kept before the phone
    has shown a code of it."""
    form.prefix = "on-"
    _check_old(page, form)
    if not form.is_good:
        return _shown(page, Form(), 422, on=form)
    return _offered(page, totp.new_secret(secrets.token_bytes(totp.SECRET_BYTES)))


@router.post("/profile/second-step/on")
def turn_on(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.OWN_PROFILE))
) -> Response:
    """From now on a code is needed, for whoever shows that their phone has the secret."""
    secret = _secret_offered(page, form.value("offer"))
    if secret is None:
        return page.back("/profile", "start_again", "warn")
    step = totp.step_of(secret, form.value("code"), page.now)
    if step is None:
        return _offered(page, secret, page.t("sign_in.wrong_code"), 422)

    def begin(tx: Transaction) -> None:
        totp.turn_on(tx, page.context.secret, page.actor.id, secret, step)
        _note(tx, page, "second_step.on")

    page.context.database.write(begin)
    return page.back("/profile", "second_step_on")


@router.post("/profile/second-step/off")
def turn_off(
    form: Form = Depends(submitted), page: Page = Depends(require(Action.OWN_PROFILE))
) -> Response:
    """The password alone again, for whoever knows it."""
    form.prefix = "off-"
    _check_old(page, form)
    if not form.is_good:
        return _shown(page, Form(), 422, off=form)

    def end(tx: Transaction) -> None:
        totp.turn_off(tx, page.actor.id)
        _note(tx, page, "second_step.off")

    page.context.database.write(end)
    return page.back("/profile", "second_step_off")


@router.post("/profile/sessions/end")
def end_others(page: Page = Depends(require(Action.OWN_PROFILE))) -> Response:
    """Signed out everywhere but here."""
    token = token_of(page.request) or ""

    def end(tx: Transaction) -> None:
        sessions.end_sessions(tx, page.actor.id, but=token)
        _note(tx, page, "session.ended")

    page.context.database.write(end)
    return page.back("/profile", "sessions_ended")


@router.post("/profile/sessions/{handle}/end")
def end_one(handle: str, page: Page = Depends(require(Action.OWN_PROFILE))) -> Response:
    """One of one's own sessions is over; this one too, if one likes."""

    def end(tx: Transaction) -> bool:
        is_mine = sessions.end_one(tx, page.actor.id, handle)
        if is_mine:
            _note(tx, page, "session.ended")
        return is_mine

    if not page.context.database.write(end):
        raise NotHere(page)
    return page.back("/profile", "sessions_ended")


def _check_old(page: Page, form: Form) -> None:
    """The password in `old` is the visitor's; wrong ones of this session are counted."""
    database = page.context.database
    key = sessions.token_hash(token_of(page.request) or "")
    counters = [Counted(f"session:{key}", FREE)]
    with page.throttles.under_way.begun(database, counters, page.now) as wait:
        if wait:
            form.wrong["old"] = page.tn("sign_in.wait", wait.seconds(page.now))
        elif not passwords.matches(page.user.password_hash, form.value("old")):
            database.write(lambda tx: _fail(tx, page, counters))
            form.wrong["old"] = page.t("profile.wrong_password")
        else:
            database.write(lambda tx: throttles.forgive(tx, counters))


def _fail(tx: Transaction, page: Page, counters: Sequence[Counted]) -> None:
    throttles.fail(tx, counters, page.now)
    _note(tx, page, "password.refused", allowed=False)


def _note(tx: Transaction, page: Page, action: str, allowed: bool = True) -> None:
    """What one did to one's own account, for the audit log."""
    where, me = {"address": page.address}, page.user
    note(tx, page.actor, action, me.name, page.now, where, person=me.id, allowed=allowed)


def _shown(
    page: Page,
    form: Form,
    status: int = 200,
    off: Form | None = None,
    on: Form | None = None,
) -> Response:
    mine = sessions.token_hash(token_of(page.request) or "")
    with page.context.database.reading() as tx:
        has_second_step = totp.has_secret(tx, page.actor.id)
        open_ones = sessions.of_person(tx, page.actor.id, page.now)
    return page.show(
        "profile.html", status, form=form, has_second_step=has_second_step,
        off=off or page.blank("off-"), on=on or page.blank("on-"), sessions=open_ones,
        browser_name=browser_name,
        mine=sessions.handle_of(mine),
    )  # fmt: skip


def _secret_offered(page: Page, offer: str) -> str | None:
    """The secret of an offer that was made to this visitor, a while ago at most."""
    offered = signed.read(page.context.secret, OFFER, offer, page.now) or {}
    return str(offered["secret"]) if offered.get("user") == page.actor.id else None


def _offered(page: Page, secret: str, wrong: str = "", status: int = 200) -> Response:
    address = totp.address(secret, page.user.email, brand().product)
    said = {"user": page.actor.id, "secret": secret}
    offer = signed.signed(page.context.secret, OFFER, said, page.now + OFFER_LASTS)
    return page.show(
        "second_step.html", status, secret=secret, qr=qr(address), offer=offer, wrong=wrong
    )
