"""A net under every drawing: a piece that cannot be drawn says so, and all the others are drawn.

Flet draws on one task for the whole page; what a piece raised would end that task, and nothing that
changes would be seen any more, without a word.
"""

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

import flet as ft

from field_app.parts.buttons import quiet_button
from field_app.parts.empty import empty
from shared.words import language_of, t

log = logging.getLogger("folio.screen")

P = ParamSpec("P")
C = TypeVar("C")


def component(draw: Callable[P, C]) -> Callable[P, C]:
    """Like `ft.component`; a drawing that raises is logged, and a sentence stands in its place."""

    @wraps(draw)
    def caught(*args: P.args, **kwargs: P.kwargs) -> C:
        try:
            return draw(*args, **kwargs)
        except Exception:
            log.exception("%s could not be drawn", draw.__qualname__)
            return cast(C, undrawn())

    return cast(Callable[P, C], ft.component(caught))


def undrawn() -> ft.Control:
    """What stands where something could not be drawn, with the way back to the list."""
    language = _language()
    home = quiet_button("undrawn-home", t("tablet.place.today", language), ft.Icons.TODAY_ROUNDED,
                        lambda _: ft.context.page.navigate("/"))  # fmt: skip
    words = t("tablet.net.undrawn", language), t("tablet.net.undrawn.do", language)
    return ft.Semantics(
        identifier="undrawn",
        content=empty(ft.Icons.REPORT_GMAILERRORRED_ROUNDED, *words, home),
    )


def _language() -> str:
    # The page state may be what cannot be read: the page itself knows its language, too.
    known = ft.context.page.locale_configuration
    chosen = known.current_locale if known else None
    return language_of(chosen.language_code if chosen else None)
