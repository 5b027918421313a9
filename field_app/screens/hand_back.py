"""Back to the engineer: thanks to the customer, and the PIN that opens the tablet again."""

from collections.abc import Callable

import flet as ft

from field_app.parts.buttons import side_button
from field_app.parts.net import component
from field_app.parts.scaffold import bottom_bar
from field_app.parts.text import body
from field_app.parts.theme import MUTED, OK, OK_SOFT, TITLE
from field_app.screens.handover import customer_screen
from field_app.screens.onboarding import pin_keys, still_place
from field_app.screens.page_state import PageState
from field_app.screens.steps import DONE, REVIEW, route
from shared.words import t


@component
def HandBack(
    page: PageState, ticket: str, language: str, on_stay: Callable[[], object] | None
) -> ft.Control:
    """After signing there is no way but the PIN; before it, the customer may go on (`on_stay`)."""

    def say(key: str) -> str:
        return t(f"tablet.{key}", language)

    def enter(digits: str) -> None:
        if page.attempt(lambda: page.session.end_signing(digits)):
            page.go(route(ticket, DONE if on_stay is None else REVIEW))

    keys = pin_keys(page, enter, "pin.engineer")
    thanks: list[ft.Control] = []
    if on_stay is None:
        picture = ft.Container(ft.Icon(ft.Icons.CHECK_ROUNDED, size=44, color=OK), width=84,
                               height=84, border_radius=42, bgcolor=OK_SOFT,
                               alignment=ft.Alignment.CENTER)  # fmt: skip
        words = ft.Text(say("back.thanks"), size=TITLE, weight=ft.FontWeight.W_600,
                        text_align=ft.TextAlign.CENTER)  # fmt: skip
        thanks = [ft.Row([picture], alignment=ft.MainAxisAlignment.CENTER), words]
    lead = body(say("back.give"), MUTED)
    lead.text_align = ft.TextAlign.CENTER
    top = still_place(page, [*thanks, lead], [], 210 if thanks else 120)
    content = ft.Column(
        [top, keys],
        spacing=18,
        expand=True,
        scroll=ft.ScrollMode.AUTO,
        alignment=ft.MainAxisAlignment.CENTER,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )
    stay = [side_button("stay", say("back.stay"), ft.Icons.ARROW_BACK_ROUNDED,
                        lambda _: on_stay(), expand=True)] if on_stay else []  # fmt: skip
    return customer_screen(
        page,
        say("back.title"),
        "",
        "",
        None,
        ft.Container(content, padding=24, expand=True, alignment=ft.Alignment.CENTER),
        bottom_bar(*stay, narrow=page.narrow) if stay else ft.Container(),
        news=False,
    )
