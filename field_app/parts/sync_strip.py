"""The strip that always says where the work is: on this tablet, on its way, received."""

from collections.abc import Callable, Mapping

import flet as ft

from field_app.parts.semantics import named
from field_app.parts.theme import BODY, DANGER, INFO, MUTED, OK, SOFT, WARNING

_I = ft.Icons

LOOKS: Mapping[str, tuple[ft.IconData, ft.Colors]] = {
    "saved": (_I.SAVE_ROUNDED, INFO),
    "offline": (_I.CLOUD_OFF_ROUNDED, WARNING),
    "sending": (_I.CLOUD_UPLOAD_ROUNDED, INFO),
    "received": (_I.CLOUD_DONE_ROUNDED, OK),
    "synchronised": (_I.CLOUD_DONE_ROUNDED, OK),
    "to_correct": (_I.RULE_ROUNDED, WARNING),
    "attention": (_I.REPORT_ROUNDED, WARNING),
    "trouble": (_I.ERROR_ROUNDED, DANGER),
    "signed_out": (_I.NO_ACCOUNTS_ROUNDED, DANGER),
}
"""By phase: the icon, and the colour that goes with the words."""


def sync_strip(
    phase: str, words: str, more: str, on_click: Callable[..., object] | None
) -> ft.Control:
    """The words of the moment; pressing them shows every waiting piece. `more` names the press."""
    icon, tone = LOOKS.get(phase, (_I.SAVE_ROUNDED, MUTED))
    text = ft.Text(words, size=BODY, color=tone, weight=ft.FontWeight.W_600, expand=True,
                   max_lines=2, overflow=ft.TextOverflow.ELLIPSIS)  # fmt: skip
    row: list[ft.Control] = [ft.Icon(icon, color=tone, size=26), text]
    if on_click:
        row.append(ft.Icon(_I.CHEVRON_RIGHT_ROUNDED, color=tone, size=26, semantics_label=more))
    strip = ft.Container(
        ft.Row(row, spacing=12),
        padding=ft.Padding.symmetric(horizontal=20, vertical=8),
        height=56 if on_click is None else 64,
        bgcolor=SOFT[tone],
        on_click=on_click,
        ink=on_click is not None,
    )
    return named("sync-strip", strip)
