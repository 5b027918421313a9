"""Which signs will not be printed: said where they are typed, and before the customer reads."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from shared.report.blocks import ServiceReport
from shared.report.typeface import typeface

FONTS = Path(__file__).parents[2] / "assets" / "fonts"
_LATIN = "\u017f"
"""Up to here every letter is carried: no font need be read to say so."""


def unprintable(text: str) -> tuple[str, ...]:
    """The signs of `text` that print as □, each once, in order."""
    return () if max(text, default="") <= _LATIN else typeface(FONTS).lost(text)


def unprintable_in(report: ServiceReport) -> tuple[str, ...]:
    """The signs of everything that a report says, whoever wrote it."""
    return tuple(dict.fromkeys(sign for text in _texts(report) for sign in unprintable(text)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name))
    elif isinstance(value, tuple | list):
        for each in value:
            yield from _texts(each)
