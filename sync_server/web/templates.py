"""Templates of pages: everything escaped, and a name that is not there is a fault."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

SHARED = Path(__file__).parent / "templates"
"""The bare page, its parts (icons, fields, chips) and the page that says what went wrong."""


def environment(folder: Path) -> Environment:
    """The templates in `folder`, and behind them those that every page shares."""
    return Environment(
        loader=FileSystemLoader([folder, SHARED]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
