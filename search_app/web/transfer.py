"""How answers travel: packed where that is asked for and pays, and not at all where the reader has them already.

A page or an answer of the API depends on the program, on the build, on its address, on the day and on the cookies of
this site, so its ETag is made of these, before the page is: a reader that has it costs no search. A page on which more
depends (the source file of a report may be gone, a dump may have come) has its own content in the ETag as well.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, g, request
from werkzeug.datastructures import ETags

from indexer.errors import IndexerError
from search_app.web.serving import served_engine
from search_app.wording import numbers

SMALLEST = 860
"""Bytes: what is smaller goes into one packet anyway."""

_LEVEL = 2
"""A page of 70 kB takes .40 ms and 11.9 kB; with 4 .75 and 11.0 kB, with 6 1.4 and 10.5 kB."""
_BEST_LEVEL = 9
_PIECE = 64 * 1024  # Of a stream: so much is gathered before it is sent on.
_PACKED = {
    *("text/html", "text/css", "text/csv", "text/javascript", "text/plain"),
    *("application/json", "application/problem+json", "application/atom+xml", "application/javascript"),
    "image/svg+xml",
}
_WITH_MORE = {"pages.report_page", "whole.dump_page", "whole.dump_list"}
"""Endpoints whose answers depend on more than build and address."""
_SOURCES = {".py", ".html", ".toml", ".css", ".js", ".svg"}

_GZIP = 16 + zlib.MAX_WBITS


def register(app: Flask) -> None:
    """Adds the headers to every answer of ``app``; to be registered before whatever adds others."""
    program = _program()
    app.before_request(lambda: _known_already(program))
    app.after_request(_sent)


def _known_already(program: str) -> Response | None:
    """Works out the ETag; answers 304 at once where the reader has just this answer."""
    if request.method not in ("GET", "HEAD") or request.endpoint in (None, "static", "api.health"):
        return None
    try:
        stamp = served_engine().stamp
    except IndexerError:
        return None
    cookies = sorted(request.cookies.items())
    # The foot of a page on paper tells the day.
    parts = (
        program,
        stamp,
        numbers.today(),
        request.url_root,
        request.path,
        request.query_string.decode("ascii", "replace"),
        cookies,
    )
    g.etag = hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:32]
    if request.endpoint in _WITH_MORE or not _holds(request.if_none_match, g.etag):
        return None
    return Response(status=304, mimetype="text/html")


def _holds(known: ETags, etag: str) -> bool:
    """Whether the reader has this answer; «*» asks for any and is not worth a guess."""
    return known.contains_weak(etag) and not known.star_tag


def _sent(response: Response) -> Response:
    _revalidated(response)
    if response.mimetype in _PACKED and response.status_code != 304:
        response.vary.add("Accept-Encoding")
        _pack(response)
    elif response.status_code == 304:
        response.vary.add("Accept-Encoding")
    return response


def _revalidated(response: Response) -> None:
    """Whoever keeps an answer must ask whether it still holds; one with the same ETag is not sent again."""
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-cache" if response.status_code < 500 else "no-store"
    etag = g.get("etag")
    if etag is None or not _tagged(response):
        return
    if request.endpoint in _WITH_MORE:
        etag += hashlib.sha256(response.get_data()).hexdigest()[:16]
    response.set_etag(etag, weak=True)
    if response.status_code == 200 and _holds(request.if_none_match, etag):
        response.make_conditional(request)


def _tagged(response: Response) -> bool:
    """Whether build and address make the answer: no file, no failure, no stream, no ETag of its own."""
    headers = response.headers
    return (
        response.status_code in (200, 304)
        and not response.is_streamed
        and not {"ETag", "Content-Disposition", "Set-Cookie"} & set(headers.keys())
        and "no-store" not in headers.get("Cache-Control", "")
    )


def _pack(response: Response) -> None:
    """Packs the body where the reader takes gzip and it pays."""
    if not request.accept_encodings["gzip"] or response.status_code in (204, 206):
        return
    if "Content-Encoding" in response.headers:
        return
    if response.is_streamed and not response.direct_passthrough:
        response.response = _packed_stream(response.iter_encoded())
        response.headers.pop("Content-Length", None)
    elif not _packed_whole(response):
        return
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    if etag:
        # The same content in other bytes.
        response.set_etag(etag, weak=True)


def _packed_whole(response: Response) -> bool:
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < SMALLEST:
        return False
    response.set_data(_packed_file(body) if request.endpoint == "static" else _packed(body))
    return True


def _packed(body: bytes, level: int = _LEVEL) -> bytes:
    return gzip.compress(body, level, mtime=0)


@lru_cache(maxsize=16)
def _packed_file(body: bytes) -> bytes:
    """Static files are few and asked for again and again."""
    return _packed(body, _BEST_LEVEL)


def _packed_stream(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """A stream stays one: it is packed while it is being written. One that breaks off does not unpack."""
    packer = zlib.compressobj(_LEVEL, wbits=_GZIP)
    taken = 0
    for piece in pieces:
        packed = packer.compress(piece)
        taken += len(piece)
        if taken >= _PIECE:
            packed += packer.flush(zlib.Z_SYNC_FLUSH)
            taken = 0
        if packed:
            yield packed
    yield packer.flush()


@lru_cache(maxsize=1)
def _program() -> str:
    """A digest of the program's own files: a new version makes other pages of the same build."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[2]
    for package in ("indexer", "search_app"):
        for path in sorted(path for path in (root / package).rglob("*") if path.suffix in _SOURCES):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
