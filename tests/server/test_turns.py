"""Turns of the server: what is done in one is bounded, however many connections stand by."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from search_app.server import listening, turns
from tests.server.test_listening import NEVER_OVERDUE, answered_by_hand, asking, by_hand, connected
from tests.waiting import until


def test_connections_that_stand_by_are_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Any] = []
    readable = listening._Channel.readable
    monkeypatch.setattr(listening._Channel, "readable", lambda channel: looked.append(channel) or readable(channel))
    with by_hand(NEVER_OVERDUE) as (server, turn), ExitStack() as stack:
        for _ in range(40):
            connected(server, stack)
            turn()
        turn()
        assert len(server.active_channels) == 40
        standing = set(server.active_channels.values())
        looked.clear()
        assert answered_by_hand(connected(server, stack, asking("/")), turn)
        assert looked and not standing & set(looked)


def test_many_that_are_let_go_are_closed_in_several_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_CLOSING", -1.0)
    with by_hand(NEVER_OVERDUE) as (server, turn), ExitStack() as stack:
        for _ in range(5):
            connected(server, stack)
            turn()
        server.bounds, server.next_channel_cleanup = replace(NEVER_OVERDUE, request_seconds=-1.0), 0
        left = []
        while server.active_channels:
            turn()
            left.append(len(server.active_channels))
        assert left == [5, 4, 3, 2, 1, 0]


def test_a_reader_who_takes_it_quickly_is_sent_it_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_SENT_AT_ONCE", 65536)
    with by_hand(NEVER_OVERDUE) as (server, turn), ExitStack() as stack:
        reader = connected(server, stack, b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        reader.setblocking(False)
        until(lambda: turn() or len(server.active_channels) == 1)
        (channel,) = server.active_channels.values()
        until(lambda: turn() or channel.total_outbufs_len > 0)
        until(lambda: not channel.requests)
        left = [channel.total_outbufs_len]
        while left[-1]:
            with suppress(BlockingIOError):
                reader.recv(1 << 22)
            turn()
            left.append(channel.total_outbufs_len)
        assert left[0] > 10 * 65536
        assert all(0 <= before - after <= 2 * 65536 for before, after in pairwise(left))
