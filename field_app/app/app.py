"""The tablet's entry: put it together and show it, in a window of its own or in a browser."""

import argparse
import asyncio
import os
import socket
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import flet as ft

from field_app.app.tablet import Tablet, open_tablet
from field_app.app.window import open_window
from field_app.device.device import Device, data_folder
from field_app.device.secure_storage import platform_keyring
from field_app.device.settings import Settings, read_settings
from field_app.device.trouble import Trouble
from field_app.parts.theme import ASSETS, read_brand
from shared.words import language_of, t

HOST, PORT = "127.0.0.1", 8550


def main(arguments: Sequence[str] | None = None) -> int:
    """`folio-app`: runs until the window is closed or it is interrupted. The exit status."""
    options = _options(arguments)
    settings = read_settings()
    if options.server:
        settings = replace(settings, server=options.server)
    language = language_of(settings.locale)
    house = House(Device(data_folder(options.data)), settings)
    try:
        if not _embedded():
            house.open()
        return _shown(house, options, language)
    except Trouble as trouble:
        sys.stderr.write(f"{trouble.sentence(language)}\n")
        return 1
    finally:
        house.close()


class House:
    """The one tablet of this process, opened once, and the thread that syncs it."""

    def __init__(self, device: Device, settings: Settings) -> None:
        self._device, self._settings = device, settings
        self._tablet: Tablet | None = None
        self._leaving = threading.Event()

    def open(self) -> Tablet:
        """The tablet with its secrets in a private file. Raises AlreadyRunning."""
        self._tablet = self._tablet or open_tablet(self._device, self._settings)
        self._sync(self._tablet)
        return self._tablet

    async def open_on_device(self) -> Tablet:
        """The tablet with its secrets in the platform's own store, which only a page can reach."""
        if self._tablet is None:
            keyring = await platform_keyring()
            self._tablet = await asyncio.to_thread(
                open_tablet, self._device, self._settings, keyring
            )
            self._sync(self._tablet)
        return self._tablet

    async def show(self, page: ft.Page) -> None:
        """A page is there: a browser tab, or the window."""
        tablet = self._tablet or await self.open_on_device()
        await open_window(page, tablet, read_brand())

    def close(self) -> None:
        """Stop syncing and let the folder go."""
        self._leaving.set()
        if self._tablet is not None:
            self._tablet.engine.poke()
            self._tablet.close()

    def _sync(self, tablet: Tablet) -> None:
        def keep_going() -> None:
            while not self._leaving.is_set():
                tablet.engine.wait(tablet.engine.step_safely())

        threading.Thread(target=keep_going, name="folio-sync", daemon=True).start()
        listen = tablet.live.listen
        threading.Thread(
            target=listen, args=(self._leaving,), name="folio-live", daemon=True
        ).start()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="folio-app", description=t("tablet.app.description", "en")
    )
    parser.add_argument("--web", action="store_true", help=t("tablet.app.web", "en"))
    parser.add_argument("--host", default=HOST, help=t("tablet.app.host", "en"))
    parser.add_argument("--port", type=int, default=PORT, help=t("tablet.app.port", "en"))
    parser.add_argument("--data", type=Path, help=t("tablet.app.data", "en"))
    parser.add_argument("--server", help=t("tablet.app.server", "en"))
    # A packaged app is started by its platform, with arguments of its own.
    return parser.parse_args([] if _embedded() else arguments)


def _shown(house: House, options: argparse.Namespace, language: str) -> int:
    if _embedded():
        ft.run(house.show, assets_dir=str(ASSETS))
        return 0
    why = "" if options.web else _why_no_window()
    if not options.web and not why:
        ft.run(house.show, assets_dir=str(ASSETS))
        return 0
    if why:
        sys.stdout.write(f"{t(f'tablet.app.{why}', language)}\n")
    return _in_browser(house, options, language)


def _in_browser(house: House, options: argparse.Namespace, language: str) -> int:
    if find_spec("flet_web") is None:
        sys.stderr.write(f"{t('tablet.app.no_web', language)}\n")
        return 1
    if not _free(options.host, options.port):
        sys.stderr.write(f"{t('tablet.app.port_taken', language, port=options.port)}\n")
        return 1
    from field_app.app import bounded_server  # uvicorn comes with the web mode alone

    address = f"http://{options.host}:{options.port}"
    sys.stdout.write(f"{t('tablet.app.at', language, address=address)}\n")
    sys.stdout.flush()
    bounded_server.provide()
    ft.run(
        house.show,
        view=ft.AppView.WEB_BROWSER,
        host=options.host,
        port=options.port,
        assets_dir=str(ASSETS),
        no_cdn=True,
    )
    return 0


def _why_no_window() -> str:
    """The key of the sentence that says why there is no native window; empty where there is."""
    if sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    ):
        return "no_display"
    if find_spec("flet_desktop") is None:
        return "no_client"
    from flet_desktop import ensure_client_cached  # only where it is installed

    try:
        ensure_client_cached()
    except OSError:
        # The client is fetched at the first run; there is nowhere to fetch it from.
        return "client_unreachable"
    return ""


def _embedded() -> bool:
    return os.environ.get("FLET_PLATFORM") is not None


def _free(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main())
