"""Cells of a CSV file, which a spreadsheet is going to read."""

import re
from typing import Any

FORMULA = re.compile(r"^(?=;)|(^|;)(?=\s*[=+\-@\t\r])")
"""Where a formula begins: at the start of the cell, or of a cell to whoever splits at `;`."""


def as_text(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula: text that begins like one gets a mark."""
    return FORMULA.sub(r"\g<1>'", value) if isinstance(value, str) else value
