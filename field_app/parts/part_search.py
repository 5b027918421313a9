"""Finding a part by any word of its name or its code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import flet as ft

from field_app.parts.buttons import choice
from field_app.parts.field import Field
from field_app.parts.net import component
from field_app.parts.semantics import keyed
from field_app.parts.text import body
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import MUTED
from shared.words import t
from shared.words.folding import findable, folded

MOST = 8


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A part one may take: its code, its words, what to know of it (stock, special order)."""

    code: str
    words: str
    note: str


@component
def PartSearch(
    identifier: str,
    parts: Sequence[PartChoice],
    language: str,
    typed: TextInHand,
    on_choose: Callable[[str], object],
) -> ft.Control:
    """A field and what it finds; before anything is typed, the first parts of the list."""
    search, set_search = ft.use_state(typed.text)
    wanted = folded(search).split()
    told = ((part, findable([part.words], [part.code])) for part in parts)
    found = [part for part, words in told if all(word in words for word in wanted)]
    field = keyed(
        "search", Field, f"{identifier}-search", t("tablet.part.search", language), typed,
        set_search, icon=ft.Icons.SEARCH_ROUNDED,
    )  # fmt: skip
    rows: list[ft.Control] = [
        choice(f"{identifier}-{part.code}", part.words, ft.Icons.ADD_ROUNDED,
               lambda _, code=part.code: on_choose(code), note=part.note)
        for part in found[:MOST]
    ]  # fmt: skip
    if not found:
        rows.append(body(t("tablet.part.none", language), MUTED))
    return ft.Column([field, *rows], spacing=10, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip
