"""`folio-app` says why it does what it does, and never starts twice on one folder."""

import socket
import sys
from pathlib import Path

import flet as ft
import pytest

from field_app.app import app
from field_app.app.tablet import open_tablet
from field_app.device.device import Device
from field_app.device.settings import read_settings


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What Flet is asked to run, in place of running it."""
    calls: list[dict[str, object]] = []
    monkeypatch.setattr(ft, "run", lambda main, **how: calls.append(how))
    monkeypatch.delenv("FLET_PLATFORM", raising=False)
    return calls


def test_without_a_display_it_opens_in_the_browser_and_says_so(
    shown: list[dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    port = free_port()
    assert app.main(["--data", str(tmp_path), "--port", str(port)]) == 0
    said = capsys.readouterr().out
    assert "No hay pantalla para una ventana propia" in said
    assert f"http://127.0.0.1:{port}" in said
    assert shown[0]["no_cdn"] is True


def test_without_flets_client_it_says_which_is_missing(
    shown: list[dict[str, object]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(app, "find_spec", lambda name: None if name == "flet_desktop" else name)
    assert app.main(["--data", str(tmp_path), "--port", str(free_port())]) == 0
    assert "El cliente de escritorio de Flet no está instalado" in capsys.readouterr().out


def test_asked_for_the_browser_it_gives_no_reasons(
    shown: list[dict[str, object]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert app.main(["--web", "--data", str(tmp_path), "--port", str(free_port())]) == 0
    assert capsys.readouterr().out.count("\n") == 1


def test_a_port_that_is_taken_is_told(
    shown: list[dict[str, object]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert app.main(["--web", "--data", str(tmp_path), "--port", str(port)]) == 1
    assert f"El puerto {port} está ocupado" in capsys.readouterr().err
    assert not shown


def test_one_tablet_for_each_folder(
    shown: list[dict[str, object]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    running = open_tablet(Device(tmp_path), read_settings())
    assert app.main(["--web", "--data", str(tmp_path)]) == 1
    running.close()
    assert capsys.readouterr().err
    assert not shown


def test_the_offices_address_may_be_said_beforehand(
    shown: list[dict[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    seen: list[str] = []
    opened = app.House.open

    def look(house: app.House) -> object:
        tablet = opened(house)
        seen.append(tablet.session.server)
        return tablet

    monkeypatch.setattr(app.House, "open", look)
    address = "https://office.example"
    app.main(["--web", "--data", str(tmp_path), "--port", str(free_port()), "--server", address])
    assert seen == [address]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
