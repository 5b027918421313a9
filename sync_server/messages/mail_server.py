"""The mail server that takes our mail: reached, spoken to by TLS, told who we are."""

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from urllib.parse import SplitResult, unquote, urlsplit

from sync_server.runtime.settings import Settings

TIMEOUT = 20.0
"""Seconds that a mail server has to answer."""

PORTS = {"smtp": 25, "smtps": 465}


class NoTls(Exception):
    """The server offers no TLS, and a password is not sent without it."""


@contextmanager
def connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A session with the server of FOLIO_SMTP, signed in where it says a password.

    `smtps` speaks TLS from the start, `smtp` from STARTTLS on (RFC 3207): always when there is a
    password, else when the server offers it and is not on this machine. Its certificate is checked
    against its name. Raises NoTls, OSError (ssl.SSLError is one), smtplib.SMTPException.
    """
    address = urlsplit(settings.smtp)
    host, port = address.hostname or "localhost", address.port or PORTS[address.scheme]
    trusted = ssl.create_default_context(cafile=settings.smtp_ca or None)
    with _greeted(address.scheme, host, port, trusted) as server:
        if address.scheme == "smtp":
            _start_tls(server, address, trusted, is_asked_for=bool(settings.smtp_ca))
        if address.username:
            server.login(unquote(address.username), unquote(address.password or ""))
        yield server


def _greeted(scheme: str, host: str, port: int, trusted: ssl.SSLContext) -> smtplib.SMTP:
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=trusted)
    return smtplib.SMTP(host, port, timeout=TIMEOUT)


def _start_tls(
    server: smtplib.SMTP, address: SplitResult, trusted: ssl.SSLContext, *, is_asked_for: bool
) -> None:
    server.ehlo_or_helo_if_needed()  # What it offers is known only from its answer to this.
    is_needed = bool(address.username) or is_asked_for
    if server.has_extn("starttls"):
        if is_needed or not _is_here(address.hostname or ""):
            server.starttls(context=trusted)
    elif is_needed:
        raise NoTls("the mail server offers no TLS, and without it no password is sent to it")


def _is_here(host: str) -> bool:
    """Whether what is sent there never leaves this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
