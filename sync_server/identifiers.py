"""What may be an id that somebody else made: short, visible, plain."""

import re
from typing import Any, TypeGuard

_ID = re.compile(r"[!-~]{1,64}")


def is_id(value: Any) -> TypeGuard[str]:
    """Whether this is text of 1 to 64 visible ASCII characters: what every database keeps."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None
