"""What several processes that serve together know of each other: how many connections each holds, who has died.

A connection stays with the process that took it, however many requests it carries. The system gives it to whichever
process is quicker, which may well be the same one eight times in a row, while the others have nothing to do.
"""

from __future__ import annotations

import contextlib
import socket
import time
from ctypes import c_int
from multiprocessing import get_context
from typing import Any

_COURTESY = 0.003
"""Seconds that a process with more connections than another one leaves a new one to it. Not longer: it may be dead."""

_BETWEEN_COURTESIES = 0.01


class Shares:
    """How many connections each of several processes holds; make it before they are split off."""

    def __init__(self, processes: int) -> None:
        # Each process writes a place of its own, so nothing needs to be locked.
        self._held = get_context("fork").RawArray(c_int, processes)

    def begin(self, place: int) -> None:
        """A process that has taken another one's place starts with no connections."""
        self._held[place] = 0

    def add(self, place: int, number: int) -> None:
        """The process has taken a connection (1) or let one go (-1)."""
        self._held[place] += number

    def is_ahead(self, place: int) -> bool:
        """Whether some other process holds fewer connections."""
        held: list[int] = self._held[:]
        return held[place] > min(held)


class Alarm:
    """How often a process of the site has died over a file of the index; make it before they are split off."""

    def __init__(self) -> None:
        # Only the process that watches writes.
        self._times = get_context("fork").RawValue(c_int, 0)

    def sound(self) -> None:
        """Once more."""
        self._times.value += 1

    def times(self) -> int:
        """How often."""
        return int(self._times.value)


class SharedListener(socket.socket):
    """A listening socket of several processes, as one of them sees it."""

    def __init__(self, shared: socket.socket, shares: Shares, place: int) -> None:
        """Takes the system's handle over from ``shared``."""
        super().__init__(shared.family, shared.type, shared.proto, fileno=shared.detach())
        self._shares = shares
        self._place = place
        self._waited = 0.0

    def courtesy(self) -> float:
        """Seconds for which a new connection is left to the other processes; 0 where it is this one's turn."""
        # Once for many that come together: they must not keep those waiting that are here already.
        now = time.monotonic()
        if now - self._waited < _COURTESY + _BETWEEN_COURTESIES or not self._shares.is_ahead(self._place):
            return 0.0
        self._waited = now
        return _COURTESY

    def accept(self) -> tuple[socket.socket, Any]:
        """A new connection. Raises BlockingIOError where another process has taken it."""
        taken, address = super().accept()
        return _Counted(taken, self._shares, self._place), address


class _Counted(socket.socket):
    """A connection that is counted until it is closed."""

    def __init__(self, taken: socket.socket, shares: Shares, place: int) -> None:
        super().__init__(taken.family, taken.type, taken.proto, fileno=taken.detach())
        self._shares = shares
        self._place = place
        self._is_counted = True
        shares.add(place, 1)

    def close(self) -> None:
        """Closes it; any further call does nothing."""
        if self._is_counted:
            self._is_counted = False
            self._shares.add(self._place, -1)
        with contextlib.suppress(OSError):
            super().close()
