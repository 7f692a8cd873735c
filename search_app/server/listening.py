"""The HTTP server: waitress, taught that programs send Russian addresses as they are."""

from __future__ import annotations

import re
import socket
from typing import Any

import waitress
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

_RAW = re.compile(rb"[\x80-\xff]")


class _Parser(HTTPRequestParser):  # type: ignore[misc]
    """Takes a first line with raw bytes beyond ASCII, as curl and feed readers send it."""

    def parse_header(self, header_plus: bytes) -> None:
        first, end, rest = header_plus.partition(b"\r\n")
        super().parse_header(_RAW.sub(lambda found: b"%%%02X" % found[0][0], first) + end + rest)


class _Channel(HTTPChannel):  # type: ignore[misc]
    parser_class = _Parser


def create_server(app: Any, sockets: list[socket.socket], threads: int, backlog: int) -> Any:
    """A server for ``app`` on the listening ``sockets``."""
    listeners: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=listeners,
        sockets=sockets,
        threads=threads,
        backlog=backlog,
        ident=None,
        # select() refuses handles above 1023, and every mapped file of a build has one.
        asyncore_use_poll=True,
        # The site itself says whose forwarded headers are believed, and drops the others.
        clear_untrusted_proxy_headers=False,
    )
    for listener in listeners.values():
        if hasattr(listener, "channel_class"):
            listener.channel_class = _Channel
    return server
