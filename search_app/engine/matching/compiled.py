"""Loops compiled to machine code: what would take an answer hundreds of array steps, one loop does.

A loop is compiled once per installation and processor and kept where ``NUMBA_CACHE_DIR`` says, else beside its source,
else in the folder of the user: by `search.warm` before anybody asks, by the command `prepare` before the site starts.
A small archive does not wait for it (`postponed`): until a loop is compiled it runs as it is written, in Python, to the
same numbers.

What compiling takes goes by what stands in a loop: making an array, summing one up or going through one by ``for …
in`` each cost as much as twenty lines. So loops are given the arrays that they need (`scratch`), and go by places.
"""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Callable, Iterator
from functools import partial, update_wrapper
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar, cast

import numpy as np

Loop = TypeVar("Loop", bound=Callable[..., Any])

# What loops are given, as numba spells it. Arrays that are only read may be mapped, and mapped ones are read-only.
FLAGS = "Array(b1, 1, 'C', True)"
INTS = "Array(i4, 1, 'C', True)"
LONGS = "Array(i8, 1, 'C', True)"
FLOATS = "Array(f4, 1, 'C', True)"
DOUBLES = "Array(f8, 1, 'C', True)"
INT_ROWS = "Array(i4, 2, 'C', True)"
LONG_ROWS = "Array(i8, 2, 'C', True)"
FLOAT_ROWS = "Array(f4, 2, 'C', True)"
DOUBLE_ROWS_OUT = "Array(f8, 2, 'C', False)"
BYTES = "Array(u1, 1, 'C', True)"
BYTES_OUT = "Array(u1, 1, 'C', False)"
INTS_OUT = "Array(i4, 1, 'C', False)"
LONGS_OUT = "Array(i8, 1, 'C', False)"
BITS_OUT = "Array(u8, 1, 'C', False)"
FLOATS_OUT = "Array(f4, 1, 'C', False)"
DOUBLES_OUT = "Array(f8, 1, 'C', False)"
INT_ROWS_OUT = "Array(i4, 2, 'C', False)"
LONG_ROWS_OUT = "Array(i8, 2, 'C', False)"
INT = "i8"
FLOAT = "f4"


_loops: list[_Compiled] = []
_postponed = threading.Event()
"""Set where loops that are not compiled yet run as they are written."""
_compiling_in: set[int] = set()
"""The process that has a thread for what was postponed; one that was split off has none."""


def compiled(*arguments: str) -> Callable[[Loop], Loop]:
    """Has a loop compiled for arguments of these kinds, when it is first called at the latest.

    While it runs, other threads run beside it.
    """

    def prepared(loop: Loop) -> Loop:
        made = _Compiled(loop, arguments)
        _loops.append(made)
        return cast(Loop, made)

    return prepared


def part(step: Loop) -> Loop:
    """Has a step of loops compiled into each loop that calls it."""
    return cast(Loop, _Part(step))


def compile_all() -> None:
    """Has every loop ready: takes some seconds the first time that this installation runs on a processor.

    Processes that start together begin at the two ends, by chance: each finds what the other one has compiled and kept.
    """
    for loop in reversed(_loops) if os.getpid() % 2 == 0 else _loops:
        loop.ready()


def postponed() -> bool:
    """Postpones compiling, unless the loops were compiled before and are ready at once; returns whether it is.

    From then on the first loop that is called has all of them compiled beside, and runs as it is written: some hundred
    times as long, which is milliseconds only in a small archive. Until one is called this process has no other thread.
    """
    if not _postponed.is_set() and not _all_kept():
        _postponed.set()
    return _postponed.is_set()


def _compile_beside() -> None:
    if os.getpid() not in _compiling_in:
        _compiling_in.add(os.getpid())
        threading.Thread(target=compile_all, daemon=True).start()


def _all_kept() -> bool:
    """Whether as many compiled loops as there are lie where numba would look for them first."""
    folder = Path(os.environ.get("NUMBA_CACHE_DIR") or Path(__file__).parent / "__pycache__")
    return sum(1 for _ in folder.rglob("*.nbi")) >= len(_loops)


class _Compiled:
    def __init__(self, loop: Callable[..., Any], arguments: tuple[str, ...]) -> None:
        update_wrapper(self, loop)
        self._arguments = arguments
        self._made: Callable[..., Any] | None = None
        self._making = threading.Lock()

    def __call__(self, *given: Any) -> Any:
        if self._made is None and _postponed.is_set():
            _compile_beside()
            # Hashing multiplies beyond 64 bits on purpose; machine code does not mind.
            with np.errstate(over="ignore"):
                return self.__wrapped__(*given)
        return (self._made or self.ready())(*given)

    def ready(self) -> Callable[..., Any]:
        """The compiled loop."""
        with self._making:
            if self._made is None:
                self._made = _made(self.__wrapped__, self._arguments)
        return self._made

    __wrapped__: Callable[..., Any]


class _Part:
    def __init__(self, step: Callable[..., Any]) -> None:
        update_wrapper(self, step)
        self._made: Callable[..., Any] | None = None

    def __call__(self, *given: Any) -> Any:
        return self.__wrapped__(*given)

    def ready(self) -> Callable[..., Any]:
        """The step as loops call it; compiled with them."""
        if self._made is None:
            import numba  # noqa: PLC0415

            self._made = numba.njit(**_INSIDE)(_with_parts(self.__wrapped__))
        return self._made

    __wrapped__: Callable[..., Any]


# Doors that nobody goes through are not made: a loop is never called from C, a part only by loops.
_CALLED: Any = {"nogil": True, "error_model": "numpy", "no_cfunc_wrapper": True}
_INSIDE: Any = {"error_model": "numpy", "no_cfunc_wrapper": True, "no_cpython_wrapper": True}


def _made(loop: Callable[..., Any], arguments: tuple[str, ...]) -> Callable[..., Any]:
    # A third of a second, which only those wait for who search.
    import numba  # noqa: PLC0415

    compiling = partial(numba.njit, f"({', '.join(arguments)},)", **_CALLED)
    whole = _with_parts(loop)
    try:
        made: Callable[..., Any] = compiling(cache=True)(whole)
    except Exception:  # no folder to keep it in, no room there, a damaged file: what is kept is a convenience
        made = compiling()(whole)
    return made


def _with_parts(loop: Callable[..., Any]) -> Callable[..., Any]:
    """The same function that calls the parts as numba knows them.

    What is kept of it is found by its name and its own code: so the name tells of its parts and of its numbers too.
    """
    assert isinstance(loop, FunctionType)
    ready = {name: found.ready() for name, found in _globals_of(loop) if isinstance(found, _Part)}
    whole = FunctionType(loop.__code__, {**loop.__globals__, **ready}, loop.__name__, loop.__defaults__)
    whole.__qualname__ = f"{loop.__qualname__}_{zlib.crc32(repr(list(_meant(loop))).encode()):08x}"
    return whole


def _meant(loop: Callable[..., Any]) -> Iterator[object]:
    """The numbers that a loop names, and the code and numbers of the parts that it calls."""
    for name, found in _globals_of(loop):
        if isinstance(found, int | float):
            yield name, found
        elif isinstance(found, _Part):
            code = found.__wrapped__.__code__
            yield name, code.co_code, code.co_consts
            yield from _meant(found.__wrapped__)


def _globals_of(loop: Any) -> Iterator[tuple[str, Any]]:
    return ((name, loop.__globals__.get(name)) for name in loop.__code__.co_names)
