"""Russian text that somebody has read with the wrong table and saved so: turned back where that is beyond doubt.

The bytes are flawless UTF-8, so no detector asks; only the letters tell. Each line that does not look Russian is put
through the tables backwards, and what then looks Russian was written so.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from indexer.language.dictionary import known_letters
from indexer.language.likeness import russianness, strangeness
from indexer.readers.turns import END_SIGNS, NOT_ASCII, PDF_PAGE, Turn

_WRONG_PAGES = (
    "cp1251", "cp1252", "koi8-r", "cp866", "mac-cyrillic", "iso8859-5", "cp437", "cp850", "mac-roman",
    # Windows of Central Europe, Greece, Turkey and the Baltic, and DOS and Unix of Central Europe
    "cp1250", "cp1253", "cp1254", "cp1257", "cp852", "iso8859-2", PDF_PAGE,
)  # fmt: skip
_TRUE_PAGES = ("utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5", "mac-cyrillic")
_MAX_TURNS = 3
"""A text has been seen that went through the wrong table twice; nobody reads one that has been turned more often."""

_LOOKS_RUSSIAN = 0.3
"""Points for a letter from which a line is Russian; half of what running text has, for lines of names and figures."""
_PLAIN_GAIN = 0.15
"""Points for a letter that turning back must bring to a sample; KOI8-R in cp1251 looks half Russian by chance."""
_GAIN = 0.05
"""The same for each line of a text that is known to be spoilt."""
_DOUBT = 0.1
"""Points for a letter that each further turn must bring: of several ways back the shortest is the likeliest."""
_SAMPLE_LINES = 5
_SAMPLE_CHARACTERS = 3_000
_MAX_SAMPLES = 8
"""Places of a document that are looked at for the ways in which it may have been spoilt."""
_FEW_LINES = 3
"""Fewer spoilt lines than this may be an example that the report quotes."""
_FEW_LETTERS = 8
_MANY_LETTERS = 40
_SPOILT_SHARE = 0.5

_SUSPICIOUS = re.compile(
    "[\u0080-\u009f\u00a1-\u00a6\u00a8-\u00aa\u00ac\u00ae\u00af\u00b1-\u00b6\u00b8-\u00ba\u00bc-\u00ff"
    "\u0100-\u017f\u0192\u02c6\u02c7\u02d8-\u02dd\u0384-\u03ce\u0402-\u040f\u0452-\u045f\u0490\u0491\u2500-\u259f]"
)
"""With a capital right behind a small letter, what every spoilt text is full of and a good one has hardly ever."""
_SUSPICIOUS_SHARE = 1 / 200
_FEW_SUSPICIOUS = 3
_PIECES = re.compile(r"(\n|<[^<>]{1,1000}>)")
"""Where the lines of a text and the paragraphs of a web page end."""
_NEIGHBOURS = str.maketrans("ІіЇїЄєҐґЎў'’", "ИиИиЕеГгУуьь")
_NEIGHBOUR = re.compile("[ІіЇїЄєҐґЎў]")
_RUSSIAN_LETTER = re.compile("[А-Яа-яЁё]")
_FEW_STRANGE, _FEWER = 5, 10
_BETWEEN = "\r"
"""Between the paragraphs of a document that are looked at together: no strange sign, nor one that a table changes."""
_OPENING_QUOTES = "«\"“„'`"
_CLOSING_QUOTES = "»\"”“'`"


_MARKS_OF_LOSS = re.compile(
    "|".join(re.escape("�".encode().decode(page)) for page in ("cp1251", "cp1252", "cp866", "koi8-r"))
)
"""«пїЅ», «ï¿½», «я┐╜», «О©╫»: a letter that was lost before somebody read the text with a wrong table."""


def losses_marked(text: str) -> str:
    """``text`` with «�» for each letter of which a wrong table has left other signs."""
    return _MARKS_OF_LOSS.sub("�", text)


def repaired(text: str) -> str | None:
    """``text`` with its spoilt lines turned back; ``None`` where it is fine or cannot be turned back."""
    marked = losses_marked(text)
    return _repaired(marked) or (marked if marked != text else None)


def _repaired(text: str) -> str | None:
    if not is_suspicious([text]):
        return None
    if (capitals := _with_capitals(text)) is not None:
        return capitals
    pieces = _PIECES.split(text)
    found = _turned_back(pieces)
    return "".join(found.get(piece, piece) for piece in pieces) if found else None


def repairs(pieces: Sequence[str]) -> dict[str, str]:
    """The spoilt ones of a document's lines or paragraphs, each with what had been written.

    A line or two that are quoted as an example in a good document are left as they are.
    """
    marked = list(map(losses_marked, pieces))
    turned = _turned_back(marked)
    return {
        piece: turned.get(clear, clear)
        for piece, clear in zip(pieces, marked, strict=True)
        if clear in turned or clear != piece
    }


def _turned_back(pieces: Sequence[str]) -> dict[str, str]:
    if not is_suspicious(pieces):
        return {}
    if (whole := _with_capitals(_BETWEEN.join(piece.replace(_BETWEEN, "\n") for piece in pieces))) is not None:
        return dict(zip(pieces, whole.split(_BETWEEN), strict=True))
    different = list(dict.fromkeys(pieces))
    total = sum(len(NOT_ASCII.findall(piece)) for piece in different)
    result: dict[str, str] = {}
    for turned in _by_way(different).values():
        if _is_beyond_doubt(turned, total):
            result |= turned
    return result


def _by_way(pieces: Sequence[str]) -> dict[_Way, dict[str, str]]:
    """For each way back that the document shows, the pieces that it suits best, turned back."""
    spoilt = [piece for piece in pieces if _is_spoilt(piece)]
    samples = [spoilt[start : start + _SAMPLE_LINES] for start in range(0, len(spoilt), _SAMPLE_LINES)]
    chosen = samples[:: max(len(samples) // _MAX_SAMPLES, 1)] if samples else []
    ways = dict.fromkeys(way for sample in chosen if (way := _way_back("\n".join(sample)[:_SAMPLE_CHARACTERS])))
    result: dict[_Way, dict[str, str]] = {way: {} for way in ways}
    for piece in pieces if ways else ():
        best = max(ways, key=lambda way: _quality(_undone(piece, way)) - _DOUBT * len(way))
        text = _undone(piece, best)
        if _quality(text) >= max(_LOOKS_RUSSIAN, _as_written(piece) + _GAIN):
            result[best][piece] = text
    return {way: turned for way, turned in result.items() if not _lacks_a_letter("".join(turned.values()), way)}


def is_suspicious(pieces: Sequence[str]) -> bool:
    """Whether the pieces hold so many unusual signs that a closer look is worth its time."""
    text = "\n".join(pieces)
    if text.isascii():
        return False
    codes = np.minimum(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4"), _LAST_CODE)
    marks = _marks()[codes]
    found = np.count_nonzero(marks & _ODD) + np.count_nonzero((marks[:-1] & _SMALL) & (marks[1:] & _CAPITAL) >> 1)
    return bool(found >= max(_FEW_SUSPICIOUS, _SUSPICIOUS_SHARE * len(text)))


_LAST_CODE = 0x2600
_ODD, _SMALL, _CAPITAL = 1, 2, 4


@cache
def _marks() -> NDArray[np.uint8]:
    """What each sign is to ``is_suspicious``: a table is ten times as fast as a pattern."""
    marks = np.zeros(_LAST_CODE + 1, dtype=np.uint8)
    marks[[code for code in range(_LAST_CODE) if _SUSPICIOUS.match(chr(code))]] = _ODD
    marks[[*range(ord("а"), ord("я") + 1), ord("ё")]] |= _SMALL
    marks[[*range(ord("А"), ord("Я") + 1), ord("Ё")]] |= _CAPITAL
    return marks


_Way = tuple[Turn, ...]
"""Turns to be undone one after the other."""
_WITHOUT_SHORT_I = frozenset({(Turn("mac-roman", "koi8-r"),)})


def _way_back(sample: str) -> _Way:
    """The turns whose undoing makes the sample most Russian; none where nothing makes it look Russian."""
    best: _Way = ()
    most = max(_quality(sample) + _PLAIN_GAIN, _LOOKS_RUSSIAN)
    for way, text in _ways(sample, ()):
        quality = _quality(text) - _DOUBT * (len(way) - 1)
        if quality > most:
            best, most = way, quality
    return best


def _lacks_a_letter(text: str, way: _Way) -> bool:
    """None of a common letter in so much Russian: the wrong table has a blank in its place.

    It is «а» for cp866 read as cp1252, «й» for KOI8-R read as mac-roman. What is lost so is not turned back but told.
    """
    letters = _RUSSIAN_LETTER.findall(text.lower())
    if len(letters) < _MANY_LETTERS:
        return False
    return way in _WITHOUT_SHORT_I and "й" not in letters or letters.count("а") < len(letters) / 100


def _ways(text: str, before: _Way) -> Iterator[tuple[_Way, str]]:
    """Every way back with its result. Only UTF-8 makes more signs out of a text, so only it hides another turn."""
    for wrong in _WRONG_PAGES:
        for true in _TRUE_PAGES:
            turn = Turn(wrong, true)
            undone = text if _is_alike(wrong, true) else turn.undone(text)
            if undone == text:
                continue
            yield (*before, turn), undone
            if true == "utf-8" and len(before) + 1 < _MAX_TURNS and len(undone) * 10 < len(text) * 8:
                yield from _ways(undone, (*before, turn))


def _with_capitals(text: str) -> str | None:
    """Windows and Macintosh tables have the same small letters, so only capitals, «я» and «ё» come out wrong.

    «ќтчЄт администрации города “омска» is turned back where that leaves hardly a strange sign in it, else ``None``.
    """
    strange = strangeness(text)
    if strange < _FEW_STRANGE or russianness(text) < 0:
        return None
    for wrong, true in (("mac-cyrillic", "cp1251"), ("cp1251", "mac-cyrillic")):
        undone = Turn(wrong, true).undone(text)
        if strangeness(undone) * _FEWER <= strange and russianness(undone) > russianness(text):
            return undone
    return None


def _is_alike(wrong: str, true: str) -> bool:
    """Most letters are the same by both: what differs may as well be Ukrainian."""
    return wrong == true or {wrong, true} == {"cp1251", "mac-cyrillic"}


def _undone(text: str, way: _Way) -> str:
    """The text with all turns of the way undone."""
    for turn in way:
        text = turn.undone(text)
    return text


def _is_beyond_doubt(turned: dict[str, str], total: int) -> bool:
    """Enough has been turned back: several lines, most of the document, or a long line that is no quotation."""
    letters = sum(len(NOT_ASCII.findall(text)) for text in turned.values())
    if letters < _FEW_LETTERS:
        return False
    if len(turned) >= _FEW_LINES or sum(len(NOT_ASCII.findall(piece)) for piece in turned) >= _SPOILT_SHARE * total:
        return True
    if any(_is_quoted(piece, text) for piece, text in turned.items()):
        return False
    return letters >= _MANY_LETTERS or all(_is_of_words(piece, text) for piece, text in turned.items())


def _is_of_words(piece: str, text: str) -> bool:
    """All of the piece has been turned back, and into nothing but words of the dictionary: a footnote, a caption."""
    begins_alike = any(map(str.isalpha, os.path.commonprefix([piece, text])))
    letters = sum(map(str.isalpha, text))
    return not begins_alike and known_letters(text) == letters


def _is_quoted(piece: str, text: str) -> bool:
    """What has been turned back stands between quotation marks that have not."""
    before = os.path.commonprefix([piece, text]).rstrip()
    behind = os.path.commonprefix([piece[::-1], text[::-1]])[::-1].lstrip(END_SIGNS)
    return before.endswith(tuple(_OPENING_QUOTES)) and behind.startswith(tuple(_CLOSING_QUOTES))


def _is_spoilt(piece: str) -> bool:
    """The piece has letters beyond ASCII and does not look Russian."""
    return len(NOT_ASCII.findall(piece)) > 1 and _as_written(piece) < _LOOKS_RUSSIAN


def _as_written(piece: str) -> float:
    """The quality of a piece as it stands; Ukrainian and Belarusian are read as if their letters were Russian."""
    return max(_quality(piece), _quality(piece.translate(_NEIGHBOURS))) if _NEIGHBOUR.search(piece) else _quality(piece)


def _quality(text: str) -> float:
    """Points for a letter beyond ASCII; every sign beyond ASCII counts as one, Russian quotes and dashes too."""
    signs = len(NOT_ASCII.findall(text))
    return russianness(text) / signs if signs else 0.0
