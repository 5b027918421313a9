"""Browsers in which somebody signed in before: strangers' guesses do not keep them out.

A signed cookie says which browser it is and whose accounts were opened in it. It opens nothing: a
try from there is counted by itself (identity/throttles.py), five free ones like any other.
"""

import secrets
from datetime import timedelta

from starlette.responses import Response

from sync_server.console.web.dependencies import is_secure
from sync_server.console.web.page import Page
from sync_server.web import signed

SECURE_COOKIE = "__Host-folio-browser"
PLAIN_COOKIE = "folio_browser"

PURPOSE = "folio known browser"
LASTS = timedelta(days=365)

MOST_PEOPLE = 8
"""Who share one browser, at most; the one who signed in longest ago is forgotten."""


def known(page: Page, user: str) -> str | None:
    """The name of this browser with this person, if they signed in here before."""
    name, people = _read(page)
    return f"{name}:{user}" if user in people else None


def remember(page: Page, answer: Response, user: str) -> None:
    """From now on, for a year, this browser is known for this person."""
    name, people = _read(page)
    people = [*(one for one in people if one != user), user][-MOST_PEOPLE:]
    said = {"browser": name or secrets.token_urlsafe(16), "people": people}
    secure = is_secure(page.request)
    answer.set_cookie(
        SECURE_COOKIE if secure else PLAIN_COOKIE,
        signed.signed(page.context.secret, PURPOSE, said, page.now + LASTS),
        max_age=int(LASTS.total_seconds()), path="/", secure=secure, httponly=True, samesite="lax",
    )  # fmt: skip


def _read(page: Page) -> tuple[str, list[str]]:
    name = SECURE_COOKIE if is_secure(page.request) else PLAIN_COOKIE
    text = page.request.cookies.get(name, "")
    said = signed.read(page.context.secret, PURPOSE, text, page.now) or {}
    return str(said.get("browser", "")), [str(one) for one in said.get("people", ())]
