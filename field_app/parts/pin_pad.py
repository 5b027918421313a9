"""A PIN: large keys for gloves, and the keyboard where there is one."""

from collections.abc import Callable

import flet as ft

from field_app.parts.component_state import kept
from field_app.parts.field import field_border
from field_app.parts.net import component
from field_app.parts.semantics import named
from field_app.parts.text import BOLD
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import GAP, INK, LINE, MUTED, PAPER, PRIMARY, RADIUS, TARGET, TITLE

LEAST, MOST = 4, 8
ROWS = ("123", "456", "789")
KEY = 96
WIDTH = 3 * KEY + 2 * GAP


@component
def PinPad(
    on_enter: Callable[[str], object],
    name: str,
    erase: str,
    enter: str,
    entered: Callable[[int], str],
) -> ft.Control:
    """Digits, hidden, handed over and forgotten; names, and how many there are, are spoken."""
    typed = kept(TextInHand)
    place = kept(lambda: ft.Ref[ft.TextField]())
    digits, set_digits = ft.use_state("")
    typed.stand_in(place, lambda: None)
    attempt, set_attempt = ft.use_state(0)

    def pressed(text: str) -> None:
        typed.put(text[:MOST])
        set_digits(typed.text)

    def heard(_: object) -> None:
        typed.typed()
        set_digits(typed.text[:MOST])

    def hand_over(_: object = None) -> None:
        if len(digits) >= LEAST:
            on_enter(digits)
            pressed("")
            # A field that was submitted lets the keyboard go: another one takes it back.
            set_attempt(attempt + 1)

    rows: list[ft.Control] = [
        ft.Row([_key(d, lambda _, d=d: pressed(digits + d)) for d in row], spacing=GAP, tight=True)
        for row in ROWS
    ]
    erase_icon = ft.Icon(ft.Icons.BACKSPACE_ROUNDED, semantics_label=erase, color=INK)
    enter_icon = ft.Icon(ft.Icons.CHECK_ROUNDED, semantics_label=enter, color=PRIMARY, size=32)
    last: list[ft.Control] = [
        _key_box("pin-erase", erase_icon, lambda _: pressed(digits[:-1]), bool(digits)),
        _key("0", lambda _: pressed(digits + "0")),
        _key_box("pin-enter", enter_icon, hand_over, len(digits) >= LEAST),
    ]
    rows.append(ft.Row(last, spacing=GAP, tight=True))
    field = ft.TextField(
        label=name,
        ref=place,
        value=typed.to_draw(),
        password=True,
        autofocus=True,
        keyboard_type=ft.KeyboardType.NONE,
        input_filter=ft.NumbersOnlyInputFilter(),
        text_align=ft.TextAlign.CENTER,
        text_size=TITLE + 8,
        border=field_border(MUTED),
        filled=True,
        fill_color=PAPER,
        content_padding=16,
        width=WIDTH,
        on_change=heard,
        on_submit=hand_over,
        key=f"attempt-{attempt}",
    )
    count = ft.Semantics(
        identifier=f"pin-length-{len(digits)}",
        label=entered(len(digits)),
        live_region=True,
        content=named("pin", field),
    )
    return ft.Column(
        [count, *rows],
        spacing=GAP,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.CENTER,
    )


def _key(digit: str, on_click: Callable[..., object]) -> ft.Control:
    face = ft.Text(digit, size=TITLE + 4, weight=BOLD, color=INK)
    return _key_box(f"pin-{digit}", face, on_click, True)


def _key_box(
    identifier: str, face: ft.Control, on_click: Callable[..., object], enabled: bool
) -> ft.Control:
    return ft.Semantics(
        identifier=identifier,
        button=True,
        content=ft.Container(
            face,
            width=KEY,
            height=TARGET + 4,
            alignment=ft.Alignment.CENTER,
            border_radius=RADIUS,
            border=ft.Border.all(1.5, LINE),
            bgcolor=PAPER,
            ink=True,
            opacity=1 if enabled else 0.4,
            on_click=on_click if enabled else None,
        ),
    )
