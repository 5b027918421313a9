"""Cells of a CSV file that a spreadsheet reads as text, whatever a stranger wrote into them."""

from typing import Any

FORMULA = tuple("=+-@;\t\r")
"""How a cell begins that a spreadsheet would count, send away, or split in two."""


def as_text(value: Any) -> Any:
    """The value of a cell; a text that could be taken for a formula begins with an apostrophe."""
    is_formula = isinstance(value, str) and value.lstrip(" ").startswith(FORMULA)
    return f"'{value}" if is_formula else value
