"""A card: things that belong together, under their name."""

import flet as ft

from field_app.parts.text import label, title
from field_app.parts.theme import GAP, LINE, MUTED, PAPER, PRIMARY, RADIUS, SOFT, TITLE


def card(
    name: str,
    icon: ft.IconData | None,
    *content: ft.Control,
    trailing: ft.Control | None = None,
    tone: ft.Colors | None = None,
    key: str | None = None,
) -> ft.Control:
    """Content under a name; `tone` (a key of theme.SOFT) colours a card that must be noticed."""
    return ft.Container(
        ft.Column([*_head(name, icon, trailing, tone), *content], spacing=GAP, tight=True,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        padding=20,
        border_radius=RADIUS + 4,
        bgcolor=SOFT[tone] if tone else PAPER,
        border=ft.Border.all(1, tone or LINE),
        key=key,
    )  # fmt: skip


def _head(
    name: str, icon: ft.IconData | None, trailing: ft.Control | None, tone: ft.Colors | None
) -> list[ft.Control]:
    if not name:
        return []
    words = title(name)
    words.expand = True
    row: list[ft.Control] = [ft.Icon(icon, size=TITLE + 2, color=tone or PRIMARY)] if icon else []
    row.append(ft.Semantics(heading_level=2, content=words, expand=True))
    if trailing:
        row.append(trailing)
    return [ft.Row(row, spacing=10, vertical_alignment=ft.CrossAxisAlignment.CENTER)]


def fact(name: str, value: str | ft.Control, icon: ft.IconData | None = None) -> ft.Control:
    """A value under the name of what it is; an empty one is left to the caller to leave out."""
    shown = ft.Text(value, selectable=True) if isinstance(value, str) else value
    lines = ft.Column([label(name), shown], spacing=2, tight=True, expand=True)
    if icon is None:
        return lines
    return ft.Row(
        [ft.Icon(icon, size=24, color=MUTED), lines],
        spacing=14,
        vertical_alignment=ft.CrossAxisAlignment.START,
    )


def facts(*those: ft.Control, columns: int = 2) -> ft.Control:
    """Facts side by side, so many to a line."""
    lines = [those[start : start + columns] for start in range(0, len(those), columns)]
    return ft.Column([_line(line, columns) for line in lines], spacing=GAP + 4, tight=True)


def _line(line: tuple[ft.Control, ...], columns: int) -> ft.Control:
    cells: list[ft.Control] = [ft.Container(each, expand=True) for each in line]
    cells += [ft.Container(expand=True) for _ in range(columns - len(line))]
    return ft.Row(cells, spacing=20, vertical_alignment=ft.CrossAxisAlignment.START)


def section(name: str, *content: ft.Control) -> ft.Control:
    """A smaller heading inside a card."""
    return ft.Column([label(name, bold=True), *content], spacing=8, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
