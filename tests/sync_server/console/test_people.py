"""Accounts at the console: added, given a new password, let go; by administrators only."""

import re

import pytest
from sqlalchemy import update

from shared.ticket.people import Role
from sync_server.database.tables import session
from sync_server.identity import passwords, sessions, totp, users
from tests.sync_server.console.browser import Browser, said

GOOD = {"name": "Nadia Ruiz", "email": "nadia@example.com", "role": "supervisor",
        "password": "correct horse", "locale": "en"}  # fmt: skip


@pytest.fixture
def administrator(browse):
    return browse("administrator")


def test_whoever_is_added_can_sign_in(administrator, office):
    assert "Nadia Ruiz" in administrator.done("/people", **GOOD)
    with Browser(office) as nadia:
        answer = nadia.submit("/sign-in", email=GOOD["email"], password=GOOD["password"])
        assert answer.status_code == 303
        assert '<html lang="en">' in nadia.see("/")


def test_people_are_listed_by_name_whatever_its_accents_and_capitals(administrator):
    names = ["Zoila Paz", "Ángel Ruiz", "andrés Mora", "Ana Luz"]
    for number, name in enumerate(names):
        administrator.done("/people", **{**GOOD, "name": name, "email": f"p{number}@example.com"})
    page = administrator.see("/people")
    assert sorted(names, key=page.index) == ["Ana Luz", "andrés Mora", "Ángel Ruiz", "Zoila Paz"]


def test_an_engineer_needs_no_password_and_is_known_to_the_tablets(administrator, office):
    administrator.done("/people", **{**GOOD, "role": "engineer", "password": ""})
    people = office.known("catalogue", "people")["items"]
    assert "Nadia Ruiz" in [person["name"] for person in people]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"email": "nadia"}, "no parece un correo"),
        ({"email": "nadia@taller"}, "no parece un correo"),
        ({"email": "nadia@taller.local"}, "reservado para pruebas o redes internas"),
        ({"email": ""}, "Falta este dato"),
        ({"role": "system"}, "Elija una de las opciones"),
        ({"role": "customer"}, "Elija una de las opciones"),
        ({"password": "short"}, "al menos 10 caracteres"),
        ({"password": ""}, "necesita una contraseña"),
        ({"name": "x" * 501}, "demasiado largo"),
        ({"locale": "tlh"}, None),
    ],
)
def test_a_bad_account_is_not_made_and_the_form_says_why(administrator, office, bad, why):
    answer = administrator.submit("/people", **{**GOOD, **bad})
    assert answer.status_code == 422
    assert why is None or why in said(answer)
    assert GOOD["password"] not in answer.text
    assert office.ask(lambda tx: users.by_email(tx, GOOD["email"])) is None


def test_an_address_has_one_account(administrator):
    administrator.done("/people", **GOOD)
    answer = administrator.submit("/people", **{**GOOD, "email": GOOD["email"].upper()})
    assert answer.status_code == 422
    assert "Ya hay una cuenta con este correo" in said(answer)


def test_whoever_leaves_is_out_at_once_and_can_come_back(administrator, supervisor, office):
    user = office.user(Role.SUPERVISOR)
    assert "Dada de baja" in administrator.done(f"/people/{user.id}/active")
    assert supervisor.get("/").status_code == 303
    administrator.done(f"/people/{user.id}/active", active="1")
    assert office.ask(lambda tx: users.get(tx, user.id)).active
    assert supervisor.get("/").status_code == 303, "the old session does not come back"


def test_nobody_deactivates_themselves(administrator, office):
    me = office.user(Role.ADMINISTRATOR)
    assert "a sí mismo" in administrator.done(f"/people/{me.id}/active")
    assert office.ask(lambda tx: users.get(tx, me.id)).active


def test_a_new_password_ends_every_session(administrator, supervisor, office):
    user = office.user(Role.SUPERVISOR)
    answer = administrator.submit(f"/people/{user.id}/password", password="short")
    assert answer.status_code == 422
    administrator.done(f"/people/{user.id}/password", password="another horse")
    assert supervisor.get("/").status_code == 303
    kept = office.ask(lambda tx: users.get(tx, user.id)).password_hash
    assert passwords.matches(kept, "another horse")


def test_others_see_who_is_there_and_change_nothing(supervisor, office):
    page = supervisor.see("/people")
    assert "Agregar una persona" not in page
    assert supervisor.submit("/people", **GOOD).status_code == 403
    assert supervisor.submit("/people/nothing/active").status_code == 403


def test_ones_own_password_needs_the_old_one_and_ends_the_other_sessions(supervisor, office):
    user, hashed = office.user(Role.SUPERVISOR), passwords.hashed("correct horse")
    office.do(lambda tx: users.set_password(tx, user.id, hashed))
    with Browser(office).enter(user) as elsewhere:
        for old, new, why in (
            ("wrong horse", "another horse", "no es su contraseña actual"),
            ("correct horse", "short", "al menos 10 caracteres"),
            ("", "", "Falta este dato"),
        ):
            answer = supervisor.submit("/profile/password", old=old, new=new)
            assert answer.status_code == 422
            assert why in said(answer)
        page = supervisor.done("/profile/password", old="correct horse", new="another horse")
        assert "Contraseña cambiada" in page
        assert elsewhere.get("/").status_code == 303


def test_the_old_password_is_not_guessed_inside_a_session(supervisor, office):
    office.clock.stop()
    user, hashed = office.user(Role.SUPERVISOR), passwords.hashed("correct horse")
    office.do(lambda tx: users.set_password(tx, user.id, hashed))
    office.do(
        lambda tx: totp.turn_on(tx, office.context.secret, user.id, totp.new_secret(b"x" * 20), 0)
    )
    right = {"old": "correct horse", "new": "another horse"}
    for path in ("/profile/password", "/profile/second-step/off") * 2 + ("/profile/password",):
        answer = supervisor.submit(path, old="wrong horse", new="another horse")
        assert "no es su contraseña actual" in said(answer)
    answer = supervisor.submit("/profile/password", **right)
    assert answer.status_code == 422
    assert "Espere 2 segundos" in said(answer)
    assert "Espere 2 segundos" in said(supervisor.submit("/profile/second-step/off", **right))
    with Browser(office).enter(user) as elsewhere:
        assert elsewhere.submit("/profile/second-step/off", **right).status_code == 303
    office.clock.forward(seconds=2)
    assert "Contraseña cambiada" in supervisor.done("/profile/password", **right)


def test_who_changed_what_is_written_down(administrator, supervisor, office):
    administrator.done("/people", **GOOD)
    administrator.done(f"/people/{office.user(Role.SUPERVISOR).id}/active")
    administrator.submit("/devices/enrol", engineer=office.user().id)
    page = administrator.see("/access")
    for words in ("Agregó a una persona", "Nadia Ruiz", "Dio de baja a una persona", "Sofía Rivas",
                  "Generó un código de alta", "Luis Cano", "Adriana Mora"):  # fmt: skip
        assert words in page, words
    assert "Todavía no hay nada" in administrator.see("/access", params={"before": "1"})
    assert administrator.get("/access?before=x").status_code == 400


def test_ones_sessions_are_seen_and_ended(supervisor, office):
    me, other = office.user(Role.SUPERVISOR), office.user(Role.SUPERVISOR, "Berta Paz")
    with (
        Browser(office, **{"User-Agent": "Laptop"}).enter(me) as laptop,
        Browser(office).enter(me) as kiosk,
        Browser(office).enter(other) as theirs,
    ):
        office.do(
            lambda tx: tx.execute(
                update(session)
                .where(session.c.user == me.id)
                .values(agent="Portátil", address="::1")
            )
        )
        page = supervisor.see("/profile")
        assert page.count(">Portátil<") == 3
        ends = re.findall(r'action="(/profile/sessions/[0-9a-f]{16}/end)"', page)
        assert len(ends) == 2, "this one is marked, not ended by mistake"
        [of_theirs] = office.ask(lambda tx: sessions.of_person(tx, other.id, office.clock()))
        foreign = supervisor.submit(f"/profile/sessions/{of_theirs.handle}/end")
        assert foreign.status_code == 404
        supervisor.done(ends[0])
        assert sorted(b.get("/profile").status_code for b in (laptop, kiosk)) == [200, 303]
        supervisor.done("/profile/sessions/end")
        assert [b.get("/profile").status_code for b in (laptop, kiosk)] == [303, 303]
        assert supervisor.get("/profile").status_code == 200
        assert theirs.get("/profile").status_code == 200


def test_an_administrator_ends_all_sessions_of_somebody(administrator, supervisor, browse, office):
    user = office.user(Role.SUPERVISOR)
    assert supervisor.submit(f"/people/{user.id}/sessions/end").status_code == 403
    assert "Sesiones cerradas" in administrator.done(f"/people/{user.id}/sessions/end")
    assert supervisor.get("/profile").status_code == 303
    assert office.ask(lambda tx: users.get(tx, user.id)).active


@pytest.mark.parametrize(
    ("password", "why"),
    [("Password2026!", "más usadas"), ("nadia.ruiz.1", "hecha del nombre"),
     ("abcabcabcabc", "una y otra vez")],
)  # fmt: skip
def test_a_weak_first_password_is_refused_with_the_reason(administrator, office, password, why):
    answer = administrator.submit("/people", **{**GOOD, "password": password})
    assert answer.status_code == 422
    assert why in said(answer)
    assert office.ask(lambda tx: users.by_email(tx, GOOD["email"])) is None
