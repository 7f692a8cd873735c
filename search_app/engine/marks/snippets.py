"""Fragments of a passage with the found words marked where they stand: by source offsets, never by rewriting."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from indexer.language.analysis import Analyzer
from indexer.language.forms import Form

LENGTH = 250
"""Characters of a snippet, about."""
FRAGMENTS = 3
LEAD_IN = 90
"""Characters of a list's lead-in shown before an item."""

_ITEM = re.compile(r"\s*(?:[-–—•*]|\d{1,3}[.)]|[а-яa-z]\))\s")
_SENTENCE = re.compile(r"(?<=[.!?…;:])\s+(?=[«\"А-ЯЁA-Z0-9-])|\n+")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is marked: lemmas with their weights, and the beginnings of words sought with an asterisk."""

    lemmas: frozenset[str] = frozenset()
    spellings: frozenset[str] = frozenset()
    """Spellings sought exactly."""
    prefixes: tuple[str, ...] = ()


class Mark(NamedTuple):
    """A found word at source offsets ``[start, end)``; ``what`` tells different words apart."""

    start: int
    end: int
    what: str


def find_marks(text: str, sought: Sought, analyzer: Analyzer) -> list[Mark]:
    """The found words of a text in order."""
    return [
        Mark(start, end, what) for form, start, end in analyzer.forms(text) if (what := _what(form, sought)) is not None
    ]


def _what(form: Form, sought: Sought) -> str | None:
    """What a form is found as: a lemma, an exact spelling, a beginning; ``None`` when it is not."""
    for lemma, _ in form.lemmas:
        if lemma in sought.lemmas:
            return lemma
    if not sought.spellings.isdisjoint(form.exact):
        return form.exact[0]
    return next((prefix for prefix in sought.prefixes if form.exact[0].startswith(prefix)), None)


def mark_text(text: str, sought: Sought, analyzer: Analyzer) -> str:
    """A whole text as HTML with the found words in ``<mark>``."""
    return _marked(text, 0, len(text), find_marks(text, sought, analyzer))


def snippet(text: str, marks: Sequence[Mark], length: int = LENGTH) -> str:
    """The best fragments of a text as HTML: escaped, only ``<mark>`` is ours, left-out text shown as «…».

    Paragraphs and list items keep lines of their own: a ``"\\n"`` stands between them, a blank between words.
    """
    if not marks:
        return _beginning(text, length)
    spans = _fragments(text, marks, length)
    lead_in = _lead_in(text, spans[0][0])
    if lead_in:
        spans = _merged([lead_in, *spans])
    pieces = [_marked(text, start, end, marks) for start, end in spans]
    joined = " … ".join([_in_lines(piece) for piece in pieces])
    lead = "… " if spans[0][0] > 0 and text[: spans[0][0]].strip() else ""
    tail = " …" if text[spans[-1][1] :].strip() else ""
    return f"{lead}{joined}{tail}"


def _in_lines(piece: str) -> str:
    lines = piece.splitlines()
    if len(lines) == 1:
        return " ".join(piece.split())
    return "\n".join([told for line in lines if (told := " ".join(line.split()))])


def _lead_in(text: str, place: int) -> tuple[int, int] | None:
    """What a list item belongs to, «В 2022 году заключены:», where a fragment begins within a list; else ``None``."""
    line = text.rfind("\n", 0, place) + 1
    if not _ITEM.match(text, line):
        return None
    while line > 0:
        end = line - 1
        line = text.rfind("\n", 0, end) + 1
        if not _ITEM.match(text, line):
            whole = text[line:end].rstrip()
            # The end of a long lead-in says what the list is of.
            start = line if len(whole) <= LEAD_IN else _word_start(text, line + len(whole) - LEAD_IN)
            return (start, line + len(whole)) if whole.endswith(":") else None
    return None


def _beginning(text: str, length: int) -> str:
    if len(text) <= length:
        return html.escape(_in_lines(text))
    end = _word_end(text, length)
    return html.escape(_in_lines(text[:end])) + " …"


def _fragments(text: str, marks: Sequence[Mark], length: int) -> list[tuple[int, int]]:
    """Up to three spans in order that show the most different words; a single one if it shows them all."""
    wanted = {mark.what for mark in marks}
    first = _best_window(marks, length)
    shown = {mark.what for mark in marks if first[0] <= mark.start and mark.end <= first[1]}
    windows = [first]
    while shown != wanted and len(windows) < FRAGMENTS:
        rest = [mark for mark in marks if mark.what not in shown]
        window = _best_window(rest, length // FRAGMENTS)
        windows.append(window)
        shown |= {mark.what for mark in marks if window[0] <= mark.start and mark.end <= window[1]}
    share = length // len(windows)
    return _merged(sorted(_widened(text, start, end, share) for start, end in windows))


def _best_window(marks: Sequence[Mark], length: int) -> tuple[int, int]:
    """The stretch within ``length`` with the most different words, then the most words, the earliest."""
    best: tuple[tuple[int, int], tuple[int, int]] | None = None
    within: dict[str, int] = {}
    last = -1
    for first, mark in enumerate(marks):
        while last < first or (last + 1 < len(marks) and marks[last + 1].end - mark.start <= length):
            last += 1
            within[marks[last].what] = within.get(marks[last].what, 0) + 1
        worth = (len(within), last - first)
        if best is None or worth > best[0]:
            best = (worth, (mark.start, marks[last].end))
        if last == len(marks) - 1:  # what begins later has less
            break
        within[mark.what] -= 1
        if not within[mark.what]:
            del within[mark.what]
    assert best is not None
    return best[1]


def _widened(text: str, start: int, end: int, length: int) -> tuple[int, int]:
    """The stretch with context: from its sentence's beginning if that is near, else from whole words."""
    room = max(length - (end - start), 0)
    earliest = max(0, start - max(room * 2 // 3, 20))
    sentence = _SENTENCE.search(text, earliest, start + 1)
    if sentence and sentence.end() <= start:
        begin = sentence.end()
    elif earliest == 0:
        begin = 0
    else:
        begin = _word_start(text, earliest)
    finish = _word_end(text, max(end, begin + length))
    return begin, finish


def _word_start(text: str, place: int) -> int:
    """The first beginning of a word at or behind a place."""
    while 0 < place < len(text) and not text[place - 1].isspace():
        place += 1
    return place


def _word_end(text: str, place: int) -> int:
    """The last end of a word at or before a place; the place itself within a very long word."""
    if place >= len(text):
        return len(text)
    end = place
    while end > 0 and place - end < 40 and not text[end].isspace():
        end -= 1
    return end if end > 0 and text[end].isspace() else place


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and start <= merged[-1][1] + 2:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _marked(text: str, start: int, end: int, marks: Sequence[Mark]) -> str:
    # Hardly any text has a sign that HTML means something by.
    escape = html.escape if _SIGNS.search(text, start, end) else str
    pieces: list[str] = []
    place = start
    for begin, stop, _ in marks:
        if place <= begin and stop <= end:
            pieces += escape(text[place:begin]), "<mark>", escape(text[begin:stop]), "</mark>"
            place = stop
    pieces.append(escape(text[place:end]))
    return "".join(pieces)


_SIGNS = re.compile("[&<>\"']")
