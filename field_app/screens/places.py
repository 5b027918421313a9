"""The main places of the tablet: each is declared beside its screen, nothing else lists them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import flet as ft

from field_app.screens.modules import read_all

Screen = Callable[..., Any]
Component = TypeVar("Component", bound=Screen)


@dataclass(frozen=True, slots=True)
class Place:
    """One of the main places; its name is the word `place.<code>`."""

    code: str
    route: str
    order: int
    icon: ft.IconData
    screen: Screen


class PlaceTaken(Exception):
    """Two screens declare the same place, address or number."""


_PLACES: dict[str, Place] = {}


def place(
    code: str, route: str, *, order: int, icon: ft.IconData
) -> Callable[[Component], Component]:
    """Declare the component below as a main place at `route`, the `order`-th. Raises PlaceTaken."""

    def declared(screen: Component) -> Component:
        if any(code == p.code or route == p.route or order == p.order for p in _PLACES.values()):
            raise PlaceTaken(code)
        _PLACES[code] = Place(code, route, order, icon, screen)
        return screen

    return declared


def places() -> list[Place]:
    """The main places in their order; the first is where one begins."""
    read_all()
    return sorted(_PLACES.values(), key=lambda place: place.order)


def place_at(location: str) -> Place:
    """The place that an address belongs to."""
    first, *others = places()
    return next((place for place in others if location.startswith(place.route)), first)
