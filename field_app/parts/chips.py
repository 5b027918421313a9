"""Small facts as an icon and a word on a colour: state, priority, the time that is left."""

from collections.abc import Mapping

import flet as ft

from field_app.parts.theme import (
    DANGER,
    INFO,
    LABEL,
    MUTED,
    OK,
    PRIMARY,
    SOFT,
    WARNING,
)
from shared.sla.left import time_left
from shared.sla.sla import ClockReading, SlaStatus
from shared.ticket.ticket import Priority, State
from shared.words import t

_I = ft.Icons

STATES: Mapping[str, tuple[ft.IconData, ft.Colors]] = {
    State.NEW: (_I.FIBER_NEW_ROUNDED, INFO),
    State.CLASSIFIED: (_I.LABEL_ROUNDED, INFO),
    State.ASSIGNED: (_I.ASSIGNMENT_IND_ROUNDED, INFO),
    State.IN_ANALYSIS: (_I.BUILD_CIRCLE_ROUNDED, PRIMARY),
    State.WAITING_CUSTOMER: (_I.QUESTION_ANSWER_ROUNDED, WARNING),
    State.WAITING_FINAL_SOLUTION: (_I.HOURGLASS_TOP_ROUNDED, WARNING),
    State.JOINT_ANALYSIS: (_I.GROUPS_ROUNDED, PRIMARY),
    State.ESCALATED: (_I.MOVE_UP_ROUNDED, DANGER),
    State.CUSTOMER_VALIDATION: (_I.FACT_CHECK_ROUNDED, OK),
    State.CLOSE_REQUESTED: (_I.FRONT_HAND_ROUNDED, WARNING),
    State.CLOSED: (_I.LOCK_ROUNDED, OK),
    State.MERGED: (_I.MERGE_ROUNDED, MUTED),
    State.REFERRED: (_I.FORWARD_ROUNDED, MUTED),
}

PRIORITIES: Mapping[str, tuple[ft.IconData, ft.Colors]] = {
    Priority.HIGH: (_I.KEYBOARD_DOUBLE_ARROW_UP_ROUNDED, DANGER),
    Priority.MEDIUM: (_I.DRAG_HANDLE_ROUNDED, WARNING),
    Priority.LOW: (_I.KEYBOARD_ARROW_DOWN_ROUNDED, MUTED),
}


def chip(words: str, icon: ft.IconData, tone: ft.Colors) -> ft.Control:
    """A word with its icon, read in `tone` on its soft ground; nothing to press."""
    text = ft.Text(words, size=LABEL, weight=ft.FontWeight.W_600, color=tone,
                   style=ft.TextStyle(height=1.2), expand=True, expand_loose=True)  # fmt: skip
    return ft.Container(
        ft.Row([ft.Icon(icon, size=18, color=tone), text], spacing=6, tight=True),
        padding=ft.Padding.symmetric(horizontal=10, vertical=6),
        border_radius=9,
        bgcolor=SOFT[tone],
    )


def state_chip(state: str, language: str) -> ft.Control:
    """Where a ticket stands."""
    icon, tone = STATES[state]
    return chip(t(f"process.state.{state}", language), icon, tone)


def priority_chip(priority: str, language: str) -> ft.Control:
    """How urgent a ticket is; nothing is claimed of one without a priority."""
    icon, tone = PRIORITIES.get(priority, (_I.REMOVE_ROUNDED, MUTED))
    known = priority in PRIORITIES
    words = t(f"process.priority.{priority}", language) if known else "–"
    return chip(words, icon, tone)


SLA_STATUS: Mapping[SlaStatus, tuple[ft.IconData, ft.Colors]] = {
    SlaStatus.RUNNING: (_I.TIMER_ROUNDED, OK),
    SlaStatus.WARNING: (_I.TIMER_ROUNDED, WARNING),
    SlaStatus.MET: (_I.CHECK_CIRCLE_ROUNDED, OK),
    SlaStatus.BREACHED: (_I.ALARM_OFF_ROUNDED, DANGER),
}


def term_chip(reading: ClockReading | None, language: str) -> ft.Control | None:
    """How a term stands, in words; None without one."""
    if reading is None:
        return None
    left = time_left(reading, language)
    return chip(f"{t(f'tablet.clock.{reading.clock}', language)}: {left}",
                *SLA_STATUS[reading.status])  # fmt: skip


def chips(*those: ft.Control | None) -> ft.Row:
    """Chips in a row that wraps; what is None is left out."""
    return ft.Row([c for c in those if c is not None], spacing=8, run_spacing=8, wrap=True)
