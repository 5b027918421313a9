"""The second step: a code from one's own phone, each used once."""

import html
import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from shared.ticket.people import Role
from sync_server.commands.cli import folio
from sync_server.console.web.dependencies import PLAIN_COOKIE
from sync_server.database.tables import user
from sync_server.identity import kept_secrets, passwords, totp, users
from tests.sync_server.console.browser import Browser, said

PASSWORD = "correct horse"
RFC_SECRET = totp.new_secret(b"12345678901234567890")


@pytest.mark.parametrize(
    ("at", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_codes_are_those_of_the_standard(at, code):
    assert totp.code(RFC_SECRET, at // 30) == code
    now = datetime.fromtimestamp(at, UTC)
    assert totp.step_of(RFC_SECRET, f"{code[:3]} {code[3:]}", now) == at // 30


@pytest.mark.parametrize(
    "typed", ["", "000000", "28708", "2870822", "28708x", "\ud800", "x" * 9999, "1" * 9999]
)
def test_what_is_no_code_of_now_is_refused(typed):
    assert totp.step_of(RFC_SECRET, typed, datetime.fromtimestamp(59, UTC)) is None


@pytest.mark.parametrize(
    ("at", "good"),
    [(1111111049, False), (1111111050, True), (1111111139, True), (1111111140, False)],
)
def test_a_clock_may_be_one_step_off_and_no_more(at, good):
    """The code of the half minute from 1111111080 on."""
    found = totp.step_of(RFC_SECRET, "081804", datetime.fromtimestamp(at, UTC))
    assert found == (1111111080 // 30 if good else None)


def test_a_phone_set_up_by_an_earlier_version_goes_on_showing_good_codes():
    """The secret is one that 0.1.0 made; the code is what its own arithmetic gave at that time."""
    secret = "KRUGKIDROVUWG2ZAMJZG653OEBTG66BA"
    now = datetime(2026, 11, 30, 7, 50, tzinfo=UTC)
    assert totp.code(secret, int(now.timestamp()) // 30) == "276357"


def test_the_phone_reads_who_and_where_from_the_qr():
    said = totp.address(RFC_SECRET, "sofía.rivas@example.com", "Servicio en Sitio")
    assert said == (
        "otpauth://totp/Servicio%20en%20Sitio:sof%C3%ADa.rivas%40example.com"
        f"?secret={RFC_SECRET}&issuer=Servicio%20en%20Sitio"
    )


@pytest.fixture
def person(office):
    boss, hashed = office.user(Role.SUPERVISOR), passwords.hashed(PASSWORD)
    office.do(lambda tx: users.set_password(tx, boss.id, hashed))
    return office.ask(lambda tx: users.get(tx, boss.id))


def code_of(office, secret: str, later: int = 0) -> str:
    return totp.code(secret, int(office.clock().timestamp()) // 30 + later)


def turned_on(browser, office) -> str:
    page = html.unescape(browser.submit("/profile/second-step", old=PASSWORD).text)
    secret = re.search(r'class="code">([A-Z2-7]{32})<', page)
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    assert secret
    assert offer
    wrong = browser.submit("/profile/second-step/on", offer=offer[1], code="000000")
    assert wrong.status_code == 422
    page = browser.done("/profile/second-step/on", offer=offer[1], code=code_of(office, secret[1]))
    assert "Segundo paso activo" in page
    return secret[1]


def half_way(browser, person) -> str:
    answer = browser.submit("/sign-in", email=person.email, password=PASSWORD, next="/tickets")
    assert "Segundo paso" in said(answer)
    ticket = re.search(r'name="ticket" value="([^"]+)"', answer.text)
    assert ticket
    return ticket[1]


def test_the_password_alone_no_longer_opens(supervisor, office, person):
    secret = turned_on(supervisor, office)
    office.clock.forward(seconds=60)
    with Browser(office) as other:
        ticket = half_way(other, person)
        assert other.get("/tickets").status_code == 303
        answer = other.submit("/sign-in/code", ticket=ticket, code="123")
        assert answer.status_code == 403
        assert "no es el de ahora" in said(answer)
        answer = other.submit("/sign-in/code", ticket=ticket, code=code_of(office, secret))
        assert answer.headers["location"] == "/tickets"
        assert "Sofía Rivas" in other.see("/tickets")


def test_a_code_opens_once(supervisor, office, person):
    secret = turned_on(supervisor, office)
    office.clock.forward(seconds=60)
    used = code_of(office, secret)
    with Browser(office) as first, Browser(office) as second:
        assert first.submit("/sign-in/code", ticket=half_way(first, person), code=used).is_redirect
        answer = second.submit("/sign-in/code", ticket=half_way(second, person), code=used)
        assert answer.status_code == 403


def test_codes_are_not_guessed_either(supervisor, office, person):
    office.clock.stop()
    turned_on(supervisor, office)
    with Browser(office) as other:
        ticket = half_way(other, person)
        answers = [other.submit("/sign-in/code", ticket=ticket, code="1") for _ in range(6)]
        assert [answer.status_code for answer in answers] == [403] * 5 + [429]


@pytest.mark.parametrize("ticket", ["", "nonsense", "eyJ1c2VyIjoieCJ9.x.y"])
def test_a_made_up_ticket_starts_again(office, ticket):
    with Browser(office) as nobody:
        answer = nobody.submit("/sign-in/code", ticket=ticket, code="000000")
        assert answer.headers["location"] == "/sign-in"
        assert "empiece otra vez" in nobody.see("/sign-in")


@pytest.mark.parametrize(("later", "leads_to"), [(299, "/tickets"), (300, "/sign-in")])
def test_the_code_comes_within_five_minutes_of_the_password(
    supervisor, office, person, later, leads_to
):
    office.clock.stop()
    secret = turned_on(supervisor, office)
    with Browser(office) as other:
        ticket = half_way(other, person)
        office.clock.forward(seconds=later)
        answer = other.submit("/sign-in/code", ticket=ticket, code=code_of(office, secret))
        assert answer.headers["location"] == leads_to
        assert (PLAIN_COOKIE in other.cookies) is (leads_to == "/tickets")


@pytest.mark.parametrize(("later", "leads_to"), [(899, None), (900, "/profile")])
def test_a_secret_is_offered_for_a_quarter_of_an_hour(supervisor, office, person, later, leads_to):
    office.clock.stop()
    offer = re.search(
        r'name="offer" value="([^"]+)"',
        supervisor.submit("/profile/second-step", old=PASSWORD).text,
    )
    assert offer
    office.clock.forward(seconds=later)
    answer = supervisor.submit("/profile/second-step/on", offer=offer[1], code="000000")
    assert answer.headers.get("location") == leads_to
    assert not office.ask(lambda tx: totp.has_secret(tx, person.id))


def test_whoever_has_left_between_the_steps_stays_outside(supervisor, office, person):
    secret = turned_on(supervisor, office)
    office.clock.forward(seconds=60)
    with Browser(office) as other:
        ticket = half_way(other, person)
        office.do(lambda tx: users.set_active(tx, person.id, False, office.clock()))
        answer = other.submit("/sign-in/code", ticket=ticket, code=code_of(office, secret))
        assert answer.headers["location"] == "/sign-in"


def test_strangers_with_the_password_do_not_keep_out_the_phone_s_owner(supervisor, office, person):
    office.clock.stop()
    secret = turned_on(supervisor, office)
    office.clock.forward(seconds=60)
    with Browser(office) as owner, Browser(office) as stranger:
        owner.submit("/sign-in/code", ticket=half_way(owner, person), code=code_of(office, secret))
        owner.submit("/sign-out")
        office.clock.forward(seconds=60)
        ticket = half_way(stranger, person)
        for _ in range(5):
            stranger.submit("/sign-in/code", ticket=ticket, code="1")
        right = code_of(office, secret)
        assert stranger.submit("/sign-in/code", ticket=ticket, code=right).status_code == 429
        ticket = half_way(owner, person)
        assert owner.submit("/sign-in/code", ticket=ticket, code=right).is_redirect


def test_a_step_is_no_offer(supervisor, office, person):
    turned_on(supervisor, office)
    with Browser(office) as other:
        ticket = half_way(other, person)
        answer = supervisor.submit("/profile/second-step/on", offer=ticket, code="1")
        assert answer.headers["location"] == "/profile"
        assert other.submit("/profile/second-step/on", offer=ticket, code="1").status_code == 401


def test_an_offer_is_for_whom_it_was_made(browse, office, person):
    page = browse("supervisor").submit("/profile/second-step", old=PASSWORD).text
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    assert offer
    answer = browse("manager").submit("/profile/second-step/on", offer=offer[1], code="000000")
    assert answer.headers["location"] == "/profile"
    manager = office.user(Role.MANAGER)
    assert not office.ask(lambda tx: totp.has_secret(tx, manager.id))


def test_it_is_removed_with_the_password_or_by_the_administrator(browse, office, person):
    supervisor = Browser(office).enter(person)
    turned_on(supervisor, office)
    answer = supervisor.submit("/profile/second-step/off", old="wrong horse")
    assert answer.status_code == 422
    assert "Segundo paso quitado" in supervisor.done("/profile/second-step/off", old=PASSWORD)
    office.clock.forward(seconds=60)
    turned_on(supervisor, office)
    browse("administrator").done(f"/people/{person.id}/password", password="another horse")
    assert not office.ask(lambda tx: totp.has_secret(tx, person.id))
    supervisor.close()


def test_the_second_step_is_offered_to_who_knows_the_password(supervisor, office, person):
    for typed, why in (("wrong horse", "no es su contraseña actual"), ("", "no es su contraseña")):
        answer = supervisor.submit("/profile/second-step", old=typed)
        assert answer.status_code == 422
        assert why in said(answer)
        assert 'name="offer"' not in answer.text
    assert 'name="offer"' in supervisor.submit("/profile/second-step", old=PASSWORD).text


def kept(office, person) -> str:
    query = select(user.c.totp_secret).where(user.c.id == person.id)
    found: str = office.ask(lambda tx: tx.scalar(query))
    return found


def test_a_secret_is_kept_encrypted_also_one_of_0_1_0(supervisor, office, person):
    secret = turned_on(supervisor, office)
    assert secret not in kept(office, person)
    office.do(
        lambda tx: tx.execute(update(user).where(user.c.id == person.id).values(totp_secret=secret))
    )
    office.stop()
    office.start()
    assert kept(office, person).startswith("aes:")
    office.clock.forward(seconds=60)
    with Browser(office) as other:
        ticket = half_way(other, person)
        answer = other.submit("/sign-in/code", ticket=ticket, code=code_of(office, secret))
        assert answer.headers["location"] == "/tickets"


def test_without_the_office_s_secret_the_second_step_says_so_and_is_set_anew(
    supervisor, office, person, monkeypatch
):
    """As after a restore whose FOLIO_SECRET was lost."""
    secret = turned_on(supervisor, office)
    office.stop()
    office.start(secret="another secret than before")
    office.clock.forward(seconds=60)
    with Browser(office) as other:
        ticket = half_way(other, person)
        answer = other.submit("/sign-in/code", ticket=ticket, code=code_of(office, secret))
        assert answer.status_code == 503
        assert "FOLIO_SECRET" in said(answer)
        monkeypatch.setenv("FOLIO_DATA", str(office.settings.data))
        ran = CliRunner().invoke(folio, ["user", "second-step-off", person.email])
        assert ran.exit_code == 0, ran.output
        answer = other.submit("/sign-in", email=person.email, password=PASSWORD, next="/tickets")
        assert answer.headers["location"] == "/tickets"


def test_a_kept_secret_is_read_with_its_key_for_its_purpose_only():
    sealed = kept_secrets.encrypted(b"key", "a", "word")
    assert kept_secrets.decrypted(b"key", "a", sealed) == "word"
    assert kept_secrets.encrypted(b"key", "a", "word") != sealed
    for key, purpose, text in (
        (b"yek", "a", sealed),
        (b"key", "b", sealed),
        (b"key", "a", sealed[:-4]),
        (b"key", "a", "aes:no base 64"),
    ):
        with pytest.raises(kept_secrets.UnreadableSecret):
            kept_secrets.decrypted(key, purpose, text)
