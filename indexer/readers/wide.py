"""UTF-16 and UTF-32 without a mark, and stretches of them between other bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.language.likeness import russianness

_HIGH_BYTES = b"\x00\x04\x20\x21\x25"
"""High bytes of Latin letters and digits, of Cyrillic, of dashes and quotes, of «№», of frames."""
_UNUSUAL_SHARE = 1 / 20

_STRETCH = re.compile(
    rb"(?:\xff\xfe\x00\x00)?(?P<le4>(?:(?:[\x01-\xff][\x00\x04]|[\x10-\x3a]\x20|\x16\x21)\x00\x00){8,})"
    rb"|(?:\x00\x00\xfe\xff)?(?P<be4>(?:\x00\x00(?:[\x00\x04][\x01-\xff]|\x20[\x10-\x3a]|\x21\x16)){8,})"
    rb"|(?:\xff\xfe)?(?P<le>(?:[\x01-\xff][\x00\x04]|[\x10-\x3a]\x20|\x16\x21){8,})"
    rb"(?!\x00\x00[\x01-\x03\x05-\xff][\x00\x04\x20\x21]\x00\x00)"
    rb"|(?:\xfe\xff)?(?P<be>(?:[\x00\x04][\x01-\xff]|\x20[\x10-\x3a]|\x21\x16){8,})"
)
_SAMPLE_BYTES = 1_000
_MAX_GAP = 8
"""Bytes between two stretches that are some signs of other alphabets in one text."""


def decoded(data: bytes) -> str | None:
    """The text if all of ``data`` is UTF-16 or UTF-32 without a mark, ``None`` otherwise."""
    return _utf32(data) or _utf16(data)


def _utf32(data: bytes) -> str | None:
    """The text of UTF-32: of four bytes two are zeros."""
    if len(data) < 8 or len(data) % 4 or b"\x00\x00" not in data:
        return None
    for encoding, zeros, high in (
        ("utf-32-le", (data[2::4], data[3::4]), data[1::4]),
        ("utf-32-be", (data[0::4], data[1::4]), data[2::4]),
    ):
        if not any(map(any, zeros)) and len(high.translate(None, _HIGH_BYTES)) <= _UNUSUAL_SHARE * len(high):
            return data.decode(encoding, errors="replace")
    return None


def _utf16(data: bytes) -> str | None:
    """The text of UTF-16: nearly every second byte is a high byte of Russian."""
    whole = data[: len(data) // 2 * 2]
    for encoding, high, low in (("utf-16-le", whole[1::2], whole[::2]), ("utf-16-be", whole[::2], whole[1::2])):
        usual = len(high.translate(None, _HIGH_BYTES)) <= _UNUSUAL_SHARE * len(high)
        if usual and len(high) > 1 and (b"\x04" in high or b"\x00" in high) and _is_varied(low, high):
            return whole.decode(encoding, errors="replace")
    return None


def _is_varied(low: bytes, high: bytes) -> bool:
    """The low bytes differ more than the high ones: a run of equal bytes is data, not text."""
    if len(set(low)) <= len(set(high)):
        return False
    # A sign of frames has a zero as its low byte too.
    return low.count(0) * 4 < len(low) or sum(a == b == 0 for a, b in zip(low, high, strict=True)) * 4 < len(low)


def stretches(data: bytes) -> Iterator[tuple[bytes, str | None]]:
    """The bytes cut into stretches of UTF-16 and UTF-32, each with its encoding, and others, with ``None``."""
    end = 0
    for start, stop, encoding in _united(_found(data)):
        if start > end:
            yield data[end:start], None
        yield _without_mark(data[start:stop], encoding), encoding
        end = stop
    if end < len(data):
        yield data[end:], None


def _without_mark(part: bytes, encoding: str) -> bytes:
    """The stretch without the mark of its byte order."""
    return part.removeprefix("\ufeff".encode(encoding))


def _found(data: bytes) -> Iterator[tuple[int, int, str]]:
    """Where stretches of UTF-16 and UTF-32 begin and end."""
    for found in _STRETCH.finditer(data):
        if quads := found["le4"] or found["be4"]:
            low, high = (quads[::4], quads[1::4]) if found["le4"] else (quads[3::4], quads[2::4])
            if _is_varied(low, high):
                yield found.start(), found.end(), "utf-32-le" if found["le4"] else "utf-32-be"
            continue
        body = found["le"] or found["be"]
        high, low = (body[1::2], body[::2]) if found["le"] else (body[::2], body[1::2])
        if not _is_varied(low, high):
            continue
        if found["le"] and _begins_a_byte_later(body[:_SAMPLE_BYTES]):
            yield found.start() + 1, min(found.end() + 1, len(data)), "utf-16-be"
        else:
            yield found.start(), found.end(), "utf-16-le" if found["le"] else "utf-16-be"


def _begins_a_byte_later(body: bytes) -> bool:
    """The byte before UTF-16 with the high bytes first makes the same letters, but not the same blanks."""
    shifted = body[1:].decode("utf-16-be", "replace")
    return russianness(shifted) > russianness(body.decode("utf-16-le", "replace"))


def _united(found: Iterator[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """The stretches, those of one text made one."""
    last: tuple[int, int, str] | None = None
    for start, stop, encoding in found:
        gap = start - last[1] if last else 0
        if last and encoding == last[2] and gap <= _MAX_GAP and gap % 2 == 0:
            last = last[0], stop, encoding
            continue
        if last:
            yield last
        last = start, stop, encoding
    if last:
        yield last
