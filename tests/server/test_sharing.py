"""Connections among processes that listen at one address: whoever holds fewer gets the next one."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from search_app.server import sharing
from search_app.server.sharing import SharedListener, Shares


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


def test_a_process_that_is_ahead_leaves_the_next_one_to_the_other(
    two: tuple[SharedListener, SharedListener], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two
    pauses: list[float] = []
    with ExitStack() as opened:

        def connect() -> None:
            opened.enter_context(socket.create_connection(first.getsockname()))

        def pause(seconds: float) -> None:
            pauses.append(seconds)
            opened.enter_context(second.accept()[0])

        monkeypatch.setattr(sharing.time, "sleep", pause)
        connect()
        opened.enter_context(first.accept()[0])
        assert pauses == []
        connect()
        with pytest.raises(BlockingIOError):
            first.accept()
        assert len(pauses) == 1


def test_nobody_waits_for_a_process_that_is_dead(
    two: tuple[SharedListener, SharedListener], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, _ = two
    pauses: list[float] = []
    monkeypatch.setattr(sharing.time, "sleep", pauses.append)
    with ExitStack() as opened:
        for _ in range(3):
            opened.enter_context(socket.create_connection(first.getsockname()))
            opened.enter_context(first.accept()[0])
    # One pause, or two on a slow machine: those that come together are taken together.
    assert pauses and max(pauses) < 0.1


def test_who_lets_connections_go_is_behind_again() -> None:
    shares = Shares(2)
    shares.add(0, 2)
    assert shares.is_ahead(0) and not shares.is_ahead(1)
    shares.begin(0)
    assert not shares.is_ahead(0)
