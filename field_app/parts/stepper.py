"""How many: less, the number, more."""

from collections.abc import Callable

import flet as ft

from field_app.parts.buttons import button_row, icon_button, side_button
from field_app.parts.theme import INK, LINE, PAPER, PRIMARY, RADIUS, TARGET, TITLE


def stepper(
    identifier: str,
    quantity: int,
    on_change: Callable[[int], object],
    *,
    less: str,
    more: str,
    least: int = 1,
    most: int = 99,
) -> ft.Control:
    """A quantity between `least` and `most`; `less` and `more` are the buttons' spoken names."""
    number = ft.Text(str(quantity), size=TITLE, weight=ft.FontWeight.W_700, color=INK,
                     text_align=ft.TextAlign.CENTER, width=48)  # fmt: skip
    row: list[ft.Control] = [
        icon_button(f"{identifier}-less", less, ft.Icons.REMOVE_ROUNDED,
                    lambda _: on_change(quantity - 1), enabled=quantity > least, color=PRIMARY),
        ft.Semantics(identifier=f"{identifier}-quantity", content=number, live_region=True),
        icon_button(f"{identifier}-more", more, ft.Icons.ADD_ROUNDED,
                    lambda _: on_change(quantity + 1), enabled=quantity < most, color=PRIMARY),
    ]  # fmt: skip
    return ft.Container(
        ft.Row(row, spacing=0, tight=True),
        border=ft.Border.all(1.5, LINE),
        border_radius=RADIUS,
        bgcolor=PAPER,
        height=TARGET + 3,
    )


def minutes_stepper(
    identifier: str,
    on_less: Callable[[], object],
    on_more: Callable[[], object],
    less: str,
    more: str,
) -> ft.Control:
    """Two buttons, in words, for a time that is moved a little."""
    return button_row(
        side_button(f"{identifier}-less", less, ft.Icons.REMOVE_ROUNDED, lambda _: on_less()),
        side_button(f"{identifier}-more", more, ft.Icons.ADD_ROUNDED, lambda _: on_more()),
    )
