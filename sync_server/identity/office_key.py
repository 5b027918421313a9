"""By what tablets know this office again, and what opens their data when a PIN was forgotten.

Both follow from the office's secret: a restored office has them as long as it has that, and nothing
of them is stored.
"""

import hmac
from base64 import b64encode

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from shared.operations.office_proof import proof_text
from sync_server.runtime.context import ApplicationContext


def public_key(context: ApplicationContext) -> str:
    """The office's public key (Ed25519), in base64."""
    return b64encode(_private(context).public_key().public_bytes_raw()).decode()


def proof(context: ApplicationContext, nonce: str, user: str, device_id: str) -> str:
    """The office's signature over a tablet's nonce and whom it let in with it, in base64."""
    return b64encode(_private(context).sign(proof_text(nonce, user, device_id))).decode()


def recovery_key(context: ApplicationContext, user: str) -> str:
    """What opens the data of this person's tablets, in base64: theirs alone, always the same."""
    return b64encode(_derived(context, f"recovery key of {user}")).decode()


def _private(context: ApplicationContext) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_derived(context, "key of the office"))


def _derived(context: ApplicationContext, purpose: str) -> bytes:
    return hmac.digest(context.secret, f"folio tablets: {purpose}".encode(), "sha256")
