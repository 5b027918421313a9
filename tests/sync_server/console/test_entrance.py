"""Signing in and out at the console, and forms that come from elsewhere."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.ticket.people import Role
from sync_server.console.administration.signing_in import here
from sync_server.console.web.dependencies import PLAIN_COOKIE, SECURE_COOKIE
from sync_server.console.web.known_browser import PLAIN_COOKIE as KNOWN
from sync_server.console.web.known_browser import SECURE_COOKIE as SECURE_KNOWN
from sync_server.identity import passwords, users
from sync_server.web.security_headers import comes_from_here
from tests.sync_server.console.browser import Browser, said

PASSWORD = "correct horse"


@pytest.fixture
def known(office):
    """The supervisor's address, with a password."""
    user, hashed = office.user(Role.SUPERVISOR), passwords.hashed(PASSWORD)
    office.do(lambda tx: users.set_password(tx, user.id, hashed))
    return user.email


@pytest.fixture
def nobody(office):
    with Browser(office) as browser:
        yield browser


def sign_in(browser, email, password=PASSWORD, **more):
    return browser.submit("/sign-in", email=email, password=password, **more)


def test_whoever_signs_in_is_taken_where_they_wanted_to_go(nobody, known):
    wanted = nobody.get("/tickets?state=open")
    assert wanted.headers["location"] == "/sign-in?next=/tickets%3Fstate%3Dopen"
    page = nobody.see(wanted.headers["location"])
    assert 'name="next" value="/tickets?state=open"' in page
    answer = sign_in(nobody, f" {known.upper()} ", next="/tickets?state=open")
    assert answer.headers["location"] == "/tickets?state=open"
    assert "Sofía Rivas" in nobody.see("/tickets")


def test_the_cookie_is_for_the_browser_and_for_nobody_else(nobody, known):
    cookies = sign_in(nobody, known).headers.get_list("set-cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == [PLAIN_COOKIE, KNOWN]
    for cookie in cookies:
        assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(re.split(r";\s*", cookie))


def test_over_tls_the_cookie_is_bound_to_this_host(office, known):
    office.stop()
    office.start(public_url="https://folio.example.com")
    with Browser(office) as browser:
        cookies = sign_in(browser, known).headers.get_list("set-cookie")
    assert [cookie.partition("=")[0] for cookie in cookies] == [SECURE_COOKIE, SECURE_KNOWN]
    for cookie in cookies:
        assert "Secure" in cookie
        assert "Domain" not in cookie


def test_each_sign_in_has_a_new_token_and_ends_the_one_before(nobody, known, office):
    sign_in(nobody, known)
    first = nobody.cookies[PLAIN_COOKIE]
    sign_in(nobody, known)
    assert nobody.cookies[PLAIN_COOKIE] != first
    with Browser(office) as thief:
        thief.cookies.set(PLAIN_COOKIE, first)
        assert thief.get("/tickets").status_code == 303


def test_signing_out_ends_the_session_on_the_server_too(nobody, known, office):
    sign_in(nobody, known)
    token = nobody.cookies[PLAIN_COOKIE]
    nobody.submit("/sign-out")
    assert PLAIN_COOKIE not in nobody.cookies
    with Browser(office) as thief:
        thief.cookies.set(PLAIN_COOKIE, token)
        assert thief.get("/tickets").status_code == 303


def test_a_wrong_password_says_no_more_than_that(nobody, known):
    wrong, unknown = sign_in(nobody, known, "no"), sign_in(nobody, "nobody@example.com", "no")
    assert wrong.status_code == unknown.status_code == 403
    assert "no coinciden" in said(wrong)
    assert said(wrong).replace(known, "") == said(unknown).replace("nobody@example.com", "")


def test_after_five_wrong_ones_even_the_right_one_waits(nobody, known, office):
    office.clock.stop()
    for _ in range(5):
        sign_in(nobody, known, "no")
    answer = sign_in(nobody, known)
    assert answer.status_code == 429
    assert "Espere 2 segundos" in said(answer)
    office.clock.forward(seconds=1)
    nobody.headers["accept-language"] = "es"
    assert "Espere 1 segundo y" in said(sign_in(nobody, known))
    nobody.headers["accept-language"] = "en"
    assert "Wait 1 second and" in said(sign_in(nobody, known))
    office.clock.forward(seconds=3)
    assert sign_in(nobody, known).status_code == 303


def test_guesses_that_come_all_at_once_are_no_more_than_five(known, office):
    office.clock.stop()

    def guess(number: int) -> int:
        with Browser(office) as stranger:
            return int(sign_in(stranger, known, f"guess {number}").status_code)

    with ThreadPoolExecutor(16) as strangers:
        answers = list(strangers.map(guess, range(16)))
    assert set(answers) == {403, 429}
    assert answers.count(403) <= 5


def test_a_browser_that_was_in_before_is_not_kept_out_by_strangers(nobody, known, office):
    office.clock.stop()
    assert sign_in(nobody, known).status_code == 303
    nobody.submit("/sign-out")
    with Browser(office) as stranger:
        for _ in range(5):
            sign_in(stranger, known, "no")
        assert sign_in(stranger, known).status_code == 429
        stranger.cookies.set(KNOWN, nobody.cookies[KNOWN][:-2] + "xx")
        assert sign_in(stranger, known).status_code == 429, "the cookie must be ours"
    assert [sign_in(nobody, known, "no").status_code for _ in range(5)] == [403] * 5
    assert sign_in(nobody, known).status_code == 429, "and its own guesses are counted"
    office.clock.forward(seconds=2)
    assert sign_in(nobody, known).status_code == 303


def test_a_browser_is_known_for_whom_it_let_in_and_for_a_year(nobody, known, office):
    office.clock.stop()
    other, hashed = office.user(Role.MANAGER), passwords.hashed(PASSWORD)
    office.do(lambda tx: users.set_password(tx, other.id, hashed))
    sign_in(nobody, known)
    with Browser(office) as stranger:
        for email in (known, other.email):
            for _ in range(5):
                sign_in(stranger, email, "no")
    assert sign_in(nobody, other.email).status_code == 429
    office.clock.forward(seconds=2)
    assert sign_in(nobody, other.email).status_code == 303
    cookie = nobody.cookies[KNOWN]
    office.clock.forward(days=365, seconds=-3)
    with Browser(office) as stranger:
        for _ in range(5):
            sign_in(stranger, known, "no")
    with Browser(office) as again:
        again.cookies.set(KNOWN, cookie)
        assert sign_in(again, known).status_code == 303, "both are known there"
    office.clock.forward(seconds=3)
    with Browser(office) as late:
        for _ in range(5):
            sign_in(late, known, "no")
        late.cookies.set(KNOWN, cookie)
        assert sign_in(late, known).status_code == 429


def test_the_page_speaks_the_browsers_language(office):
    for accepted, word in (("en-US,en;q=0.9", "Sign in"), ("fr, es", "Inicie sesión")):
        with Browser(office, **{"Accept-Language": accepted}) as browser:
            assert word in browser.see("/sign-in")


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil", "evil", ""])
def test_nobody_is_led_elsewhere_after_signing_in(path):
    assert here(path) == "/"


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site", "origin": "http://x", "host": "x"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://folio:8000", "host": "folio:8000"}, True),
        ({"origin": "http://evil", "host": "folio:8000"}, False),
        ({"origin": "null", "host": "folio:8000"}, False),
        ({"host": "folio:8000"}, False),
    ],
)
def test_a_form_says_where_it_comes_from(headers, ours):
    assert comes_from_here(headers) is ours


def test_a_form_from_elsewhere_changes_nothing(supervisor, office):
    ticket = office.ticket(assignee=None)
    engineer = office.user()
    path = f"/tickets/{ticket}/do/assign"
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        answer = supervisor.post(path, data={"assignee": engineer.id}, headers=headers)
        assert answer.status_code == 403
    assert office.fields(ticket).get("assignee") is None


def test_every_answer_carries_its_guards(supervisor):
    for path in ("/", "/static/icons.svg", "/nothing", "/sign-in"):
        headers = supervisor.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"


def test_an_answer_to_a_program_carries_only_the_guards_that_could_matter_to_it(supervisor):
    for path in ("/api/v1/sync/hello", "/api/openapi.json", "/api/v1/nothing"):
        headers = supervisor.get(path).headers
        assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store, no-transform"
        assert sum(len(name) + len(value) for name, value in headers.items()) < 500


@pytest.mark.parametrize("path", ["/", "/tickets", "/tickets/new", "/devices", "/profile"])
def test_no_page_has_script_or_style_in_it(supervisor, path):
    page = supervisor.see(path)
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", page)


@pytest.mark.parametrize("name", ["../main.py", "..%2fmain.py", "icons.py", "console.css%00", ""])
def test_only_what_is_carried_is_handed_out(supervisor, name):
    assert supervisor.get(f"/static/{name}").status_code == 404
