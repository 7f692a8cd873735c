"""The HTTP server: waitress, which takes Russian addresses as programs send them, and lets go of who holds it up."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.connection import wait
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import MultiSocketServer, TcpWSGIServer

from search_app.server.guarding import Bounds, bounds_of_system, longest_still, to_close
from search_app.server.lanes import IsLong, Lanes

_RAW = re.compile(rb"[\x80-\xff]")

_GREATEST_HEAD = 64 * 1024
"""Bytes of the first line and the headers of a request: the longest address of a basket has 10,000."""
_GREATEST_BODY = 1024 * 1024
"""The site itself takes less, and says so on a page."""
_UNLIMITED = 1 << 40
"""An answer is never held back for a slow reader: what waits lies in a file, and `guarding` bounds all of it."""
_TAKEN_AT_ONCE = 32
"""New connections between two looks at the old ones."""
_GIVE_WAY = 32
"""One in so many connections goes when there are too many: seldom a search for them, and always room for new ones."""


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Takes a first line with raw bytes beyond ASCII, as curl and feed readers send it."""

    def parse_header(self, header_plus: bytes) -> None:
        first, end, rest = header_plus.partition(b"\r\n")
        super().parse_header(_RAW.sub(lambda found: b"%%%02X" % found[0][0], first) + end + rest)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser

    def __init__(self, *args: Any, **keywords: Any) -> None:
        self.begun = time.time()
        self._has_asked = False
        super().__init__(*args, **keywords)

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

    def let_go(self) -> None:
        """Closes the connection as soon as the server looks at it again.

        Not at once: a connection that is taken in the same turn would get its handle, and with it what the system has
        just told of this one, which ends it.
        """
        self.will_close = True
        # Whoever does not read will not be ready for a last byte either.
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)


class _Listener(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket with its connections."""

    channel_class = _Channel
    bounds = Bounds()

    def maintenance(self, now: float) -> None:
        """Lets connections go that have used up their time; called about every second."""
        _let_go(to_close(list(self.active_channels.values()), self.bounds, now))

    def handle_accept(self) -> None:
        """Takes the new connections, at most as many as others can wait for."""
        for _ in range(_TAKEN_AT_ONCE):
            if len(self._map) >= self.bounds.connections:
                self._give_way()
            before = len(self._map)
            super().handle_accept()
            if len(self._map) == before or not wait([self.socket], 0):
                return

    def _give_way(self) -> None:
        """Makes room, unless connections that are going already do."""
        channels = list(self.active_channels.values())
        if len(self._map) - sum(channel.will_close for channel in channels) >= self.bounds.connections:
            _let_go(longest_still(channels, max(len(channels) // _GIVE_WAY, 1)))


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
        # select() refuses handles above 1023, and every mapped file of a build has one.
        asyncore_use_poll=True,
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
    listeners: dict[int, Any] = {}
    dispatcher = Lanes(threads, is_long)
    servers = [_listener(app, one, listeners, dispatcher, adjustments) for one in sockets]
    for server in servers:
        server.bounds = bounds or bounds_of_system()
    if len(servers) == 1:
        return servers[0]
    addresses = [(server.effective_host, server.effective_port) for server in servers]
    return MultiSocketServer(listeners, adjustments, addresses, dispatcher, servers[0].log_info)


def _listener(
    app: Any, listening: socket.socket, listeners: dict[int, Any], dispatcher: Any, adjustments: Adjustments
) -> _Listener:
    return _Listener(
        app,
        listeners,
        True,
        listening,
        dispatcher=dispatcher,
        adj=adjustments,
        bind_socket=False,
        sockinfo=(listening.family, listening.type, listening.proto, listening.getsockname()),
    )
