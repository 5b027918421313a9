"""The design tokens of assets/brand.json for web pages: product name, support, CSS colours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).parents[2] / "assets"


@dataclass(frozen=True, slots=True)
class Brand:
    """Names and colours of the product; who runs it is in the organisation's record."""

    product: str
    tagline: Mapping[str, str]
    support: Mapping[str, Any]
    colours: Mapping[str, Mapping[str, str]]


@cache
def brand() -> Brand:
    """The tokens of assets/brand.json."""
    tokens = json.loads((ASSETS / "brand.json").read_text("utf-8"))
    return Brand(**{name: tokens[name] for name in Brand.__slots__})


def style_sheet(colours: Mapping[str, Mapping[str, str]]) -> str:
    """The colours as custom properties, `--light-ink` … `--dark-ink` …, for console.css."""
    lines = [
        f"  --{theme}-{name}: {value};"
        for theme, values in sorted(colours.items())
        for name, value in sorted(values.items())
    ]
    return ":root {\n" + "\n".join(lines) + "\n}\n"
