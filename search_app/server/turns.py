"""The loop of the server: turn by turn it does what is ready, and only that.

Waitress asks every connection before each turn whether it has something to read or to write. With 1,600 connections
that takes three milliseconds, several times for each page, while the pages wait for the same interpreter. Here the
system is told when what a connection waits for changes, so a turn takes as long as what is ready, however many stand
by. What is ready is done in small pieces: nobody waits while hundreds are closed or a large file is sent.
"""

from __future__ import annotations

import selectors
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Protocol

_LONGEST = 1.0
"""Seconds that a turn waits for something to do: as often connections are looked at that have used up their time."""
_CLOSING = 0.002
"""Seconds of a turn in which connections are closed that were let go; what they had to send may lie in large files."""


class Listener(Protocol):
    """What is asked of a listening socket of the server."""

    _fileno: int

    def readable(self) -> bool:
        """Whether new connections are to be taken now; also looks after the old ones, now and then."""

    def pause(self) -> float | None:
        """Seconds until new connections are to be taken again; ``None`` where they are already."""


class Turns(dict[int, Any]):
    """What the server looks after, by handles: waitress puts its connections in and takes them out."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = selectors.DefaultSelector()
        # Appended to by any thread, taken from by the one that runs the turns.
        self._changed: deque[tuple[int, Any]] = deque()
        self._going: deque[Any] = deque()
        self.listeners: Sequence[Listener] = ()
        self.wake: Callable[[], None] = lambda: None
        """Ends the waiting of a turn; any thread may call it."""

    def __setitem__(self, handle: int, item: Any) -> None:
        """Something new is looked after from the next turn on: it may not be whole yet."""
        super().__setitem__(handle, item)
        self._changed.append((handle, item))

    def __delitem__(self, handle: int) -> None:
        """The handle is about to be closed."""
        super().__delitem__(handle)
        if handle in self._selector.get_map():
            self._selector.unregister(handle)

    @property
    def going(self) -> int:
        """How many have been let go and are not closed yet."""
        return len(self._going)

    def look_at(self, item: Any) -> None:
        """Something may wait for another thing than before; any thread may tell."""
        handle = item._fileno
        if handle is not None:
            self._changed.append((handle, item))
            self.wake()

    def close_soon(self, item: Any) -> None:
        """Closes a connection in one of the next turns. Only for the thread that runs them."""
        self._going.append(item)
        if item._fileno in self._selector.get_map():
            self._selector.unregister(item._fileno)

    def run(self) -> None:
        """Turns until nothing is left to look after."""
        while self:
            self.turn()

    def turn(self, longest: float = _LONGEST) -> None:
        """Waits until something is ready, at most so many seconds, and does it."""
        self._close()
        for listener in self.listeners:
            self._watch(listener._fileno, listener)
        while self._changed:
            self._watch(*self._changed.popleft())
        pauses = [pause for listener in self.listeners if (pause := listener.pause()) is not None]
        for key, events in self._selector.select(0 if self._going else min([longest, *pauses])):
            # Whoever was closed in this turn may have left its handle to somebody new.
            if self._has(key.fd, key.data):
                self._do(key.data, events)
                self._watch(key.fd, key.data)

    def _has(self, handle: int, item: object) -> bool:
        return self.get(handle) is item

    def _close(self) -> None:
        until = time.monotonic() + _CLOSING
        while self._going:
            item = self._going.popleft()
            if self._has(item._fileno, item):
                item.handle_close()
            if time.monotonic() > until:
                break

    def _watch(self, handle: int, item: Any) -> None:
        """Tells the system what is waited for."""
        if not self._has(handle, item):
            return
        events = selectors.EVENT_READ if item.readable() else 0
        if item.writable():
            events |= selectors.EVENT_WRITE
        known = self._selector.get_map().get(handle)
        if known is None:
            if events:
                self._selector.register(handle, events, item)
        elif not events:
            self._selector.unregister(handle)
        elif known.events != events:
            self._selector.modify(handle, events, item)

    def _do(self, item: Any, events: int) -> None:
        """Whoever fails is closed; the others do not notice."""
        try:
            if events & selectors.EVENT_READ:
                item.handle_read_event()
            if events & selectors.EVENT_WRITE and item._fileno is not None:
                item.handle_write_event()
        except OSError:
            item.handle_close()
        except Exception:
            item.handle_error()
