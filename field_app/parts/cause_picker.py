"""Choosing a root cause: by family, or by any word of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from field_app.parts.buttons import button_row, choice
from field_app.parts.field import Field
from field_app.parts.net import component
from field_app.parts.semantics import keyed
from field_app.parts.text import body, label
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import MUTED
from shared.words import t, word_of
from shared.words.folding import findable, folded

_I = ft.Icons

FAMILIES = {
    "ALI": _I.FILE_UPLOAD_ROUNDED,
    "REG": _I.ALIGN_HORIZONTAL_LEFT_ROUNDED,
    "IMG": _I.GRADIENT_ROUNDED,
    "FUS": _I.LOCAL_FIRE_DEPARTMENT_ROUNDED,
    "ESC": _I.SCANNER_ROUNDED,
    "ACA": _I.CONTENT_CUT_ROUNDED,
    "ELE": _I.BOLT_ROUNDED,
    "RES": _I.DELETE_SWEEP_ROUNDED,
    "RED": _I.LAN_ROUNDED,
    "SW": _I.MEMORY_ROUNDED,
    "USR": _I.SCHOOL_ROUNDED,
    "OTRA": _I.MORE_HORIZ_ROUNDED,
}


@dataclass(frozen=True, slots=True)
class CauseChoice:
    """A cause one may choose: its code, its words, the family it belongs to."""

    code: str
    words: str
    family: str


@component
def CausePicker(
    causes: Sequence[CauseChoice],
    chosen: str | None,
    language: str,
    on_choose: Callable[[str], object],
    typed: TextInHand,
    before: Sequence[str] = (),
    enabled: bool = True,
) -> ft.Control:
    """Families as buttons; one opened, its causes; a search goes through all of them.

    `before` are the codes of this machine's earlier causes: they are offered first.
    """
    of_chosen = next((cause.family for cause in causes if cause.code == chosen), None)
    opened, open_family = ft.use_state(of_chosen)
    search, set_search = ft.use_state(typed.text)
    field = keyed(
        "cause-search", Field, "cause-search", t("tablet.cause.search", language), typed,
        set_search, icon=_I.SEARCH_ROUNDED, read_only=not enabled,
    )  # fmt: skip
    families = list(dict.fromkeys(cause.family for cause in causes))
    shown = _matching(causes, search) if search else [c for c in causes if c.family == opened]
    content: list[ft.Control] = [field]
    known = [cause for code in before for cause in causes if cause.code == code]
    if known and not search:
        content.append(label(t("tablet.cause.before", language)))
        content.append(
            button_row(
                *(
                    choice(
                        f"before-{cause.code}",
                        cause.words,
                        _I.HISTORY_ROUNDED,
                        lambda _, code=cause.code: on_choose(code),
                        selected=cause.code == chosen,
                        enabled=enabled,
                    )
                    for cause in known
                )
            )
        )
        content.append(label(t("tablet.cause.families", language)))
    if not search:
        content.append(
            button_row(
                *(
                    choice(
                        f"family-{family}",
                        word_of(f"family.{family}", language),
                        FAMILIES.get(family, _I.CATEGORY_ROUNDED),
                        lambda _, family=family: open_family(family),
                        selected=family == opened,
                        enabled=enabled,
                    )
                    for family in families
                )
            )
        )
    if search and not shown:
        content.append(body(t("tablet.cause.none", language), MUTED))
    content.extend(
        choice(
            f"cause-{cause.code}",
            cause.words,
            _I.RADIO_BUTTON_UNCHECKED_ROUNDED,
            lambda _, code=cause.code: on_choose(code),
            selected=cause.code == chosen,
            note=cause.code,
            enabled=enabled,
        )
        for cause in shown
    )
    return ft.Column(content, spacing=12, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def _matching(causes: Sequence[CauseChoice], search: str) -> list[CauseChoice]:
    wanted = folded(search).split()
    told = ((cause, findable([cause.words], [cause.code])) for cause in causes)
    return [cause for cause, words in told if all(word in words for word in wanted)]
