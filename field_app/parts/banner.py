"""News that must not be missed, in its place on the screen and never over it."""

import flet as ft

from field_app.parts.semantics import live
from field_app.parts.text import body
from field_app.parts.theme import DANGER, GAP, INFO, INK, OK, RADIUS, SOFT, WARNING

ICONS = {
    DANGER: ft.Icons.ERROR_ROUNDED,
    WARNING: ft.Icons.WARNING_ROUNDED,
    INFO: ft.Icons.INFO_ROUNDED,
    OK: ft.Icons.CHECK_CIRCLE_ROUNDED,
}


def banner(words: str, tone: ft.Colors, *actions: ft.Control, key: str | None = None) -> ft.Control:
    """A sentence with its icon on its colour, and below it what can be done about it."""
    sentence = body(words, INK)
    sentence.expand = True
    line = ft.Row(
        [ft.Icon(ICONS[tone], color=tone, size=28), sentence],
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )
    below = [ft.Row(list(actions), wrap=True, spacing=GAP, run_spacing=GAP)] if actions else []
    return live(
        ft.Container(
            ft.Column([line, *below], spacing=GAP, tight=True),
            padding=ft.Padding.symmetric(horizontal=18, vertical=16),
            border_radius=RADIUS,
            bgcolor=SOFT[tone],
            border=ft.Border.only(left=ft.BorderSide(5, tone)),
            key=key,
        )
    )
