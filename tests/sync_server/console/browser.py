"""A browser without a screen: it keeps cookies, says where its forms come from, reads pages."""

import html
import re
import secrets
from typing import Any

import httpx

from shared.ticket.people import Role
from sync_server.console.web.dependencies import PLAIN_COOKIE
from sync_server.identity import sessions
from sync_server.identity.users import User
from tests.office import RunningOffice

HOME = {"Sec-Fetch-Site": "same-origin"}


class Browser(httpx.Client):
    """A client of one office; `see` fails on anything but a page."""

    def __init__(self, office: RunningOffice, **headers: str) -> None:
        # Plain HTTP on the loopback: no certificates to load.
        super().__init__(base_url=office.url, headers={**HOME, **headers}, timeout=30, verify=False)
        self.office = office

    def enter(self, user: User) -> "Browser":
        """Signed in, as if the password had been typed."""
        token = secrets.token_urlsafe(32)
        now = self.office.clock()
        self.office.do(lambda tx: sessions.start_session(tx, user, token, "", "", now))
        self.cookies.set(PLAIN_COOKIE, token)
        return self

    def see(self, path: str, **kept: Any) -> str:
        """The text of a page that must open, entities read."""
        answer = self.get(path, **kept)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
        return html.unescape(answer.text)

    def submit(self, path: str, **fields: Any) -> httpx.Response:
        """A form."""
        return self.post(path, data=fields)

    def done(self, path: str, **fields: Any) -> str:
        """A form that must be accepted, and the page it leads to."""
        answer = self.submit(path, **fields)
        assert answer.status_code == 303, (path, answer.status_code, said(answer))
        return self.see(answer.headers["location"])


def browser(office: RunningOffice, role: Role | str) -> Browser:
    """A browser in which the office's person of this role is signed in."""
    return Browser(office).enter(office.user(role))


def said(answer: httpx.Response) -> str:
    """The words of a page, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.unescape(answer.text)))
