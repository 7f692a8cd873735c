"""The code page of bytes, by how Russian their letters look, and files of which every part has its own."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from indexer.language.dictionary import known_letters
from indexer.language.likeness import points_of_lines, russianness, strangeness

_CODE_PAGES = (
    ("cp1251", 1.5), ("utf-8", 0.5), ("cp866", 0.5), ("koi8-r", 0.5), ("iso8859-5", 0.0), ("mac-cyrillic", 0.0),
    ("cp855", 0.0),
)  # fmt: skip
"""Candidates with their head start in points (a letter in its place is worth about .6): it decides only where letters
do not. UTF-8 stands for files with a few damaged bytes."""

_SAMPLES = (1_000, 8_000)
"""Bytes to look at. The shorter sample is nearly always enough; the whole of a long file would take a second."""
_SURE_POINTS = 50.0

_LIKE_THE_USUAL = frozenset({"mac-cyrillic"})
"""Has most small letters where the first of the candidates has them: no other can be right where that one is."""
_MANY_SIGNS = 60

_HIGH_BYTES = bytes(range(0x80, 0x100))
_NOT_ASCII = re.compile(rb"[\x80-\xff]")
_FEW_SIGNS = 3
_FEW_LETTERS = 10
_LOOKS_RUSSIAN = 0.3
_SURELY_RUSSIAN = 0.5
"""Points for a letter below which a line is looked at again: lines of reports have .7 and more, KOI8-R by the table of
Windows hardly ever so many."""
_FEW_PASTED = 4
"""Letters of a word of the dictionary, so many that they are no damaged sign or two."""
_MAX_LINES = 100_000
"""A file of more lines is no report of which somebody has glued the parts together."""
_SINGLE_PAGES = tuple(page for page, _ in _CODE_PAGES if page != "utf-8")
_END_OF_LINE = re.compile(r"[\r\n>]")
_LINE_END = re.compile(_END_OF_LINE.pattern.encode())
_PIECE = re.compile(rb"[^\s>]++[\s>]*+|[\s>]++")
"""Lines and words; the tags of a web page part both."""
_LEAST_LETTERS = 2
_PRICE_OF_CHANGE = 6.0
_PRICE_IN_A_LINE = 9.0
"""Points that a change of the page within a file must bring, behind a line and within it. By a wrong page a
Russian word gains hardly any; foreign names («Цзямусы») and abbreviations gain up to four."""
_WORD = re.compile(r"[^\W\d_]+")
_RUSSIAN = re.compile("[А-Яа-яЁё]+")
_TELLING, _LEAST_KNOWN, _KNOWN_SHARE = 3, 4, 0.5
"""Letters of a word that is looked up; letters, and share of a line's, that must belong to words of the dictionary."""
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
        ranking = _ranking(sample, hint)
        if len(sample) < size or ranking[0][0] - ranking[1][0] > _SURE_POINTS:
            break
    return ranking[0][1]


def _ranking(sample: bytes, hint: str) -> list[tuple[float, str]]:
    """The code pages with their points for the sample, the likeliest first."""
    usual = _CODE_PAGES[0][0]
    points = russianness(sample.decode(usual, errors="replace"))
    signs = len(sample) - len(sample.translate(None, _HIGH_BYTES))
    is_plain = signs >= _MANY_SIGNS and points >= _SURELY_RUSSIAN * signs
    known = {usual: points}
    for page, _ in _CODE_PAGES[1:]:
        if not is_plain or page in _LIKE_THE_USUAL:
            known[page] = russianness(sample.decode(page, errors="replace"))
    bonuses = {page: bonus + (1.0 if page == hint else 0.0) for page, bonus in _CODE_PAGES}
    return sorted(((points + bonuses[page], page) for page, points in known.items()), reverse=True)


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
    if sure := _sure_page(data, page):
        return _in_page(data, sure)
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
    if page not in _SINGLE_PAGES or not _has_doubtful_lines(data, page):
        return _in_page(data, page)
    pieces = _PIECE.findall(data)
    runs = groupby(zip(_pages_of(pieces, page), pieces, strict=True), key=lambda pair: pair[0])
    return "".join(_in_page(b"".join(piece for _, piece in run), own) for own, run in runs)


def _in_page(data: bytes, page: str) -> str:
    """The text by this code page."""
    text = data.decode(page, errors="replace")
    return _with_kept_bytes(data, text) if page == "cp1251" and "�" in text else text


def _has_doubtful_lines(data: bytes, page: str) -> bool:
    """Some line is doubtful by this page."""
    lines = points_of_lines(data.decode(page, errors="replace"), _END_OF_LINE)
    if lines is None:
        return any(_is_doubtful(line, page) for line in _LINE_END.split(data))
    return any(
        points < _SURELY_RUSSIAN * (len(line) - len(line.encode("ascii", "ignore"))) or _is_shouted(line)
        for line, points in lines
    )


def _is_doubtful(piece: bytes, page: str) -> bool:
    """The letters of the piece hardly look Russian by this page, or some sign of it is strange."""
    if piece.isascii():
        return False
    text = piece.decode(page, errors="replace")
    letters = len(piece) - len(piece.translate(None, _HIGH_BYTES))
    return strangeness(text) > 0 or russianness(text) < _SURELY_RUSSIAN * letters or _is_shouted(text)


def _is_shouted(line: str) -> bool:
    """Capitals, and no word among them: KOI8-R by the table of Windows, and Windows by that of KOI8-R."""
    if not line.isupper():
        return False
    words = " ".join(word for word in _RUSSIAN.findall(line) if len(word) >= _TELLING)
    return bool(words) and not known_letters(words)


def _pages_of(pieces: list[bytes], usual: str) -> list[str]:
    """The page of each piece: those by which all of them are most Russian, every change of page having its price."""
    best: dict[str, tuple[float, _Path]] = {page: (float(page == usual), None) for page in _SINGLE_PAGES}
    price = _PRICE_OF_CHANGE
    for line in _lines_of(pieces):
        sure = _sure_page(b"".join(line), usual)
        for piece in line:
            total, path = max(best.values(), key=_total)
            before = {page: max(found, (total - price, path), key=_total) for page, found in best.items()}
            best = {page: (total + _points(piece, page), (page, path)) for page, (total, path) in before.items()}
            price = _PRICE_IN_A_LINE
        price = _PRICE_OF_CHANGE
        if sure:  # there and back
            total, path = best[sure]
            best[sure] = total + 2 * _PRICE_OF_CHANGE, path
    return list(_walked(max(best.values(), key=_total)[1]))[::-1]


def _lines_of(pieces: list[bytes]) -> Iterator[list[bytes]]:
    """The pieces, line by line."""
    line: list[bytes] = []
    for piece in pieces:
        line.append(piece)
        if b"\n" in piece or b"\r" in piece:
            yield line
            line = []
    if line:
        yield line


def _sure_page(line: bytes, usual: str) -> str | None:
    """The page by which the line is made of words of the dictionary while by the usual one none of it is.

    A heading of one word («Культура») brings too few points to pay for two changes of page.
    """
    if not _is_doubtful(line, usual) or known_letters(_long_words(line, usual)):
        return None
    found = {page: known_letters(_long_words(line, page)) for page in _SINGLE_PAGES if page != usual}
    best = max(found, key=lambda page: found[page])
    least = _TELLING if strangeness(line.decode(usual, "replace")) else _LEAST_KNOWN
    enough = found[best] >= max(least, _KNOWN_SHARE * len(_NOT_ASCII.findall(line)))
    return best if enough and not strangeness(line.decode(best, "replace")) else None


def _long_words(line: bytes, page: str) -> str:
    """The words that are long enough to tell something."""
    words = _WORD.findall(line.decode(page, "replace"))
    return " ".join(word for word in words if len(word) >= _TELLING and _RUSSIAN.fullmatch(word))


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
        if is_russian(stretch[0], "utf-8") or _is_of_words(stretch[0], "utf-8"):
            parts += [line[end : stretch.start()], stretch[0]]
            end = stretch.end()
    parts = [part for part in (*parts, line[end:]) if part]
    # A damaged sign or two within UTF-8 are no other encoding.
    others = [part for part in parts if not _is_utf8(part) and not part.isascii()]
    return parts if all(is_russian(part) or _is_of_words(part, _CODE_PAGES[0][0]) for part in others) else [line]


def _is_of_words(part: bytes, page: str) -> bool:
    """A pasted word or two: nothing but words of the dictionary by this page, and no strange sign."""
    text = part.decode(page, "replace")
    letters = _letters(text)
    return letters >= _FEW_PASTED and known_letters(_long_words(part, page)) == letters and not strangeness(text)


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
