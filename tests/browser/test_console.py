"""The console in a real browser: live, patient with whoever types, readable by everybody."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from shared.ticket.people import Actor, Role
from sync_server.console.web.dependencies import PLAIN_COOKIE
from sync_server.console.web.navigation import places
from sync_server.identity.permissions import can
from tests.browser.conftest import PHONE, TABLET
from tests.office import RunningOffice
from tests.sync_server.console.browser import browser as signed_in

pytestmark = pytest.mark.browser

Look = Callable[..., Page]


@pytest.fixture
def look(browser: Browser, office: RunningOffice) -> Iterator[Look]:
    """The console as a role sees it, in a window of its own; complaints of the browser fail."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(
        role: Role = Role.SUPERVISOR,
        size: tuple[int, int] = TABLET,
        *,
        dark: bool = False,
        complains: bool = True,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            locale="es-MX",
            base_url=office.url,
        )
        contexts.append(context)
        with signed_in(office, role) as session:
            token = session.cookies[PLAIN_COOKIE]
        context.add_cookies([{"name": PLAIN_COOKIE, "value": token, "url": office.url}])
        page = context.new_page()
        if complains:  # A browser calls every 401 an error.
            page.on("console", lambda m: complaints.append(m.text) if is_fault(m) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints


def is_fault(message: ConsoleMessage) -> bool:
    """Whether a page complains; a question that a newer one replaced is no fault of anybody."""
    replaced = message.text.startswith(("htmx:sendAbort", "htmx:afterRequest"))
    return message.type == "error" and not replaced


def test_the_board_changes_by_itself_when_something_moves(look, office):
    ticket = office.ticket(assignee=None)
    page = look()
    page.goto("/")
    tile = page.locator(".queue", has_text="Por asignar").locator(".number")
    expect(tile).to_have_text("1")
    office.assign(ticket, office.user())
    expect(tile).to_have_text("0", timeout=10_000)
    expect(page.locator(".log")).to_contain_text("Asignó a Luis Cano")


def test_a_completion_arrives_on_the_open_ticket(look, office):
    ticket = office.ticket()
    page = look()
    page.goto(f"/tickets/{ticket}")
    expect(page.locator(".ticket-head")).to_contain_text("Asignado")
    office.command(ticket, "start", Role.ENGINEER)
    expect(page.locator(".ticket-head")).to_contain_text("En análisis", timeout=10_000)


def test_words_that_somebody_types_are_not_swept_away(look, office):
    ticket = office.ticket()
    page = look()
    page.goto(f"/tickets/{ticket}")
    page.get_by_label("Agregar una nota").fill("El cliente avisa que")
    office.command(ticket, "start", Role.ENGINEER)
    expect(page.get_by_text("Este ticket cambió mientras usted escribía")).to_be_visible(
        timeout=10_000
    )
    expect(page.get_by_label("Agregar una nota")).to_have_value("El cliente avisa que")
    expect(page.locator(".ticket-head")).to_contain_text("Asignado")


def test_assigning_takes_a_choice_and_a_press(look, office):
    ticket = office.ticket(assignee=None)
    name = office.user().name
    page = look()
    page.goto("/")
    page.get_by_role("link", name=office.fields(ticket)["folio"]).first.click()
    page.get_by_label("Ingeniero", exact=True).select_option(label=name)
    page.get_by_role("button", name="Asignar", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Asignado")
    assert office.fields(ticket)["assignee"] == office.user().id


def test_the_list_narrows_while_one_types(look, office):
    office.ticket()
    office.ticket(customer=None, asset=None, description="Otra cosa", requester={"name": "Ana"})
    page = look()
    page.goto("/tickets")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_label("Buscar").press_sequentially("c6000", delay=20)
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_label("Buscar")).to_be_focused()
    expect(page).to_have_url(re.compile("q=c6000"))


def test_a_code_counts_down(look, office):
    office.clock.stop()
    page = look()
    page.clock.install(time=office.clock())
    page.clock.pause_at(office.clock())
    page.goto("/devices")
    page.get_by_label("Ingeniero").select_option(label=office.user().name)
    page.get_by_role("button", name="Generar código").click()
    expect(page.get_by_text("Vence en 15:00")).to_be_visible()
    page.clock.run_for(61_000)
    expect(page.get_by_text("Vence en 13:59")).to_be_visible()
    page.clock.run_for(14 * 60_000)
    expect(page.get_by_text("Este código venció")).to_be_visible()


def test_everything_is_reached_with_the_keyboard(look, office):
    page = look()
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Ir al contenido")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Nuevo ticket").last).to_be_focused()


UNREADABLE = """
() => {
  const numbers = (colour) => (colour.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = numbers(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const box = element.getBoundingClientRect();
    if (!own || box.width < 2 || box.height < 2 || element.closest("option, datalist")) continue;
    const [a, b] = [light(numbers(getComputedStyle(element).color)), light(ground(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < 7) found.push([contrast.toFixed(1), element.textContent.trim().slice(0, 40)]);
  }
  return found;
}
"""

UNNAMED = """
() => [...document.querySelectorAll(
    "button, a[href], input:not([type=hidden]), select, textarea, img, iframe")]
  .filter((e) => e.getBoundingClientRect().width > 0)
  .filter((e) => !(e.labels?.length || e.getAttribute("aria-label") || e.title
                   || (e.tagName === "IMG" && e.hasAttribute("alt")) || e.textContent.trim()))
  .map((e) => e.outerHTML.slice(0, 120))
"""


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [TABLET, PHONE], ids=["wide", "phone"])
def test_every_page_is_readable_named_and_no_wider_than_its_window(look, office, size, dark):
    ticket = office.ticket()
    rev = office.record(ticket).record.rev
    office.sets(ticket, contract="Premium")
    office.sets(ticket, Role.CALL_CENTRE, rev, contract="Básico")
    office.ticket(assignee=None)
    supervisor, administrator = (
        look(size=size, dark=dark),
        look(Role.ADMINISTRATOR, size, dark=dark),
    )
    mine = Actor("s", Role.SUPERVISOR)
    looked_at = [(supervisor if can(mine, p.action) else administrator, p.path) for p in places()]
    more = (f"/tickets/{ticket}", f"/tickets/{ticket}/edit", "/profile")
    looked_at += [*((supervisor, path) for path in more), (administrator, "/people")]
    for page, path in looked_at:
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach((d) => { d.open = true })")
        assert page.evaluate(UNREADABLE) == [], path
        assert page.evaluate(UNNAMED) == [], path
        wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(wider) <= 0, path
