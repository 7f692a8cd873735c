"""Text boxes and headers of Word 97–2003 documents: their paragraphs, to see whether a converter has left any out.

Source: [MS-DOC], Fib, Clx and PlcPcd; the text of headers and of boxes stands behind that of the document.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterable, Iterator

from indexer.readers import ole

_STORIES = struct.Struct("<8i")
_STORIES_PLACE = 0x4C
"""How many signs the document has, its notes, headers and what else stands before the boxes; the last are these."""
_HEADERS, _BOXES, _HEADER_BOXES = 2, 6, 7
_FLAGS_PLACE, _TABLE_1 = 0x0A, 0x0200
_PIECES_PLACE = 0x01A2
_PIECES, _SETTINGS = 2, 1
_ONE_BYTE, _OFFSET = 0x40000000, 0x3FFFFFFF
_PIECE = struct.Struct("<2xI2x")
_HEAD_BYTES = 0x01AA
_FIELD_CODE = re.compile("\x13[^\x13-\x15]*(?:\x14|(?=\x15))|\x15")
"""What a field computes its result from; inner ones go first."""
_PARAGRAPH_ENDS = re.compile("[\r\x07]")
_MOST_FIELDS_IN_EACH_OTHER = 10


def lost(paragraphs: Iterable[str], converted: Iterable[str]) -> list[str]:
    """The paragraphs of text boxes that are not among the texts of the ``converted`` ones, as often as they stand."""
    kept = "".join(map(_letters, converted))  # a paragraph may run on from one box into the next
    counts = Counter(filter(_letters, paragraphs))
    return [text for text, count in counts.items() if kept.count(_letters(text)) < count]


def _letters(text: str) -> str:
    """What of a text every converter keeps alike."""
    return "".join(filter(str.isalnum, text))


def header_lines_of(data: bytes) -> list[str]:
    """The lettered paragraphs and cells of the document's headers and footers, of their text boxes, too; each once."""
    found = [*paragraphs_of(data, _HEADERS), *paragraphs_of(data, _HEADER_BOXES)]
    return list(dict.fromkeys(text for text in found if any(map(str.isalpha, text))))


def paragraphs_of(data: bytes, story: int = _BOXES) -> list[str]:
    """The paragraphs and cells of the document's text boxes; ``[]`` where there are none or the file is damaged."""
    head = ole.stream(data, "WordDocument", _HEAD_BYTES) or b""
    if len(head) < _HEAD_BYTES:
        return []
    stories = _STORIES.unpack_from(head, _STORIES_PLACE)
    if stories[story] <= 0:
        return []
    body = ole.stream(data, "WordDocument") or b""
    start = sum(stories[:story])
    try:
        text = "".join(_between(body, _pieces(data, head), start, start + stories[story]))
    except (struct.error, IndexError):
        return []
    for _ in range(_MOST_FIELDS_IN_EACH_OTHER):
        text, done = _FIELD_CODE.subn("", text)
        if not done:
            break
    return [paragraph.strip() for paragraph in _PARAGRAPH_ENDS.split(text)]


def _pieces(data: bytes, head: bytes) -> bytes:
    """The list of the pieces that the text is made of."""
    (flags,) = struct.unpack_from("<H", head, _FLAGS_PLACE)
    place, length = struct.unpack_from("<II", head, _PIECES_PLACE)
    rest = (ole.stream(data, "1Table" if flags & _TABLE_1 else "0Table") or b"")[place : place + length]
    start = 0
    while rest[start] == _SETTINGS:
        start += 3 + struct.unpack_from("<H", rest, start + 1)[0]
    return rest[start + 5 :] if rest[start] == _PIECES else b""


def _between(body: bytes, pieces: bytes, start: int, end: int) -> Iterator[str]:
    """The text from one sign to another."""
    count = max(len(pieces) - 4, 0) // 12
    bounds = struct.unpack_from(f"<{count + 1}i", pieces) if count else ()
    for number, (begins, ends) in enumerate(zip(bounds, bounds[1:], strict=False)):
        first, last = max(begins, start), min(ends, end)
        if first >= last:
            continue
        (place,) = _PIECE.unpack_from(pieces, 4 * (count + 1) + 8 * number)
        if place & _ONE_BYTE:
            offset = (place & _OFFSET) // 2 - begins
            yield body[offset + first : offset + last].decode("cp1252", "replace")
        else:
            offset = place - 2 * begins
            yield body[offset + 2 * first : offset + 2 * last].decode("utf-16-le", "replace")
