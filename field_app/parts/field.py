"""Fields: one look, and what is typed into them is never overwritten."""

from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from field_app.parts.buttons import quiet_button
from field_app.parts.component_state import kept
from field_app.parts.net import component
from field_app.parts.saving_text import SavingText
from field_app.parts.semantics import named
from field_app.parts.text_in_hand import TextInHand
from field_app.parts.theme import (
    BODY,
    DANGER,
    INK,
    LABEL,
    LINE,
    MUTED,
    OK,
    PAPER,
    PRIMARY,
    RADIUS,
    WARNING,
)
from shared.report.unprintable import unprintable

MOST_SIGNS = 12
"""So many signs are named; a text in another script has them all."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The words under a field: while it is being typed, once it is kept, while it is a draft that
    has still to be added; what is offered when the text was changed elsewhere; and which {signs}
    no report will show."""

    typing: str
    kept: str
    unadded: str = ""
    offered: str = ""
    accept: str = ""
    unprintable: str = ""


@component
def Field(
    identifier: str,
    name: str,
    text: TextInHand,
    on_change: Callable[[str], object] | None = None,
    *,
    on_submit: Callable[..., object] | None = None,
    hint: str = "",
    lines: int = 1,
    number: bool = False,
    password: bool = False,
    read_only: bool = False,
    error: str = "",
    icon: ft.IconData | None = None,
    unprinted: str = "",
) -> ft.Control:
    """A labelled field on a text that whoever shows it holds; `on_change` hears each key.

    `unprinted` are the words for {signs} that no report will show, where it goes into one.
    """
    place = kept(lambda: ft.Ref[ft.TextField]())
    _, redraw = ft.use_state(0)
    text.stand_in(place, lambda: redraw(lambda count: count + 1))

    def typed(_: object) -> None:
        text.typed()
        if on_change:
            on_change(text.text)
        _watched(text)

    ft.use_effect(lambda: None, [], cleanup=lambda: _gone(text, place))
    field = named(
        identifier,
        text_field(
            name, text.to_draw(), typed, text=text, on_submit=on_submit, hint=hint, lines=lines,
            number=number, password=password, read_only=read_only, error=error, icon=icon,
            place=place,
        ),
    )  # fmt: skip
    return _column([field, *_lost(identifier, text, unprinted)]) if unprinted else field


@component
def SavingField(
    identifier: str,
    name: str,
    text: SavingText,
    marks: Marks,
    on_change: Callable[[str], object] | None = None,
    *,
    on_submit: Callable[..., object] | None = None,
    hint: str = "",
    lines: int = 1,
    number: bool = False,
    autofocus: bool = False,
    read_only: bool = False,
    icon: ft.IconData | None = None,
) -> ft.Control:
    """A field whose text saves itself. `lines` > 1 makes room for prose; `number` asks for the
    digits' keypad."""
    place = kept(lambda: ft.Ref[ft.TextField]())
    _, redraw = ft.use_state(0)
    text.stand_in(place, lambda: redraw(lambda count: count + 1))

    def typed(_: object) -> None:
        before = text.on_disk, text.trouble, lost
        text.typed()
        if on_change:
            on_change(text.text)
        if before != (text.on_disk, text.trouble, unprintable(text.text)):
            text.redraw()
        _watched(text)

    async def take_focus() -> None:
        # Flutter's own autofocus waits its turn: the button that led here still has the focus.
        if autofocus and place.current:
            await place.current.focus()

    ft.use_effect(take_focus, [], cleanup=lambda: _gone(text, place))
    field = named(
        identifier,
        text_field(
            name, text.to_draw(), typed, text=text, on_submit=on_submit, hint=hint, lines=lines,
            number=number, read_only=read_only, error=text.trouble, mark=_mark(text, marks),
            icon=icon, place=place,
        ),
    )  # fmt: skip
    lost = unprintable(text.text)
    return _column(
        [field, *_lost(identifier, text, marks.unprintable), *_offer(identifier, text, marks)]
    )


def _column(controls: list[ft.Control]) -> ft.Control:
    return ft.Column(controls, spacing=6, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def _lost(identifier: str, text: TextInHand, words: str) -> list[ft.Control]:
    """Which signs will be boxes on paper, while there is time to write them otherwise."""
    signs = unprintable(text.text) if words else ()
    if not signs:
        return []
    told = words.format(signs=" ".join(signs[:MOST_SIGNS]) + (" …" if signs[MOST_SIGNS:] else ""))
    said = ft.Text(told, size=LABEL, color=WARNING, weight=ft.FontWeight.W_500)
    return [ft.Semantics(identifier=f"{identifier}-unprintable", content=said)]


@component
def UnaddedText(
    identifier: str,
    name: str,
    text: SavingText,
    marks: Marks,
    ways: Callable[[str], list[ft.Control]],
    *,
    on_submit: Callable[..., object] | None = None,
    lines: int = 1,
) -> ft.Control:
    """A text that is added by one of `ways`, drawn for what stands in the field; until then it is
    a draft, and says so."""
    _, set_words = ft.use_state(text.text)
    field = SavingField(identifier, name, text, marks, set_words, on_submit=on_submit, lines=lines)
    return ft.Column([field, *ways(text.text)], spacing=10, tight=True,
                     horizontal_alignment=ft.CrossAxisAlignment.STRETCH)  # fmt: skip


def _offer(identifier: str, text: SavingText, marks: Marks) -> list[ft.Control]:
    """What the office wrote meanwhile waits below, to be taken or left."""
    if text.offered is None or not marks.offered:
        return []
    words = ft.Text(marks.offered.format(text=text.offered), size=LABEL, color=WARNING)
    take = quiet_button(f"{identifier}-accept", marks.accept, ft.Icons.SWAP_VERT_ROUNDED,
                        lambda _: text.accept())  # fmt: skip
    return [words, ft.Row([take])]


def text_field(
    name: str,
    value: str,
    on_change: Callable[[ft.Event[ft.TextField]], object],
    *,
    text: TextInHand | None = None,
    on_submit: Callable[..., object] | None = None,
    hint: str = "",
    lines: int = 1,
    number: bool = False,
    password: bool = False,
    autofocus: bool = False,
    read_only: bool = False,
    error: str = "",
    mark: ft.Control | None = None,
    icon: ft.IconData | None = None,
    place: ft.Ref[ft.TextField] | None = None,
) -> ft.TextField:
    """The one look of every field; `mark` stands below it, where an error goes too."""
    return ft.TextField(
        ref=place,
        label=name,
        value=value,
        on_change=on_change,
        on_focus=(lambda _: _taken(text)) if text else None,
        on_blur=(lambda _: text.left()) if text else None,
        on_submit=on_submit,
        hint_text=hint or None,
        hint_style=ft.TextStyle(size=BODY, color=MUTED),
        hint_max_lines=3,
        multiline=lines > 1,
        min_lines=lines if lines > 1 else None,
        max_lines=12 if lines > 1 else 1,
        keyboard_type=_keyboard(number, lines),
        capitalization=ft.TextCapitalization.SENTENCES if lines > 1 else None,
        password=password,
        can_reveal_password=password,
        autofocus=autofocus,
        read_only=read_only,
        error=error or None,
        error_style=ft.TextStyle(size=LABEL, color=DANGER),
        error_max_lines=3,
        helper=mark,
        text_size=BODY + 4 if number else BODY,
        text_style=ft.TextStyle(color=INK, weight=ft.FontWeight.W_600 if number else None),
        label_style=ft.TextStyle(size=BODY, color=MUTED),
        prefix_icon=icon,
        filled=True,
        fill_color=PAPER,
        content_padding=ft.Padding.symmetric(horizontal=18, vertical=20),
        border=field_border(LINE if read_only else MUTED),
    )


def field_border(color: ft.ColorValue) -> dict[ft.ControlState, ft.InputBorder]:
    """The frame of a field at rest, in hand, and at fault."""

    def frame(color: ft.ColorValue, width: float) -> ft.InputBorder:
        return ft.OutlineInputBorder(side=ft.BorderSide(width, color), border_radius=RADIUS)

    return {
        ft.ControlState.ERROR: frame(DANGER, 2),
        ft.ControlState.FOCUSED: frame(PRIMARY, 2.5),
        ft.ControlState.DEFAULT: frame(color, 1.2),
    }


def _keyboard(number: bool, lines: int) -> ft.KeyboardType:
    if number:
        return ft.KeyboardType.NUMBER
    return ft.KeyboardType.MULTILINE if lines > 1 else ft.KeyboardType.TEXT


def _watched(text: TextInHand) -> None:
    if isinstance(text, SavingText) and text.wants_watching():
        ft.context.page.run_task(text.watch)


def _gone(text: TextInHand, place: ft.Ref[ft.TextField]) -> None:
    if text.leave(place) and isinstance(text, SavingText):
        text.keep()


def _taken(text: TextInHand) -> None:
    text.focused = True


def _mark(text: SavingText, marks: Marks) -> ft.Control:
    # Always there, so that nothing moves when it appears.
    if not text.on_disk:
        return _helper(ft.Icons.EDIT_ROUNDED, marks.typing, MUTED, 1)
    if text.keeping.keep is None:
        return _helper(ft.Icons.EDIT_NOTE_ROUNDED, marks.unadded, WARNING, 1 if text.dirty else 0)
    return _helper(ft.Icons.CHECK_ROUNDED, marks.kept, OK, 1 if text.touched else 0)


def _helper(icon: ft.IconData, words: str, color: ft.ColorValue, opacity: float) -> ft.Control:
    text = ft.Text(words, size=LABEL, color=color, weight=ft.FontWeight.W_500)
    return ft.Row([ft.Icon(icon, size=18, color=color), text], spacing=6, opacity=opacity)
