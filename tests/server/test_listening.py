"""A server with one thread, and connections made to hold it up: whoever asks is answered all the same."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from typing import Any

import pytest
from waitress.channel import HTTPChannel

from search_app.server.guarding import Bounds, bounds_of_system, is_overdue, longest_still, to_close
from search_app.server.listening import create_server
from tests.waiting import PATIENCE, until

BIG = 8 * 1024 * 1024
NEVER_OVERDUE = Bounds(connections=60, request_seconds=1e6, idle_seconds=1e6, answer_seconds=1e6)
"""Nobody is let go for the time that he takes: what holds up others would hold them up for good."""


class Desk:
    """The application: small, big and long answers, the long ones only once ``open`` is set."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.asked: list[str] = []
        """What has been begun to be answered."""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        self.asked.append(path)
        if path.startswith("/long"):
            self.open.wait(PATIENCE)
        start("200 OK", [("Content-Type", "text/plain")])
        return iter([b"x" * 65536] * (BIG // 65536)) if path == "/big" else [b"small"]


def end(server: Any) -> None:
    """Closes everything, in the thread that serves."""
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    server.close()


@contextmanager
def serving(bounds: Bounds, desk: Desk) -> Iterator[Any]:
    """A server with one thread, and one more for what is long."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = create_server(desk, [listening], 1, 1024, bounds, lambda path: path.startswith("/long"))
    threading.Thread(target=server.run, daemon=True).start()
    try:
        yield server
    finally:
        desk.open.set()
        ended = threading.Event()
        with suppress(OSError):  # what somebody else has woken may have ended before it is told to
            server.trigger.pull_trigger(lambda: (end(server), ended.set()))
        ended.wait(PATIENCE)
        server.task_dispatcher.shutdown(timeout=PATIENCE)


def connected(server: Any, stack: ExitStack, sent: bytes = b"") -> socket.socket:
    one = stack.enter_context(socket.create_connection(("127.0.0.1", server.effective_port), timeout=PATIENCE))
    one.sendall(sent)
    return one


def asking(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()


def is_answered(server: Any, path: str = "/") -> bool:
    """Whether a short answer comes; raises ``TimeoutError`` when none does."""
    with socket.create_connection(("127.0.0.1", server.effective_port), timeout=PATIENCE) as one:
        one.sendall(asking(path))
        return b"".join(iter(lambda: one.recv(4096), b"")).endswith(b"small")


def test_long_requests_do_not_stand_before_others() -> None:
    desk = Desk()
    with serving(NEVER_OVERDUE, desk) as server, ExitStack() as stack:
        for _ in range(5):
            connected(server, stack, asking("/long"))
        until(lambda: bool(desk.asked))
        assert is_answered(server)
        assert not desk.open.is_set()


def test_the_head_of_an_answer_is_sent_with_its_body(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[bytes] = []
    monkeypatch.setattr(HTTPChannel, "send", lambda self, data, *_: sent.append(bytes(data)) or self.socket.send(data))
    with serving(NEVER_OVERDUE, Desk()) as server:
        assert is_answered(server)
    assert [piece.startswith(b"HTTP/1.1 200") and piece.endswith(b"small") for piece in sent] == [True]


def test_nothing_is_computed_for_who_has_gone() -> None:
    desk = Desk()
    with serving(NEVER_OVERDUE, desk) as server, ExitStack() as stack:
        connected(server, stack, asking("/long/stays"))
        until(lambda: bool(desk.asked))
        for number in range(5):
            connected(server, stack, asking(f"/long/goes{number}")).close()
        for _ in range(3):  # The server has looked at every connection once more.
            assert is_answered(server)
        desk.open.set()
        assert is_answered(server, "/long/last")
        assert [path for path in desk.asked if path != "/"] == ["/long/stays", "/long/last"]


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-", b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nab"]
)
def test_more_connections_than_there_may_be(sent: bytes) -> None:
    with serving(NEVER_OVERDUE, Desk()) as server, ExitStack() as stack:
        for _ in range(3 * NEVER_OVERDUE.connections):
            connected(server, stack, sent)
        assert is_answered(server)


def test_a_request_that_comes_byte_by_byte_is_not_waited_for() -> None:
    with serving(replace(NEVER_OVERDUE, request_seconds=1.0), Desk()) as server, ExitStack() as stack:
        one = connected(server, stack, b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")

        def is_let_go() -> bool:
            try:
                one.sendall(b"a")
            except OSError:
                return True
            return False

        until(is_let_go)


def test_readers_who_sleep_hold_no_thread_and_get_all_when_they_wake() -> None:
    with serving(NEVER_OVERDUE, Desk()) as server, ExitStack() as stack:
        sleepers = [connected(server, stack, asking("/big")) for _ in range(5)]
        for one in sleepers:  # Each has begun to be sent.
            assert one.recv(1) == b"H"
        assert is_answered(server)
        received = sum(map(len, iter(lambda: sleepers[0].recv(1 << 20), b"")))
        assert received > BIG


def test_a_reader_who_never_takes_his_answer_is_let_go() -> None:
    desk = Desk()
    with serving(replace(NEVER_OVERDUE, idle_seconds=2.0), desk) as server, ExitStack() as stack:
        sleeper = connected(server, stack, b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        until(lambda: bool(desk.asked))
        until(lambda: not server.active_channels)
        received = 0
        with suppress(ConnectionError):
            while piece := sleeper.recv(1 << 20):
                received += len(piece)
        assert received < BIG


@contextmanager
def by_hand(bounds: Bounds) -> Iterator[tuple[Any, Callable[[], None]]]:
    """A server that takes a turn whenever it is told to."""
    listening = socket.create_server(("127.0.0.1", 0))
    server = create_server(Desk(), [listening], 1, 1024, bounds)
    try:
        yield server, lambda: server.turns.turn(0.01)
    finally:
        server.task_dispatcher.shutdown(timeout=PATIENCE)
        end(server)


def answered_by_hand(one: socket.socket, turn: Callable[[], None]) -> bool:
    """Whether a connection gets its answer, the server taking as many turns as it needs."""
    one.setblocking(False)
    received = b""
    for _ in range(100_000):
        turn()
        with suppress(BlockingIOError):
            if not (piece := one.recv(4096)):
                return received.endswith(b"small")
            received += piece
    return False


def test_who_comes_while_others_are_let_go_is_answered() -> None:
    with by_hand(NEVER_OVERDUE) as (server, turn), ExitStack() as stack:
        for _ in range(9):
            connected(server, stack)
            turn()
        server.bounds, server.next_channel_cleanup = replace(NEVER_OVERDUE, request_seconds=-1.0), 0
        new = [connected(server, stack, asking("/")) for _ in range(5)]
        turn()
        server.bounds = NEVER_OVERDUE
        assert [answered_by_hand(one, turn) for one in new] == [True] * 5
        assert not server.active_channels


def test_who_is_made_room_for_is_answered_though_those_who_go_still_send() -> None:
    with by_hand(replace(NEVER_OVERDUE, connections=10)) as (server, turn), ExitStack() as stack:
        old = []
        while len(server._map) < server.bounds.connections:
            old.append(connected(server, stack))
            turn()
        for one in old:
            one.sendall(b"GET / HTTP/1.1\r\n")
        new = connected(server, stack)
        turn()
        new.sendall(asking("/"))
        assert answered_by_hand(new, turn)
        assert len(server.active_channels) == len(old) - 1


class Standing:
    """A connection as the bounds see it."""

    def __init__(
        self, begun: float = 0, active: float = 0, asked: bool = False, out: int = 0, waited: bool = False
    ) -> None:
        self.begun, self.last_activity = begun, active
        self.requests: list[object] = [None] if asked else []
        self.total_outbufs_len = out
        self.is_waited_for = waited
        self.will_close = False


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
