"""The steps of a visit as a list that says which are done."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from field_app.parts.text import label
from field_app.parts.theme import (
    BODY,
    INK,
    LINE,
    MUTED,
    MUTED_SOFT,
    OK,
    OK_SOFT,
    PRIMARY,
    PRIMARY_SOFT,
    RADIUS,
    TARGET,
)


@dataclass(frozen=True, slots=True)
class StepLine:
    """One step as it is shown: `note` says in a few words what is there or what is missing."""

    code: str
    name: str
    icon: ft.IconData
    done: bool
    note: str = ""


def step_list(
    lines: Sequence[StepLine],
    current: str | None,
    spoken_done: str,
    on_open: Callable[[str], object],
) -> ft.Control:
    """Every step, its number or a tick, its name, its note; the one on screen is marked."""
    return ft.Column(
        [
            _line(number, line, line.code == current, spoken_done, on_open)
            for number, line in enumerate(lines, start=1)
        ],
        spacing=0,
        tight=True,
        horizontal_alignment=ft.CrossAxisAlignment.STRETCH,
    )


def _line(
    number: int,
    line: StepLine,
    current: bool,
    spoken_done: str,
    on_open: Callable[[str], object],
) -> ft.Control:
    name = ft.Text(
        line.name,
        size=BODY,
        weight=ft.FontWeight.W_700 if current else ft.FontWeight.W_500,
        color=PRIMARY if current else INK,
    )
    words: list[ft.Control] = [name]
    if line.note:
        words.append(ft.Text(line.note, size=16, color=MUTED, max_lines=2,
                             overflow=ft.TextOverflow.ELLIPSIS))  # fmt: skip
    row = ft.Row(
        [
            _badge(number, line.done, current, spoken_done),
            ft.Column(words, spacing=0, tight=True, expand=True),
            ft.Icon(line.icon, size=24, color=PRIMARY if current else MUTED),
        ],
        spacing=14,
    )
    return ft.Semantics(
        identifier=f"step-{line.code}",
        button=True,
        selected=current,
        key=line.code,
        content=ft.Container(
            row,
            height=TARGET,
            padding=ft.Padding.symmetric(horizontal=14),
            border_radius=RADIUS,
            bgcolor=PRIMARY_SOFT if current else None,
            ink=True,
            on_click=lambda _: on_open(line.code),
        ),
    )


def _badge(number: int, done: bool, current: bool, spoken_done: str) -> ft.Control:
    if done:
        face: ft.Control = ft.Icon(
            ft.Icons.CHECK_ROUNDED, size=22, color=OK, semantics_label=spoken_done
        )
    else:
        face = ft.Text(str(number), size=BODY, weight=ft.FontWeight.W_600,
                       color=PRIMARY if current else MUTED)  # fmt: skip
    return ft.Container(
        face,
        width=38,
        height=38,
        border_radius=19,
        alignment=ft.Alignment.CENTER,
        bgcolor=OK_SOFT if done else MUTED_SOFT,
        border=ft.Border.all(2, PRIMARY) if current else None,
    )


def progress(done: int, of: int, words: str) -> ft.Control:
    """«6 de 9» with its bar."""
    bar = ft.ProgressBar(
        value=done / of, color=OK, bgcolor=LINE, bar_height=8, border_radius=4, expand=True
    )
    return ft.Row([bar, label(words, INK, bold=True)], spacing=12)
