"""What is an e-mail address, as typed for an account or found inside free text."""

import re
from collections.abc import Iterator

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

LETTER = r"""[^\s@,;:<>()\[\]{}"«»|/\\]"""
CANDIDATE = re.compile(rf"(?<!{LETTER}){LETTER}++@[\w.-]+")
"""What could be an address in a sentence; whether it is one is asked afterwards."""

STAND_IN = ".example.com"


class NotAnEmail(ValueError):
    """This text is no e-mail address; the sentence says why."""


class SpecialUse(NotAnEmail):
    """Its domain is one that no mail on the Internet reaches: `.local`, `.test` … RFC 6761."""


def checked(text: str, special_use: bool = False) -> str:
    """The address in `text`, as it is written properly; nobody is asked whether it exists.

    `special_use` lets in domains that only one's own network knows. Raises NotAnEmail.
    """
    address = text.strip()
    stand_in = STAND_IN if _is_special(address) else ""
    if stand_in and not special_use:
        raise SpecialUse(
            "its domain is reserved for networks of one's own and for tests; "
            "FOLIO_ALLOW_SPECIAL_USE_DOMAINS=1 lets it in"
        )
    try:
        found = validate_email(address + stand_in, check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise NotAnEmail(str(error)) from error
    return found.normalized.removesuffix(stand_in)


def found_in(text: str, special_use: bool = False) -> list[str]:
    """The addresses in free text like «Juan 55 5550 0101, juan@x.mx; ana@x.mx», each once."""
    found: dict[str, str] = {}
    for address in _found(text, special_use):
        found.setdefault(address.lower(), address)
    return list(found.values())


def _found(text: str, special_use: bool) -> Iterator[str]:
    for candidate in CANDIDATE.findall(text):
        try:
            yield checked(candidate.lstrip("'.").rstrip(".-"), special_use)
        except NotAnEmail:
            continue


def _is_special(address: str) -> bool:
    domain = address.rpartition("@")[2].lower().rstrip(".")
    return any(domain == name or domain.endswith(f".{name}") for name in SPECIAL_USE_DOMAIN_NAMES)
