"""Passwords: kept as argon2id, checked in a time that tells nothing."""

from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

SHORTEST = 10
LONGEST = 200

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id with 19 MiB and two passes: some 26 ms, and dear to whoever guesses."""

NOBODYS = (
    "$argon2id$v=19$m=19456,t=2,p=1$8wzNR7EKJHdzbpH9tKE/1g"
    "$tLtJrUPd0YQCpl5Nh4mYq5DFXiW1vUe0hyQH4nyA2h4"
)
"""Checked when there is no account, so that an unknown address takes as long as a known one."""


def hashed(password: str) -> str:
    """The argon2id hash to keep, of one form for all keyboards (NFKC)."""
    return HASHER.hash(composed(password))


def matches(kept: str | None, password: str) -> bool:
    """Whether `password` is the one kept; as slow for an account that does not exist.

    What a keyboard wrote in another form than NFKC is tried as it was typed too: so it was kept
    until 0.1.0.
    """
    ways = dict.fromkeys(form[:LONGEST] for form in (composed(password), password))
    return any(_verified(kept or NOBODYS, way) for way in ways) and kept is not None


def composed(password: str) -> str:
    """One form for all keyboards: NFKC."""
    return normalize("NFKC", password)


def _verified(kept: str, password: str) -> bool:
    try:
        return HASHER.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
