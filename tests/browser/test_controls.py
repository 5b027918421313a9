"""Each control of each page does what it says, by mouse and by keyboard; nothing typed is lost."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, Request, expect

from shared.ticket.people import Actor, Role
from sync_server.console.web.dependencies import PLAIN_COOKIE
from sync_server.console.web.navigation import places
from sync_server.identity import passwords, sessions, users
from sync_server.identity.permissions import can
from tests.browser.conftest import PHONE
from tests.browser.test_console import look
from tests.raw_tablet import RawTablet
from tests.sync_server.visit import finished

__all__ = ["look"]

pytestmark = pytest.mark.browser

PASSWORD = "correct horse"

SHUT = "document.querySelectorAll('main details').forEach((part) => { part.open = false })"


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


def test_every_control_of_every_page_does_something(look, office):
    """A choice or Enter in a filter asks anew, a part unfolds, a button sends or says why not."""
    archived(office)
    mine, other = office.ticket(), office.ticket(assignee=None)
    rev = office.record(mine).record.rev
    office.sets(mine, contract="Premium")
    office.sets(mine, Role.CALL_CENTRE, rev, contract="Básico")
    office.user(Role.MANAGER)
    supervisor, administrator = look(), look(Role.ADMINISTRATOR)
    actor = Actor("s", Role.SUPERVISOR)
    pages = [(supervisor if can(actor, p.action) else administrator, p.path) for p in places()]
    pages += [(supervisor, f"/tickets/{id}") for id in (mine, other)]
    pages += [(supervisor, f"/tickets/{mine}/edit"), (administrator, "/people")]
    touched = 0
    for page, path in pages:
        page.goto(path)
        page.evaluate(SHUT)
        touched += unfold(page)
        touched += ask(page, path)
        touched += press(page, path)
    assert touched > 60


def unfold(page: Page) -> int:
    """Every part that is folded shut opens by the keyboard."""
    parts = page.locator("main summary")
    for number in range(parts.count()):
        summary = parts.nth(number)
        if not summary.is_visible():
            continue
        summary.focus()
        page.keyboard.press("Enter")
        assert summary.evaluate("(s) => s.parentElement.open"), summary.inner_text()
    return parts.count()


def ask(page: Page, path: str) -> int:
    """Every field of a filter asks the office for what fits."""
    fields = page.locator("main form[method=get] select, main form[role=search] input")
    for number in range(fields.count()):
        field = fields.nth(number)
        with page.expect_request(lambda request: "?" in request.url, timeout=5000):
            if field.evaluate("(f) => f.tagName") == "SELECT":
                field.select_option(index=1)
            else:
                field.focus()
                page.keyboard.press("Enter")
    return fields.count()


def press(page: Page, path: str) -> int:
    """Every button sends its form, or the browser points at what is missing in it."""
    page.route("**/*", lambda route: (
        route.fulfill(status=204) if sends(route.request) else route.continue_()
    ))  # fmt: skip
    buttons = page.locator("main button")
    for number in range(buttons.count()):
        button = buttons.nth(number)
        if not button.is_visible() or gets(button):
            continue
        if button.evaluate("(b) => b.form !== null && !b.form.checkValidity()"):
            button.press("Enter")
            assert page.evaluate("document.activeElement.matches(':invalid')"), (path, number)
        else:
            with page.expect_request(sends):
                button.press("Enter")
    page.unroute("**/*")
    return buttons.count()


def sends(request: Request) -> bool:
    """A form that does something, or the look through the whole archive."""
    return request.method == "POST" or request.url.endswith("/archive/check")


def gets(button: Locator) -> bool:
    """A button of a filter, which `ask` has tried."""
    return bool(button.evaluate("(b) => b.form?.method === 'get'"))


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


def test_the_board_s_focus_survives_a_live_change(look, office):
    office.ticket(assignee=None)
    page = look()
    page.goto("/")
    tile = page.locator(".queue", has_text="En riesgo")
    tile.focus()
    office.ticket(assignee=None)
    expect(page.locator(".queue", has_text="Por asignar").locator(".number")).to_have_text(
        "2", timeout=10_000
    )
    expect(tile).to_be_focused()


@pytest.mark.parametrize("later", [80, 250])
def test_a_second_press_makes_no_second_note(look, office, later):
    ticket = office.ticket()
    page = look()
    page.goto(f"/tickets/{ticket}")
    page.get_by_label("Agregar una nota").fill("Pide al gerente")
    page.get_by_role("button", name="Guardar nota").evaluate(
        "(button, later) => { button.click(); setTimeout(() => button.click(), later) }", later
    )
    expect(page.get_by_role("status").first).to_contain_text("Nota guardada")
    assert [note["text"] for note in office.entries(ticket, "notes")] == ["Pide al gerente"]


def test_a_session_that_ends_takes_neither_the_page_nor_the_words(look, office):
    person, hashed = office.user(Role.SUPERVISOR), passwords.hashed(PASSWORD)
    office.do(lambda tx: users.set_password(tx, person.id, hashed))
    ticket = office.ticket()
    page = look(complains=False)
    page.goto(f"/tickets/{ticket}")
    page.get_by_label("Agregar una nota").fill("Media hora escrita")
    token = next(c["value"] for c in page.context.cookies() if c["name"] == PLAIN_COOKIE)
    office.do(lambda tx: sessions.end_session(tx, token))
    page.evaluate("htmx.trigger('#ticket', 'sse:moved')")
    expect(page.get_by_text("Su sesión terminó. Lo que ve")).to_be_visible(timeout=10_000)
    expect(page.get_by_label("Agregar una nota")).to_have_value("Media hora escrita")
    page.get_by_role("button", name="Guardar nota").click()
    expect(page.get_by_text("Lo que escribió no se pierde")).to_be_visible()
    page.get_by_label("Correo").fill(person.email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Agregar una nota")).to_have_value("Media hora escrita")
    page.get_by_role("button", name="Guardar nota").click()
    expect(page.get_by_role("status").first).to_contain_text("Nota guardada")
    assert [note["text"] for note in office.entries(ticket, "notes")] == ["Media hora escrita"]


def test_leaving_with_unsaved_words_asks_and_saving_them_does_not(look, office):
    ticket = office.ticket()
    page = look()
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto(f"/tickets/{ticket}")
    page.get_by_label("Agregar una nota").press_sequentially("Algo")
    page.get_by_role("button", name="Guardar nota").click()
    expect(page.get_by_role("status").first).to_contain_text("Nota guardada")
    assert asked == []
    page.get_by_label("Agregar una nota").press_sequentially("Otra")
    page.get_by_role("link", name="Tablero").first.click()
    expect(page).to_have_url(re.compile("/$"))
    assert asked == ["beforeunload"]


def test_on_a_phone_what_decides_stands_above_the_history(look, office):
    ticket = office.ticket()
    page = look(size=PHONE)
    page.goto(f"/tickets/{ticket}")
    tops = [
        page.locator(f"#{part}").evaluate("(e) => e.getBoundingClientRect().top")
        for part in ("acts", "check", "report", "notes", "terms", "work", "history")
    ]
    assert tops == sorted(tops)
