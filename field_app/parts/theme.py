"""The tablet's colours, type and sizes, all out of assets/brand.json.

Parts name a colour by what it says (`OK`, `DANGER_SOFT`) and the client resolves it in the theme
of the moment, so that a switch from sun to night redraws nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flet as ft

ASSETS = Path(__file__).parents[2] / "assets"

FAMILY = "Inter"
"""A text style of its own, as buttons have, does not inherit the theme's family."""

SMALL, LABEL, BODY, TITLE, HEADING, DISPLAY = 14, 16, 18, 22, 28, 36
"""Text sizes in sp; nothing that is read in the field is smaller than LABEL."""

TARGET, GAP, PAGE, RADIUS = 64, 12, 24, 12
"""In dp: what a gloved finger hits, what is between two of them, the page's margin, a corner."""

RAIL_FROM, SIDE_BY_SIDE_FROM = 700, 1000
"""Widths in dp: from the first a rail takes the bottom bar's place, from the second there is room
for a list beside its detail."""

PAPER, SURFACE, LINE = ft.Colors.SURFACE, ft.Colors.SURFACE_CONTAINER, ft.Colors.OUTLINE_VARIANT
INK, MUTED, MUTED_SOFT = ft.Colors.ON_SURFACE, ft.Colors.ON_SURFACE_VARIANT, ft.Colors.SURFACE_DIM
PRIMARY, ON_PRIMARY = ft.Colors.PRIMARY, ft.Colors.ON_PRIMARY
PRIMARY_SOFT = ft.Colors.PRIMARY_CONTAINER
OK, OK_SOFT = ft.Colors.TERTIARY, ft.Colors.TERTIARY_CONTAINER
DANGER, DANGER_SOFT = ft.Colors.ERROR, ft.Colors.ERROR_CONTAINER
# Material has no places for a warning and a piece of news: the fixed roles, which no control of
# its own uses, hold them.
WARNING, WARNING_SOFT = ft.Colors.ON_SECONDARY_FIXED, ft.Colors.SECONDARY_FIXED
INFO, INFO_SOFT = ft.Colors.ON_PRIMARY_FIXED, ft.Colors.PRIMARY_FIXED

BLACK = ft.Colors.BLACK

SOFT: Mapping[ft.Colors, ft.Colors] = {
    PRIMARY: PRIMARY_SOFT,
    OK: OK_SOFT,
    DANGER: DANGER_SOFT,
    WARNING: WARNING_SOFT,
    INFO: INFO_SOFT,
    MUTED: MUTED_SOFT,
}
"""For each colour that says something, the ground on which it is read."""

SUN = {"surface": "#ffffff", "line": "#4d5b58", "ink": "#000000", "muted": "#1c2725",
       "muted_soft": "#e2e8e7", "primary": "#033b39"}  # fmt: skip
"""Over the light palette: black on white for direct sun."""

NIGHT = {"paper": "#000000", "surface": "#0c1113", "ink": "#d3dbd9", "muted": "#a9b5b2",
         "muted_soft": "#161d1f", "line": "#2d383b"}  # fmt: skip
"""Over the dark palette: no light that would blind in a dark room."""

Palette = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Brand:
    """What assets/brand.json says, as far as the tablet draws it."""

    product: str
    organisation: str
    family: str
    fallback: tuple[str, ...]
    fonts: Mapping[str, str]
    mark: str
    palettes: Mapping[str, Palette]

    @classmethod
    def of(cls, doc: Mapping[str, Any]) -> "Brand":
        """The brand in a parsed brand.json."""
        light, dark = doc["colours"]["light"], doc["colours"]["dark"]
        return cls(
            product=doc["product"],
            organisation=doc["organisation"],
            family=doc["type"]["family"],
            fallback=tuple(doc["type"]["fallback"]),
            fonts=doc["type"]["files"],
            mark=doc["logo"]["mark_png"],
            palettes={
                "light": light,
                "dark": dark,
                "sun": {**light, **SUN},
                "night": {**dark, **NIGHT},
            },
        )


def read_brand(path: Path = ASSETS / "brand.json") -> Brand:
    """The brand in the file. OSError or KeyError when the product was put together badly."""
    return Brand.of(json.loads(path.read_text(encoding="utf-8")))


THEMES = ("system", "light", "sun", "dark", "night")
"""What one may choose; `system` follows the device between light and dark."""


def wear(page: ft.Page, brand: Brand, name: str) -> None:
    """Dress a page in one of THEMES."""
    bright, dim = ("sun" if name == "sun" else "light"), ("night" if name == "night" else "dark")
    page.theme = theme_of(brand, bright)
    page.dark_theme = theme_of(brand, dim)
    page.theme_mode = _MODES.get(name, ft.ThemeMode.SYSTEM)


_MODES = {
    "light": ft.ThemeMode.LIGHT,
    "sun": ft.ThemeMode.LIGHT,
    "dark": ft.ThemeMode.DARK,
    "night": ft.ThemeMode.DARK,
}


def theme_of(brand: Brand, name: str) -> ft.Theme:
    """The Flutter theme of one of the brand's palettes."""
    palette = brand.palettes[name]
    return ft.Theme(
        color_scheme=_scheme(palette),
        font_family=brand.family,
        text_theme=_text_theme(brand, palette["ink"]),
        visual_density=ft.VisualDensity.COMFORTABLE,
        scaffold_bgcolor=palette["paper"],
        divider_theme=ft.DividerTheme(color=palette["line"], thickness=1),
        scrollbar_theme=ft.ScrollbarTheme(thickness=6, radius=3),
        snackbar_theme=ft.SnackBarTheme(behavior=ft.SnackBarBehavior.FLOATING),
        use_material3=True,
    )


def _scheme(colours: Palette) -> ft.ColorScheme:
    paper, surface, line = colours["paper"], colours["surface"], colours["line"]
    ink, muted = colours["ink"], colours["muted"]
    return ft.ColorScheme(
        primary=colours["primary"],
        on_primary=colours["on_primary"],
        primary_container=colours["primary_soft"],
        on_primary_container=colours["primary"],
        secondary=colours["primary"],
        on_secondary=colours["on_primary"],
        secondary_container=colours["primary_soft"],
        on_secondary_container=colours["primary"],
        tertiary=colours["ok"],
        on_tertiary=paper,
        tertiary_container=colours["ok_soft"],
        on_tertiary_container=colours["ok"],
        error=colours["danger"],
        on_error=paper,
        error_container=colours["danger_soft"],
        on_error_container=colours["danger"],
        primary_fixed=colours["info_soft"],
        on_primary_fixed=colours["info"],
        secondary_fixed=colours["warning_soft"],
        on_secondary_fixed=colours["warning"],
        surface=paper,
        on_surface=ink,
        on_surface_variant=muted,
        surface_dim=colours["muted_soft"],
        surface_container_lowest=paper,
        surface_container_low=surface,
        surface_container=surface,
        surface_container_high=colours["muted_soft"],
        surface_container_highest=colours["muted_soft"],
        outline=muted,
        outline_variant=line,
        inverse_surface=ink,
        on_inverse_surface=paper,
        inverse_primary=colours["primary_soft"],
        surface_tint=paper,
        shadow="#000000",
        scrim="#000000",
    )


def _text_theme(brand: Brand, ink: str) -> ft.TextTheme:
    def style(size: int, weight: ft.FontWeight, height: float = 1.35) -> ft.TextStyle:
        return ft.TextStyle(
            size=size,
            weight=weight,
            height=height,
            color=ink,
            letter_spacing=0,
            font_family=brand.family,
            font_family_fallback=list(brand.fallback),
        )

    regular, medium, bold = ft.FontWeight.W_400, ft.FontWeight.W_500, ft.FontWeight.W_600
    return ft.TextTheme(
        display_small=style(DISPLAY, bold, 1.15),
        headline_medium=style(HEADING, bold, 1.2),
        headline_small=style(HEADING, bold, 1.2),
        title_large=style(TITLE, bold, 1.25),
        title_medium=style(BODY, bold),
        title_small=style(LABEL, bold),
        body_large=style(BODY, regular),
        body_medium=style(BODY, regular),
        body_small=style(LABEL, regular),
        label_large=style(BODY, bold, 1.2),
        label_medium=style(LABEL, medium),
        label_small=style(SMALL, medium),
    )
