"""Addresses as they arrive: in raw UTF-8, in windows-1251, cut, or for a host that no host can be called.

Old links, intranet forms and mail programs write Russian addresses in other ways than browsers do. What can only mean
one thing is understood; the rest is named, before anything is searched for signs that nobody typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote_from_bytes, quote_plus, unquote_to_bytes

from flask import Flask, abort, request

from search_app.request.params import Fault, ParameterErrors

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_FAULTS, _HOST = "arriving.faults", "arriving.host"

_SENTENCE = (
    "Буквы в адресе записаны не в кодировке UTF-8 и не в windows-1251 или обрезаны: "
    "скопируйте ссылку целиком или наберите запрос заново."
)
_HOST_SENTENCE = "Имя сайта в запросе (заголовок Host) записано неверно: откройте сайт по обычному адресу."

_HOST_NAME = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f]*:[0-9a-f.:]+\])(?::(?P<port>[1-9][0-9]{,4}))?", re.IGNORECASE)
_GREATEST_PORT = 65535

# What a Russian text in windows-1251 is made of. Its other signs come out when UTF-8 is read so.
_RUSSIAN = re.compile(r"[\t\n\r\x20-\x7eА-яЁё«»„“”‘’–—…№§°\xa0\xad]+")
_CONSONANT = re.compile(r"[бвгджзйклмнпрстфхцчшщ]", re.IGNORECASE)
_MIXED = re.compile(r"[a-z][а-яё]|[а-яё][a-z]", re.IGNORECASE)
# Russian letters of UTF-8 among bytes that are not: «п» and half of the next letter.
_UTF8_LETTER = re.compile(rb"\xd0[\x81\x90-\xbf]|\xd1[\x80-\x8f\x91]")
_HIGH = re.compile(rb"[\x80-\xff]")


class Arriving:
    """A WSGI application behind which every address is ASCII that stands for UTF-8."""

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Rewrites the address, notes what is wrong with it and goes on."""
        faults: list[Fault] = []
        environ["QUERY_STRING"] = _query(str(environ.get("QUERY_STRING", "")), faults)
        environ["PATH_INFO"] = _path(str(environ.get("PATH_INFO", "")), faults)
        environ[_FAULTS] = faults
        if "HTTP_HOST" in environ and not _is_host(str(environ["HTTP_HOST"])):
            # The page that says so has links of its own and needs a host that can be told.
            del environ["HTTP_HOST"]
            environ[_HOST] = True
        return self._application(environ, start_response)


def register(app: Flask) -> None:
    """Puts the rewriting before ``app``, and what is to be said of it before every view."""
    app.wsgi_app = Arriving(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(_refuse)


def understood(raw: bytes) -> str | None:
    """The text that ``raw`` is in UTF-8 or, plainly, in windows-1251; ``None`` where it is neither."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return _in_windows_1251(raw)
    return None if "\ufffd" in text else text


def _in_windows_1251(raw: bytes) -> str | None:
    try:
        text = raw.decode("cp1251")
    except UnicodeDecodeError:
        return None
    if not _RUSSIAN.fullmatch(text) or _MIXED.search(text) or not _CONSONANT.search(text):
        return None
    utf8 = len(_UTF8_LETTER.findall(raw))
    single = len(_HIGH.findall(_UTF8_LETTER.sub(b"", raw)))
    # One sign alone is a byte gone astray; what is mostly UTF-8 is UTF-8 that was cut.
    return text if utf8 + single > 1 and utf8 < single else None


def _refuse() -> None:
    if request.environ.get(_HOST):
        abort(400, _HOST_SENTENCE)
    faults = request.environ.get(_FAULTS)
    if faults:
        raise ParameterErrors(faults)


def _query(query: str, faults: list[Fault]) -> str:
    """The query string in percent-encoded UTF-8; parameters that nobody can read are left out and told."""
    if query.isascii() and "%" not in query:
        return query
    return "&".join(_parameters(query.encode("latin-1", "replace"), faults))


def _parameters(query: bytes, faults: list[Fault]) -> Iterator[str]:
    for piece in query.split(b"&"):
        raw = unquote_to_bytes(piece.replace(b"+", b" "))
        if raw.isascii():
            yield piece.decode("ascii")
            continue
        name, equals, value = piece.partition(b"=")
        texts = [understood(unquote_to_bytes(part.replace(b"+", b" "))) for part in (name, value)]
        if None in texts:
            shown = understood(unquote_to_bytes(name)) or _shown(name)
            faults.append(Fault(shown[:40], _shown(value)[:100], _SENTENCE))
            continue
        yield "=".join(quote_plus(text or "") for text in texts) if equals else quote_plus(texts[0] or "")


def _path(path: str, faults: list[Fault]) -> str:
    """The path as WSGI has it: UTF-8 read as Latin-1."""
    if path.isascii():
        return path
    raw = path.encode("latin-1", "replace")
    text = understood(raw)
    if text is None:
        faults.append(Fault("адрес страницы", _shown(raw)[:100], _SENTENCE))
        return "/"
    return text.encode("utf-8").decode("latin-1")


def _shown(raw: bytes) -> str:
    """Bytes as they stand in an address."""
    return quote_from_bytes(raw, safe="/%=")


def _is_host(host: str) -> bool:
    found = _HOST_NAME.fullmatch(host) if host.isascii() else None
    return found is not None and int(found["port"] or 1) <= _GREATEST_PORT
