"""Two queues of requests: what takes long, as files of thousands of answers do, never stands before a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from waitress.task import ThreadedTaskDispatcher

IsLong = Callable[[str], bool]
"""Tells by its path whether a request takes long."""


class Lanes:
    """Hands requests to threads, as waitress's own dispatcher does: long ones to one thread, all others to the rest."""

    def __init__(self, threads: int, is_long: IsLong) -> None:
        self._is_long = is_long
        self._short = _started(threads)
        self._long = _started(1)

    def add_task(self, channel: Any) -> None:
        """Queues the first request of a connection."""
        path = str(getattr(channel.requests[0], "path", "")) if channel.requests else ""
        (self._long if self._is_long(path) else self._short).add_task(channel)

    def shutdown(self, cancel_pending: bool = True, timeout: float = 5) -> bool:
        """Ends the threads; whether requests were left that nobody answers."""
        left = [lane.shutdown(cancel_pending, timeout) for lane in (self._short, self._long)]
        return any(left)


def _started(threads: int) -> Any:
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    return dispatcher
