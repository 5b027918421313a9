"""One photo: the picture, where it is on its way, its caption."""

from collections.abc import Callable

import flet as ft

from field_app.parts.buttons import icon_button
from field_app.parts.field import Marks, SavingField
from field_app.parts.saving_text import SavingText
from field_app.parts.semantics import keyed
from field_app.parts.theme import LABEL, LINE, MUTED, MUTED_SOFT, OK, PAPER, RADIUS, WARNING

_I = ft.Icons

STATES = {
    "kept": (_I.SAVE_ROUNDED, MUTED),
    "sending": (_I.CLOUD_UPLOAD_ROUNDED, MUTED),
    "received": (_I.CLOUD_DONE_ROUNDED, OK),
    "durable": (_I.CLOUD_DONE_ROUNDED, OK),
    "lost": (_I.BROKEN_IMAGE_ROUNDED, WARNING),
}


def photo_tile(
    identifier: str,
    key: str,
    picture: bytes | None,
    caption: SavingText,
    state: str,
    words: str,
    *,
    name: str,
    marks: Marks,
    editable: bool,
    on_remove: Callable[[], object] | None,
    remove: str,
    caption_name: str,
    width: float,
) -> ft.Control:
    """`key` tells one photo from another; `state` is a key of STATES and `words` says it.

    A photo that is not `editable` only shows.
    """
    icon, tone = STATES.get(state, STATES["kept"])
    where = ft.Row(
        [ft.Icon(icon, size=20, color=tone), ft.Text(words, size=LABEL, color=tone, expand=True)],
        spacing=8,
    )
    row: list[ft.Control] = [ft.Container(where, expand=True)]
    if on_remove:
        row.append(icon_button(f"{identifier}-remove", remove, _I.DELETE_OUTLINE_ROUNDED,
                               lambda _: on_remove()))  # fmt: skip
    lines: list[ft.Control] = [_picture(picture, name, width)]
    if editable:
        lines.append(
            keyed(f"{key}-caption", SavingField, f"{identifier}-caption", caption_name,
                  caption, marks)
        )  # fmt: skip
    elif caption.text:
        lines.append(ft.Text(caption.text))
    lines.append(ft.Row(row))
    return ft.Container(
        ft.Column(lines, spacing=8, tight=True,
                  horizontal_alignment=ft.CrossAxisAlignment.STRETCH),
        width=width,
        padding=10,
        border_radius=RADIUS,
        bgcolor=PAPER,
        border=ft.Border.all(1, LINE),
        key=key,
    )  # fmt: skip


def _picture(picture: bytes | None, name: str, width: float) -> ft.Control:
    wide, high = width - 20, width * 0.62
    face: ft.Control = ft.Icon(_I.IMAGE_ROUNDED, size=44, color=MUTED, semantics_label=name)
    if picture:
        face = ft.Image(picture, fit=ft.BoxFit.COVER, width=wide, height=high,
                        semantics_label=name, gapless_playback=True)  # fmt: skip
    return ft.Container(
        face,
        width=wide,
        height=high,
        border_radius=RADIUS - 4,
        clip_behavior=ft.ClipBehavior.ANTI_ALIAS,
        bgcolor=MUTED_SOFT,
        alignment=ft.Alignment.CENTER,
    )
