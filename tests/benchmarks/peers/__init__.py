"""The peers: other engines on the same lemmas, each with the settings that suit it best.

They are extra installs, in the optional dependency group ``bench``; PostgreSQL is the system's. Whichever is missing is
skipped and named.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.peers.base import Answer, MissingPeerError, Peer


def _whoosh(folder: Path) -> Peer:
    from tests.benchmarks.peers.stock_whoosh import StockWhoosh

    return StockWhoosh(folder)


def _fts5(folder: Path) -> Peer:
    from tests.benchmarks.peers.fts5 import Fts5

    return Fts5(folder)


def _tantivy(folder: Path) -> Peer:
    try:
        from tests.benchmarks.peers.tantivy_peer import TantivyPeer
    except ImportError as error:
        raise MissingPeerError("tantivy is not installed: pip install tantivy") from error
    return TantivyPeer(folder)


def _postgres(folder: Path) -> Peer:
    try:
        from tests.benchmarks.peers.postgres import Postgres
    except ImportError as error:
        raise MissingPeerError("psycopg is not installed: pip install 'psycopg[binary]'") from error
    return Postgres(folder)


PEERS: dict[str, Callable[[Path], Peer]] = {
    "tantivy": _tantivy,
    "SQLite FTS5": _fts5,
    "PostgreSQL": _postgres,
    "Whoosh": _whoosh,
}
"""Name → how it is made; making raises MissingPeerError where the peer cannot run here."""

__all__ = ["PEERS", "Answer", "MissingPeerError", "Peer"]
