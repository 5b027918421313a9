"""Listo, Envío, Ajustes: what is on its way is always in sight, and nobody leaves it behind."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from field_app.app.tablet import Tablet
from field_app.session.session import Session, Stage
from tests.field_app.cast import TICKET
from tests.field_app.screens import visit
from tests.field_app.screens.hand import Hand
from tests.field_app.small_office import SmallOffice


@pytest.fixture
def signed(hand: Hand, session: Session) -> Hand:
    """A ticket signed, the tablet back in the engineer's hands."""
    visit.signed(hand, session)
    return hand


def keep_what_is_saved(hand: Hand) -> list[dict[str, Any]]:
    """What the screen hands over to be saved, as it comes."""
    saved: list[dict[str, Any]] = []

    def save(call: dict[str, Any]) -> str:
        saved.append(call)
        return str(call["file_name"])

    hand.client.answers["save_file"] = save
    return saved


def ask(tablet: Tablet) -> None:
    tablet.engine.poke()
    tablet.engine.step()


@pytest.mark.slow
def test_the_report_is_saved_as_the_pdf_that_it_is(signed: Hand):
    saved = keep_what_is_saved(signed)
    signed.press("report-save")
    signed.until(lambda: signed.sees("quedó guardado"))
    assert saved[0]["file_name"] == "SEI-2026-000101.pdf"
    assert saved[0]["src_bytes"].startswith(b"%PDF-1.7")


@pytest.mark.slow
def test_where_there_is_no_sharing_the_report_is_saved_instead(signed: Hand):
    signed.client.answers["share_files"] = lambda _: {"status": "unavailable", "raw": ""}
    signed.press("report-share")
    signed.until(lambda: signed.sees("Aquí no se puede compartir"))


@pytest.mark.slow
def test_the_report_shows_what_was_signed(signed: Hand):
    words = " ".join(signed.words())
    assert "Conformidad del cliente: Conforme" in words
    assert "Lic. Marta Ibáñez · Responsable del área" in words


@pytest.mark.slow
def test_finalising_without_a_signal_says_that_it_is_safe(
    signed: Hand, small_office: SmallOffice, session: Session
):
    small_office.down = True
    signed.press("finalise")
    signed.until(lambda: signed.sees("Está a salvo en la tableta y se enviará solo"))
    assert session.ticket(TICKET).stage == "asked"
    signed.press("to-today")
    signed.press("shelf-waiting")
    assert signed.sees("Finalizado, por enviar")


def test_the_strip_follows_the_queue(hand: Hand, tablet: Tablet, small_office: SmallOffice):
    small_office.down = True
    hand.press(f"ticket-{visit.FOLIO}")
    hand.press("contact-in_person")
    ask(tablet)
    hand.until(lambda: hand.sees("Sin señal: puede seguir trabajando"))
    small_office.down = False
    ask(tablet)
    hand.until(lambda: hand.sees("Sincronizado: 1 de 1 cambio recibido"))


def test_each_waiting_piece_is_listed_until_it_is_received(
    hand: Hand, tablet: Tablet, small_office: SmallOffice
):
    small_office.down = True
    hand.press(f"ticket-{visit.FOLIO}")
    hand.press("contact-in_person")
    hand.press("place-sync")
    assert hand.sees("Por enviar: 1")
    assert hand.sees("Contacto")
    small_office.down = False
    hand.press("retry")
    tablet.engine.step()
    hand.until(lambda: hand.sees("Todo está en el servidor"))


def test_a_rescue_package_asks_for_a_passphrase_and_is_saved(hand: Hand):
    hand.press(f"ticket-{visit.FOLIO}")
    hand.press("contact-in_person")
    hand.press("place-sync")
    hand.press("rescue")
    assert not hand.can_press("rescue-save")
    hand.type("rescue-passphrase", "corta")
    hand.press("rescue-save")
    hand.until(lambda: hand.has("news"))
    saved = keep_what_is_saved(hand)
    hand.type("rescue-passphrase", "una frase larga que nadie adivina")
    hand.press("rescue-save")
    hand.until(lambda: hand.sees("sigue también en la tableta"))
    assert saved
    assert b"in_person" not in saved[0]["src_bytes"]


def test_signing_out_is_refused_while_work_is_unsent(
    hand: Hand, tablet: Tablet, session: Session, small_office: SmallOffice
):
    small_office.down = True
    hand.press(f"ticket-{visit.FOLIO}")
    hand.press("contact-in_person")
    hand.press("place-settings")
    hand.press("sign-out")
    hand.until(lambda: hand.has("news"))
    assert session.stage is Stage.OPEN
    small_office.down = False
    ask(tablet)
    hand.press("sign-out")
    hand.until(lambda: hand.has("enrol"))


def test_the_language_changes_at_once_everywhere(hand: Hand):
    hand.press("place-settings")
    hand.press("language-en")
    assert hand.sees("Settings")
    hand.press("place-today")
    assert hand.sees("My day")
    assert hand.sees("Assigned")


def test_a_theme_is_kept(hand: Hand, session: Session):
    hand.press("place-settings")
    hand.press("theme-night")
    assert session.preference("theme") == "night"
    assert hand.session.page.theme_mode is not None
    assert hand.session.page.theme_mode.value == "dark"


def test_the_pin_is_changed_with_the_old_one(hand: Hand, session: Session):
    hand.press("place-settings")
    hand.press("pin-change")
    hand.type("pin-old", "9999")
    hand.type("pin-new", "7531")
    hand.press("pin-save")
    assert hand.sees("PIN incorrecto")
    hand.type("pin-old", "2580")
    hand.press("pin-save")
    assert hand.sees("Se cambió el PIN")
    session.lock()
    session.unlock("7531")


def test_the_camera_keeps_each_shot(hand: Hand, session: Session):
    out = BytesIO()
    Image.new("RGB", (640, 480), "teal").save(out, "JPEG")
    lens = {"name": "back", "lens_direction": "back", "sensor_orientation": 90, "lens_type": "wide"}
    hand.client.answers["get_available_cameras"] = lambda _: [lens]
    hand.client.answers["take_picture"] = lambda _: out.getvalue()
    visit.arrive(hand)
    hand.go(f"/tickets/{TICKET}/photos")
    hand.press("camera-before")
    hand.until(lambda: hand.can_press("shutter"))
    hand.press("shutter")
    hand.until(lambda: hand.sees("Terminar (1)"))
    assert len(session.ticket(TICKET).ticket.photos("before")) == 1
    hand.press("camera-done")
    assert hand.has("photo-before-1-remove")


def test_without_a_camera_the_way_to_the_files_is_said(hand: Hand):
    hand.client.answers["get_available_cameras"] = lambda _: []
    hand.go(f"/tickets/{TICKET}/camera/after")
    hand.until(lambda: hand.sees("No se pudo abrir la cámara"))
    assert not hand.can_press("shutter")
