"""Mail goes to the server that was meant, its password by TLS alone, and in the end is given up."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID
from sqlalchemy import select

from sync_server.database.tables import outbox as table
from sync_server.messages import notices, outbox
from sync_server.runtime.settings import BadSetting, Settings

DAY = timedelta(days=1)
WHO = LoginPassword(b"folio@example.com", b"a secret/1")
SIGNED_IN = "folio%40example.com:a%20secret%2F1@"


class Post:
    """What a mail server saw: who signed in, over TLS or not, and whose mail it took."""

    def __init__(self) -> None:
        self.signed_in: list[object] = []
        self.taken: list[tuple[list[str], bool]] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.answer.startswith("250"):
            by_tls = server.transport.get_extra_info("ssl_object") is not None
            self.taken.append((envelope.rcpt_tos, by_tls))
        return self.answer

    def authenticator(self, server, session, envelope, mechanism, data) -> AuthResult:
        self.signed_in.append(data)
        return AuthResult(success=data == WHO, handled=False)


def certificate(folder: Path, name: str, now: datetime, days: int = 1) -> Path:
    """A PEM file of a certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    names = [x509.DNSName(name)]
    if name == "localhost":
        names.append(x509.IPAddress(ip_address("127.0.0.1")))  # type: ignore[arg-type]
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 3 * DAY)
        .not_valid_after(now + days * DAY)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = folder / f"{name}-{days}.pem"
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + made.public_bytes(Encoding.PEM)
    )
    return path


@contextmanager
def opened(post: Post, pem: Path | None = None, scheme: str = "smtp", **how: Any) -> Iterator[str]:
    """A mail server's `host:port`; with a certificate it offers STARTTLS, or begins with TLS."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if pem else None
    if tls and pem:
        tls.load_cert_chain(pem)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with_tls: dict[str, Any] = {"ssl_context": tls} if scheme == "smtps" else {"tls_context": tls}
    controller = Controller(post, hostname="127.0.0.1", port=port, **with_tls, **how)
    controller.start()
    yield f"localhost:{port}"
    controller.stop()


def sent(office, smtp: str, to: str = "ana@example.com", **settings: Any) -> Any:
    """What became of one notice with this mail server: its row."""
    office.stop()
    office.start(smtp=smtp, **settings)
    id = office.ticket()
    record = office.record(id).record
    office.do(
        lambda tx: notices.tell(
            tx, office.context, "closed", f"closed/{id}", record, [(to, "es")], office.clock()
        )
    )
    outbox.send_mail(office.context, office.clock() + timedelta(seconds=1))
    return row(office, f"closed/{id}")


def row(office, key: str):
    return office.ask(lambda tx: tx.execute(select(table).where(table.c.key == key)).one())


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_a_password_is_told_to_the_server_that_was_meant_over_tls(office, tmp_path, scheme):
    post, pem = Post(), certificate(tmp_path, "localhost", office.clock())
    how: dict[str, Any] = {"authenticator": post.authenticator, "auth_required": True}
    if scheme == "smtps":
        how["auth_require_tls"] = False  # aiosmtpd means STARTTLS by it
    with opened(post, pem, scheme, **how) as server:
        mail = sent(office, f"{scheme}://{SIGNED_IN}{server}", smtp_ca=str(pem))
    assert (mail.failure, mail.sent_at is not None) == (None, True)
    assert post.signed_in == [WHO]
    assert post.taken == [(["ana@example.com"], True)]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
@pytest.mark.parametrize(
    ("name", "days", "known", "why"),
    [
        ("localhost", 1, False, "self-signed certificate"),
        ("mail.example.com", 1, True, "Hostname mismatch"),
        ("localhost", -1, True, "certificate has expired"),
    ],
)
def test_another_server_gets_neither_password_nor_mail(
    office, tmp_path, scheme, name, days, known, why
):
    post, pem = Post(), certificate(tmp_path, name, office.clock(), days)
    with opened(post, pem, scheme, authenticator=post.authenticator) as server:
        trusted = {"smtp_ca": str(pem)} if known else {}
        mail = sent(office, f"{scheme}://{SIGNED_IN}{server}", **trusted)
    assert why in mail.failure
    assert (mail.sent_at, post.signed_in, post.taken) == (None, [], [])


def test_without_tls_no_password_is_sent(office):
    post = Post()
    how: dict[str, Any] = {"authenticator": post.authenticator, "auth_require_tls": False}
    with opened(post, **how) as server:
        mail = sent(office, f"smtp://{SIGNED_IN}{server}")
        assert mail.failure.startswith("NoTls: the mail server offers no TLS")
        assert (post.signed_in, post.taken) == ([], [])
        mail = sent(office, f"smtp://{server}")
    assert mail.failure is None
    assert post.taken == [(["ana@example.com"], False)]


def test_a_named_authority_asks_for_tls_without_a_password_too(office, tmp_path):
    post, pem = Post(), certificate(tmp_path, "localhost", office.clock())
    with opened(post) as server:
        assert "NoTls" in sent(office, f"smtp://{server}", smtp_ca=str(pem)).failure
    with opened(post, pem) as server:
        assert sent(office, f"smtp://{server}", smtp_ca=str(pem)).failure is None
    assert post.taken == [(["ana@example.com"], True)]


def test_on_this_machine_mail_without_a_password_needs_no_certificate(office, tmp_path):
    post, pem = Post(), certificate(tmp_path, "debian", office.clock())
    with opened(post, pem) as server:
        assert sent(office, f"smtp://{server}").failure is None
    assert post.taken == [(["ana@example.com"], False)]


def test_a_wrong_password_is_noted_and_tried_again(office, tmp_path):
    post, pem = Post(), certificate(tmp_path, "localhost", office.clock())
    with opened(post, pem, authenticator=post.authenticator) as server:
        mail = sent(office, f"smtp://folio:wrong@{server}", smtp_ca=str(pem))
    assert mail.failure.startswith("SMTPAuthenticationError")
    assert "wrong" not in mail.failure
    assert (mail.dead_at, mail.tries, post.taken) == (None, 1, [])


MOST = 16
"""Tries of one mail, over two days."""


def test_a_mail_is_given_up_after_its_tries_and_no_earlier(office):
    post = Post()
    post.answer = "451 try later"
    with opened(post) as server:
        mail = sent(office, f"smtp://{server}")
        began = office.clock()
        while not mail.dead_at:
            assert mail.tries < MOST
            before = mail.due_at - timedelta(microseconds=1)
            assert not outbox.send_mail(office.context, before)
            outbox.send_mail(office.context, mail.due_at)
            mail = row(office, mail.key)
        assert mail.tries == MOST
        assert "451" in mail.failure
        assert 2 * DAY < mail.dead_at - began < 4 * DAY
        post.answer = "250 OK"
        assert not outbox.send_mail(office.context, mail.due_at + 30 * DAY)
    assert (post.taken, row(office, mail.key).sent_at) == ([], None)


@pytest.mark.parametrize(
    "said", ["mail.example.com", "http://mail.example.com", "smtp://", "smtp://x:port", "smtp://a@"]
)
def test_what_names_no_mail_server_is_refused(said):
    with pytest.raises(BadSetting) as refused:
        Settings.from_environment({"FOLIO_SMTP": said})
    assert str(refused.value) == "FOLIO_SMTP: it is smtp://user:password@host:port, or smtps://"
