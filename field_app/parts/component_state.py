"""What a component keeps from one drawing to the next, with its type."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import flet as ft

T = TypeVar("T")


def kept(make: Callable[[], T]) -> T:
    """A value made at the first drawing and the same one ever after; changing it draws nothing."""
    return cast(T, ft.use_ref(cast(Any, make)).current)


def state(first: Callable[[], T]) -> tuple[T, Callable[[T], None]]:
    """A state that begins with what `first` gives."""
    return cast(tuple[T, Callable[[T], None]], ft.use_state(cast(Any, first)))
