"""One ticket in «Mi día»: whose, which machine, what is wrong, how long there is."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from field_app.parts.chips import chip, chips, priority_chip, state_chip, term_chip
from field_app.parts.net import component
from field_app.parts.text import BOLD
from field_app.parts.theme import (
    BODY,
    INFO,
    INK,
    LABEL,
    LINE,
    MUTED,
    OK,
    PAPER,
    PRIMARY,
    PRIMARY_SOFT,
    RADIUS,
    WARNING,
)
from shared.sla.sla import ClockReading
from shared.words import t


@dataclass(frozen=True, slots=True)
class RowWords:
    """A ticket as its row says it; `stage` is a key of MARKS or empty."""

    id: str
    label: str
    state: str
    priority: str
    customer: str
    asset: str
    place: str
    description: str
    term: ClockReading | None
    stage: str = ""
    waiting: int = 0
    attention: bool = False
    read_only: bool = False


MARKS = {
    "asked": (ft.Icons.SCHEDULE_SEND_ROUNDED, INFO),
    "closing": (ft.Icons.CLOUD_UPLOAD_ROUNDED, INFO),
    "to_correct": (ft.Icons.RULE_ROUNDED, WARNING),
}
"""What a ticket waits for, beyond its state."""


@ft.memo
@component
def TicketRow(
    row: RowWords,
    selected: bool,
    language: str,
    on_open: Callable[[str], object],
) -> ft.Control:
    """A row, drawn again when something that it says is another."""
    return ft.Semantics(
        identifier=f"ticket-{row.label}",
        button=True,
        selected=selected,
        content=ft.Container(
            ft.Column(_lines(row, language), spacing=6, tight=True),
            padding=ft.Padding.symmetric(horizontal=16, vertical=14),
            border_radius=RADIUS + 2,
            bgcolor=PRIMARY_SOFT if selected else PAPER,
            border=ft.Border.all(2 if selected else 1, PRIMARY if selected else LINE),
            ink=True,
            on_click=lambda _: on_open(row.id),
        ),
    )


def _lines(row: RowWords, language: str) -> list[ft.Control]:
    folio = ft.Text(row.label, size=LABEL, weight=BOLD, color=MUTED, expand=True)
    priority = priority_chip(row.priority, language)
    lines: list[ft.Control] = [
        ft.Row([folio, priority]),
        ft.Text(row.customer, size=BODY + 1, weight=BOLD, color=INK),
        ft.Text(" · ".join(filter(None, (row.asset, row.place))), size=LABEL, color=MUTED),
        ft.Text(row.description, size=BODY, color=INK, max_lines=2,
                overflow=ft.TextOverflow.ELLIPSIS),
        chips(state_chip(row.state, language), term_chip(row.term, language),
              *_badges(row, language)),
    ]  # fmt: skip
    return lines


def _badges(row: RowWords, language: str) -> list[ft.Control]:
    marks: list[ft.Control] = []
    if row.read_only:
        marks.append(chip(t("tablet.today.read_only", language), ft.Icons.LOCK_ROUNDED, MUTED))
    if row.stage in MARKS:
        marks.append(chip(t(f"tablet.stage.{row.stage}", language), *MARKS[row.stage]))
    if row.attention:
        words = t("tablet.today.attention", language)
        marks.append(chip(words, ft.Icons.REPORT_ROUNDED, WARNING))
    if row.waiting:
        words = t("tablet.today.waiting", language, count=row.waiting)
        marks.append(chip(words, ft.Icons.SAVE_ROUNDED, INFO))
    elif row.stage == "received":
        marks.append(chip(t("tablet.stage.received", language), ft.Icons.CLOUD_DONE_ROUNDED, OK))
    return marks
