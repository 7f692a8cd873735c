"""What a search makes of answers that lack a part, from a cluster whose answers are written beforehand."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from indexer.cluster import connection as room
from indexer.cluster.connection import Connection, address_of
from indexer.errors import ClusterError, EngineGone, PartialAnswer

WHOLE: dict[str, Any] = {"_shards": {"failed": 0}, "hits": {"hits": ["whole"]}}
PARTLY: dict[str, Any] = {"_shards": {"failed": 1}, "hits": {"hits": []}}
LOST: dict[str, Any] = {"error": {"type": "search_phase_execution_exception", "reason": "x"}, "status": 503}
CLOSED: dict[str, Any] = {"error": {"type": "node_closed_exception", "reason": "x"}, "status": 500}
LEAVING: dict[str, Any] = {
    "error": {"type": "search_phase_execution_exception", "reason": "all shards failed"},
    "status": 404,
}
BUSY: dict[str, Any] = {"error": {"type": "rejected_execution_exception", "reason": "x"}, "status": 429}
REFUSED: dict[str, Any] = {"error": {"type": "parsing_exception", "reason": "x"}, "status": 400}


@contextmanager
def answering(*answers: dict[str, Any]) -> Iterator[tuple[Connection, list[str]]]:
    """A connection to what gives these answers in turn, the last one for ever; and the paths that were asked."""
    asked: list[str] = []

    class Cluster(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            body = json.dumps({"responses": [answers[min(len(asked), len(answers)) - 1]]}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Cluster) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield Connection(address_of(f"http://127.0.0.1:{server.server_port}")), asked
        finally:
            server.shutdown()


@pytest.mark.parametrize("lacking", [PARTLY, LOST, CLOSED, LEAVING, BUSY])
def test_an_answer_that_lacks_a_part_is_asked_for_again(lacking: dict[str, Any]) -> None:
    with answering(lacking, WHOLE) as (connection, asked):
        assert connection.search("opyt", {}) == WHOLE
        assert len(asked) == 2


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (PARTLY, PartialAnswer),
        (LOST, EngineGone),
        (LEAVING, PartialAnswer),
        (BUSY, EngineGone),
        (REFUSED, ClusterError),
    ],
)
def test_a_part_that_stays_away_is_told(given: dict[str, Any], kind: type[Exception]) -> None:
    with answering(given) as (connection, asked), pytest.raises(kind):
        connection.search("opyt", {})
    assert len(asked) == (1 if given is REFUSED else 1 + len(room.AGAIN_AFTER))
