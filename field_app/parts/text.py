"""Words on the screen, each in its role; long ones wrap."""

import flet as ft

from field_app.parts.theme import BODY, HEADING, INK, LABEL, MUTED, TITLE

BOLD = ft.FontWeight.W_600


def heading(words: str) -> ft.Control:
    """What this screen is about; screen readers jump to it."""
    return ft.Semantics(
        heading_level=1,
        content=ft.Text(
            words, size=HEADING, weight=BOLD, color=INK, style=ft.TextStyle(height=1.2)
        ),
    )


def title(words: str, color: ft.ColorValue = INK) -> ft.Text:
    """The name of a piece of a screen."""
    return ft.Text(words, size=TITLE, weight=BOLD, color=color, style=ft.TextStyle(height=1.25))


def body(words: str, color: ft.ColorValue = INK, *, bold: bool = False) -> ft.Text:
    """Something to be read."""
    weight = BOLD if bold else ft.FontWeight.W_400
    return ft.Text(words, size=BODY, color=color, weight=weight, style=ft.TextStyle(height=1.35))


def label(words: str, color: ft.ColorValue = MUTED, *, bold: bool = False) -> ft.Text:
    """A caption above or beside what matters."""
    weight = BOLD if bold else ft.FontWeight.W_500
    return ft.Text(words, size=LABEL, color=color, weight=weight, style=ft.TextStyle(height=1.3))
