"""A server with one thread, and connections made to hold it up: whoever asks is answered soon."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from search_app.server.guarding import Bounds, bounds_of_system, is_overdue, longest_still, to_close
from search_app.server.listening import create_server

BIG = 8 * 1024 * 1024
SOON = 9.0
"""Seconds: half of what whoever waited for the others would take, on a machine that has other things to do."""
LONG = 1.5
begun: list[float] = []
"""When each long request began to be answered."""
BOUNDS = Bounds(connections=60, request_seconds=1.0, idle_seconds=2.0, answer_seconds=30.0)


def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] == "/long":
        begun.append(time.monotonic())
        time.sleep(LONG)
    start("200 OK", [("Content-Type", "text/plain")])
    return iter([b"x" * 65536] * (BIG // 65536)) if environ["PATH_INFO"] == "/big" else [b"small"]


def end(server: Any) -> None:
    """Closes everything, in the thread that serves."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()


@contextmanager
def serving(bounds: Bounds) -> Iterator[int]:
    """The port of a server with one thread."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = create_server(answer, [listening], 1, 1024, bounds, lambda path: path == "/long")
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        ended = threading.Event()
        server.trigger.pull_trigger(lambda: (end(server), ended.set()))
        ended.wait(5)
        server.task_dispatcher.shutdown(timeout=2 * LONG)


def test_long_requests_do_not_stand_before_others() -> None:
    with serving(BOUNDS) as port, ExitStack() as stack:
        for _ in range(5):
            connected(port, stack, b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n")
        assert seconds_to_answer(port) < SOON


def test_nothing_is_computed_for_who_has_gone() -> None:
    with serving(BOUNDS) as port, ExitStack() as stack:
        begun.clear()
        waiting = [connected(port, stack, b"GET /long HTTP/1.1\r\nHost: a\r\n\r\n") for _ in range(5)]
        time.sleep(0.3)
        for one in waiting:
            one.close()
        time.sleep(2 * LONG)
        assert len(begun) < 3


def connected(port: int, stack: ExitStack, sent: bytes = b"") -> socket.socket:
    one = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
    one.sendall(sent)
    return one


def seconds_to_answer(port: int) -> float:
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        received = b""
        while piece := one.recv(4096):
            received += piece
    assert received.endswith(b"small")
    return time.monotonic() - started


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab"]
)
def test_more_connections_than_there_may_be(sent: bytes) -> None:
    with serving(BOUNDS) as port, ExitStack() as stack:
        for _ in range(3 * BOUNDS.connections):
            connected(port, stack, sent)
        assert seconds_to_answer(port) < SOON


def test_a_request_that_comes_byte_by_byte_is_not_waited_for() -> None:
    with serving(BOUNDS) as port, ExitStack() as stack:
        one = connected(port, stack, b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        started = time.monotonic()
        with contextlib.suppress(OSError):
            while time.monotonic() - started < 8:
                time.sleep(0.1)
                one.sendall(b"a")
        assert time.monotonic() - started < 5


def test_readers_who_sleep_hold_no_thread_and_get_all_when_they_wake() -> None:
    with serving(BOUNDS) as port, ExitStack() as stack:
        asked = b"GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
        sleepers = [connected(port, stack, asked) for _ in range(5)]
        time.sleep(0.5)
        assert seconds_to_answer(port) < SOON
        received = 0
        while piece := sleepers[0].recv(1 << 20):
            received += len(piece)
        assert received > BIG


def test_a_reader_who_never_takes_his_answer_is_let_go() -> None:
    with serving(BOUNDS) as port, ExitStack() as stack:
        sleeper = connected(port, stack, b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(BOUNDS.idle_seconds + 2.5)
        received = 0
        with contextlib.suppress(ConnectionError):
            while piece := sleeper.recv(1 << 20):
                received += len(piece)
        assert received < BIG


class Standing:
    """A connection as the bounds see it."""

    def __init__(
        self, begun: float = 0, active: float = 0, asked: bool = False, out: int = 0, waited: bool = False
    ) -> None:
        self.begun, self.last_activity = begun, active
        self.requests: list[object] = [None] if asked else []
        self.total_outbufs_len = out
        self.is_waited_for = waited


def test_who_is_overdue() -> None:
    bounds = Bounds(request_seconds=20, idle_seconds=60, answer_seconds=900)
    overdue = {
        "being answered": Standing(asked=True),
        "a request that trickles in": Standing(begun=975, active=999, waited=True),
        "a request that has just begun": Standing(begun=990, active=999, waited=True),
        "an idle connection": Standing(begun=900, active=930),
        "a pause between requests": Standing(begun=100, active=950),
        "a reader who sleeps": Standing(begun=930, active=935, out=9),
        "a reader who takes it byte by byte": Standing(begun=50, active=999, out=9),
        "a slow reader": Standing(begun=500, active=999, out=9),
    }
    assert [name for name, one in overdue.items() if is_overdue(one, bounds, 1000)] == [
        "a request that trickles in", "an idle connection", "a reader who sleeps", "a reader who takes it byte by byte",
    ]  # fmt: skip


def test_the_slowest_readers_go_when_too_much_waits() -> None:
    readers = [Standing(begun=990, active=990 + number, out=40) for number in range(5)]
    assert to_close(readers, Bounds(waiting_bytes=130), 1000) == readers[:2]


def test_who_gives_way() -> None:
    asked, reader = Standing(asked=True), Standing(active=1, out=9)
    idle = [Standing(active=number) for number in (30, 10, 20)]
    assert longest_still([asked, reader, *idle], 2) == [idle[1], idle[2]]
    assert longest_still([asked, reader], 5) == [reader]


def test_the_system_is_asked_for_handles() -> None:
    assert 50 <= bounds_of_system().connections <= Bounds().connections
