"""A code of the office: its address and the one-time code, typed or pasted as one piece."""

import flet as ft

from field_app.parts.buttons import main_button, quiet_button
from field_app.parts.component_state import kept
from field_app.parts.field import Field
from field_app.parts.net import component
from field_app.parts.semantics import keyed
from field_app.parts.text_in_hand import TextInHand
from field_app.screens.enrolment_code import read_code
from field_app.screens.page_state import PageState


@component
def CodeForm(page: PageState, words: str) -> ft.Control:
    """Enrols the tablet, or signs in again whoever is at it; `words` stand on the button."""
    server = kept(lambda: TextInHand(page.session.server))
    code = kept(TextInHand)
    _, redraw = ft.use_state("")
    busy, set_busy = ft.use_state(False)

    before = kept(TextInHand)
    found = read_code(code.text)
    address = found.server or server.text.strip()

    def typed(_: str) -> None:
        # What was pasted with the address in it is taken apart at once; letters that come one by
        # one are left as they are typed.
        if len(code.text) > len(before.text) + 1 and "://" in code.text:
            take(code.text)
        before.text = code.text
        redraw(f"{server.text} {code.text}")

    def take(text: str) -> None:
        found = read_code(text)
        if found.server:
            server.put(found.server)
        code.put(found.code)
        redraw(f"{server.text} {code.text}")

    async def enrol(_: object = None) -> None:
        page.news = None
        set_busy(True)
        await page.attempt_away(page.session.enrol, address, found.code)
        set_busy(False)

    async def paste(_: object) -> None:
        take(await page.clipboard.get() or "")

    ready = bool(address and found.code)
    return ft.Column(
        [
            keyed("server", Field, "server", page.say("enrol.server"), server, typed,
                  icon=ft.Icons.DNS_ROUNDED),
            keyed("code", Field, "code", page.say("enrol.code"), code, typed,
                  on_submit=enrol if ready else None, hint=page.say("enrol.code.hint"),
                  icon=ft.Icons.KEY_ROUNDED),
            ft.Row([quiet_button("paste", page.say("enrol.paste"),
                                 ft.Icons.CONTENT_PASTE_ROUNDED, paste)],
                   alignment=ft.MainAxisAlignment.CENTER),
            ft.Row([main_button("enrol", words, ft.Icons.LOGIN_ROUNDED, enrol,
                                enabled=ready, busy=busy)]),
        ],
        spacing=16,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
