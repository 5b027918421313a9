"""The passwords that everybody uses, as Django carries them: 20,000, the list and its licence."""

import gzip
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "common-passwords.txt.gz"


@cache
def common_passwords() -> frozenset[str]:
    """Every one of them, in lower case; read when it is first asked for."""
    return frozenset(gzip.decompress(FILE.read_bytes()).decode().split())
