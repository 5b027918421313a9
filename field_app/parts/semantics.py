"""Names for controls: one that a test finds, one that a person who cannot see it hears."""

from collections.abc import Callable
from typing import Any, cast

import flet as ft


def named(identifier: str, control: ft.Control, label: str | None = None) -> ft.Semantics:
    """The control under a stable identifier, and a spoken name where it has no words itself."""
    return ft.Semantics(identifier=identifier, content=control, label=label, key=identifier)


def spoken(label: str, control: ft.Control) -> ft.Semantics:
    """The control with a name for screen readers."""
    return ft.Semantics(label=label, content=control)


def live(control: ft.Control) -> ft.Semantics:
    """A place whose changes are read aloud as they happen."""
    return ft.Semantics(live_region=True, container=True, content=control)


def keyed(key: str, part: Callable[..., ft.Control], *args: Any, **values: Any) -> ft.Control:
    """A component under a key: another key is another piece, with a state of its own."""
    return cast(ft.Control, cast(Any, part)(*args, key=key, **values))
