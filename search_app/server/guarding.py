"""Which connections a server keeps: not those that never finish their request, nor those that never take the answer.

An answer is written whole before it is sent (what is large into a temporary file), so a reader who sleeps holds no
thread. What a connection may hold is bounded by time, all connections together by number and by the bytes that wait
for them; where a bound is reached, the connection goes that has stood still for longest.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from heapq import nsmallest
from typing import Protocol, TypeVar

try:
    import resource
except ImportError:  # Windows, where sockets are no files
    resource = None  # type: ignore[assignment]


class Connection(Protocol):
    """What is asked of a connection of the server."""

    begun: float
    """When its last request began to come, or the connection was made; seconds."""
    last_activity: float
    """When something was last read or sent."""
    requests: list[object]
    """Requests that are whole: being answered or waiting for their turn."""
    total_outbufs_len: int
    """Bytes of answers that the reader has not taken yet."""
    will_close: bool
    """Let go already, and closed in a moment."""

    @property
    def is_waited_for(self) -> bool:
        """Whether a request has begun that is not whole, or none has come yet."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how many."""

    connections: int = 4000
    """Of one process. Each costs a handle and some kilobytes."""
    request_seconds: float = 20.0
    """Until a request is whole, however slowly it comes; also how long a new connection may say nothing."""
    idle_seconds: float = 60.0
    """Between two requests, and without taking a byte of an answer."""
    answer_seconds: float = 900.0
    """For taking a whole answer: 30 MB at 40 KB a second."""
    waiting_bytes: int = 1 << 30
    """Of all answers that wait to be taken; the files they lie in are on the disk for temporary files."""


ConnectionType = TypeVar("ConnectionType", bound=Connection)

HANDLES = 16_384
"""Files and sockets that a process may have open, if the system allows that many: the usual 1,024 are too few."""
_WINDOWS_CONNECTIONS = 400
"""select() of Windows takes 512 sockets."""
_OWN_HANDLES = 400
"""For the files of two builds, libraries, answers on their way."""


def bounds_of_system() -> Bounds:
    """The bounds, with fewer connections where the system allows fewer handles; asks the system for more first."""
    if resource is None:
        return Bounds(connections=_WINDOWS_CONNECTIONS)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    unlimited = resource.RLIM_INFINITY
    wanted = HANDLES if hard == unlimited else min(HANDLES, hard)
    if soft != unlimited and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    if soft == unlimited:
        return Bounds()
    # An answer on its way may lie in a file of its own.
    return Bounds(connections=max(min(Bounds().connections, (soft - _OWN_HANDLES) // 2), 50))


def to_close(connections: Iterable[ConnectionType], bounds: Bounds, now: float) -> list[ConnectionType]:
    """The connections that have used up their time, and the slowest readers where too much waits for all of them."""
    closed: list[ConnectionType] = []
    readers: list[ConnectionType] = []
    for connection in connections:
        if is_overdue(connection, bounds, now):
            closed.append(connection)
        elif connection.total_outbufs_len:
            readers.append(connection)
    waiting = sum(reader.total_outbufs_len for reader in readers)
    for reader in sorted(readers, key=lambda one: one.last_activity):
        if waiting <= bounds.waiting_bytes:
            break
        if not reader.requests:
            closed.append(reader)
            waiting -= reader.total_outbufs_len
    return closed


def is_overdue(connection: Connection, bounds: Bounds, now: float) -> bool:
    """Whether the connection has stood still, or been slow, for too long; one that is being answered waits for us."""
    if connection.requests:
        return False
    still, since = now - connection.last_activity, now - connection.begun
    if connection.total_outbufs_len:
        return still > bounds.idle_seconds or since > bounds.answer_seconds
    return (since > bounds.request_seconds) if connection.is_waited_for else (still > bounds.idle_seconds)


def longest_still(connections: Iterable[ConnectionType], count: int) -> list[ConnectionType]:
    """So many connections to give way to new ones: those idle for longest first, then those that take an answer."""
    free = (connection for connection in connections if not connection.requests and not connection.will_close)
    return nsmallest(count, free, key=lambda one: (one.total_outbufs_len > 0, one.last_activity))
