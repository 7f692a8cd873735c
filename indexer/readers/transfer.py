"""Texts that mail programs and pages have put into ASCII for the way, and somebody has saved so: taken out again."""

from __future__ import annotations

import base64
import quopri
import re
import urllib.parse
from collections.abc import Callable
from typing import NamedTuple

from indexer.errors import IndexerError
from indexer.readers.encodings import decode

_HEADERS = re.compile(rb"(?:\xef\xbb\xbf)?(?:[A-Za-z][\w-]*:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*)+\r?\n")
"""What a mail program writes above: «Content-Transfer-Encoding: base64»."""
_LEAST = 0.3
"""Part of the bytes that must stand for letters: a link or two with such signs are none."""
_RUSSIAN, _LETTER = re.compile("[А-Яа-яЁё]"), re.compile(r"[^\W\d_]")
_MOSTLY = 0.5
_ENOUGH = 1 << 15
"""Bytes that tell whether a text is Russian; whole signs of UTF-16 and UTF-32."""
_BASE64_SIGNS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_NOT_BASE64 = bytes(byte for byte in range(256) if byte not in _BASE64_SIGNS + b"=")
_SHORTEST_BASE64 = 100
_DOCUMENTS = (b"PK\x03\x04", b"%PDF-", b"{\\rtf", b"\xd0\xcf\x11\xe0")


class _Way(NamedTuple):
    """A way to write letters in ASCII: its name, what letters look like, and how they are taken out."""

    name: str
    written: re.Pattern[bytes]
    taken_out: Callable[[bytes], bytes]


def _with_escapes(data: bytes) -> bytes:
    """«\\u041e\\u0442» as UTF-8."""
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), data)


def _from_utf7(data: bytes) -> bytes:
    """«+BB4EQg-» as UTF-8; what is none may stand for half a sign."""
    return data.decode("utf-7", "replace").encode("utf-8", "replace")


def _from_address(data: bytes) -> bytes:
    """«%D0%9E+%D0%B5» as bytes."""
    return urllib.parse.unquote_to_bytes(data.replace(b"+", b" ") if b" " not in data else data)


_ESCAPE = re.compile(rb"\\u([0-9A-Fa-f]{4})")
_WAYS = (
    _Way("quoted-printable", re.compile(rb"(?:=[0-9A-Fa-f]{2}|=\r?\n){3,}"), quopri.decodestring),
    _Way("UTF-7", re.compile(rb"\+[A-Za-z0-9+/]{4,}-?"), _from_utf7),
    _Way("\\u…", re.compile(rb"(?:\\u0[0-9A-Fa-f]{3}){2,}"), _with_escapes),
    _Way("%…", re.compile(rb"(?:%[0-9A-Fa-f]{2}){3,}"), _from_address),
)


def taken_out(data: bytes) -> tuple[bytes, str] | None:
    """What is written in ASCII, and in which way, where it is a Russian text or a document; ``None`` for any other."""
    if not data.isascii():
        return None
    headers = _HEADERS.match(data)
    body = data[headers.end() :] if headers else data
    if (inner := _from_base64(body)) is not None:
        return inner, "base64"
    for way in _WAYS:
        if sum(len(found[0]) for found in way.written.finditer(body)) > _LEAST * len(body):
            inner = way.taken_out(body)
            return (inner, way.name) if _is_russian(inner) else None
    return None


def _from_base64(data: bytes) -> bytes | None:
    """The bytes of a file that is nothing but base64."""
    signs = b"".join(data.split())
    if len(signs) < _SHORTEST_BASE64 or signs.translate(None, _BASE64_SIGNS).strip(b"="):
        return None
    inner = base64_bytes(signs)
    return inner if inner.startswith(_DOCUMENTS) or _is_russian(inner) else None


def base64_bytes(written: bytes) -> bytes:
    """The bytes that base64 stands for, as far as it goes: where the end is cut off, a sign may lack its others."""
    signs = written.translate(None, _NOT_BASE64).split(b"=")[0]
    whole = signs[: len(signs) - (len(signs) % 4 == 1)]
    return base64.b64decode(whole + b"=" * (-len(whole) % 4))


def _is_russian(data: bytes) -> bool:
    """Most letters at the beginning of the text are Russian."""
    try:
        text = decode(data[:_ENOUGH])
    except IndexerError:
        return False
    return len(_RUSSIAN.findall(text)) > _MOSTLY * len(_LETTER.findall(text))
