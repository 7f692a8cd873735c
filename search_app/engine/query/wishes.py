"""What a query names in plain words (city, year, kind of question) and so wishes for: it ranks, it never filters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from indexer.builds.build import Build
from indexer.language.dictionary import nominative
from indexer.language.spelling import normal_form
from search_app.engine.query.known import known_word
from search_app.engine.query.tree import All, Any, Node, QueryTree, Word
from search_app.engine.query.words import QueryWords, query_words
from search_app.request.model import Understood, Value

_NAME_WORDS = 4
"""The name of a city or a region has at most so many words."""


_MOST_YEARS = 20
"""In a span: more is a number of something else."""

_YEARS = re.compile(r"(\d{4})(?:\s*[-\u2010-\u2015\u2212/]\s*(\d{4}))?")

FacetValueOf = tuple[str, Value]
"""Facet and one of its values."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was understood, and which words of the query said it."""

    understood: tuple[Understood, ...]
    optional: Set[int]
    """The places of the words that passages need not have because of a wish."""
    values: Mapping[int, tuple[FacetValueOf, ...]]
    """Place of a word → what it wishes for: an answer that has the value has the word, in a manner of speaking."""
    companions: Set[str]
    """Words that belong to a name: «в городе Омске»."""
    silent: Set[int]
    """The places of words that say nothing but a wish: «последние 3 года» does not look for a «3»."""
    hints: tuple[str, ...]
    """Sentences about places that the archive has nothing of."""


def find_wishes(tree: QueryTree, build: Build) -> Wishes:
    """The wishes of a query for what one build holds."""
    return _Finder(tree, build).found() if any(_may_wish(node, build) for node in tree.nodes) else _NO_WISHES


def _may_wish(node: Node, build: Build) -> bool:
    word = _plain_word(node)
    return known_word(word.text, build).may_wish if word else isinstance(node, Any)


_NO_WISHES = Wishes((), frozenset(), {}, frozenset(), frozenset(), ())


class _Finder:
    def __init__(self, tree: QueryTree, build: Build) -> None:
        self._nodes = tree.nodes
        self._build = build
        self._words: QueryWords = query_words()
        self._plain = [_plain_word(node) for node in tree.nodes]
        self._known = [known_word(word.text, build) if word else None for word in self._plain]
        self._lemmas = [known.lemma if known else "" for known in self._known]
        self._understood: dict[Understood, None] = {}
        self._optional: set[int] = set()
        self._values: dict[int, list[FacetValueOf]] = {}
        self._companion_forms: set[str] = set()
        self._absent_places: set[int] = set()
        self._silent: set[int] = set()
        self._hints: dict[str, None] = {}

    def found(self) -> Wishes:
        kinds = self._kinds()
        if "colleagues" not in kinds:  # «опыт Новосибирска» is told by others: Новосибирск is what they mention
            self._places()
        self._years(kinds)
        values = {place: tuple(found) for place, found in self._values.items()}
        return Wishes(
            tuple(self._understood), self._optional, values, self._companion_forms, self._silent, tuple(self._hints)
        )

    def _wish(self, place: int, facet: str, value: Value, label: str, group: str = "") -> None:
        """``value`` is wished for by the word at ``place``."""
        self._understood[Understood(facet, value, label, group)] = None
        self._values.setdefault(place, []).append((facet, value))

    def _lemma(self, place: int) -> str:
        """The lemma of the plain word at a place; blank where there is none."""
        return self._lemmas[place] if 0 <= place < len(self._lemmas) else ""

    # Kinds of questions

    def _kinds(self) -> set[str]:
        kinds: set[str] = set()
        for place, lemma in enumerate(self._lemmas):
            denied = self._lemma(place - 1) in self._words.denials
            kind = (self._words.denied if denied else self._words.named).get(lemma)
            if kind is None or kind not in self._build.values["kind"]:
                continue
            kinds.add(kind)
            listed = self._build.vocabulary.kind(kind)
            self._wish(place, "kind", kind, listed.label if listed else kind)
            if denied:
                self._optional |= {place, *self._beside(place, self._words.denial_companions)}
            elif lemma in self._words.kinds:
                self._optional.add(place)
        return kinds

    def _beside(self, place: int, lemmas: frozenset[str]) -> Iterator[int]:
        """The places of such words right around a place, one word between allowed."""
        return (near for near in range(place - 2, place + 3) if near != place and self._lemma(near) in lemmas)

    # Cities and regions

    def _places(self) -> None:
        place = 0
        while place < len(self._nodes):
            place += self._named_at(place) or 1
        # «Омск или Томск»: the one that is not there must not hide the other. Alone it is a word like any other.
        if any(wish.facet == "city" for wish in self._understood):
            self._optional |= self._absent_places

    def _named_at(self, place: int) -> int:
        """How many words from this place name a city or a region; notes the wishes."""
        node = self._nodes[place]
        if isinstance(node, Any):
            return self._alternatives(place, node)
        for length in range(min(_NAME_WORDS, len(self._nodes) - place), 0, -1):
            last = self._known[place + length - 1]
            chosen = [word for word in self._plain[place : place + length] if word]
            # Of most words it is known that no name ends with them.
            if last is None or not (last.may_end_place or chosen[0].text[:1].isupper()):
                continue
            if len(chosen) == length and self._named(place, chosen):
                places = set(range(place, place + length)) | self._companions(place, self._words.place_words)
                if place in self._values:
                    self._optional |= places
                else:
                    self._absent_places |= places
                return length
        return 0

    def _alternatives(self, place: int, node: Any) -> int:
        """«Омск ИЛИ Томск»: where every alternative names a place, they are wishes like any others."""
        options = [_words_of(option) for option in node.nodes]
        if not all(options) or not all(self._is_name(words) for words in options):
            return 0
        for words in options:
            self._named(place, words)
        self._optional.add(place)
        return 1

    def _is_name(self, words: Sequence[Word]) -> bool:
        typed = _typed(words)
        return bool(self._build.vocabulary.find_city(typed) or self._build.vocabulary.find_region(typed))

    def _named(self, place: int, words: Sequence[Word]) -> bool:
        """Whether the words name a city or a region; what the archive has of it is wished for, else told."""
        typed = _typed(words)
        city, region = self._build.vocabulary.find_city(typed), self._build.vocabulary.find_region(typed)
        if city is not None:
            beside = self._lemma(place - 1) in self._words.place_words
            if city.word and not (beside or typed[:1].isupper()):
                return False
            return self._known_city(place, city.name) or self._absent(f"Город {city.name}: отчётов в архиве нет.")
        if region is not None:
            places = range(place, place + len(words))
            self._silent |= {at for at in places if self._lemma(at) in self._words.region_words}
            names = [one.name for one in self._build.vocabulary.cities_of_region(region)]
            found = [self._known_city(place, name, region.name) for name in names]
            return any(found) or self._absent(f"{region.name}: отчётов городов этого региона в архиве нет.")
        return self._unlisted_city(place, words)

    def _known_city(self, place: int, name: str, group: str = "") -> bool:
        """Notes the wish for a city that the archive has."""
        if name not in self._build.values["city"]:
            return False
        self._wish(place, "city", name, name, group)
        return True

    def _absent(self, hint: str) -> bool:
        """A place that the archive has nothing of must not hide those it has."""
        self._hints[hint] = None
        return True

    def _unlisted_city(self, place: int, words: Sequence[Word]) -> bool:
        """A city outside the vocabulary: of the archive, or one that it does not even mention; with a capital."""
        if not all(word.text[:1].isupper() for word in words):
            return False
        analyzer = self._build.analyzer
        name = nominative(_typed(words))
        if self._known_city(place, name):
            return True
        if len(words) > 1 or not analyzer.is_place(words[0].text):
            return False
        unknown = self._build.lemmas.find(analyzer.first_lemma(words[0].text)) < 0
        shortened = any(str(city).startswith(words[0].text) for city in self._build.values["city"])
        return unknown and not shortened and self._absent(f"{name}: отчётов в архиве нет.")

    def _companions(self, place: int, companions: frozenset[str]) -> set[int]:
        """The places of the words right before that belong to the name: «в городе Омске»."""
        found: set[int] = set()
        for before in range(place - 1, max(place - 3, -1), -1):
            word = self._plain[before]
            if word is None or self._lemmas[before] not in companions:
                break
            found.add(before)
            self._companion_forms.add(normal_form(word.text))
        return found

    # Years

    def _years(self, kinds: set[str]) -> None:
        for place, word in enumerate(self._plain):
            if word is None:
                continue
            years, length = self._span_at(place) or (_years_of(word.text), 1)
            chosen = [year for year in (self._reported(year, kinds) for year in years) if year is not None]
            if not chosen:
                continue
            for year in chosen:
                self._wish(place, "year", year, str(year))
            span = set(range(place, place + length))
            self._optional |= span | self._companions(place, self._words.year_words)
            if self._lemma(place) in self._words.span_words:
                self._silent |= span
            after = self._plain[place + length] if place + length < len(self._plain) else None
            if after and self._lemma(place + length) in self._words.year_words:
                self._optional.add(place + length)
                self._companion_forms.add(normal_form(after.text))

    def _span_at(self, place: int) -> tuple[Iterable[int], int] | None:
        """Years named together from this place on, with how many words: «с 2019 по 2021», «последние три года»."""
        first, last = (_years_of(word.text) if word else () for word in (self._plain[place], self._word(place + 2)))
        if len(first) == len(last) == 1 and self._lemma(place + 1) in self._words.span_to and first[0] < last[0]:
            return range(first[0], last[0] + 1), 3
        if self._lemma(place) not in self._words.span_words:
            return None
        after = self._word(place + 1)
        typed = after.text if after else ""
        number = int(self._words.span_numbers.get(self._lemma(place + 1), typed if typed.isdecimal() else 0))
        length = 3 if number else 2
        if self._lemma(place + length - 1) not in self._words.span_years or number > _MOST_YEARS:
            return None
        known = [year for year in self._build.values["year"] if isinstance(year, int)]
        newest = max(known, default=0)
        return range(newest, newest - (number or 1), -1), length

    def _word(self, place: int) -> Word | None:
        return self._plain[place] if place < len(self._plain) else None

    def _reported(self, year: int, kinds: set[str]) -> int | None:
        """The reported year that a named year means, if the archive has it: tasks look one year ahead."""
        known = self._build.values["year"]
        if kinds & self._words.ahead and year - 1 in known:
            return year - 1
        return year if year in known else None


def _plain_word(node: Node) -> Word | None:
    return node if isinstance(node, Word) and not node.exact and not node.prefix else None


def _words_of(node: Node) -> list[Word]:
    """The plain words of one alternative; none where it is anything else."""
    nodes = node.nodes if isinstance(node, All) else (node,)
    words = [_plain_word(one) for one in nodes]
    return [word for word in words if word] if all(words) else []


def _typed(words: Sequence[Word]) -> str:
    return " ".join(word.text for word in words)


def _years_of(text: str) -> tuple[int, ...]:
    """The years a word names: «2019», «2018-2020» with those between."""
    found = _YEARS.fullmatch(text)
    if not found:
        return ()
    first, last = int(found[1]), int(found[2] or found[1])
    return tuple(range(first, last + 1)) if 0 <= last - first <= _MOST_YEARS else ()
