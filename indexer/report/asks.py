"""Which statements of an answer ask for something: of the answers to the four questions about wishes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

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

_Said = tuple[Statement, list[str]]
"""A statement with its words in small letters."""


class Asks:
    """Tells what asks from what does not. Safe to share between threads."""

    def __init__(self, words: ConnectionWords, analyzer: Analyzer) -> None:
        asks = words["asks"]
        self._asks_outright = Patterns(asks["outright"])
        self._asks = Patterns(asks["asking"])
        self._tells_much = Patterns(asks["telling"])
        self._always = Patterns(asks["always"])
        self._needs = Patterns(asks["needing"])
        self._joins = Patterns(asks["joining"])
        self._affirms = Patterns(asks["affirming"])
        self._refuses = Patterns(asks["refusing"])
        self._denies = Patterns((*asks["refusing"], *asks["denying"], *asks["affirming"]))
        self._part = lru_cache(maxsize=20_000)(analyzer.part_of_speech)

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
        return all(self._affirms(_plain(word.group())) for word in _WORD.finditer(text))

    def _asking(self, text: str, kind: str) -> Sequence[Statement]:
        cut = (part for one in statements(text) if one.kind != LEAD for part in _answer_first(one))
        found = [(one, _words(one.text)) for one in cut]
        said = [(one, words) for one, words in found if words and not self._is_no(words)]
        may_agree = kind == KIND_CONFERENCE  # To the other questions «проведение конференций» is a wish.
        more = [(one, words) for one, words in said if not (may_agree and self._is_yes(words))]
        chosen = [one for one, words in more if self._is_ask(one, words, kind)]
        if chosen:
            return chosen
        if len(said) > len(more):
            # «Да. Барнаул готов принять участников у себя.»
            return [one for one, words in said if self._is_yes(words)][:1]
        return [one for one, _ in self._told(more)]

    def _told(self, said: Iterable[_Said]) -> list[_Said]:
        """What is left when nothing asks outright, but for thanks."""
        return [(one, words) for one, words in said if not self._tells(words) and not self._praises(words)]

    def _tells(self, words: list[str]) -> bool:
        """«Спасибо», «готовы принять у себя»; not «готовы участвовать, если …»; «всегда полезно»."""
        if any(map(self._tells_much, words)):
            return not any(map(self._joins, words))
        return any(map(self._always, words)) and not any(map(self._needs, words))

    def _is_yes(self, words: list[str]) -> bool:
        return all(map(self._affirms, words))

    def _is_no(self, words: list[str]) -> bool:
        return any(map(self._refuses, words)) and all(map(self._denies, words))

    def _praises(self, words: list[str]) -> bool:
        """«Рабочая группа создана и полезна», «Пригодились обзоры»: what there is already; not «пригодились бы»."""
        if _WISHED.intersection(words) or not any(map(self._asks, words)):
            return False
        parts = [self._part(word) for word in words]
        told = zip(words, parts, strict=True)
        done = any(part == "PRTS" or (part == "VERB" and _PAST.search(word)) for word, part in told)
        return done and "INFN" not in parts

    def _is_ask(self, one: Statement, words: list[str], kind: str) -> bool:
        outright = any(map(self._asks_outright, words))
        if self._tells(words) or self._praises(words):
            return outright
        if outright or any(map(self._asks, words)) or (one.lead and any(map(self._asks, _words(one.lead)))):
            return True
        if kind not in _TOPICS and "не" in words:
            return False  # «Одному городу это не по силам.»
        parts = [self._part(word) for word in words]
        # «Провести учение», «Как убирать снег», «Обмен исходным кодом»; not «Нынешние отчёты несопоставимы».
        return kind in _TOPICS or "INFN" in parts or not any(part in _FINITE for part in parts)


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
