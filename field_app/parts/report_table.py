"""A table of the report on a screen: columns where there is room, upright rows on a phone."""

from collections.abc import Sequence

import flet as ft

from field_app.parts.text import body, label
from field_app.parts.theme import INK, LABEL, LINE, MUTED
from shared.report.blocks import Align, Column, Table


def report_table(block: Table, narrow: bool) -> ft.Control:
    """Its label, its head, its rows and their total; or what it says when it is empty."""
    lines: list[ft.Control] = [label(block.label, INK, bold=True)] if block.label else []
    if not block.rows:
        return ft.Column([*lines, body(block.empty or "–", MUTED)], spacing=6, tight=True)
    if narrow:
        lines.extend(_row_as_facts(block.columns, row) for row in block.rows)
    else:
        lines.append(_cells([column.label for column in block.columns], block.columns, head=True))
        lines.extend(_cells(row, block.columns) for row in block.rows)
    if block.total:
        lines.append(_cells(block.total, block.columns, bold=True))
    return ft.Column(lines, spacing=6, tight=True)


def _row_as_facts(columns: Sequence[Column], row: Sequence[str]) -> ft.Control:
    """On a phone a row stands upright: its first cell, then what has something to say."""
    title, *rest = [
        (column.label, cell) for column, cell in zip(columns, row, strict=True) if cell
    ] or [("", "–")]
    lines: list[ft.Control] = [body(title[1], bold=True)]
    lines.extend(label(f"{name}: {cell}", INK) for name, cell in rest)
    return ft.Container(
        ft.Column(lines, spacing=2, tight=True),
        padding=ft.Padding.symmetric(vertical=8),
        border=ft.Border.only(bottom=ft.BorderSide(1, LINE)),
    )


def _cells(
    row: Sequence[str], columns: Sequence[Column], *, head: bool = False, bold: bool = False
) -> ft.Control:
    cells: list[ft.Control] = [
        ft.Container(
            ft.Text(
                cell,
                size=LABEL,
                color=MUTED if head else INK,
                weight=ft.FontWeight.W_600 if head or bold else None,
                text_align=ft.TextAlign.END if column.align is Align.END else ft.TextAlign.START,
            ),
            expand=int(column.share * 10),
        )
        for cell, column in zip(row, columns, strict=True)
    ]
    return ft.Container(
        ft.Row(cells, spacing=10, vertical_alignment=ft.CrossAxisAlignment.START),
        padding=ft.Padding.symmetric(vertical=6),
        border=ft.Border.only(bottom=ft.BorderSide(1, LINE)),
    )
