"""A code of the office: its address and the one-time code, typed or pasted as one piece."""

import flet as ft

from field_app.parts.buttons import main_button, quiet_button
from field_app.parts.field import text_field
from field_app.parts.semantics import named
from field_app.screens.enrolment_code import read_code
from field_app.screens.page_state import PageState


@ft.component
def CodeForm(page: PageState, words: str) -> ft.Control:
    """Enrols the tablet, or signs in again whoever is at it; `words` stand on the button."""
    server, set_server = ft.use_state(page.session.server)
    code, set_code = ft.use_state("")
    busy, set_busy = ft.use_state(False)

    def take(text: str) -> None:
        found = read_code(text)
        if found.server:
            set_server(found.server)
        set_code(found.code)

    async def enrol(_: object = None) -> None:
        page.news = None
        set_busy(True)
        await page.attempt_away(page.session.enrol, server.strip(), code.strip())
        set_busy(False)

    async def paste(_: object) -> None:
        take(await page.clipboard.get() or "")

    ready = bool(server.strip() and code.strip())
    return ft.Column(
        [
            named("server", text_field(page.say("enrol.server"), server,
                                       lambda e: set_server(e.control.value or ""),
                                       icon=ft.Icons.DNS_ROUNDED)),
            named("code", text_field(page.say("enrol.code"), code,
                                     lambda e: take(e.control.value or ""),
                                     on_submit=enrol if ready else None,
                                     hint=page.say("enrol.code.hint"),
                                     icon=ft.Icons.KEY_ROUNDED)),
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
