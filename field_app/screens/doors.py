"""The doors of the tablet: enrolment with a code, choosing a PIN, unlocking."""

from collections.abc import Callable, Sequence

import flet as ft

from field_app.parts.buttons import main_button, quiet_button, side_button
from field_app.parts.field import text_field
from field_app.parts.named import named
from field_app.parts.pin_pad import PinPad
from field_app.parts.text import body
from field_app.screens.enrolment_code import read_code
from field_app.screens.face import Face, use_face
from field_app.screens.shell import news_place
from field_app.theme import DANGER, DISPLAY, INK, LINE, MUTED, PAPER, RADIUS, SURFACE, TITLE

WIDTH = 480


@ft.component
def Enrol() -> ft.Control:
    """The office's address and the one-time code, typed or pasted as one piece."""
    face = use_face()
    server, set_server = ft.use_state(face.session.server)
    code, set_code = ft.use_state("")
    busy, set_busy = ft.use_state(False)

    def take(text: str) -> None:
        found = read_code(text)
        if found.server:
            set_server(found.server)
        set_code(found.code)

    async def enrol(_: object = None) -> None:
        set_busy(True)
        await face.attempt_away(face.session.enrol, server.strip(), code.strip())
        set_busy(False)

    async def paste(_: object) -> None:
        take(await face.clipboard.get() or "")

    ready = bool(server.strip() and code.strip())
    accounts = [a for a in face.session.accounts if not a.selected]
    return _door(
        face,
        face.say("enrol.title"),
        face.say("enrol.lead"),
        [
            named("server", text_field(face.say("enrol.server"), server,
                                       lambda e: set_server(e.control.value or ""),
                                       icon=ft.Icons.DNS_ROUNDED)),
            named("code", text_field(face.say("enrol.code"), code,
                                     lambda e: take(e.control.value or ""),
                                     on_submit=enrol if ready else None, autofocus=True,
                                     hint=face.say("enrol.code.hint"),
                                     icon=ft.Icons.KEY_ROUNDED)),
            quiet_button("paste", face.say("enrol.paste"), ft.Icons.CONTENT_PASTE_ROUNDED, paste),
            ft.Row([main_button("enrol", face.say("enrol.do"), ft.Icons.LOGIN_ROUNDED, enrol,
                                enabled=ready, busy=busy)]),
            *(_account(face, account.user.id, account.user.name) for account in accounts),
        ],
    )  # fmt: skip


def _account(face: Face, user_id: str, name: str) -> ft.Control:
    words = face.say("enrol.go_on_as", name=name)
    return side_button(f"account-{user_id}", words, ft.Icons.SWITCH_ACCOUNT_ROUNDED,
                       lambda _: face.session.choose(user_id))  # fmt: skip


@ft.component
def SetPin() -> ft.Control:
    """Twice the same PIN: the second time from memory."""
    face = use_face()
    first, set_first = ft.use_state("")

    def enter(digits: str) -> None:
        if not first:
            face.news = None
            set_first(digits)
        elif digits != first:
            set_first("")
            face.tell(face.say("pin.differ"), DANGER)
        elif face.attempt(lambda: face.session.set_pin(digits)):
            face.go("/")
        else:
            set_first("")

    title = face.say("pin.again" if first else "pin.choose")
    return _door(face, title, face.say("pin.choose.lead"), [pin_keys(face, enter)])


@ft.component
def Unlock() -> ft.Control:
    """The PIN of whoever is selected; others of a shared tablet below."""
    face = use_face()

    def enter(digits: str) -> None:
        if face.attempt(lambda: face.session.unlock(digits)):
            face.news = None

    user = face.session.user
    others = [a for a in face.session.accounts if not a.selected]
    return _door(
        face,
        user.name if user else face.brand.product,
        face.say("pin.unlock.lead"),
        [
            pin_keys(face, enter),
            *(_account(face, account.user.id, account.user.name) for account in others),
        ],
    )


def pin_keys(face: Face, on_enter: Callable[[str], object], name: str = "pin.name") -> ft.Control:
    """The keys of a PIN, with their names in words."""
    return PinPad(
        on_enter,
        face.say(name),
        face.say("pin.erase"),
        face.say("pin.enter"),
        lambda count: face.say("pin.entered", count=count),
    )


def _door(face: Face, title: str, lead: str, content: Sequence[ft.Control]) -> ft.Control:
    words = body(lead, MUTED)
    words.text_align = ft.TextAlign.CENTER
    mark = ft.Image(face.brand.mark, width=56, height=76, exclude_from_semantics=True)
    name = ft.Text(face.brand.product, size=DISPLAY, weight=ft.FontWeight.W_700, color=INK)
    sheet = ft.Container(
        ft.Column(
            [
                ft.Row([mark, name], spacing=18, alignment=ft.MainAxisAlignment.CENTER),
                ft.Semantics(
                    heading_level=1,
                    content=ft.Text(title, size=TITLE, weight=ft.FontWeight.W_600, color=INK,
                                    text_align=ft.TextAlign.CENTER),
                ),
                words,
                news_place(face),
                *content,
            ],
            spacing=18,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
        ),
        width=min(WIDTH, face.width - 24),
        padding=20 if face.narrow else 32,
        bgcolor=PAPER,
        border_radius=RADIUS + 8,
        border=None if face.narrow else ft.Border.all(1, LINE),
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
            bgcolor=PAPER if face.narrow else SURFACE,
            expand=True,
            alignment=ft.Alignment.CENTER,
        ),
        expand=True,
    )
