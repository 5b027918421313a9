"""Five stars, each a target of its own with its number spoken."""

from collections.abc import Callable

import flet as ft

from field_app.parts.semantics import named
from field_app.parts.theme import MUTED, RADIUS, TARGET, WARNING
from shared.words import t


def rating(value: int | None, on_rate: Callable[[int], object], language: str) -> ft.Control:
    """The rating given so far (1–5, None for none)."""
    return ft.Row(
        [_star(number, value or 0, on_rate, language) for number in range(1, 6)], spacing=0
    )


def _star(number: int, value: int, on_rate: Callable[[int], object], language: str) -> ft.Control:
    given = number <= value
    return named(
        f"rating-{number}",
        ft.IconButton(
            ft.Icons.STAR_ROUNDED if given else ft.Icons.STAR_BORDER_ROUNDED,
            icon_size=40,
            icon_color=WARNING if given else MUTED,
            width=TARGET,
            height=TARGET,
            tooltip=t("tablet.sign.rate", language, number=number),
            on_click=lambda _: on_rate(number),
            style=ft.ButtonStyle(shape=ft.RoundedRectangleBorder(radius=RADIUS)),
        ),
    )
