"""What everybody finds where: words, icons and links that exist, in both languages."""

import re

import pytest
from babel.messages.pofile import read_po

from shared.ticket.people import Actor, Role
from shared.words import FOLDER, LANGUAGES, t, tn
from sync_server.console.administration.people import EMPLOYED
from sync_server.console.tickets.queues import LOOKS, Queue
from sync_server.console.web.badges import CHANNELS, FLAGS, OUTCOMES, PRIORITIES, STATES
from sync_server.console.web.navigation import PlaceTaken, first_page, place, places
from sync_server.console.web.page import TEMPLATES, initials, templates
from sync_server.identity.permissions import Action
from sync_server.web import statics
from sync_server.web.icons import SPRITE
from sync_server.web.language import NAMED_IN_FULL, preferred_language
from sync_server.web.templates import SHARED
from tests.sync_server.leave import may
from tests.sync_server.test_access import console

SOURCES = {
    path.name: path.read_text("utf-8")
    for folder in (TEMPLATES, SHARED)
    for path in folder.glob("*.html")
}


def test_every_icon_that_a_page_draws_is_carried():
    known = set(re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text("utf-8")))
    drawn = set(re.findall(r"icon\('([\w-]+)'", "".join(SOURCES.values())))
    marks = [*STATES.values(), *PRIORITIES.values(), *FLAGS.values(), *OUTCOMES.values()]
    drawn |= {icon for icon, _ in marks} | set(CHANNELS.values())
    drawn |= {look.icon for look in LOOKS.values()} | {place.icon for place in places()}
    assert drawn <= known


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_word_that_a_page_says_is_there(language):
    for name, source in SOURCES.items():
        for key in re.findall(r"\bt\('([a-z_0-9.]+)'[,)]", source):
            named = key.partition(".")[0] in NAMED_IN_FULL
            whole = key if named else f"office.{key}"
            assert t(whole, language), (name, key)
    for queue in Queue:
        for ending in ("", ".empty", ".empty_text"):
            assert t(f"office.queue.{queue}{ending}", language)


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_word_of_the_console_is_found(language):
    # A word that is the same as its key is taken for one that is missing.
    with (FOLDER / language / "LC_MESSAGES" / "office.po").open("rb") as po:
        said = [message for message in read_po(po) if message.id]
    assert len(said) > 400
    for message in said:
        if isinstance(message.id, tuple) and message.string:
            places = re.findall(r"\{(\w+)", message.string[0])
            filled = {place: place for place in places if place != "count"}
            assert tn(f"office.{message.id[0]}", 1, language, **filled)
        else:
            assert t(f"office.{message.id}", language)


def test_every_page_speaks_english_to_whoever_chose_it(supervisor, office):
    ticket = office.ticket()
    office.command(ticket, "start", Role.ENGINEER)
    supervisor.done("/profile/look", locale="en", theme="")
    mine = [place.path for place in places() if may(Role.SUPERVISOR, place.action)]
    paths = [*mine, *(f"/?queue={queue}" for queue in Queue), f"/tickets/{ticket}",
             f"/tickets/{ticket}/edit", "/archive/check", "/profile"]  # fmt: skip
    assert {"/", "/tickets", "/conflicts", "/archive", "/people"} <= {*mine}
    for path in paths:
        words = re.sub(r"<[^>]+>", " ", supervisor.see(path))
        for spanish in ("Aquí", "Todavía", "Ingeniero", "quedan", " hace ", " vence ", "Guardar"):
            assert spanish not in words, (path, spanish)


def test_every_place_of_the_rail_asks_for_what_its_page_asks():
    asked = {path: action for (method, path), action in console().items() if method == "GET"}
    assert {p.path: p.action for p in places()} == {
        "/": Action.SEE_BOARD, **{p.path: asked[p.path] for p in places() if p.path != "/"},
    }  # fmt: skip


def test_every_place_of_the_rail_has_words():
    assert all(t(f"office.{p.word}", language) for p in places() for language in LANGUAGES)


def test_a_place_is_declared_once():
    with pytest.raises(PlaceTaken, match="/late"):
        place("/late", "nav.late", "hourglass", Action.SEE_CONFLICTS, order=51)
    with pytest.raises(PlaceTaken, match="/later"):
        place("/later", "nav.late", "hourglass", Action.SEE_CONFLICTS, order=50)


@pytest.mark.parametrize("role", EMPLOYED)
def test_a_role_s_day_begins_where_it_may_be(role):
    first = first_page([Actor("a", role)])
    begins = {Role.BACK_OFFICE: "/archive", Role.ADMINISTRATOR: "/archive",
              Role.ENGINEER: "/tickets", Role.ACCOUNT_EXECUTIVE: "/tickets"}  # fmt: skip
    assert first == begins.get(role, "/")


def test_nothing_comes_from_another_place():
    for name, source in {
        **SOURCES,
        "console.css": statics.SHARED.contents["console.css"].decode(),
    }.items():
        assert "//" not in re.sub(r"http://www\.w3\.org\S+", "", source), name


def test_every_template_escapes():
    assert templates().autoescape is True
    assert not [name for name, source in SOURCES.items() if "|safe" in source]


@pytest.mark.parametrize("role", EMPLOYED)
def test_every_place_of_the_rail_opens(browse, role):
    browser = browse(role)
    rail = set(re.findall(r'<a href="(/[a-z/]*)"', browser.see("/profile").split("<main")[0]))
    assert rail
    for path in rail:
        browser.see(path)


@pytest.mark.parametrize("locale", ["es", "en"])
def test_language_and_colours_are_ones_own_choice(supervisor, locale):
    page = supervisor.done("/profile/look", locale=locale, theme="dark")
    assert f'<html lang="{locale}" data-theme="dark">' in page
    assert t("office.told.look", locale) in page
    assert t("office.told.look", locale) not in supervisor.see("/profile")


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("", "es"), ("en", "en"), ("de-DE, en;q=0.5, es;q=0.4", "en"), ("es-MX", "es")],
)
def test_the_first_language_we_speak_is_taken(accepted, language):
    assert preferred_language(accepted) == language


@pytest.mark.parametrize(
    ("name", "two"), [("Luis Cano", "LC"), ("Lic. Marta Ibáñez", "MI"), ("Ana", "A"), ("", "")]
)
def test_a_name_has_two_letters(name, two):
    assert initials(name) == two


def test_what_is_not_there_says_so_and_what_to_do(supervisor):
    answer = supervisor.get("/tickets/nothing")
    assert answer.status_code == 404
    assert "No existe, o no es suyo" in answer.text
    assert supervisor.get("/nowhere").status_code == 404
