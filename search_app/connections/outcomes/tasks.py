"""The tasks of an answer as single items."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.language.statements import LEAD, Clauses, Statement, statements
from indexer.vocabulary import Vocabulary
from search_app.connections.cutting import clauses
from search_app.connections.outcomes.verdicts import Acts, acts

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_COMMA = re.compile(r",\s+(?:а\s+также\s+)?|\s+и\s+|\s+а\s+также\s+")
_BEFORE_NOUN = 2
"""Adjectives that may stand before the noun of an act: «дальнейшее благоустройство»."""

_LIKELY = 0.3
"""Share from which a reading of a word counts."""


class Tasks:
    """Cuts answers about tasks into items. Safe to share between threads."""

    def __init__(self, cut: Clauses, known: Acts, analyzer: Analyzer) -> None:
        self._cut, self._acts = cut, known
        self._grammar = lru_cache(maxsize=20_000)(analyzer.grammar)

    def of(self, text: str) -> list[Statement]:
        """The tasks of a text in order; what leads to a list, and what names no thing, is none."""
        found = (part for statement in statements(text) if statement.kind != LEAD for part in self._cut.of(statement))
        return [item for part in found for item in self._enumerated(part) if self._names_something(item.text)]

    def _enumerated(self, statement: Statement) -> Iterator[Statement]:
        """«Установление связей с Чжухаем, открытие центра на набережной» are two tasks."""
        text, begin = statement.text, 0
        for comma in _COMMA.finditer(text):
            if text.count("(", 0, comma.start()) > text.count(")", 0, comma.start()):
                continue
            if self._begins_with_act(text[comma.end() :]) and self._has_act(text[begin : comma.start()]):
                yield _part(statement, begin, comma.start())
                begin = comma.end()
        yield _part(statement, begin, len(text)) if begin else statement

    def _begins_with_act(self, text: str) -> bool:
        """Whether a noun of an act in the nominative or accusative begins the text, an adjective or two before it."""
        for word in _WORD.findall(text)[: _BEFORE_NOUN + 1]:
            grammemes = self._grammar(word)[0][0]
            if "NOUN" in grammemes:
                return bool(grammemes & {"nomn", "accs"}) and self._acts.is_act(word) and word.endswith(_OF_ACTS)
            if not grammemes & {"ADJF", "PRTF"}:
                return False
        return False

    def _has_act(self, text: str) -> bool:
        return any(word.endswith(_OF_ACTS) and self._acts.is_act(word) for word in _WORD.findall(text)) or (
            len(_WORD.findall(text)) > _BEFORE_NOUN
        )

    def _names_something(self, text: str) -> bool:
        # «саженцев» is a noun by its second reading, as likely as the first.
        readings = (self._grammar(word) for word in _WORD.findall(text))
        return any(
            "NOUN" in grammemes
            for found in readings
            for place, (grammemes, share) in enumerate(found)
            if not place or share >= _LIKELY
        )


_OF_ACTS = ("ние", "тие", "ция", "цию", "во", "ка", "ку", "ство", "монт", "вод", "пуск", "мена", "мену", "дача", "дачу")


def _part(statement: Statement, begin: int, end: int) -> Statement:
    return Statement(
        statement.text[begin:end],
        statement.start + begin,
        statement.start + end,
        statement.kind,
        statement.lead,
    )


@lru_cache(maxsize=4)
def tasks(vocabulary: Vocabulary) -> Tasks:
    """What cuts tasks by a vocabulary."""
    return Tasks(clauses(vocabulary), acts(vocabulary), shared_analyzer(vocabulary))
