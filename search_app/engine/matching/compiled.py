"""Loops compiled to machine code: what would take an answer hundreds of array steps, one loop does.

A loop is compiled once per installation and processor and kept where ``NUMBA_CACHE_DIR`` says, else beside its source,
else in the folder of the user; `search.warm` has all of them ready before anybody asks.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any, TypeVar, cast

Loop = TypeVar("Loop", bound=Callable[..., Any])

# What loops are given, as numba spells it. Arrays that are only read may be mapped, and mapped ones are read-only.
BYTES = "Array(u1, 1, 'C', True)"
FLAGS = "Array(b1, 1, 'C', True)"
INTS = "Array(i4, 1, 'C', True)"
LONGS = "Array(i8, 1, 'C', True)"
FLOATS = "Array(f4, 1, 'C', True)"
DOUBLES = "Array(f8, 1, 'C', True)"
INT_ROWS = "Array(i4, 2, 'C', True)"
LONG_ROWS = "Array(i8, 2, 'C', True)"
FLOAT_ROWS = "Array(f4, 2, 'C', True)"
INTS_OUT = "Array(i4, 1, 'C', False)"
LONGS_OUT = "Array(i8, 1, 'C', False)"
FLOATS_OUT = "Array(f4, 1, 'C', False)"
INT = "i8"
FLOAT = "f4"


_loops: list[_Compiled] = []


def compiled(*arguments: str) -> Callable[[Loop], Loop]:
    """Has a loop compiled for arguments of these kinds, when it is first called at the latest.

    While it runs, other threads run beside it.
    """

    def prepared(loop: Loop) -> Loop:
        made = _Compiled(loop, arguments)
        _loops.append(made)
        return cast(Loop, made)

    return prepared


def compile_all() -> None:
    """Has every loop ready: takes some seconds the first time that this installation runs on a processor.

    Processes that start together begin at the two ends: each finds what the other one has compiled and kept.
    """
    for loop in _loops if os.getpid() % 2 else reversed(_loops):
        loop.ready()


class _Compiled:
    def __init__(self, loop: Callable[..., Any], arguments: tuple[str, ...]) -> None:
        update_wrapper(self, loop)
        self._arguments = arguments
        self._made: Callable[..., Any] | None = None

    def __call__(self, *given: Any) -> Any:
        return (self._made or self.ready())(*given)

    def ready(self) -> Callable[..., Any]:
        """The compiled loop."""
        if self._made is None:
            self._made = _made(self.__wrapped__, self._arguments)
        return self._made

    __wrapped__: Callable[..., Any]


def _made(loop: Callable[..., Any], arguments: tuple[str, ...]) -> Callable[..., Any]:
    # A third of a second, which only those wait for who search.
    import numba  # noqa: PLC0415

    compiling = partial(numba.njit, f"({', '.join(arguments)},)", nogil=True, error_model="numpy")
    try:
        made: Callable[..., Any] = compiling(cache=True)(loop)
    except Exception:  # no folder to keep it in, no room there, a damaged file: what is kept is a convenience
        made = compiling()(loop)
    return made
