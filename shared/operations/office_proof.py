"""What an office signs to show a tablet that it is the one that enrolled it before."""

from shared.operations.digest import canonical

DOMAIN = b"folio office proof 1\n"


def proof_text(nonce: str, user: str, device_id: str) -> bytes:
    """The bytes under the signature: the tablet's nonce, and whom the office let in with it."""
    return DOMAIN + canonical({"nonce": nonce, "user": user, "device_id": device_id})
