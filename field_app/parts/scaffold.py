"""The bones of every screen: what it is, what scrolls, and the one next thing at the bottom."""

from collections.abc import Callable, Sequence

import flet as ft

from field_app.parts.buttons import icon_button
from field_app.parts.semantics import named
from field_app.parts.text import heading, label
from field_app.parts.theme import GAP, INK, LINE, PAGE, PAPER, SURFACE

WIDEST = 860
"""Lines longer than this are hard to read."""


def screen(
    head: ft.Control | None,
    content: Sequence[ft.Control],
    bottom: ft.Control | None = None,
    *,
    narrow: bool = False,
    on_scroll: Callable[[ft.OnScrollEvent], object] | None = None,
    identifier: str = "",
) -> ft.Control:
    """A head that stays, content that scrolls, a bottom that stays; `narrow` on a phone."""
    margin = 16 if narrow else PAGE
    body = ft.Column(
        [
            ft.Container(
                ft.Column(list(content), spacing=16, tight=True,
                          horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
                padding=ft.Padding.only(left=margin, right=margin, top=16, bottom=28),
                alignment=ft.Alignment.TOP_LEFT,
            )
        ],
        scroll=ft.ScrollMode.AUTO,
        expand=True,
        on_scroll=on_scroll,
        scroll_interval=80,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )  # fmt: skip
    parts: list[ft.Control] = [*([head] if head else []), body, *([bottom] if bottom else [])]
    column = ft.Container(
        ft.Column(parts, spacing=0, expand=True,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        bgcolor=SURFACE,
        expand=True,
    )  # fmt: skip
    if not identifier:
        return column
    whole = named(identifier, column)
    whole.expand = True
    return whole


def head(
    name: str,
    note: str = "",
    *,
    back: tuple[str, Callable[..., object]] | None = None,
    trailing: Sequence[ft.Control] = (),
    below: Sequence[ft.Control] = (),
    narrow: bool = False,
) -> ft.Control:
    """The screen's name, with the way back (its spoken name, what it does) where there is one."""
    lines: list[ft.Control] = [label(note)] if note else []
    lines.append(heading(name))
    row: list[ft.Control] = []
    if back:
        row.append(icon_button("back", back[0], ft.Icons.ARROW_BACK_ROUNDED, back[1], color=INK))
    row.append(ft.Column(lines, spacing=0, tight=True, expand=True))
    row.extend(trailing)
    margin = 16 if narrow else PAGE
    # The arrow has air of its own inside its target.
    first = ft.Container(
        ft.Row(row, spacing=4), padding=ft.Padding.only(left=margin - 12 if back else margin)
    )
    rest = [ft.Container(each, padding=ft.Padding.only(left=margin)) for each in below]
    return ft.Container(
        ft.Column([first, *rest], spacing=10, tight=True),
        padding=ft.Padding.only(right=margin, top=10, bottom=12),
        bgcolor=PAPER,
        border=ft.Border.only(bottom=ft.BorderSide(1, LINE)),
    )


def bottom_bar(*buttons: ft.Control, narrow: bool = False) -> ft.Control:
    """Where the thumb is: the main button last, beside what may be done instead."""
    margin = 16 if narrow else PAGE
    return ft.Container(
        ft.Row(list(buttons), spacing=GAP),
        padding=ft.Padding.symmetric(horizontal=margin, vertical=12),
        bgcolor=PAPER,
        border=ft.Border.only(top=ft.BorderSide(1, LINE)),
    )
