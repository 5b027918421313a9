"""A real report under a real seal, made once for the tests that look at it."""

from datetime import UTC, datetime, timedelta
from functools import cache

from sync_server.reports import signing_key
from sync_server.reports.signer import Seal
from sync_server.reports.signing_key import SigningKey
from tests.shared.report import specimens

SEALED_AT = datetime(2026, 3, 9, 18, 0, tzinfo=UTC)


@cache
def key() -> SigningKey:
    return signing_key.make("Servicio en Sitio", SEALED_AT - timedelta(days=1))


@cache
def other_key() -> SigningKey:
    return signing_key.make("Otra oficina", SEALED_AT - timedelta(days=1))


@cache
def report() -> bytes:
    return specimens.made(specimens.ordinary())


@cache
def sealed() -> bytes:
    return Seal.with_key(key()).sealed(report(), SEALED_AT)
