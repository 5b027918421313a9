"""Is this a good new password? Long, no pattern, no common one, nothing of whose it is.

What is asked is one function; what is wrong comes back as a code, whose sentence the page says.
"""

import re
from collections.abc import Iterator
from enum import StrEnum

from shared.words.folding import folded
from sync_server.identity.common_passwords import common_passwords
from sync_server.identity.passwords import LONGEST, SHORTEST, composed

SHORTEST_NAME = 4
"""Letters from which on a word of somebody's name or address is looked for in their password."""

LEAST_OF_ONE_S_OWN = 5
"""Letters and digits that must be left of a password when names are taken out of it."""

LONGEST_PATTERN = 6
"""A password that is so few characters over and over is as weak as these few."""


class Weakness(StrEnum):
    """Why a password is none."""

    LENGTH = "length"
    PATTERN = "pattern"
    COMMON = "common"
    ABOUT = "about"


def weakness(password: str, *about: str) -> Weakness | None:
    """What is wrong with a new password, None when it is good.

    `about` is the e-mail and the name of whose it is, and the organisation.
    """
    form = composed(password)
    if not SHORTEST <= len(form) <= LONGEST:
        return Weakness.LENGTH
    plain = form.casefold()
    if len(set(plain)) <= 3 or _is_pattern(plain):
        return Weakness.PATTERN
    if _is_common(plain):
        return Weakness.COMMON
    return Weakness.ABOUT if _is_about(plain, about) else None


def _is_pattern(plain: str) -> bool:
    units = (plain[:size] for size in range(1, LONGEST_PATTERN + 1))
    return any((unit * len(plain)).startswith(plain) for unit in units if len(plain) > len(unit))


def _is_common(plain: str) -> bool:
    """Whether it is a common one, also between digits and signs: «¡Password2026!»."""
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    return plain in common_passwords() or core in common_passwords()


def _is_about(plain: str, about: tuple[str, ...]) -> bool:
    left = "".join(c for c in folded(plain) if c.isalnum())
    whole = left
    for word in sorted(_words(about), key=len, reverse=True):
        left = left.replace(word, "")
    return left != whole and sum(c.isalpha() for c in left) < LEAST_OF_ONE_S_OWN


def _words(about: tuple[str, ...]) -> Iterator[str]:
    for text in about:
        for word in re.split(r"[\W_]+", folded(text)):
            if len(word) >= SHORTEST_NAME:
                yield word
