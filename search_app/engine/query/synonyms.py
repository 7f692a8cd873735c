"""Synonyms and abbreviations of the vocabulary beside the typed words."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.builds.build import Build
from indexer.language.analysis import Analyzer
from indexer.language.spelling import normal_form
from indexer.vocabulary import Vocabulary
from search_app.engine.matching.making import LocalRuns, RunMaker
from search_app.engine.matching.match import Concept
from search_app.engine.matching.runs import Run
from search_app.request.model import Synonym

WEIGHT = 0.8
"""What a synonym counts of the typed word."""

SHOWN_IDF = 2.0
"""Words of a synonym phrase are marked from this idf: «в режиме онлайн» must not mark every «в»."""

_LONGEST = 5
"""Words of the longest term looked for in a query."""


@dataclass(frozen=True, slots=True)
class _Term:
    """A term of a group with the likeliest lemma of each of its positions."""

    text: str
    lemmas: tuple[str, ...]


class SynonymTable:
    """The groups of a vocabulary by the lemmas of their terms."""

    def __init__(self, vocabulary: Vocabulary, analyzer: Analyzer) -> None:
        self._groups: dict[tuple[str, ...], list[tuple[_Term, ...]]] = {}
        groups = [group.terms for group in vocabulary.synonyms] + list(_abbreviations(vocabulary))
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._named: dict[str, list[tuple[str, ...]]] = {}
        self._longest: dict[str, int] = {}
        for group in groups:
            terms = tuple(_Term(text, lemmas_of(text, analyzer)) for text in group)
            for lemmas in {term.lemmas for term in terms}:
                self._groups.setdefault(lemmas, []).append(terms)
                if lemmas:
                    self._longest[lemmas[0]] = max(len(lemmas), self._longest.get(lemmas[0], 0))
                self._names[lemmas] = (*self._names.get(lemmas, ()), f"={terms[0].text}")
                self._named.setdefault(f"={terms[0].text}", []).append(lemmas)
        self.beginnings = frozenset(lemmas[0] for lemmas in self._names if lemmas)
        """The lemmas that a term of a group may begin with."""

    def names(self, lemmas: tuple[str, ...]) -> tuple[str, ...]:
        """The names of the groups that a term with these lemmas stands in."""
        return self._names.get(lemmas, ())

    def terms(self, name: str) -> list[tuple[str, ...]]:
        """The lemmas of each term of a group."""
        return self._named.get(name, [])

    def longest(self, lemma: str) -> int:
        """The positions of the longest term that begins with a lemma."""
        return self._longest.get(lemma, 0)

    def others(self, lemmas: tuple[str, ...]) -> list[_Term]:
        """The terms that mean the same as the words with these lemmas, in the vocabulary's order."""
        found = [term for terms in self._groups.get(lemmas, ()) for term in terms if term.lemmas != lemmas]
        return list({term.lemmas: term for term in found}.values())


def _abbreviations(vocabulary: Vocabulary) -> Iterator[tuple[str, ...]]:
    """Abbreviations of several words, «кв. м»; one word is among the lemmas of its abbreviation."""
    for short in vocabulary.writing.shorts:
        meanings = tuple(meaning for meaning in short.means if " " in meaning)
        if meanings:
            yield (short.written[0], *meanings)


_tables: dict[str, SynonymTable] = {}
_guard = threading.Lock()


def synonym_table(build: Build) -> SynonymTable:
    """The table of the build's vocabulary, made once per process."""
    with _guard:
        version = build.vocabulary.version
        if version not in _tables:
            _tables[version] = SynonymTable(build.vocabulary, build.analyzer)
        return _tables[version]


def lemmas_of(text: str, analyzer: Analyzer) -> tuple[str, ...]:
    """The likeliest lemma of each position of a text."""
    return tuple(form.lemmas[0][0] for form, _, _ in analyzer.forms(text))


def with_synonyms(
    concepts: Sequence[Concept], lemmas: Sequence[str | None], build: Build, runs: RunMaker
) -> tuple[list[Concept], list[Synonym]]:
    """The concepts with the runs of their synonyms, and which synonyms were found in the archive.

    ``lemmas`` has the likeliest lemma of each concept, ``None`` for one that is no plain word of the query.
    """
    table = synonym_table(build)
    widened = list(concepts)
    told: list[Synonym] = []
    place = 0
    while place < len(widened):
        length = _widen(widened, lemmas, place, table, build, runs, told)
        place += length or 1
    return widened, told


def _widen(
    concepts: list[Concept],
    lemmas: Sequence[str | None],
    place: int,
    table: SynonymTable,
    build: Build,
    makers: RunMaker,
    told: list[Synonym],
) -> int:
    """Widens the longest term that begins at a place; returns its length, 0 if there is none."""
    longest = min(_LONGEST, table.longest(lemmas[place] or ""), len(concepts) - place)
    for length in range(longest, 0, -1):
        words = tuple(lemma for lemma in lemmas[place : place + length] if lemma is not None)
        if len(words) < length:
            continue
        found = [(term, term_run(term.lemmas, build, makers)) for term in table.others(words)]
        others = [(term, run) for term, run in found if run is not None]
        if not others:
            continue
        runs = tuple(replace(run, weight=WEIGHT / length) for _, run in others)
        marked = tuple(number for term, _ in others for number in _marked(term.lemmas, build))
        for number in range(place, place + length):
            concept = concepts[number]
            concepts[number] = replace(concept, runs=(*concept.runs, *runs), akin=(*concept.akin, *marked))
        typed = _typed([concept.label for concept in concepts[place : place + length]])
        also = [term.text for term, _ in others if normal_form(term.text) != normal_form(typed)]
        if also:
            told.append(Synonym(typed, tuple(also)))
        return length
    return 0


def _typed(labels: Sequence[str]) -> str:
    """The words of a term as they were typed, each once: the word that is denied has its «не» already."""
    following = [*labels[1:], ""]
    told = (label for label, after in zip(labels, following, strict=True) if not after.startswith(f"{label} "))
    return " ".join(dict.fromkeys(told))


def _marked(lemmas: Sequence[str], build: Build) -> list[int]:
    numbers = [build.lemmas.find(lemma) for lemma in lemmas]
    if len(numbers) == 1:
        return numbers
    return [number for number in numbers if build.columns.lemma_idf[number] >= SHOWN_IDF]


def term_run(lemmas: tuple[str, ...], build: Build, runs: RunMaker | None = None) -> Run | None:
    """The postings of a term, ``None`` when the archive does not have it."""
    numbers = tuple(build.lemmas.find(lemma) for lemma in lemmas)
    if not numbers or min(numbers) < 0:
        return None
    makers = runs or LocalRuns(build)
    if len(numbers) == 1:
        return makers.lemma(numbers[0])
    # A phrase weighs like its rarest word: its words often stand together.
    weight = max(float(build.columns.lemma_idf[number]) for number in numbers)
    run = build.remember(("phrase", numbers), lambda: makers.row([[number] for number in numbers], weight))
    return run if len(run.docs) else None
