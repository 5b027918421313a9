"""A field that saves itself: after a pause, when it is left, and when the screen goes away."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import flet as ft

from field_app.parts.component_state import kept
from field_app.parts.semantics import named
from field_app.parts.theme import BODY, DANGER, INK, LABEL, LINE, MUTED, OK, PAPER, PRIMARY, RADIUS

PAUSE = 1.2
"""Seconds without a key after which what was typed is saved."""

Save = Callable[[str], bool]
"""Keeps the text; False when it could not be kept (the reason is told by whoever keeps it)."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The words under a field: while it is being typed, and once it is kept."""

    typing: str
    kept: str


@dataclass(eq=False)
class _Typing:
    """What is being typed, against what was last kept and last shown from outside."""

    text: str
    kept: str
    given: str
    touched: bool = False

    @property
    def dirty(self) -> bool:
        return self.text != self.kept

    def take(self, given: str) -> None:
        """A new value from outside replaces what stands here, never what is being typed."""
        if given != self.given:
            self.given = given
            if not self.dirty:
                self.text = self.kept = given


@ft.component
def SavingField(
    identifier: str,
    name: str,
    value: str,
    on_save: Save,
    marks: Marks,
    hint: str = "",
    lines: int = 1,
    number: bool = False,
    autofocus: bool = False,
    read_only: bool = False,
    error: str = "",
) -> ft.Control:
    """A labelled field. `lines` > 1 makes room for prose; `number` asks for the digits' keypad."""
    typing = kept(lambda: _Typing(value, value, value))
    place = kept(lambda: ft.Ref[ft.TextField]())
    _, redraw = ft.use_state(0)
    typing.take(value)

    def keep() -> None:
        if typing.dirty and on_save(typing.text):
            typing.kept = typing.text
            typing.touched = True
        redraw(lambda count: count + 1)

    async def keep_after_a_pause(text: str) -> None:
        await asyncio.sleep(PAUSE)
        if typing.text == text and typing.dirty:
            keep()

    def typed(event: ft.Event[ft.TextField]) -> None:
        typing.text = event.control.value or ""
        redraw(lambda count: count + 1)
        ft.context.page.run_task(keep_after_a_pause, typing.text)

    async def take_focus() -> None:
        # Flutter's own autofocus waits its turn: the button that led here still has the focus.
        if autofocus and place.current:
            await place.current.focus()

    ft.use_effect(take_focus, [], cleanup=lambda: on_save(typing.text) if typing.dirty else None)
    return named(
        identifier,
        text_field(
            name,
            typing.text,
            typed,
            on_leave=keep,
            hint=hint,
            lines=lines,
            number=number,
            read_only=read_only,
            error=error,
            mark=_mark(typing, marks),
            place=place,
        ),
    )


def text_field(
    name: str,
    value: str,
    on_change: Callable[[ft.Event[ft.TextField]], None],
    *,
    on_leave: Callable[[], None] | None = None,
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
        on_blur=(lambda _: on_leave()) if on_leave else None,
        on_submit=on_submit,
        hint_text=hint or None,
        hint_style=ft.TextStyle(size=BODY, color=MUTED),
        hint_max_lines=3,
        multiline=lines > 1,
        min_lines=lines if lines > 1 else None,
        max_lines=12 if lines > 1 else 1,
        keyboard_type=_keyboard(number, lines),
        input_filter=ft.NumbersOnlyInputFilter() if number else None,
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


def _mark(typing: _Typing, marks: Marks) -> ft.Control:
    # Always there, so that nothing moves when it appears.
    if typing.dirty:
        return _helper(ft.Icons.EDIT_ROUNDED, marks.typing, MUTED, 1)
    return _helper(ft.Icons.CHECK_ROUNDED, marks.kept, OK, 1 if typing.touched else 0)


def _helper(icon: ft.IconData, words: str, color: ft.ColorValue, opacity: float) -> ft.Control:
    text = ft.Text(words, size=LABEL, color=color, weight=ft.FontWeight.W_500)
    return ft.Row([ft.Icon(icon, size=18, color=color), text], spacing=6, opacity=opacity)
