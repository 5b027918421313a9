"""A text and the field it stands in: what is typed belongs to the hand that types it.

Flet writes what the client said into the control before the change's handler runs, and a drawing
sends only what differs from that control. A field in hand is therefore drawn with what its control
holds: nothing older is ever sent into it.
"""

from collections.abc import Callable

import flet as ft


class TextInHand:
    """The text of one field; it outlives the drawings, and the screen where a page keeps it."""

    def __init__(self, text: str = "") -> None:
        self.text = text
        self.focused = False
        self._place: ft.Ref[ft.TextField] | None = None
        self._drawn = text
        self._was_put = False
        self._redraw: Callable[[], None] = _nothing

    @property
    def in_hand(self) -> bool:
        """Whether somebody types here, as far as the client has said."""
        return self.focused or self._said() != self._drawn

    def stand_in(self, place: ft.Ref[ft.TextField], redraw: Callable[[], None]) -> None:
        """From now on the field is drawn at `place`; what the one before held comes along."""
        self._redraw = redraw
        if place is not self._place:
            self.catch_up()
            self._place, self._drawn, self.focused = place, self.text, False

    def leave(self, place: ft.Ref[ft.TextField]) -> bool:
        """The field at `place` is gone from the screen; whether this text stood there."""
        if place is not self._place:
            return False
        self.catch_up()
        self._place, self._redraw, self.focused = None, _nothing, False
        return True

    def to_draw(self) -> str:
        """The value to draw the field with."""
        if self.in_hand and not self._was_put:
            self.text = self._said()
        self._was_put, self._drawn = False, self.text
        return self.text

    def catch_up(self) -> None:
        """Take over what the client said last, its event handled or not."""
        said = self._said()
        if said != self._drawn:
            self.text = self._drawn = said

    def typed(self) -> None:
        """A key."""
        self.catch_up()

    def left(self) -> None:
        """The hand is gone."""
        self.focused = False
        self.catch_up()

    def put(self, text: str) -> None:
        """Write into the field because the person asked for it."""
        self.text, self._was_put = text, True
        self.redraw()

    def redraw(self) -> None:
        """Draw the field again: what stands below it has changed."""
        self._redraw()

    def _said(self) -> str:
        control = self._place.current if self._place else None
        return self._drawn if control is None else control.value or ""


def _nothing() -> None:
    return None
