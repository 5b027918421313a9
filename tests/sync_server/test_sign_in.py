"""Sessions end, passwords are kept well, and nobody learns which addresses have accounts."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.ticket.people import Role
from sync_server.identity import common_passwords, passwords, sessions, users
from sync_server.identity.password_rules import weakness
from tests.office import RunningOffice

NOW = datetime(2026, 3, 9, 15, tzinfo=UTC)


def test_an_unknown_address_and_a_wrong_password_look_alike(office):
    user = office.user(Role.SUPERVISOR)
    hashed = passwords.hashed("correct horse")
    office.do(lambda tx: users.set_password(tx, user.id, hashed))
    known = office.ask(lambda tx: users.get(tx, user.id))
    assert sessions.is_proven(known, "correct horse")
    assert not sessions.is_proven(known, "wrong horse")
    assert not sessions.is_proven(None, "correct horse")


def test_a_password_is_the_same_from_every_keyboard():
    kept = passwords.hashed("contrasen\u0303a ﬁel")
    assert passwords.matches(kept, "contrase\u00f1a fiel")
    assert passwords.matches(kept, "ｃontrasen\u0303a fiel")
    assert not passwords.matches(kept, "contrasena fiel")


def test_a_password_kept_as_it_was_typed_still_opens_to_who_types_it_so():
    kept = passwords.HASHER.hash("contrasen\u0303a fiel")
    assert passwords.matches(kept, "contrasen\u0303a fiel")
    assert not passwords.matches(None, "contrasen\u0303a fiel")


def test_who_has_no_password_does_not_come_in(office):
    assert not sessions.is_proven(office.user(Role.SUPERVISOR), "")


def session(office: RunningOffice, now: datetime = NOW, token: str = "token"):
    return office.ask(lambda tx: sessions.session_of(tx, token, now))


@pytest.fixture
def signed_in(office: RunningOffice) -> RunningOffice:
    user = office.user(Role.SUPERVISOR)
    office.do(lambda tx: sessions.start_session(tx, user, "token", "", "", NOW))
    return office


def test_a_session_lasts_while_it_is_used_but_not_for_ever(signed_in):
    now = NOW
    while now < NOW + sessions.LONGEST_SESSION - sessions.IDLE:
        now += sessions.IDLE - timedelta(hours=1)
        found = session(signed_in, now)
        assert found is not None
        assert found.is_stale
        at = now
        signed_in.do(lambda tx, at=at: sessions.keep_session(tx, "token", at))
    assert session(signed_in, NOW + sessions.LONGEST_SESSION) is None


def test_a_session_left_alone_ends(signed_in):
    assert session(signed_in, NOW + sessions.IDLE - timedelta(seconds=1)) is not None
    assert session(signed_in, NOW + sessions.IDLE) is None


def test_whoever_is_deactivated_is_out_at_once(signed_in):
    user = signed_in.user(Role.SUPERVISOR)
    signed_in.do(lambda tx: users.set_active(tx, user.id, False, NOW))
    assert session(signed_in) is None


def test_ending_the_other_sessions_leaves_this_one(signed_in):
    user = signed_in.user(Role.SUPERVISOR)
    signed_in.do(lambda tx: sessions.start_session(tx, user, "other", "", "", NOW))
    signed_in.do(lambda tx: sessions.end_sessions(tx, user.id, but="token"))
    assert session(signed_in) is not None
    assert session(signed_in, token="other") is None
    signed_in.do(lambda tx: sessions.end_session(tx, "token"))
    assert session(signed_in) is None


def test_the_token_itself_is_not_kept(signed_in):
    from sqlalchemy import select

    from sync_server.database.tables import session as table

    kept = signed_in.ask(lambda tx: [tuple(row) for row in tx.rows(select(table))])
    assert "token" not in str(kept)


SOFIA = ("sofia.rivas@copiadoras.example", "Sofía Rivas", "Copiadoras del Valle")


@pytest.mark.parametrize(
    ("password", "weak"),
    [
        ("horse corr", None), ("horse cor", "length"), ("x1" + "yz" * 99, None),
        ("abcdefg" * 28 + "abcde", "length"), ("aaaaaaaaaaaa", "pattern"),
        ("abcabcabcabc", "pattern"), ("hola12hola12", "pattern"), ("hola123hola123", None),
        ("1234567890", "common"), ("qwertyuiop", "common"), ("QwertyUiop", "common"),
        ("¡Password2026!", "common"), ("passwordes2026", None), ("ｐassword2026", "common"),
        ("sofia.rivas", "about"), ("SofíaRivas2026", "about"), ("sofi\u0301arivas9", "about"),
        ("copiadoras.2026", "about"), ("rivasvalle", "about"), ("rivas y su mar", None),
        ("rivas1mars", "about"), ("rivas1marsa", None), ("correct horse", None),
    ],
)  # fmt: skip
def test_a_password_is_long_and_neither_a_pattern_nor_common_nor_about_oneself(password, weak):
    assert weakness(password, *SOFIA) == weak


def test_the_list_of_common_ones_is_carried_with_its_licence():
    folder = common_passwords.FILE.parent
    assert len(common_passwords.common_passwords()) == 19_640
    assert common_passwords.FILE.stat().st_size < 200 * 1024
    assert "Redistribution" in (folder / "LICENSE.txt").read_text("utf-8")


def test_hashes_are_argon2id_with_19_mib_and_two_passes():
    assert passwords.hashed("correct horse").startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.NOBODYS.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
