"""After a change of certificate: the earlier one stays trusted, and what it sealed is sealed anew.

The new seal stands upon the earlier one, in a file of its own: whoever has it has both seals, one
over the other, and the earlier file stays as it is.
"""

from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from sqlalchemy import select

from sync_server.archive import archive
from sync_server.database.tables import archive as archived
from sync_server.database.tables import seal
from sync_server.database.transactions import Transaction
from sync_server.reports import seal_certificates, signing_key
from sync_server.reports.signing_key import CERTIFICATE_FILE, EARLIER_FOLDER, KEY_FILE, SigningKey
from sync_server.runtime import jobs
from sync_server.runtime.context import ApplicationContext


def trust(certificate: x509.Certificate, folder: Path) -> Path:
    """Keep an earlier certificate among those that are trusted; twice is once."""
    path = folder / EARLIER_FOLDER / f"{signing_key.fingerprint(certificate)}.pem"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    seal_certificates.of.cache_clear()
    return path


def replace(key: SigningKey, folder: Path) -> None:
    """Put a new key in the place of the one made here, whose certificate stays trusted.

    The earlier key goes: nothing is sealed with it again.
    """
    if (folder / CERTIFICATE_FILE).exists():
        [earlier, *_] = signing_key.read_certificates(folder / CERTIFICATE_FILE)
        trust(earlier, folder)
        (folder / KEY_FILE).unlink(missing_ok=True)
        (folder / CERTIFICATE_FILE).unlink()
    signing_key.write(key, folder)
    seal_certificates.of.cache_clear()


def ask_for_all(context: ApplicationContext, now: datetime) -> int:
    """Ask for the present certificate's seal on every report that lacks it; how many.

    Asking again asks for no more. Raises NoSeal, UnusableKey.
    """
    certificate = seal_certificates.of(context.settings).seal.key.fingerprint
    has_it = select(seal.c.archive).where(seal.c.certificate == certificate)
    query = select(archived.c.id).where(
        archived.c.report_sha256.is_not(None), archived.c.id.not_in(has_it)
    )
    with context.database.reading() as tx:
        ids = tx.scalars(query.order_by(archived.c.id))

    def ask(tx: Transaction) -> None:
        for id in ids:
            key = f"{archive.SEAL}/{id}/{certificate[:16]}"
            jobs.ask(tx, context, archive.SEAL, key, {"archive": id}, now)

    context.database.write(ask)
    return len(ids)
