"""The code page of bytes, by how Russian their letters look, and files of which every part has its own."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from indexer.language.likeness import russianness, strangeness

_CODE_PAGES = (
    ("cp1251", 1.5), ("utf-8", 0.5), ("cp866", 0.5), ("koi8-r", 0.5), ("iso8859-5", 0.0), ("mac-cyrillic", 0.0),
    ("cp855", 0.0),
)  # fmt: skip
"""Candidates with their head start in points (a letter in its place is worth about .6): it decides only where letters
do not. UTF-8 stands for files with a few damaged bytes."""

_SAMPLES = (1_000, 8_000)
"""Bytes to look at. The shorter sample is nearly always enough; the whole of a long file would take a second."""
_SURE_POINTS = 50.0

_HIGH_BYTES = bytes(range(0x80, 0x100))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_FEW_SIGNS = 3
_FEW_LETTERS = 10
_LOOKS_RUSSIAN = 0.3
_SURELY_RUSSIAN = 0.5
"""Points for a letter below which a line is looked at again: lines of reports have .7 and more, KOI8-R by the table of
Windows hardly ever so many."""
_MAX_LINES = 100_000
"""A file of more lines is no report of which somebody has glued the parts together."""
_SINGLE_PAGES = tuple(page for page, _ in _CODE_PAGES if page != "utf-8")
_LINE_END = re.compile(rb"[\r\n>]")
_PIECE = re.compile(rb"[^\s>]++[\s>]*+|[\s>]++")
"""Lines and words; the tags of a web page part both."""
_LEAST_LETTERS = 2
_PRICE_OF_CHANGE = 6.0
_PRICE_IN_A_LINE = 9.0
"""Points that a change of the page within a file must bring, behind a line and within it. By a wrong page a
Russian word gains hardly any; foreign names («Цзямусы») and abbreviations gain up to four."""
_PLAINLY_MORE = 5.0
"""Points that no word or abbreviation gains by a wrong page."""
_Path = tuple[str, "_Path"] | None
"""The page of the last piece, and those before it."""
_KEPT = {0x98: "\x98"}
"""The one byte that cp1251 has no letter for is kept: it may be half of an «И» that was read by the wrong table."""


def likeliest_code_page(data: bytes, declared: str | None = None) -> str:
    """The Python name of the code page in which ``data`` looks most like Russian; ``declared`` gets a small bonus."""
    first = _NOT_ASCII.search(data)
    start = max(first.start() - 100, 0) if first else 0
    hint = _python_name(declared)
    ranking: list[tuple[float, str]] = []
    for size in _SAMPLES:
        sample = data[start : start + size]
        ranking = sorted(_scores(sample, hint), reverse=True)
        if len(sample) < size or ranking[0][0] - ranking[1][0] > _SURE_POINTS:
            break
    return ranking[0][1]


def _scores(sample: bytes, hint: str) -> Iterator[tuple[float, str]]:
    """The points of every code page for the sample."""
    for name, bonus in _CODE_PAGES:
        points = russianness(sample.decode(name, errors="replace"))
        yield points + bonus + (1.0 if name == hint else 0.0), name


def _python_name(declared: str | None) -> str:
    """The codec's own name for a declared one («Windows-1251» → «cp1251»), empty where there is no such codec."""
    try:
        return codecs.lookup(declared).name if declared else ""
    except LookupError:
        return ""


def decoded(data: bytes, declared: str | None = None) -> str:
    """The text of bytes that are not flawless UTF-8: by one code page, or by runs of lines where some are UTF-8.

    Parts of different files are put behind one another (``copy a+b``), or a paragraph is pasted by another program.
    """
    lines = data.splitlines(keepends=True) if data.count(b"\n") < _MAX_LINES else [data]
    if _UTF8_RUN.search(data):
        lines = [part for line in lines for part in ([line] if _is_utf8(line) else _parts(line))]
    return "".join(
        b"".join(run).decode("utf-8", errors="replace") if is_utf8 else _by_page(b"".join(run), declared)
        for is_utf8, run in _runs(lines)
    )


def by_page_or_likeliest(data: bytes, page: str) -> str:
    """The text by this code page, or as ``decoded`` makes it where that is plainly more Russian."""
    text = data.decode(page, errors="replace")
    if not _is_doubtful(data, page):
        return text
    likeliest = decoded(data, page)
    return likeliest if russianness(likeliest) - russianness(text) > _PLAINLY_MORE else text


def _is_utf8(line: bytes) -> bool | None:
    """Whether the line is UTF-8; ``None`` where that cannot be told, ASCII being both and a sign or two an accident."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    return True if len(line) - len(text) >= _FEW_SIGNS else None


def _runs(lines: list[bytes]) -> Iterator[tuple[bool, list[bytes]]]:
    """The lines with whether they are UTF-8, run by run; what cannot be told goes with what stands before it."""
    marks = [_is_utf8(line) for line in lines]
    current = next((mark for mark in marks if mark is not None), False)
    settled = []
    for mark in marks:
        current = current if mark is None else mark
        settled.append(current)
    for is_utf8, run in groupby(zip(settled, lines, strict=True), key=lambda pair: pair[0]):
        yield is_utf8, [line for _, line in run]


def _by_page(data: bytes, declared: str | None) -> str:
    """The text by the likeliest code page, and by others where stretches of it are plainly in these."""
    page = likeliest_code_page(data, declared)
    if page not in _SINGLE_PAGES or not any(_is_doubtful(line, page) for line in _LINE_END.split(data)):
        return _in_page(data, page)
    pieces = _PIECE.findall(data)
    runs = groupby(zip(_pages_of(pieces, page), pieces, strict=True), key=lambda pair: pair[0])
    return "".join(_in_page(b"".join(piece for _, piece in run), own) for own, run in runs)


def _in_page(data: bytes, page: str) -> str:
    """The text by this code page."""
    text = data.decode(page, errors="replace")
    return _with_kept_bytes(data, text) if page == "cp1251" and "�" in text else text


def _is_doubtful(piece: bytes, page: str) -> bool:
    """The letters of the piece hardly look Russian by this page, or some sign of it is strange."""
    if piece.isascii():
        return False
    text = piece.decode(page, errors="replace")
    letters = len(piece) - len(piece.translate(None, _HIGH_BYTES))
    return strangeness(text) > 0 or russianness(text) < _SURELY_RUSSIAN * letters


def _pages_of(pieces: list[bytes], usual: str) -> list[str]:
    """The page of each piece: those by which all of them are most Russian, every change of page having its price."""
    best: dict[str, tuple[float, _Path]] = {page: (float(page == usual), None) for page in _SINGLE_PAGES}
    price = _PRICE_OF_CHANGE
    for piece in pieces:
        total, path = max(best.values(), key=_total)
        before = {page: max(found, (total - price, path), key=_total) for page, found in best.items()}
        best = {page: (total + _points(piece, page), (page, path)) for page, (total, path) in before.items()}
        price = _PRICE_OF_CHANGE if piece.endswith((b"\n", b"\r")) else _PRICE_IN_A_LINE
    return list(_walked(max(best.values(), key=_total)[1]))[::-1]


@lru_cache(maxsize=20_000)
def _points(piece: bytes, page: str) -> float:
    """How Russian the piece is by this page; one letter tells nothing: a dash of Windows is one on a Macintosh."""
    return 0.0 if len(_NOT_ASCII.findall(piece)) < _LEAST_LETTERS else russianness(piece.decode(page, "replace"))


def _total(found: tuple[float, _Path]) -> float:
    return found[0]


def _walked(path: _Path) -> Iterator[str]:
    """The pages of the path, from its end."""
    while path:
        page, path = path
        yield page


def _with_kept_bytes(data: bytes, text: str) -> str:
    """The text of cp1251 with the bytes that it lacks as their numbers."""
    return "".join(_KEPT.get(byte, sign) for byte, sign in zip(data, text, strict=True))


def _parts(line: bytes) -> list[bytes]:
    """The line, cut where UTF-8 begins and ends in it: files met there without a break, or a piece was pasted."""
    if not _UTF8_RUN.search(line):
        return [line]
    parts: list[bytes] = []
    end = 0
    for stretch in _UTF8_STRETCH.finditer(line):
        if is_russian(stretch[0], "utf-8"):
            parts += [line[end : stretch.start()], stretch[0]]
            end = stretch.end()
    parts = [part for part in (*parts, line[end:]) if part]
    # A damaged sign or two within UTF-8 are no other encoding.
    others = [part for part in parts if not _is_utf8(part) and not part.isascii()]
    return parts if all(map(is_russian, others)) else [line]


_UTF8_RUN = re.compile(rb"(?:[\xd0\xd1][\x80-\xbf]){3}")
"""Three Russian letters in UTF-8, which make no word by any code page."""
_UTF8_STRETCH = re.compile(rb"[\xd0\xd1][\x80-\xbf](?:[\x00-\x7f]|[\xc2-\xdf][\x80-\xbf]|\xe2[\x80-\xbf]{2})*+")


def is_russian(data: bytes, page: str | None = None) -> bool:
    """The bytes are so many Russian letters in this code page, or in the likeliest, that it is no accident."""
    text = data.decode(page or likeliest_code_page(data), errors="replace")
    letters = _letters(text)
    return letters >= _FEW_LETTERS and russianness(text) > _LOOKS_RUSSIAN * letters


def _letters(text: str) -> int:
    """How many of its signs are Cyrillic letters."""
    return sum("Ѐ" <= sign <= "ӿ" for sign in text)
