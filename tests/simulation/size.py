"""How large a simulated history is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """`quiet` is how many days trouble may pile up before everything must come to rest.

    `mishaps` happen each day, and `calls` come in for each tablet; `rate` is the share of
    requests that the network spoils on an ordinary day. A push has few operations a `batch`, so
    that many have several.
    """

    tablets: int
    days: int
    quiet: int
    mishaps: float
    calls: float = 0.5
    rate: float = 0.08
    batch: int = 3


FULL = Size(tablets=20, days=30, quiet=3, mishaps=6)
SMALL = Size(tablets=4, days=4, quiet=2, mishaps=6, calls=0.8, rate=0.2)
"""For every run of the tests: a history in which each kind of mishap comes once or twice."""
