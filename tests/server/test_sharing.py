"""Connections among processes that listen at one address: whoever holds fewer gets the next one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from waitress import wasyncore

from search_app.server import sharing
from search_app.server.listening import create_server
from search_app.server.sharing import SharedListener, Shares
from tests.waiting import PATIENCE, until


class Clock:
    """What the module takes for the time."""

    seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sharing, "time", clock)
    return clock


class Courteous(SharedListener):
    """Pauses as it is told to."""

    def __init__(self, shared: socket.socket, pauses: list[float]) -> None:
        super().__init__(shared, Shares(1), 0)
        self._pauses = pauses

    def courtesy(self) -> float:
        return self._pauses.pop(0) if self._pauses else 0.0


@pytest.fixture
def two() -> Iterator[tuple[SharedListener, SharedListener]]:
    """What two processes have of one listening socket."""
    shares = Shares(2)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        with (
            SharedListener(listening.dup(), shares, 0) as first,
            SharedListener(listening.dup(), shares, 1) as second,
        ):
            yield first, second


def taken(listening: SharedListener, opened: ExitStack) -> None:
    """A new connection that this process takes."""
    opened.enter_context(socket.create_connection(listening.getsockname()))
    opened.enter_context(listening.accept()[0])


def test_a_process_that_is_ahead_leaves_the_next_one_to_the_other(
    two: tuple[SharedListener, SharedListener], now: Clock
) -> None:
    first, second = two
    with ExitStack() as opened:
        assert first.courtesy() == 0
        taken(first, opened)
        assert 0 < first.courtesy() < 0.1
        assert second.courtesy() == 0
        taken(second, opened)
        now.seconds += 1
        assert first.courtesy() == 0


def test_nobody_waits_for_a_process_that_is_dead(two: tuple[SharedListener, SharedListener], now: Clock) -> None:
    first, _ = two
    with ExitStack() as opened:
        taken(first, opened)
        pause = first.courtesy()
        now.seconds += pause
        # Those that come together are taken together.
        assert [first.courtesy() for _ in range(3)] == [0, 0, 0]
        now.seconds += 1
        assert first.courtesy() == pause


def test_a_server_that_is_courteous_looks_after_its_connections_and_takes_new_ones_later() -> None:
    pauses = [0.001, 0.0, 0.0, 0.0]
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        with Courteous(listening.dup(), pauses) as shared, socket.create_connection(listening.getsockname()) as one:
            server = create_server(lambda environ, start: [], [shared], 1, 16)
            one.sendall(b"GET / HTTP/1.1\r\n")
            server.turns.turn()
            assert not server.active_channels and server.pause() is not None
            until(lambda: server.turns.turn(0.01) or bool(server.active_channels))
            server.task_dispatcher.shutdown(timeout=PATIENCE)
            wasyncore.close_all(server.turns)


def test_who_lets_connections_go_is_behind_again() -> None:
    shares = Shares(2)
    shares.add(0, 2)
    assert shares.is_ahead(0) and not shares.is_ahead(1)
    shares.begin(0)
    assert not shares.is_ahead(0)
