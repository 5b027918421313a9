"""A text that saves itself: a draft within a second of a key, an operation when it is left."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from field_app.parts.text_in_hand import TextInHand

DRAFT_AFTER = 1.0
"""Seconds from a key to the draft on the disk that holds it, at most."""
KEPT_AFTER = 10.0
"""Seconds without a key after which a text becomes an operation though nobody left its field."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A text on the disk that is no operation yet, and what the record said when it was begun."""

    text: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where a text is kept; each call says whether it was done.

    `keep` makes the operation and ends the draft; without it the text stays a draft until it is
    cleared. `refuse` is what is wrong with a text, as a sentence, or nothing. `normal` is a text as
    the record would say it.
    """

    draft: Callable[[Draft], bool]
    drop: Callable[[], bool]
    keep: Callable[[str], bool] | None = None
    refuse: Callable[[str], str] = lambda text: ""
    normal: Callable[[str], str] = str.strip


class SavingText(TextInHand):
    """`given` is what the record says. What comes from elsewhere while the text is in hand, or says
    something that is not kept, waits in `offered`."""

    def __init__(self, given: str, draft: Draft | None, keeping: Keeping) -> None:
        super().__init__(draft.text if draft else given)
        self.keeping = keeping
        self.given = given
        self.base = draft.base if draft else given
        self.offered = given if given != self.base else None
        self.touched = draft is not None
        self._on_disk = self.text
        self._watched = False
        self._keys = 0

    @property
    def dirty(self) -> bool:
        """Whether it says something that the record does not."""
        return self._normal(self.text) != self._normal(self.base)

    @property
    def on_disk(self) -> bool:
        """Whether a pulled battery would lose nothing of it."""
        return self.text == self._on_disk

    @property
    def trouble(self) -> str:
        """Why it cannot be kept as it stands; it stays where it is."""
        return self.keeping.refuse(self.text) if self.dirty or self.text != self.base else ""

    def outside(self, given: str) -> None:
        """The record says this now. Nothing is written into a field in hand."""
        if given == self.given:
            return
        self.given = given
        if self._normal(given) == self._normal(self.text):
            self.base, self.offered = given, None
        elif self.dirty or self.in_hand:
            self.offered = given
        else:
            self._take(given)

    def accept(self) -> None:
        """The person wants what waits in place of what stands here."""
        if self.offered is not None and self.keeping.drop():
            self._take(self.offered)
            self.put(self.text)

    def typed(self) -> None:
        super().typed()
        self.touched = True
        self._keys += 1

    def wants_watching(self) -> bool:
        """Whether somebody must begin to `watch` it: true once, until that ends."""
        begins, self._watched = not self._watched, True
        return begins

    async def watch(self) -> None:
        """Keep a draft of what is typed, and the text itself after a long pause; then end."""
        quiet, seen = 0.0, 0
        try:
            while quiet < KEPT_AFTER:
                await asyncio.sleep(DRAFT_AFTER)
                quiet = quiet + DRAFT_AFTER if self._keys == seen else 0.0
                seen = self._keys
                self.save_draft()
        finally:
            self._watched = False
        self.keep()

    def save_draft(self) -> None:
        """To the disk, as far as it is not there."""
        self.catch_up()
        if self.on_disk:
            return
        done = self.keeping.draft(Draft(self.text, self.base)) if self.dirty else self._dropped()
        if done:
            self._on_disk = self.text
            self.redraw()

    def keep(self) -> bool:
        """Make the operation, once for each text. False when none could be made: then the draft
        has it."""
        self.catch_up()
        if not self.dirty or self.keeping.keep is None or self.trouble:
            self.save_draft()
            return not self.dirty
        text = self.text
        if not self.keeping.keep(text):
            self.save_draft()
            return False
        self.given = self.base = self._normal(text)
        self._on_disk, self.offered = text, None
        self.redraw()
        return True

    def left(self) -> None:
        """The hand is gone: blanks go, and what waited comes where nothing was typed over it."""
        super().left()
        if self.offered is not None and not self.dirty:
            self._take(self.offered)
        elif self.keep() and self.text != self.given:
            self._take(self.given)
        self.redraw()

    def clear(self) -> None:
        """It was added, or thrown away."""
        if self.keeping.drop():
            self._take("")
            self.base, self.touched = "", False
            self.put("")

    def _take(self, text: str) -> None:
        # Drawn so only if nobody has come back to the field meanwhile.
        self.text = text
        self.base = self.given
        self._on_disk, self.offered = text, None

    def _dropped(self) -> bool:
        # Typed and taken back again: the record says it already.
        return self.keeping.drop()

    def _normal(self, text: str) -> str:
        return self.keeping.normal(text)
