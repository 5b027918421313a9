"""A net under what Flet calls: presses, effects, patches. One fault is told, the rest goes on.

Left to itself Flet puts an English traceback in place of the whole app after a fault in a handler,
and never draws again after one in a patch.
"""

import logging
from typing import Any

import flet as ft

from field_app.parts.theme import DANGER
from field_app.screens.page_state import PageState

log = logging.getLogger("folio.screen")


def spread(page: ft.Page, state: PageState) -> None:
    """Catch, from now on, whatever would end this page."""
    session = page.session
    patch = session.patch_control

    def failed(message: str) -> None:
        log.error("a press or an effect failed\n%s", _without_words(message))
        state.tell(state.say("net.failed"), DANGER)

    def patched(*args: Any, **kwargs: Any) -> None:
        try:
            patch(*args, **kwargs)
        except Exception:
            log.exception("what was drawn could not be sent")

    session.error = failed  # type: ignore[method-assign]
    session.patch_control = patched  # type: ignore[method-assign]


def _without_words(message: str) -> str:
    """A traceback without what the exceptions said, which may quote somebody."""
    lines = message.splitlines()
    kinds = {line.partition(":")[0] for line in lines if line[:1].isalpha() and ":" in line}
    return "\n".join([*(line for line in lines if line.startswith("  ")), *sorted(kinds)])
