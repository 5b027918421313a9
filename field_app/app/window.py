"""One window on the tablet: dressed in the brand, routed, and told of every change."""

import asyncio
import logging
from collections.abc import Callable
from contextvars import copy_context

import flet as ft

from field_app.app.net import spread
from field_app.app.tablet import Tablet
from field_app.device.position import Whereabouts, follow
from field_app.parts.net import component
from field_app.parts.semantics import keyed
from field_app.parts.theme import Brand, wear
from field_app.screens.camera import CameraRoute
from field_app.screens.list_detail import ListDetail, unknown
from field_app.screens.onboarding import Enrol, SetPin, Unlock
from field_app.screens.page_state import FaceContext, PageState, use_page_state
from field_app.screens.places import Place, places
from field_app.screens.shell import Shell
from field_app.screens.signing import Signing
from field_app.session.session import Stage

log = logging.getLogger("folio.screen")

MINUTE = 60


async def open_window(page: ft.Page, tablet: Tablet, brand: Brand) -> None:
    """Show the tablet on a page, for as long as the page is there."""
    session = tablet.session
    state = PageState(
        session, brand, width=page.width or 1280, height=page.height or 800,
        web=page.web, has_camera=_has_camera(page),
    )  # fmt: skip
    page.title = brand.product
    page.fonts = dict(brand.fonts)
    page.padding = 0
    page.spacing = 0
    page.locale_configuration = _locales(state.language)
    wear(page, brand, state.theme)
    page.on_resize = lambda event: state.resized(event.width, event.height)
    page.on_app_lifecycle_state_change = lambda event: _moved(event, tablet, state)
    spread(page, state)
    page.render(App, state)
    Told(page, state).start()
    page.run_task(_watch_connection, tablet)
    if page.platform and page.platform.is_mobile() and not page.web:
        page.run_task(follow, Whereabouts(session.device))


class Told:
    """Hears of the session's changes on any thread and mirrors them on the page's loop."""

    def __init__(self, page: ft.Page, state: PageState) -> None:
        self._page, self._state = page, state
        self._loop = asyncio.get_running_loop()
        # Flet finds the page of an update in the context: the mirror runs in this one's.
        self._context = copy_context()
        self._pending = False
        self._stop: Callable[[], None] = _nothing

    def start(self) -> None:
        """From now on, as long as somebody looks at the page."""
        self._listen()
        self._page.on_disconnect = lambda _: self._gone()
        self._page.on_connect = lambda _: self._listen()
        self._page.on_close = lambda _: self._stop()
        self._page.run_task(self._tick)

    def _listen(self) -> None:
        self._stop()
        unsubscribe = self._state.session.subscribe(self._told)

        def stop() -> None:
            unsubscribe()
            self._stop = _nothing

        self._stop = stop
        self._mirror()

    def _gone(self) -> None:
        self._state.paused()
        self._stop()

    def _told(self) -> None:
        # Many changes between two turns of the loop are one for the eye.
        if not self._pending:
            self._pending = True
            self._loop.call_soon_threadsafe(self._mirror, context=self._context)

    def _mirror(self) -> None:
        self._pending = False
        try:
            self._show()
        except Exception:
            # The next change is mirrored all the same.
            log.exception("a change could not be mirrored")

    def _show(self) -> None:
        before = self._state.theme, self._state.language
        self._state.mirror()
        if before != (self._state.theme, self._state.language):
            wear(self._page, self._state.brand, self._state.theme)
            self._page.locale_configuration = _locales(self._state.language)
            self._page.update()

    async def _tick(self) -> None:
        while True:
            now = self._state.session.now()
            await asyncio.sleep(MINUTE - now.second)
            try:
                self._state.tick()
            except Exception:
                # An idle tablet is to lock itself after this minute, too.
                log.exception("a minute could not be counted")


def _nothing() -> None:
    return None


def _has_camera(page: ft.Page) -> bool:
    return page.web or page.platform in (ft.PagePlatform.ANDROID, ft.PagePlatform.IOS)


def _locales(language: str) -> ft.LocaleConfiguration:
    known = [ft.Locale("es", "MX"), ft.Locale("en", "US")]
    return ft.LocaleConfiguration(known, known[0 if language == "es" else 1])


AWAY = frozenset({
    ft.AppLifecycleState.INACTIVE, ft.AppLifecycleState.HIDE, ft.AppLifecycleState.PAUSE,
    ft.AppLifecycleState.DETACH,
})  # fmt: skip


def _moved(event: ft.AppLifecycleStateChangeEvent, tablet: Tablet, state: PageState) -> None:
    if event.state is ft.AppLifecycleState.RESUME:
        tablet.engine.poke()
    elif event.state in AWAY:
        state.paused()


async def _watch_connection(tablet: Tablet) -> None:
    """The link is back: ask the office, which alone knows whether it can be reached."""
    connectivity = ft.Connectivity()

    def changed(event: ft.ConnectivityChangeEvent) -> None:
        if ft.ConnectivityType.NONE not in event.connectivity:
            tablet.engine.poke()

    connectivity.on_change = changed


@component
def App(state: PageState) -> ft.Control:
    """The page state in its context, and the routes under it."""
    router: ft.Control = FaceContext(
        state, lambda: keyed("router", ft.Router, ROUTES, not_found=Nowhere)
    )
    return router


@component
def Routed() -> ft.Control:
    """Onboarding hides everything else until it is done; signing has a route tree of its own."""
    state = use_page_state()
    outlet = ft.use_route_outlet()
    match state.stage:
        case Stage.ENROL:
            return keyed("enrol", Enrol)
        case Stage.SET_PIN:
            return keyed("set-pin", SetPin)
        case Stage.LOCKED:
            return keyed("unlock", Unlock)
        case Stage.SIGNING:
            return keyed("signing", Signing)
        case _:
            return outlet


@component
def Nowhere() -> ft.Control:
    """An address that leads nowhere."""
    return unknown(use_page_state())


def _place_route(place: Place) -> ft.Route:
    if place.route == "/":
        return ft.Route(index=True, component=place.screen)
    return ft.Route(path=place.route.strip("/"), component=place.screen)


ROUTES = [
    ft.Route(
        component=Routed,
        children=[
            ft.Route(path="tickets/:ticket/camera/:kind", component=CameraRoute),
            ft.Route(
                component=Shell,
                children=[
                    *map(_place_route, places()),
                    ft.Route(path="tickets/:ticket/:step?", component=ListDetail),
                ],
            ),
        ],
    )
]
