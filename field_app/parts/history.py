"""What was done to this machine before, and whether the same trouble keeps coming back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo

import flet as ft

from field_app.parts.chips import chip
from field_app.parts.text import body, label
from field_app.parts.theme import DANGER, GAP, INK, LINE, MUTED, OK, RADIUS, SURFACE, WARNING
from field_app.parts.time_left import day
from shared.ticket.asset import PastService
from shared.words import tn

WINDOWS = (30, 60, 90)
"""Days back that the radar looks. R059."""


def radar(counts: Mapping[int, int], language: str) -> ft.Control:
    """How many services the asset had in each window, said in a number and a colour."""
    return ft.Row(
        [_window(days, counts.get(days, 0), language) for days in WINDOWS],
        spacing=GAP,
    )


def _window(days: int, count: int, language: str) -> ft.Control:
    tone = OK if count == 0 else WARNING if count == 1 else DANGER
    number = ft.Text(str(count), size=28, weight=ft.FontWeight.W_700, color=tone)
    words = label(tn("tablet.radar.days", days, language), INK)
    return ft.Container(
        ft.Column(
            [number, words],
            spacing=0,
            tight=True,
            horizontal_alignment=ft.CrossAxisAlignment.CENTER,
        ),
        expand=True,
        padding=12,
        border_radius=RADIUS,
        bgcolor=SURFACE,
        alignment=ft.Alignment.CENTER,
    )


def past_services(
    services: Sequence[PastService], causes: Callable[[str], str], language: str, zone: tzinfo
) -> ft.Control:
    """Earlier services, the newest first; `causes` gives a root cause's words."""
    rows = [_service(service, causes, language, zone) for service in services]
    return ft.Column(rows, spacing=0, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def _service(
    service: PastService, causes: Callable[[str], str], language: str, zone: tzinfo
) -> ft.Control:
    at: datetime | None = service.closed_at or service.opened_at
    head: list[ft.Control] = [label(service.folio, MUTED, bold=True)]
    if at:
        head.append(label(day(at, language, zone)))
    lines: list[ft.Control] = [ft.Row(head, spacing=12, wrap=True), body(service.description)]
    if service.solution:
        lines.append(label(service.solution, INK))
    if service.root_cause:
        lines.append(
            ft.Row([chip(causes(service.root_cause), ft.Icons.ACCOUNT_TREE_ROUNDED, MUTED)])
        )
    return ft.Container(
        ft.Column(lines, spacing=6, tight=True),
        padding=ft.Padding.symmetric(vertical=14),
        border=ft.Border.only(bottom=ft.BorderSide(1, LINE)),
    )
