"""One fault in the product: some words of a function's source, replaced while the fault lives."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from types import FunctionType
from typing import Any

from tests.faults.silent import SilentWorld

Scenario = Callable[[SilentWorld], None]


class NoSuchWords(Exception):
    """The product changed: what this fault replaces is not there, or not once only."""


@dataclass(frozen=True)
class Mutant:
    """In the source of `where`, `words` become `others`; then `scenario` must fail.

    `caught_by` is the check that must find it: its name is in the traceback, or its sentence.
    `guard` is a second guard against the same fault, which must fall too.
    """

    name: str
    where: Callable[..., Any]
    words: str
    others: str
    scenario: Scenario
    caught_by: str
    guard: "Mutant | None" = None

    @contextmanager
    def alive(self) -> Iterator[None]:
        """The product has this fault inside the block."""
        function = inspect.unwrap(self.where)
        assert isinstance(function, FunctionType)
        real = function.__code__
        function.__code__ = self._changed(function).__code__
        try:
            with self.guard.alive() if self.guard else nullcontext():
                yield
        finally:
            function.__code__ = real

    def _changed(self, function: FunctionType) -> FunctionType:
        source = textwrap.dedent(inspect.getsource(function))
        if source.count(self.words) != 1:
            raise NoSuchWords(f"{self.name}: {function.__qualname__} has not {self.words!r} once")
        names = dict(function.__globals__)
        changed = source.replace(self.words, self.others)
        exec(compile(changed, f"<{self.name}>", "exec"), names)
        made = names[function.__name__]
        assert isinstance(made, FunctionType)
        return made
