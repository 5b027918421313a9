"""Onboarding: enrolment with a code, choosing a PIN, unlocking."""

from collections.abc import Callable, Sequence

import flet as ft

from field_app.parts.buttons import quiet_button, side_button
from field_app.parts.net import component
from field_app.parts.pin_pad import PinPad
from field_app.parts.semantics import keyed
from field_app.parts.text import body
from field_app.parts.theme import DANGER, DISPLAY, INK, LINE, MUTED, PAPER, RADIUS, SURFACE, TITLE
from field_app.screens.code_form import CodeForm
from field_app.screens.page_state import PageState, use_page_state
from field_app.screens.shell import news_place

WIDTH = 480
STILL = 210
"""dp for the top of a door with keys below it."""


@component
def Enrol() -> ft.Control:
    """A tablet that nobody is at: a code, or somebody who was here before."""
    page = use_page_state()
    accounts = [a for a in page.session.accounts if not a.selected]
    return _form(
        page,
        page.say("enrol.title"),
        page.say("enrol.lead"),
        [
            keyed("code-form", CodeForm, page, page.say("enrol.do")),
            *(_account(page, account.user.id, account.user.name) for account in accounts),
        ],
    )


def _account(page: PageState, user_id: str, name: str) -> ft.Control:
    words = page.say("enrol.go_on_as", name=name)
    return side_button(f"account-{user_id}", words, ft.Icons.SWITCH_ACCOUNT_ROUNDED,
                       lambda _: page.session.choose(user_id))  # fmt: skip


@component
def SetPin() -> ft.Control:
    """Twice the same PIN: the second time from memory."""
    page = use_page_state()
    first, set_first = ft.use_state("")

    def enter(digits: str) -> None:
        if not first:
            page.news = None
            set_first(digits)
        elif digits != first:
            set_first("")
            page.tell(page.say("pin.differ"), DANGER)
        elif page.attempt(lambda: page.session.set_pin(digits)):
            page.go("/")
        else:
            set_first("")

    title = page.say("pin.again" if first else "pin.choose")
    return _form(page, title, page.say("pin.choose.lead"), [pin_keys(page, enter)], still=True)


@component
def Unlock() -> ft.Control:
    """The PIN of whoever is selected; others of a shared tablet below, and the way by a code for
    who has no tries left."""
    page = use_page_state()
    by_code, set_by_code = ft.use_state(False)

    def enter(digits: str) -> None:
        if page.attempt(lambda: page.session.unlock(digits)):
            page.news = None

    user = page.session.user
    others = [a for a in page.session.accounts if not a.selected]
    way: ft.Control = (
        keyed("code-form", CodeForm, page, page.say("enrol.again"))
        if by_code
        else pin_keys(page, enter)
    )
    words = page.say("pin.by_pin" if by_code else "pin.by_code")
    icon = ft.Icons.PIN_ROUNDED if by_code else ft.Icons.KEY_ROUNDED
    return _form(
        page,
        user.name if user else page.brand.product,
        page.say("enrol.lead" if by_code else "pin.unlock.lead"),
        [
            way,
            ft.Row([quiet_button("by-code", words, icon, lambda _: set_by_code(not by_code))],
                   alignment=ft.MainAxisAlignment.CENTER),
            *(_account(page, account.user.id, account.user.name) for account in others),
        ],
        still=not by_code,
    )  # fmt: skip


def pin_keys(
    page: PageState, on_enter: Callable[[str], object], name: str = "pin.name"
) -> ft.Control:
    """The keys of a PIN, with their names in words."""
    return PinPad(
        on_enter,
        page.say(name),
        page.say("pin.erase"),
        page.say("pin.enter"),
        lambda count: page.say_count("pin.entered", count),
    )


def still_place(
    page: PageState, usual: list[ft.Control], beside_news: list[ft.Control], height: int
) -> ft.Control:
    """A place of one height, whatever stands in it: news, or what is there without any."""
    shown = [*beside_news, news_place(page)] if page.news else usual
    return ft.Container(
        ft.Column(shown, spacing=16, alignment=ft.MainAxisAlignment.CENTER,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        height=height,
    )  # fmt: skip


def _form(
    page: PageState, title: str, lead: str, content: Sequence[ft.Control], still: bool = False
) -> ft.Control:
    """The sheet of a door. `still`: news takes the place of the lead, and nothing below it moves
    under a finger."""
    words = body(lead, MUTED)
    words.text_align = ft.TextAlign.CENTER
    mark = ft.Image(page.brand.mark, width=56, height=76, exclude_from_semantics=True)
    name = ft.Text(page.brand.product, size=DISPLAY, weight=ft.FontWeight.W_700, color=INK)
    brand = ft.Row([mark, name], spacing=18, alignment=ft.MainAxisAlignment.CENTER)
    heading = ft.Semantics(
        heading_level=1,
        content=ft.Text(title, size=TITLE, weight=ft.FontWeight.W_600, color=INK,
                        text_align=ft.TextAlign.CENTER),
    )  # fmt: skip
    top: list[ft.Control] = [brand, heading, words, news_place(page)]
    if still:
        top = [still_place(page, [brand, heading, words], [heading], STILL)]
    sheet = ft.Container(
        ft.Column(
            [*top, *content],
            spacing=18,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        width=min(WIDTH, page.width - 24),
        padding=20 if page.narrow else 32,
        bgcolor=PAPER,
        border_radius=RADIUS + 8,
        border=None if page.narrow else ft.Border.all(1, LINE),
    )  # fmt: skip
    return ft.SafeArea(
        ft.Container(
            ft.Column(
                [sheet],
                scroll=ft.ScrollMode.AUTO,
                expand=True,
                alignment=ft.MainAxisAlignment.CENTER,
                horizontal_alignment=ft.CrossAxisAlignment.CENTER,
            ),
            bgcolor=PAPER if page.narrow else SURFACE,
            expand=True,
            alignment=ft.Alignment.CENTER,
        ),
        expand=True,
    )
