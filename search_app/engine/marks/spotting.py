"""Where the sought words stand in found passages: the columns know which words, their spellings tell where.

The texts need not be analysed again for it, which would take longer than the whole search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from indexer.builds.build import Build
from indexer.index.columns import ZONES
from search_app.engine.marks.snippets import Mark, Sought
from search_app.engine.matching.runs import forms_of_lemmas
from search_app.engine.matching.scratch import scratch_of
from search_app.engine.matching.spots import spot

Spots = dict[str, tuple[str, int]]
"""Spelling → what it is found as, and how often it stands in the text."""


def spotted(docs: Sequence[int], sought: Sought, build: Build) -> list[Spots | None]:
    """The sought words in the text of each passage; ``None`` where one spelling is found as different things."""
    columns = build.columns
    finder = _Finder(sought, build)
    numbers = np.array(docs, dtype=np.int64)
    texts = numbers * ZONES
    hits = np.empty((int((columns.zones[texts + 1] - columns.zones[texts]).sum()), 2), dtype=np.int32)
    count = spot(
        numbers,
        columns.zones,
        columns.stream,
        columns.form_spelling,
        columns.form_whole,
        *forms_of_lemmas(build),
        np.array(list(finder.lemmas), dtype=np.int64),
        np.array(finder.spellings, dtype=np.int64),
        np.array([(span.start, span.stop) for _, span in finder.beginnings], dtype=np.int64).reshape(-1, 2),
        scratch_of(build).form_places,
        hits,
    )
    found: dict[int, tuple[str, str]] = {}
    spots: list[Spots | None] = [{} for _ in docs]
    for owner, form in hits[:count].tolist():
        of_text = spots[owner]
        if of_text is not None:
            told = found.get(form)
            if told is None:
                told = found[form] = finder.told(form)
            spelling, what = told
            known, count = of_text.get(spelling, (what, 0))
            of_text[spelling] = (what, count + 1)
            if known != what:
                spots[owner] = None
    return spots


def marks_of(text: str, spots: Spots) -> list[Mark] | None:
    """The marks in a text, in order; ``None`` where it spells a word otherwise than the columns do («Ма\u0301рта»)."""
    plain = text.lower().replace("ё", "е")
    if len(plain) != len(text):
        return None
    marks: list[Mark] = []
    for spelling, (what, count) in spots.items():
        found = [Mark(start, start + len(spelling), what) for start in _places(plain, spelling)]
        if len(found) != count:
            return None
        marks += found
    marks.sort(key=lambda mark: mark.start)
    return marks


def _places(text: str, word: str) -> Iterator[int]:
    """Where a word stands that is not a part of another one."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (text[start - 1 : start].isalnum() or text[end : end + 1].isalnum()):
            yield start
        start = text.find(word, end)


class _Finder:
    """What is sought, in the numbers of the columns."""

    def __init__(self, sought: Sought, build: Build) -> None:
        self._sought = sought
        self._build = build
        numbers = ((build.lemmas.find(lemma), lemma) for lemma in sought.lemmas)
        self.lemmas = {number: lemma for number, lemma in numbers if number >= 0}
        self.spellings = [number for number in map(build.spellings.find, sought.spellings) if number >= 0]
        self.beginnings = [(prefix, build.spellings.beginning(prefix)) for prefix in sought.prefixes]

    def told(self, form: int) -> tuple[str, str]:
        """The spelling of a sought form, and what it is found as (by the order of `snippets.find_marks`)."""
        columns, spellings = self._build.columns, self._build.spellings
        number = int(columns.form_spelling[form])
        begin, end = columns.form_lemmas_start[form : form + 2].tolist()
        spelling = spellings[number]
        own = columns.form_lemmas[begin:end].tolist()
        what = next((self.lemmas[lemma] for lemma in own if lemma in self.lemmas), None)
        if what is None:
            whole = int(columns.form_whole[form])
            exact = {spelling} | ({spellings[whole]} if whole >= 0 else set())
            if self._sought.spellings.isdisjoint(exact):
                what = next(prefix for prefix, numbers in self.beginnings if number in numbers)
        return spelling, what or spelling
