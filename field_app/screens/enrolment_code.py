"""What the console shows to let a tablet in, read from whatever was typed or pasted."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """A one-time code, and the office's address where it came along; empty where it did not."""

    code: str
    server: str = ""


def read_code(text: str) -> EnrolmentCode:
    """The code, and the address if one stands before or after it, apart by any space."""
    words = text.split()
    servers = [word for word in words if "://" in word]
    rest = " ".join(word for word in words if "://" not in word)
    return EnrolmentCode(rest.upper(), servers[0] if servers else "")
