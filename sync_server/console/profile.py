"""One's own account: language, colours, password."""

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sync_server import passwords, sign_in, users
from sync_server.access import Action
from sync_server.console.door import room, token_of
from sync_server.console.forms import Form
from sync_server.console.incoming import submitted
from sync_server.console.page import THEME, THEMES, Page
from sync_server.database import Transaction

router = APIRouter(include_in_schema=False)

LOCALES = ("es", "en")
A_YEAR = 365 * 24 * 3600


@router.get("/profile")
def profile(page: Page = Depends(room(Action.OWN_PROFILE))) -> Response:
    return page.show("profile.html", form=Form())


@router.post("/profile/look")
def look(
    form: Form = Depends(submitted), page: Page = Depends(room(Action.OWN_PROFILE))
) -> Response:
    """Language, kept with the account; colours, kept in this browser."""
    locale, theme = form.value("locale"), form.value("theme")
    if locale in LOCALES and locale != page.user.locale:
        page.office.database.write(
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
    form: Form = Depends(submitted), page: Page = Depends(room(Action.OWN_PROFILE))
) -> Response:
    """A new password, for whoever knows the old one; every other session ends."""
    form.require(page.t("form.required"), "old", "new")
    if form.is_good and not passwords.matches(page.user.password_hash, form.value("old")):
        form.wrong["old"] = page.t("profile.wrong_password")
    if form.value("new") and not passwords.is_good(form.value("new")):
        form.wrong.setdefault("new", page.t("people.weak", least=passwords.SHORTEST))
    if not form.is_good:
        return page.show("profile.html", 422, form=form)
    hashed, token = passwords.hashed(form.value("new")), token_of(page.request) or ""

    def change(tx: Transaction) -> None:
        users.set_password(tx, page.actor.id, hashed)
        sign_in.end_sessions(tx, page.actor.id, but=token)

    page.office.database.write(change)
    return page.back("/profile", "password_changed")
