"""What can be put on a page, in points: x to the right, y downwards, from where its slab stands."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Style:
    """How a run of text looks: weight, size and leading in points, colour as #RRGGBB."""

    weight: str
    size: float
    leading: float
    colour: str


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text whose baseline starts at (x, y)."""

    x: float
    y: float
    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Box:
    """A filled rectangle with its top left at (x, y)."""

    x: float
    y: float
    width: float
    height: float
    colour: str


Curve = tuple[tuple[float, ...], ...]
"""A closed outline: where it starts, then (x, y) for a line or six numbers for a Bézier."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Outlines filled as one path, moved by (x, y)."""

    x: float
    y: float
    curves: tuple[Curve, ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Tiles:
    """Rectangles (left, top, width, height) filled as one path, moved by (x, y)."""

    x: float
    y: float
    tiles: tuple[tuple[float, float, float, float], ...]
    colour: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG among the photos by its sha256, its top left at (x, y)."""

    x: float
    y: float
    width: float
    height: float
    sha256: str


@dataclass(frozen=True, slots=True)
class Link:
    """An area that leads to an address."""

    x: float
    y: float
    width: float
    height: float
    url: str


Drawn = Words | Box | Shape | Tiles | Picture | Link
