"""What a query names in plain words (city, year, kind of question) and so wishes for: it ranks, it never filters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from indexer.builds.build import Build
from indexer.language.spelling import normal_form
from search_app.engine.query.tree import QueryTree, Word
from search_app.engine.query.words import QueryWords, query_words
from search_app.request.model import Understood, Value

_BETWEEN_YEARS = re.compile(r"\s*[-\u2010-\u2015\u2212/]\s*")

_CITY_WORDS = 3
"""A city's name has at most so many words."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was understood, and which words of the query said it."""

    understood: tuple[Understood, ...]
    optional: Set[int]
    """The places of the words that passages need not have because of a wish."""
    kinds: Mapping[int, str]
    """Place of a word → the kind of question that it names."""
    companions: Set[str]
    """Words that belong to a name: «в городе Омске»."""


def find_wishes(tree: QueryTree, build: Build) -> Wishes:
    """The wishes of a query for what one build holds."""
    return _Finder(tree, build).found()


class _Finder:
    def __init__(self, tree: QueryTree, build: Build) -> None:
        self._tree = tree
        self._build = build
        self._words: QueryWords = query_words()
        self._understood: list[Understood] = []
        self._kind_of_word: dict[int, str] = {}
        self._companion_forms: set[str] = set()

    def found(self) -> Wishes:
        words = [
            node if isinstance(node, Word) and not node.exact and not node.prefix else None for node in self._tree.nodes
        ]
        kinds, optional = self._kind_wishes(words)
        if "colleagues" not in kinds:  # «опыт Новосибирска» is told by others: Новосибирск is what they mention
            optional |= self._city_wishes(words)
        optional |= self._year_wishes(words, kinds)
        return Wishes(tuple(self._understood), optional, self._kind_of_word, self._companion_forms)

    def _kind_wishes(self, words: Sequence[Word | None]) -> tuple[set[str], set[int]]:
        kinds: set[str] = set()
        optional: set[int] = set()
        for place, word in enumerate(words):
            lemma = self._build.analyzer.first_lemma(word.text) if word else ""
            kind = self._words.kinds.get(lemma) or self._words.hints.get(lemma)
            if kind is None or kind not in self._build.values["kind"]:
                continue
            kinds.add(kind)
            self._kind_of_word[place] = kind
            known = self._build.vocabulary.kind(kind)
            self._wish("kind", kind, known.label if known else kind)
            if lemma in self._words.kinds:
                optional.add(place)
        return kinds, optional

    def _city_wishes(self, words: Sequence[Word | None]) -> set[int]:
        optional: set[int] = set()
        place = 0
        while place < len(words):
            length = self._city_at(words, place)
            if length:
                optional |= set(range(place, place + length))
                optional |= self._companions(words, place, self._words.place_words)
            place += length or 1
        return optional

    def _city_at(self, words: Sequence[Word | None], place: int) -> int:
        """How many words from this place name a city of the archive; notes the wish."""
        for length in range(_CITY_WORDS, 0, -1):
            chosen = [word for word in words[place : place + length] if word]
            if len(chosen) < length:
                continue
            name = self._city_named(chosen, words[place - 1] if place else None)
            if name:
                self._wish("city", name, name)
                return length
        return 0

    def _city_named(self, words: Sequence[Word], before: Word | None) -> str | None:
        typed = " ".join(word.text for word in words)
        city = self._build.vocabulary.find_city(typed)
        if city is None:
            return self._unlisted_city(words)
        beside = before is not None and self._build.analyzer.first_lemma(before.text) in self._words.place_words
        if city.word and not (beside or typed[:1].isupper()):
            return None
        return city.name if city.name in self._build.values["city"] else None

    def _unlisted_city(self, words: Sequence[Word]) -> str | None:
        """A city that the archive knows though the vocabulary does not; capitals are asked for."""
        if not all(word.text[:1].isupper() for word in words):
            return None
        named = self._build.analyzer.nominative(" ".join(word.text for word in words))
        return named if named in self._build.values["city"] else None

    def _companions(self, words: Sequence[Word | None], place: int, companions: frozenset[str]) -> set[int]:
        """The places of the words right before that belong to the name: «в городе Омске»."""
        found: set[int] = set()
        for before in range(place - 1, max(place - 3, -1), -1):
            word = words[before]
            if word is None or self._build.analyzer.first_lemma(word.text) not in companions:
                break
            found.add(before)
            self._companion_forms.add(normal_form(word.text))
        return found

    def _year_wishes(self, words: Sequence[Word | None], kinds: set[str]) -> set[int]:
        optional: set[int] = set()
        for place, word in enumerate(words):
            years = _years_of(word.text) if word else ()
            chosen = [year for year in (self._reported(year, kinds) for year in years) if year is not None]
            if not chosen:
                continue
            for year in chosen:
                self._wish("year", year, str(year))
            optional.add(place)
            optional |= self._companions(words, place, self._words.year_words)
            after = words[place + 1] if place + 1 < len(words) else None
            if after and self._build.analyzer.first_lemma(after.text) in self._words.year_words:
                optional.add(place + 1)
                self._companion_forms.add(normal_form(after.text))
        return optional

    def _reported(self, year: int, kinds: set[str]) -> int | None:
        """The reported year that a named year means, if the archive has it: tasks look one year ahead."""
        known = self._build.values["year"]
        if kinds & self._words.ahead and year - 1 in known:
            return year - 1
        return year if year in known else None

    def _wish(self, facet: str, value: Value, label: str) -> None:
        wish = Understood(facet, value, label)
        if wish not in self._understood:
            self._understood.append(wish)


def _years_of(text: str) -> tuple[int, ...]:
    """The years a word names: «2019», «2018-2020», «2018 – 2020», «2018/2020» with those between."""
    parts = _BETWEEN_YEARS.split(text)
    if not all(part.isdigit() and len(part) == 4 for part in parts) or len(parts) > 2:
        return ()
    first, last = int(parts[0]), int(parts[-1])
    return tuple(range(first, last + 1)) if 0 <= last - first <= 20 else ()
