"""Every module of the screens, found and read once: what they declare is then known."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from field_app import screens


@cache
def read_all() -> None:
    """Import them all."""
    for found in iter_modules(screens.__path__, f"{screens.__name__}."):
        import_module(found.name)
