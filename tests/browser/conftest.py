"""The real tablet in a process of its own, and a browser before it."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, sync_playwright

from tests.browser.chromium import ARGUMENTS, executable
from tests.browser.tablet_page import TabletPage

HOUSE = Path(__file__).parent.parent.parent
TABLET, PHONE = (1280, 800), (390, 844)
CAMERA = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
START = 60.0
"""Seconds in which the app must answer."""


class TabletApp:
    """`folio-app` on a folder; it may be killed and started again on the same one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder.with_suffix(".log")

    def start(self) -> "TabletApp":
        """Run until it answers."""
        command = [sys.executable, "-m", "field_app.app.app", "--web", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--data", str(self.folder)],
                cwd=HOUSE,
                stdout=log,
                stderr=log,
                env={**os.environ, "FLET_FORCE_WEB_SERVER": "true"},
            )
        self._wait_for_an_answer()
        return self

    def kill(self) -> None:
        """As when the battery is pulled out."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """As when it is closed."""
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self.kill()
            self._process = None

    def said(self) -> str:
        """What the process wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def _wait_for_an_answer(self) -> None:
        pause = threading.Event()
        for _ in range(int(START / 0.1)):
            assert self._process is not None
            if self._process.poll() is not None:
                pytest.fail(f"the tablet did not start: {self.said()}")
            try:
                if httpx.get(self.url, timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pause.wait(0.1)
        pytest.fail(f"the tablet does not answer: {self.said()}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """Playwright for one file's tests: while it runs, nothing else on the thread may run a loop."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="module")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium; without one the tests are skipped, unless this is CI."""
    path = executable()
    if path is None:
        reason = "there is no Chromium; tests/provide.sh browser gets one"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    browser = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *CAMERA])
    yield browser
    browser.close()


@pytest.fixture
def tablet_app(tmp_path: Path) -> Iterator[TabletApp]:
    """A tablet that nobody has enrolled, running."""
    app = TabletApp(tmp_path / "tablet-app").start()
    yield app
    app.stop()


Opener = Callable[..., TabletPage]


@pytest.fixture
def open_tablet_page(
    browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Opener]:
    """Opens the tablet in a browser context of its own: a size, a theme, a place to look at it.

    What each page showed at a failure is kept as a picture in the test's folder.
    """
    contexts: list[BrowserContext] = []
    failed_before = request.session.testsfailed

    def opened(app: TabletApp, size: tuple[int, int] = TABLET, *, dark: bool = False) -> TabletPage:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            permissions=["camera"],
            accept_downloads=True,
        )
        contexts.append(context)
        return TabletPage(context.new_page(), app.url).open()

    yield opened
    failed = request.session.testsfailed > failed_before
    for number, context in enumerate(contexts):
        if failed:
            for page in context.pages:
                page.screenshot(path=tmp_path / f"failed-{number}.png")
        context.close()


@pytest.fixture
def tablet_page(tablet_app: TabletApp, open_tablet_page: Opener) -> TabletPage:
    """The tablet, as large as a tablet, at its first screen."""
    return open_tablet_page(tablet_app)
