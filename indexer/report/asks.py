"""Which statements of an answer ask for something: of the answers to the four questions about wishes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from operator import and_, or_

from indexer.language.analysis import Analyzer
from indexer.language.patterns import Patterns
from indexer.language.statements import LEAD, Statement, statements
from indexer.model import ASKING_KINDS, KIND_CONFERENCE, KIND_DISCUSSION, KIND_TRAINING
from indexer.vocabulary import ConnectionWords

_TOPICS = (KIND_DISCUSSION, KIND_TRAINING)
"""Here every item is a wish: nobody writes «просим обсудить» before each."""

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SHORT = re.compile(r"((?:да|нет)[.!])\s+(?=\S)", re.IGNORECASE)
_FINITE = frozenset(("VERB", "PRTS", "ADJS", "PRED"))
_PAST = re.compile(r"л[аои]?(?:с[ья])?$")
_WISHED = frozenset(("бы", "чтобы"))

_MOST_KNOWN = 20_000
"""Words remembered with their marks."""
_OUTRIGHT, _ASKS, _TELLS_MUCH, _ALWAYS, _NEEDS, _JOINS, _AFFIRMS, _REFUSES, _DENIES = (1 << place for place in range(9))
"""What a word may be, a bit each."""


class _Marks(dict[str, int]):
    """Word in small letters → what it is; each is held against the lists once."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        super().__init__()
        self._lists = {
            _OUTRIGHT: Patterns(words["outright"]),
            _ASKS: Patterns(words["asking"]),
            _TELLS_MUCH: Patterns(words["telling"]),
            _ALWAYS: Patterns(words["always"]),
            _NEEDS: Patterns(words["needing"]),
            _JOINS: Patterns(words["joining"]),
            _AFFIRMS: Patterns(words["affirming"]),
            _REFUSES: Patterns(words["refusing"]),
            _DENIES: Patterns((*words["refusing"], *words["denying"], *words["affirming"])),
        }

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        found = self[word] = sum(mark for mark, fits in self._lists.items() if fits(word))
        return found


@dataclass(frozen=True, slots=True)
class _Said:
    """A statement with its words in small letters."""

    statement: Statement
    words: list[str]
    some: int
    """The marks that any of the words has."""
    all: int
    """The marks that all of them have."""


class Asks:
    """Tells what asks from what does not. Safe to share between threads."""

    def __init__(self, words: ConnectionWords, analyzer: Analyzer) -> None:
        self._marks = _Marks(words["asks"])
        self._part = lru_cache(maxsize=_MOST_KNOWN)(analyzer.part_of_speech)

    def places(self, text: str, kind: str) -> tuple[tuple[int, int], ...]:
        """Where in an answer's text the statements stand that ask, ``[start, end)``; none for other kinds.

        Where none is seen to ask, all that say something count.
        """
        if kind not in ASKING_KINDS:
            return ()
        return tuple((one.start, one.end) for one in self._asking(text, kind))

    def is_yes(self, text: str) -> bool:
        """Whether a text says «да» and nothing else."""
        # Nearly every text tells it by its first word.
        return all(self._marks[_plain(word.group())] & _AFFIRMS for word in _WORD.finditer(text))

    def _asking(self, text: str, kind: str) -> Sequence[Statement]:
        cut = (part for one in statements(text) if one.kind != LEAD for part in _answer_first(one))
        found = map(self._said, cut)
        said = [one for one in found if one.words and not _is_no(one)]
        may_agree = kind == KIND_CONFERENCE  # To the other questions «проведение конференций» is a wish.
        more = [one for one in said if not (may_agree and one.all & _AFFIRMS)]
        chosen = [one for one in more if self._is_ask(one, kind)]
        if not chosen and len(said) > len(more):
            # «Да. Барнаул готов принять участников у себя.»
            chosen = [one for one in said if one.all & _AFFIRMS][:1]
        if not chosen:
            # When nothing asks outright, all counts but thanks.
            chosen = [one for one in more if not _tells(one) and not self._praises(one)]
        return [one.statement for one in chosen]

    def _said(self, statement: Statement) -> _Said:
        words = _words(statement.text)
        marks = [self._marks[word] for word in words]
        return _Said(statement, words, reduce(or_, marks, 0), reduce(and_, marks, -1))

    def _praises(self, one: _Said) -> bool:
        """«Рабочая группа создана и полезна», «Пригодились обзоры»: what there is already; not «пригодились бы»."""
        if not one.some & _ASKS or _WISHED.intersection(one.words):
            return False
        parts = [self._part(word) for word in one.words]
        told = zip(one.words, parts, strict=True)
        done = any(part == "PRTS" or (part == "VERB" and _PAST.search(word)) for word, part in told)
        return done and "INFN" not in parts

    def _is_ask(self, one: _Said, kind: str) -> bool:
        outright = bool(one.some & _OUTRIGHT)
        if _tells(one) or self._praises(one):
            return outright
        if outright or one.some & _ASKS or any(self._marks[word] & _ASKS for word in _words(one.statement.lead)):
            return True
        if kind not in _TOPICS and "не" in one.words:
            return False  # «Одному городу это не по силам.»
        parts = [self._part(word) for word in one.words]
        # «Провести учение», «Как убирать снег», «Обмен исходным кодом»; not «Нынешние отчёты несопоставимы».
        return kind in _TOPICS or "INFN" in parts or not any(part in _FINITE for part in parts)


def _tells(one: _Said) -> bool:
    """«Спасибо», «готовы принять у себя»; not «готовы участвовать, если …»; «всегда полезно»."""
    if one.some & _TELLS_MUCH:
        return not one.some & _JOINS
    return bool(one.some & _ALWAYS and not one.some & _NEEDS)


def _is_no(one: _Said) -> bool:
    return bool(one.some & _REFUSES and one.all & _DENIES)


def _answer_first(one: Statement) -> Iterator[Statement]:
    """«Да. Приглашаем к себе.»: the short answer is a statement of its own."""
    short = _SHORT.match(one.text)
    if short:
        yield replace(one, text=one.text[: short.end(1)], end=one.start + short.end(1))
        yield replace(one, text=one.text[short.end() :], start=one.start + short.end())
    else:
        yield one


def _words(text: str) -> list[str]:
    return [_plain(word) for word in _WORD.findall(text)]


def _plain(word: str) -> str:
    return word.lower().replace("ё", "е")
