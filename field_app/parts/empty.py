"""An empty place says what will be here, and what to do."""

import flet as ft

from field_app.parts.text import BOLD
from field_app.parts.theme import BODY, INK, MUTED, MUTED_SOFT, TITLE


def empty(icon: ft.IconData, what: str, do: str, *actions: ft.Control) -> ft.Control:
    """A picture, what will appear, what to do about it."""
    picture = ft.Container(
        ft.Icon(icon, size=44, color=MUTED),
        bgcolor=MUTED_SOFT,
        width=96,
        height=96,
        border_radius=48,
        alignment=ft.Alignment.CENTER,
    )
    words = [
        ft.Text(what, size=TITLE, weight=BOLD, color=INK, text_align=ft.TextAlign.CENTER),
        ft.Text(do, size=BODY, color=MUTED, text_align=ft.TextAlign.CENTER),
    ]
    return ft.Container(
        ft.Column(
            [picture, *words, *actions],
            spacing=14,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        padding=32,
        alignment=ft.Alignment.CENTER,
    )
