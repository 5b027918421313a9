"""The console on the office's app: its pages, its files, its guards, and its answers to trouble."""

from importlib import import_module
from pkgutil import walk_packages

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from sync_server import console as rooms
from sync_server.console.trouble import answer_trouble, too_much
from sync_server.web import statics
from sync_server.web.fixed_answers import FixedAnswers
from sync_server.web.security_headers import SecurityHeaders

MOST_BYTES = 256 * 1024
"""No form of the console is larger."""


def console(app: FastAPI) -> None:
    """Add the console to the office's app."""
    app.include_router(pages(), max_body_size=MOST_BYTES)
    app.include_router(statics.SHARED.router, max_body_size=MOST_BYTES)
    app.add_middleware(FixedAnswers, too_much=too_much)
    app.add_middleware(SecurityHeaders)
    answer_trouble(app)


def pages() -> APIRouter:
    """Every route of every module in the console's rooms that has a `router`; nothing lists them.

    A path that is said outright goes before one with a place to fill: /tickets/new, /tickets/{id}.
    """
    names = (found.name for found in walk_packages(rooms.__path__, f"{rooms.__name__}."))
    modules = (import_module(name) for name in names)
    routers = (module.router for module in modules if hasattr(module, "router"))
    routes = (route for router in routers for route in router.routes)
    return APIRouter(routes=sorted(routes, key=_places_to_fill), include_in_schema=False)


def _places_to_fill(route: BaseRoute) -> list[bool]:
    assert isinstance(route, APIRoute)
    return ["{" in part for part in route.path.split("/")]
