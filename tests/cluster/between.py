"""A line to a node that can be held: what is asked by it waits, so that something happens at just that moment."""

from __future__ import annotations

import http.client
import threading
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.cluster.nodes import HOST, Node, NodeError
from tests.waiting import PATIENCE

_OWN = ("connection", "host", "content-length", "transfer-encoding")


class Between:
    """Hands requests on to a node; after some whose path ends as told, the next of them are held until `let_go`.

    What is held still at the end is never handed on.
    """

    def __init__(self, node: Node, *, holding: str, after: int) -> None:
        self._node, self._holding, self._left = node, holding, after
        self._guard, self._held, self._free = threading.Lock(), threading.Event(), threading.Event()
        self._over = False
        self._server = ThreadingHTTPServer((HOST, 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The address to ask at."""
        return f"http://{HOST}:{self._server.server_port}"

    def __enter__(self) -> Between:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._free.set()
        self._server.shutdown()
        self._server.server_close()

    def wait_held(self) -> None:
        """Waits until a request is held. Raises ``NodeError``."""
        if not self._held.wait(PATIENCE):
            raise NodeError(f"nobody asked for {self._holding} often enough in {PATIENCE:.0f} s")

    def let_go(self) -> None:
        """Hands on what is held, and holds nothing any more."""
        self._free.set()

    def _may_go(self, path: str) -> bool:
        if not path.partition("?")[0].endswith(self._holding):
            return True
        with self._guard:
            self._left -= 1
            held = self._left < 0
        if held:
            self._held.set()
            self._free.wait()
        return not (held and self._over)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        may_go, port = self._may_go, self._node.http_port

        class Line(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _hand_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if not may_go(self.path):
                    self.close_connection = True
                    return
                sent = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
                with closing(http.client.HTTPConnection(HOST, port, timeout=PATIENCE)) as there:
                    there.request(self.command, self.path, body, sent)
                    answer = there.getresponse()
                    said = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in _OWN:
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(said)

            do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _hand_on  # noqa: N815 names of the server's own

            def log_message(self, *_: object) -> None:
                pass

        return Line
