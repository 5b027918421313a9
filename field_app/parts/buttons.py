"""What is pressed: always an icon and a word, never smaller than a gloved finger."""

from collections.abc import Callable
from typing import Any

import flet as ft

from field_app.parts.semantics import named
from field_app.parts.theme import (
    BODY,
    DANGER,
    FAMILY,
    GAP,
    INK,
    LABEL,
    LINE,
    MUTED,
    MUTED_SOFT,
    ON_PRIMARY,
    PAPER,
    PRIMARY,
    PRIMARY_SOFT,
    RADIUS,
    TARGET,
)

Pressed = Callable[..., Any]
_BOLD = ft.FontWeight.W_600
_DISABLED, _DEFAULT = ft.ControlState.DISABLED, ft.ControlState.DEFAULT


def main_button(
    identifier: str,
    words: str,
    icon: ft.IconData,
    on_click: Pressed,
    *,
    enabled: bool = True,
    busy: bool = False,
    expand: bool = True,
) -> ft.Control:
    """The one next thing to do on a screen. `busy` shows that it is being done."""
    face: ft.Control = (
        ft.ProgressRing(width=24, height=24, stroke_width=3, color=MUTED)
        if busy
        else ft.Icon(icon, size=26)
    )
    button = ft.FilledButton(
        content=_label(face, words),
        on_click=on_click,
        disabled=not enabled or busy,
        height=TARGET,
        style=ft.ButtonStyle(
            bgcolor={_DISABLED: MUTED_SOFT, _DEFAULT: PRIMARY},
            color={_DISABLED: MUTED, _DEFAULT: ON_PRIMARY},
            padding=ft.Padding.symmetric(horizontal=20),
            shape=ft.RoundedRectangleBorder(radius=RADIUS),
            text_style=_words(BODY + 1),
        ),
    )
    return _sized(named(identifier, button), expand)


def side_button(
    identifier: str,
    words: str,
    icon: ft.IconData,
    on_click: Pressed,
    *,
    enabled: bool = True,
    danger: bool = False,
    expand: bool = False,
) -> ft.Control:
    """Something else that may be done here; `danger` for what takes something away."""
    colour = DANGER if danger else PRIMARY
    button = ft.OutlinedButton(
        content=_label(ft.Icon(icon, size=24), words),
        on_click=on_click,
        disabled=not enabled,
        height=TARGET,
        style=ft.ButtonStyle(
            color={_DISABLED: MUTED, _DEFAULT: colour},
            bgcolor=PAPER,
            padding=ft.Padding.symmetric(horizontal=18),
            side=ft.BorderSide(1.5, colour if enabled else LINE),
            shape=ft.RoundedRectangleBorder(radius=RADIUS),
            text_style=_words(BODY),
        ),
    )
    return _sized(named(identifier, button), expand)


def quiet_button(identifier: str, words: str, icon: ft.IconData, on_click: Pressed) -> ft.Control:
    """Something that is seldom wanted: no frame."""
    button = ft.TextButton(
        content=_label(ft.Icon(icon, size=24), words),
        on_click=on_click,
        height=TARGET,
        style=ft.ButtonStyle(
            color=PRIMARY,
            padding=ft.Padding.symmetric(horizontal=14),
            shape=ft.RoundedRectangleBorder(radius=RADIUS),
            text_style=_words(BODY),
        ),
    )
    return named(identifier, button)


def icon_button(
    identifier: str,
    label: str,
    icon: ft.IconData,
    on_click: Pressed,
    *,
    enabled: bool = True,
    color: ft.ColorValue = INK,
) -> ft.Control:
    """An icon that everybody knows (back, more, less), with its name spoken and shown on hover."""
    button = ft.IconButton(
        icon,
        icon_size=28,
        icon_color=color,
        width=TARGET,
        height=TARGET,
        tooltip=label,
        on_click=on_click,
        disabled=not enabled,
        style=ft.ButtonStyle(shape=ft.RoundedRectangleBorder(radius=RADIUS)),
    )
    return named(identifier, button)


def choice(
    identifier: str,
    words: str,
    icon: ft.IconData | None,
    on_click: Pressed,
    *,
    selected: bool = False,
    note: str = "",
    enabled: bool = True,
    expand: bool = False,
) -> ft.Control:
    """One of several answers; the chosen one has a tick, a frame and a ground of its own."""
    shown = ft.Icons.CHECK_CIRCLE_ROUNDED if selected else icon
    colour = PRIMARY if selected else INK
    face: list[ft.Control] = [ft.Icon(shown, size=24, color=colour)] if shown else []
    weight = _BOLD if selected else ft.FontWeight.W_500
    lines: list[ft.Control] = [ft.Text(words, size=BODY, color=colour, weight=weight)]
    if note:
        lines.append(ft.Text(note, size=LABEL, color=MUTED))
    column = ft.Column(lines, spacing=0, tight=True, expand=True, expand_loose=not expand)
    # A container knows no least height: the padding makes one line as tall as a target.
    around = ft.Padding.symmetric(horizontal=16, vertical=9 if note else 19)
    box = ft.Container(
        ft.Row([*face, column], spacing=10, tight=not expand),
        padding=around,
        border_radius=RADIUS,
        border=ft.Border.all(2 if selected else 1.5, PRIMARY if selected else LINE),
        bgcolor=PRIMARY_SOFT if selected else PAPER,
        ink=True,
        on_click=on_click if enabled else None,
        opacity=1 if enabled else 0.55,
    )
    chosen = ft.Semantics(
        identifier=identifier, button=True, selected=selected, content=box, key=identifier
    )
    return _sized(chosen, expand)


def button_row(*buttons: ft.Control) -> ft.Row:
    """Buttons beside one another, on more lines where there is no room."""
    return ft.Row(list(buttons), spacing=GAP, run_spacing=GAP, wrap=True)


def _words(size: int) -> ft.TextStyle:
    return ft.TextStyle(size=size, weight=_BOLD, font_family=FAMILY, letter_spacing=0)


def _label(picture: ft.Control, words: str) -> ft.Control:
    return ft.Row(
        [
            picture,
            ft.Text(
                words,
                text_align=ft.TextAlign.CENTER,
                max_lines=2,
                overflow=ft.TextOverflow.ELLIPSIS,
                expand=True,
                expand_loose=True,
            ),
        ],
        spacing=10,
        tight=True,
        alignment=ft.MainAxisAlignment.CENTER,
    )


def _sized(control: ft.Semantics, expand: bool) -> ft.Semantics:
    if expand:
        control.expand = True
    return control
