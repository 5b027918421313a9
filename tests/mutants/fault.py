"""What the product does wrong: said of a function, in code, without a word of its source.

A function is named by reference. Who renames or moves it changes the reference, too; one that is
gone stops the import, and the type checker.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import CodeType, FunctionType
from typing import Any, Concatenate, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Fault:
    """`wrong`, given the real function and the arguments, runs where `function` is called."""

    function: FunctionType
    wrong: Callable[..., Any]
    outer: FunctionType | None = None

    def __str__(self) -> str:
        name = self.function.__qualname__
        return f"{name} within {self.outer.__qualname__}" if self.outer else name

    @contextmanager
    def alive(self) -> Iterator[list["Fault"]]:
        """The product has this fault inside the block; the list grows each time it shows."""
        shown: list[Fault] = []
        real, outer = _copy(self.function), self.outer.__code__ if self.outer else None

        def called(*args: Any, **named: Any) -> Any:
            if outer is not None and not _is_running(outer):
                return real(*args, **named)
            shown.append(self)
            return self.wrong(real, *args, **named)

        # In the function itself: every module that imported it by name calls this one, too.
        _become(self.function, _call_wrong.__code__, None, {"_wrong": called})
        try:
            yield shown
        finally:
            _become(self.function, real.__code__, real.__defaults__, real.__kwdefaults__)


def answers(function: Callable[..., R], value: R) -> Fault:
    """It is not called: this is its answer."""
    return Fault(_written(function), lambda real, *args, **named: value)


def never(function: Callable[..., Any]) -> Fault:
    """It is not called."""
    return answers(function, None)


def first(function: Callable[P, Any], wrong: Callable[P, object]) -> Fault:
    """`wrong` runs before it, with the same arguments."""

    def both(real: Callable[P, Any], *args: P.args, **named: P.kwargs) -> Any:
        wrong(*args, **named)
        return real(*args, **named)

    return Fault(_written(function), both)


def then(function: Callable[..., R], wrong: Callable[[R], R]) -> Fault:
    """`wrong` makes another answer out of its answer."""
    return Fault(_written(function), lambda real, *args, **named: wrong(real(*args, **named)))


def instead(function: Callable[P, R], wrong: Callable[Concatenate[Callable[P, R], P], R]) -> Fault:
    """`wrong` runs in its place, and is given the real one before the arguments."""
    return Fault(_written(function), wrong)


def within(outer: Callable[..., Any], fault: Fault) -> Fault:
    """The fault shows only in calls out of `outer`, at whatever depth, in the same thread."""
    return replace(fault, outer=_written(outer))


def _written(function: Callable[..., Any]) -> FunctionType:
    """A function of ours, written with `def` and outside others: the only kind that can change."""
    if not isinstance(function, FunctionType) or function.__closure__:
        raise TypeError(f"{function!r} is no plain function: name one that calls it or is called")
    return function


def _call_wrong(*args: Any, _wrong: Callable[..., Any], **named: Any) -> Any:
    return _wrong(*args, **named)


def _copy(function: FunctionType) -> FunctionType:
    copy = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def _become(
    function: FunctionType,
    code: CodeType,
    defaults: tuple[Any, ...] | None,
    named: dict[str, Any] | None,
) -> None:
    function.__code__, function.__defaults__ = code, defaults
    function.__kwdefaults__ = named


def _is_running(code: CodeType) -> bool:
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code is code:
            return True
    return False
