"""What a customer's page takes from those of the house: templates, words, language, files."""

import re

import httpx
import pytest

from shared.words import t
from sync_server.customer.page import TEMPLATES, templates

SOURCES = {path.name: path.read_text("utf-8") for path in TEMPLATES.glob("*.html")}

IMMUTABLE = "public, max-age=31536000, immutable"


def see(office, path, **headers):
    return httpx.get(f"{office.url}{path}", headers=headers, timeout=30)


def addresses(page):
    """Every file that a page names, by its path."""
    found = re.findall(r'(?:href|src)="((/\w+/[\w./-]+)\?v=[0-9a-f]{12})"', page.text)
    return {path: whole for whole, path in found}


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/v", "", "es"), ("/v", "en-GB", "en"), ("/v", "de-DE, en;q=0.5, es;q=0.4", "en"),
        ("/v", "de", "es"), ("/v?lang=es", "en", "es"), ("/v?lang=en", "es-MX", "en"),
        ("/v?lang=de", "en", "en"),
    ],
)  # fmt: skip
def test_the_page_speaks_as_asked_for_else_as_the_browser_does(office, path, accepted, language):
    page = see(office, path, **{"Accept-Language": accepted})
    assert f'<html lang="{language}">' in page.text
    assert t("archive.page.lead", language) in page.text
    other = "en" if language == "es" else "es"
    assert f'href="?lang={other}"' in page.text


def test_every_file_of_the_page_is_kept_for_a_year_under_the_hash_of_its_content(office):
    found = addresses(see(office, "/v"))
    assert set(found) == {"/static/brand.css", "/customer/verify.css", "/customer/verify.js"}
    for address in found.values():
        assert see(office, address).headers["Cache-Control"] == IMMUTABLE


def test_customers_and_staff_have_the_same_colours_and_the_same_copy_of_them(office):
    ours, theirs = addresses(see(office, "/sign-in")), addresses(see(office, "/v"))
    assert ours["/static/brand.css"] == theirs["/static/brand.css"]


@pytest.mark.parametrize("name", ["console.css", "../page.py", "verify.html", ""])
def test_no_other_file_is_below_the_customers_prefix(office, name):
    assert see(office, f"/customer/{name}").status_code == 404


def test_every_template_escapes_and_has_its_words_in_both_languages():
    assert templates().autoescape is True
    for name, source in SOURCES.items():
        assert "|safe" not in source, name
        for key in re.findall(r"\bt\('([a-z_0-9.]+)'\)", source):
            assert t(f"archive.{key}", "es"), (name, key)
            assert t(f"archive.{key}", "en"), (name, key)


def test_a_page_that_went_wrong_speaks_the_visitor_s_language_and_hides_nothing(office):
    page = see(office, "/v/a/b", **{"Accept-Language": "en"})
    assert page.status_code == 404
    assert t("office.trouble.not_here", "en") in page.text
    assert t("office.trouble.back", "en") in page.text
