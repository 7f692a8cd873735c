"""An answer's text cut into statements: sentences, items of lists, and clauses that name a need each.

Every statement keeps its place. In none stand blanks and the marks of items («1.», «–»); nothing else is lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from indexer.language.analysis import Analyzer
from indexer.language.sentences import sentences
from indexer.language.spelling import PLAIN_WORD
from indexer.vocabulary import ConnectionWords

STATEMENTS_VERSION = "1"
"""Changes whenever the same text would give other statements: reports are read anew."""

SENTENCE, ITEM, LEAD, CLAUSE = "sentence", "item", "lead", "clause"

_MARKER = re.compile(r"(?:[-•–—*·▪●○]|\d{1,3}(?:\.\d{1,2}){0,3}[.)]|[а-яёa-z]\)|[IVX]{1,5}[.)])\s+")
# «Просим: 1) помочь с кадрами, 2) провести семинар»
_BORDER_WITHIN = re.compile(r"(?<=;)\s+|(?<=[,:.])\s+(?=\d{1,2}\)\s)")
_MAY_END = re.compile(r"[.?!…;\"„'»”’)\]}(]\s")
"""Where razdel may end a sentence: most items of lists have no such place, and to look there takes it a while."""
_ONLY_SHORT = re.compile(r"\W*\w{1,3}\.")
_BRACKET = re.compile(r"[«(„\[»)“\]]")
_FARTHEST = 8
"""Pieces that a bracket or a quotation may reach over; one that is longer was never closed."""

_BETWEEN_CLAUSES = re.compile(r",?\s+(?:а\s+также|и|но|а|также)\s+|[,;]\s+|\s+[–—]\s+")
_CONCEDES = re.compile(r"\bно\b")
"""What stands before is not the need."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_PREDICATES = frozenset(("VERB", "INFN", "PRTS", "PRED", "ADJS"))


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a text, at offsets ``[start, end)`` of it."""

    text: str
    start: int
    end: int
    kind: str = SENTENCE
    """``sentence``, ``item`` (of a list), ``lead`` (what stands before a list) or ``clause``."""
    lead: str = ""
    """What an item or a clause goes on: «Не удалось:» before a list, «Не удалось» before the second of two clauses."""

    @property
    def in_full(self) -> str:
        """The statement behind what it goes on."""
        return f"{self.lead} {self.text}" if self.lead else self.text


@lru_cache(maxsize=4)  # an answer is asked for what it says of cities, then for what it asks for
def statements(text: str) -> tuple[Statement, ...]:
    """The sentences and items of a text in order; lines that lead to a list are known as such."""
    found: list[Statement] = []
    lead, marked = "", False
    goes_on = False
    for start, line in _lines(text):
        marker = _MARKER.match(line)
        pieces = list(_pieces(line, start, marker.end() if marker else 0))
        if not pieces:
            continue
        is_item = bool(marker) or (bool(lead) and goes_on and not marked)
        if not is_item:
            lead, marked = "", False
        elif marker:
            marked = True
        cut = _with_inner_lists(pieces, ITEM if is_item else SENTENCE, lead)
        found += cut
        if cut[-1].kind == LEAD:
            lead, marked, goes_on = cut[-1].text, False, True
        else:
            goes_on = is_item and line.rstrip().endswith((";", ","))
    return tuple(found)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a text that are not blank, without blanks around, each with where it begins."""
    place = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if stripped:
            yield place + line.index(stripped[0]), stripped
        place += len(line) + 1


def _pieces(line: str, place: int, begin: int) -> Iterator[Statement]:
    """The sentences of one line behind its marker; what stands in brackets or quotation marks is not torn."""
    spans: list[tuple[int, int]] = []
    may_have_borders = ";" in line or ")" in line
    for first, end in _sentences(line, begin):
        start = first
        for cut in _BORDER_WITHIN.finditer(line[first:end]) if may_have_borders else ():
            spans.append((start, first + cut.start()))
            start = first + cut.end()
        spans.append((start, end))
    for start, end in _untorn(line, spans):
        inner = _MARKER.match(line, start, end)
        if inner and start > begin and inner.end() < end:
            start = inner.end()
        yield Statement(line[start:end], place + start, place + end)


def _sentences(line: str, begin: int) -> list[tuple[int, int]]:
    """The sentences of a line from a place on."""
    if not _MAY_END.search(line, begin):
        return [(begin, len(line))]
    return [(begin + sentence.start, begin + sentence.stop) for sentence in sentences(line[begin:])]


def _untorn(line: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans joined where a bracket is open between them («Как быть? Что делать?»), or only «гг.» stands before."""
    place = 0
    while place < len(spans):
        start, end = spans[place]
        last = place
        for reach in range(place, min(place + _FARTHEST, len(spans))):
            piece = line[start : spans[reach][1]]
            if not _is_open(piece) and not _ONLY_SHORT.fullmatch(piece):
                last = reach
                break
        yield start, spans[last][1]
        place = last + 1


def _is_open(text: str) -> bool:
    """Whether a bracket or a quotation is open at the end; «1)» closes nothing."""
    depth = 0
    for bracket in _BRACKET.findall(text):
        depth = depth + 1 if bracket in "«(„[" else max(depth - 1, 0)
    return depth > 0


def _with_inner_lists(pieces: Sequence[Statement], kind: str, lead: str) -> list[Statement]:
    """Pieces of a line with their kinds; a list within it («Просим: помочь; дать денег.») has its own lead."""
    found: list[Statement] = []
    inner = ""
    for number, piece in enumerate(pieces):
        is_last = number == len(pieces) - 1
        if piece.text.endswith(":"):
            found.append(replace(piece, kind=LEAD, lead=lead))
            inner = "" if is_last else piece.text
            continue
        colon = piece.text.find(": ")
        if not inner and colon > 0 and piece.text.endswith(";") and not is_last:
            found.append(Statement(piece.text[: colon + 1], piece.start, piece.start + colon + 1, LEAD, lead))
            inner = found[-1].text
            rest = piece.text[colon + 1 :].lstrip()
            piece = Statement(rest, piece.end - len(rest), piece.end)
        found.append(Statement(piece.text, piece.start, piece.end, ITEM if inner else kind, inner or lead))
        if not piece.text.endswith((";", ",")):
            inner = ""
    return found


_MOST_KNOWN = 60_000
"""Words remembered: some megabytes."""


class Clauses:
    """Cuts statements into clauses that name a need each. Safe to share between threads."""

    def __init__(self, words: ConnectionWords, analyzer: Analyzer) -> None:
        self._is_subordinate = _matcher(words["statements"]["subordinate"])
        self._is_lacking = _matcher(words["statements"]["lacking"])
        self._known_part = lru_cache(maxsize=_MOST_KNOWN)(analyzer.part_of_speech)
        # By the word as written first: to tell how it is spelled takes longer than to look it up.
        self._part = lru_cache(maxsize=_MOST_KNOWN)(self._part_as_written)

    def learn(self, words: Iterable[str]) -> None:
        """Looks at words beforehand."""
        for word in words:
            self._part(word)

    def _part_as_written(self, word: str) -> str:
        return self._known_part(word.lower() if PLAIN_WORD.fullmatch(word) else word)

    def of(self, statement: Statement) -> tuple[Statement, ...]:
        """The clauses of a statement, or itself alone: «Не удалось достроить мост и открыть музей» has two.

        Only what is a need of its own is cut off: an infinitive behind another one, or a predicate that denies.
        """
        borders = list(self._borders(statement.text))
        if not borders:
            return (statement,)
        begins = [0, *(end for _, end, _ in borders)]
        ends = [*(start for start, _, _ in borders), len(statement.text)]
        shared = ["", *(shared for _, _, shared in borders)]
        return tuple(
            Statement(
                text=statement.text[begin:end],
                start=statement.start + begin,
                end=statement.start + end,
                kind=CLAUSE,
                lead=" ".join(filter(None, (statement.lead, before))),
            )
            for begin, end, before in zip(begins, ends, shared, strict=True)
        )

    def in_text(self, text: str) -> tuple[Statement, ...]:
        """All statements of a text, those with several needs cut; leads as they are."""
        return tuple(
            part for found in statements(text) for part in (self.of(found) if found.kind != LEAD else (found,))
        )

    def _borders(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a clause ends, where the next begins, and what of the first one that goes on."""
        first = self._first_infinitive(text) if _BETWEEN_CLAUSES.search(text) else None
        begin, subordinate = 0, False
        for cut in _BETWEEN_CLAUSES.finditer(text):
            if _is_open(text[: cut.start()]):
                continue
            following = _BETWEEN_CLAUSES.search(text, cut.end())
            right = text[cut.end() : following.start() if following else len(text)]
            words = _lower_words(right)
            if not words:
                continue
            subordinate = self._is_subordinate(words[0]) or (subordinate and "," not in cut.group())
            if subordinate or not self._has_predicate(text[begin : cut.start()]):
                continue
            verb = words[1] if words[0] in ("не", "также") and len(words) > 1 else words[0]
            if _CONCEDES.search(cut.group()) and not self._denies(_lower_words(text[begin : cut.start()])):
                continue  # «Защита есть, но нет смены», «Дома дешевле снести, но быстрее расселять бюджет не может»
            if first is not None and first < cut.start() and self._part(verb) == "INFN":
                yield cut.start(), cut.end(), text[:first].strip()
                begin = cut.end()
            elif self._denies(words):
                yield cut.start(), cut.end(), ""
                begin = cut.end()

    def _first_infinitive(self, text: str) -> int | None:
        return next((word.start() for word in _WORD.finditer(text) if self._part(word.group()) == "INFN"), None)

    def _has_predicate(self, text: str) -> bool:
        return any(self._part(word) in _PREDICATES for word in _WORD.findall(text))

    def _denies(self, words: Sequence[str]) -> bool:
        """«не хватает мест», «нет кадров», «отсутствует проект»"""
        denied = (word for before, word in zip(words, words[1:], strict=False) if before == "не")
        return any(map(self._is_lacking, words)) or any(self._part(word) in _PREDICATES for word in denied)


def _lower_words(text: str) -> list[str]:
    return [word.lower().replace("ё", "е") for word in _WORD.findall(text)]


def _matcher(patterns: Sequence[str]) -> Callable[[str], bool]:
    """Whether a word in small letters is one of the patterns."""
    exact = frozenset(pattern for pattern in patterns if not pattern.endswith("*"))
    beginnings = tuple(pattern[:-1] for pattern in patterns if pattern.endswith("*"))
    return lambda word: word in exact or word.startswith(beginnings)
