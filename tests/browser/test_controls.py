"""Filters work by mouse and by keyboard, and a page that draws itself anew keeps one's place."""

import re

import pytest
from playwright.sync_api import expect

from shared.ticket.people import Role
from tests.browser.test_console import look
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import finished

__all__ = ["look"]

pytestmark = pytest.mark.browser


def archived(office) -> str:
    """A ticket that was closed and archived today; its folio."""
    tablet = RawTablet(office)
    visit = finished(tablet, office.ticket())
    visit.upload()
    visit.push()
    tablet.close()
    return str(office.fields(visit.ticket)["folio"])


def test_the_archive_s_filters_work_by_mouse_and_the_month_can_be_downloaded(look, office):
    folio = archived(office)
    page = look(Role.BACK_OFFICE)
    page.goto("/archive")
    rows = page.locator("#rows tbody tr")
    expect(rows).to_have_count(1)
    expect(page.get_by_role("link", name="Descargar el mes")).to_have_count(0)
    page.get_by_label("Mes").select_option(index=1)
    expect(page.get_by_role("link", name="Descargar el mes")).to_be_visible()
    expect(page).to_have_url(re.compile(r"month=\d{4}-\d{2}"))
    page.get_by_label("Mes").select_option(index=2)
    expect(rows).to_have_count(0)
    page.get_by_label("Mes").select_option(index=0)
    expect(rows).to_contain_text([folio])
    page.get_by_label("Sello").select_option("stamped")
    expect(rows).to_have_count(0)


def test_the_archive_s_filters_work_by_keyboard(look, office):
    archived(office)
    page = look(Role.BACK_OFFICE)
    page.goto("/archive")
    for label, words in (("Serie", "DEMO-KY"), ("Cliente", "gabriel")):
        page.get_by_label(label, exact=True).fill(words)
        with page.expect_request(re.compile(r"/archive\?.*=" + words)):
            page.keyboard.press("Enter")
        expect(page.locator("#rows tbody tr")).to_have_count(1)
    page.get_by_label("Mes").focus()
    with page.expect_request(re.compile(r"month=\d{4}")):
        page.keyboard.press("ArrowDown")


def test_focus_and_open_parts_survive_a_live_change(look, office):
    ticket = office.ticket()
    page = look()
    page.goto(f"/tickets/{ticket}")
    history = page.locator("details[data-part=history]")
    history.locator("summary").focus()
    page.keyboard.press("Enter")
    office.command(ticket, "start", Role.ENGINEER)
    expect(page.locator(".ticket-head")).to_contain_text("En análisis", timeout=10_000)
    expect(history.locator("summary")).to_be_focused()
    assert history.evaluate("(d) => d.open")
    page.keyboard.press("Enter")
    office.sets(ticket, impact="Toda el área")
    expect(page.locator("#request").locator("xpath=../..")).to_contain_text(
        "Toda el área", timeout=10_000
    )
    assert not history.evaluate("(d) => d.open"), "what was folded stays folded"
