"""The HTTP server: waitress, which takes Russian addresses as programs send them, and lets go of who holds it up."""

from __future__ import annotations

import math
import re
import selectors
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import MultiSocketServer, TcpWSGIServer
from waitress.task import WSGITask

from search_app.server.guarding import Bounds, bounds_of_system, longest_still, to_close
from search_app.server.lanes import IsLong, Lanes
from search_app.server.turns import Turns

_RAW = re.compile(rb"[\x80-\xff]")

_GREATEST_HEAD = 64 * 1024
"""Bytes of the first line and the headers of a request: the longest address of a basket has 10,000."""
_GREATEST_BODY = 1024 * 1024
"""The site itself takes less, and says so on a page."""
_UNLIMITED = 1 << 40
"""An answer is never held back for a slow reader: what waits lies in a file, and `guarding` bounds all of it."""
_TAKEN_AT_ONCE = 32
"""New connections between two looks at the old ones."""
_SENT_AT_ONCE = 1 << 20
"""Bytes of one answer between two looks at the others: a quick reader of a large file would else be sent all of it."""
_GIVE_WAY = 32
"""One in so many connections goes when there are too many: seldom a search for them, and always room for new ones."""


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Takes a first line with raw bytes beyond ASCII, as curl and feed readers send it."""

    def parse_header(self, header_plus: bytes) -> None:
        first, end, rest = header_plus.partition(b"\r\n")
        super().parse_header(_RAW.sub(lambda found: b"%%%02X" % found[0][0], first) + end + rest)


class _Task(WSGITask):  # type: ignore[misc]
    """Sends the head of an answer with its first piece: each sending lets others have the interpreter."""

    def write(self, data: bytes) -> None:
        """Writes a piece of the answer."""
        if self.wrote_header or not data:
            super().write(data)
            return
        with self.channel.at_once():
            super().write(data)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser
    task_class = _Task
    sendbuf_len: int

    def __init__(self, *args: Any, **keywords: Any) -> None:
        self.begun = time.time()
        self._has_asked = False
        self._may_send = math.inf
        self._is_let_go = False
        self._held: list[bytes] | None = None
        super().__init__(*args, **keywords)
        # As much is read at once of what waits; the system takes megabytes from itself.
        self.sendbuf_len = min(self.sendbuf_len, _SENT_AT_ONCE)

    @property
    def is_waited_for(self) -> bool:
        """Whether a request has begun that is not whole, or none has come yet."""
        return self.request is not None or not self._has_asked

    def received(self, data: bytes) -> bool:
        """Takes what has come."""
        if self.request is None and not self.requests and self._has_asked:
            self.begun = time.time()
        taken: bool = super().received(data)
        self._has_asked = self._has_asked or bool(self.requests)
        return taken

    # By the thread that computes, which tells the one that sends

    def service(self) -> None:
        """Answers a request."""
        try:
            super().service()
        finally:
            self.server.turns.look_at(self)

    def write_soon(self, data: Any) -> int:
        """Sends what the reader takes at once; the rest is sent when he takes it."""
        if self._held is not None:
            self._held.append(data)
            return len(data)
        written: int = super().write_soon(data)
        if self.total_outbufs_len or self.will_close:
            self.server.turns.look_at(self)
        return written

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is written within is sent together at its end."""
        held = self._held = []
        try:
            yield
        finally:
            self._held = None
        self.write_soon(b"".join(held))

    # By the thread that looks after all

    def writable(self) -> bool:
        """Whether something waits to be sent."""
        return not self._is_let_go and bool(super().writable())

    def handle_write(self) -> None:
        """Sends a piece of what waits."""
        self._may_send = _SENT_AT_ONCE
        super().handle_write()
        self._may_send = math.inf

    def send(self, data: bytes, do_close: bool = True) -> int:
        """How many bytes were taken; none where others are to have their turn."""
        if self._may_send <= 0:
            return 0
        sent: int = super().send(data, do_close)
        self._may_send -= sent
        return sent

    def let_go(self) -> None:
        """Takes nothing more and closes the connection in one of the next turns.

        Not at once: a connection that is taken in the same turn would get its handle, and with it what the system has
        just told of this one.
        """
        self.will_close = self._is_let_go = True
        self.server.turns.close_soon(self)


class _Listener(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket with its connections."""

    channel_class = _Channel
    bounds = Bounds()

    def __init__(self, app: Any, turns: Turns, listening: socket.socket, dispatcher: Any, adjustments: Adjustments):
        self.turns = turns
        self._again = 0.0
        """When new connections are to be taken again, after others were given the chance to."""
        self._courtesy = getattr(listening, "courtesy", lambda: 0.0)
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(listening, selectors.EVENT_READ)
        super().__init__(
            app,
            turns,
            True,
            listening,
            dispatcher=dispatcher,
            adj=adjustments,
            bind_socket=False,
            sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
        )

    def run(self) -> None:
        """Serves until interrupted."""
        try:
            self.turns.run()
        except (SystemExit, KeyboardInterrupt):
            self.task_dispatcher.shutdown()

    def close(self) -> None:
        """Listens no more."""
        self._waiting.close()
        super().close()

    def pull_trigger(self) -> None:
        """Nothing: which of the connections is to be looked at is what a channel tells."""

    def maintenance(self, now: float) -> None:
        """Lets connections go that have used up their time; called about every second."""
        _let_go(to_close(list(self.active_channels.values()), self.bounds, now))

    def readable(self) -> bool:
        """Whether new connections are to be taken now."""
        return bool(super().readable()) and self.pause() is None

    def pause(self) -> float | None:
        """Seconds until new connections are to be taken again; ``None`` where they are already."""
        left = self._again - time.monotonic()
        return left if left > 0 else None

    def handle_accept(self) -> None:
        """Takes the new connections, at most as many as others can wait for."""
        for _ in range(_TAKEN_AT_ONCE):
            if courtesy := self._courtesy():
                self._again = time.monotonic() + courtesy
                return
            if len(self._map) - self.turns.going >= self.bounds.connections:
                channels = list(self.active_channels.values())
                _let_go(longest_still(channels, max(len(channels) // _GIVE_WAY, 1)))
            before = len(self._map)
            super().handle_accept()
            if len(self._map) == before or not self._waiting.select(0):
                return


class _Listeners(MultiSocketServer):  # type: ignore[misc]
    """Several listening sockets that are looked after together."""

    def run(self) -> None:
        """Serves until interrupted."""
        try:
            self.map.run()
        except (SystemExit, KeyboardInterrupt):
            self.close()


def _let_go(channels: Iterable[_Channel]) -> None:
    for channel in channels:
        channel.let_go()


def create_server(
    app: Any,
    sockets: list[socket.socket],
    threads: int,
    backlog: int,
    bounds: Bounds | None = None,
    is_long: IsLong = lambda path: False,
) -> Any:
    """A server for ``app`` on the listening ``sockets``; requests that ``is_long`` knows by their path wait apart."""
    adjustments = Adjustments(
        sockets=sockets,
        threads=threads,
        backlog=backlog,
        ident=None,
        # The listeners themselves see to it.
        connection_limit=_UNLIMITED,
        cleanup_interval=1,
        outbuf_high_watermark=_UNLIMITED,
        max_request_header_size=_GREATEST_HEAD,
        max_request_body_size=_GREATEST_BODY,
        # Who goes away while waiting is noticed, and nothing is computed for nobody.
        channel_request_lookahead=1,
        # Readers come and go; nobody wants to read of it.
        log_socket_errors=False,
        # The site itself says whose forwarded headers are believed, and drops the others.
        clear_untrusted_proxy_headers=False,
    )
    turns = Turns()
    dispatcher = Lanes(threads, is_long)
    servers = [_Listener(app, turns, one, dispatcher, adjustments) for one in sockets]
    for server in servers:
        server.bounds = bounds or bounds_of_system()
    turns.listeners, turns.wake = servers, servers[0].trigger.pull_trigger
    if len(servers) == 1:
        return servers[0]
    addresses = [(server.effective_host, server.effective_port) for server in servers]
    return _Listeners(turns, adjustments, addresses, dispatcher, servers[0].log_info)
