"""Where the sought words stand in found passages: the columns know which words, their spellings tell where.

The texts need not be analysed again for it, which would take longer than the whole search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints, runs
from indexer.index.columns import ZONES
from search_app.engine.marks.snippets import Mark, Sought
from search_app.engine.matching.runs import distinct
from search_app.engine.matching.scratch import scratch_of

Spots = dict[str, tuple[str, int]]
"""Spelling → what it is found as, and how often it stands in the text."""


def spotted(docs: Sequence[int], sought: Sought, build: Build) -> list[Spots | None]:
    """The sought words in the text of each passage; ``None`` where one spelling is found as different things."""
    columns = build.columns
    places = np.asarray(docs, dtype=np.int64) * ZONES
    begins, ends = columns.zones[places], columns.zones[places + 1]
    tokens = columns.stream[runs(begins, ends)]
    forms = distinct(tokens)
    found = dict(_found(forms, sought, build))
    sought_forms = np.fromiter(found, dtype=np.int32, count=len(found))
    table = scratch_of(build).form_places
    table[forms] = -1
    table[sought_forms] = 0
    hits = np.flatnonzero(table[tokens] == 0)
    owners = np.searchsorted(np.cumsum(ends - begins), hits, side="right")
    spots: list[Spots | None] = [{} for _ in docs]
    for owner, form in zip(owners.tolist(), tokens[hits].tolist(), strict=True):
        of_text = spots[owner]
        if of_text is not None:
            spelling, what = found[form]
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


def _found(forms: Ints, sought: Sought, build: Build) -> Iterator[tuple[int, tuple[str, str]]]:
    """The sought ones of some forms: form, spelling, what it is found as (by the order of `snippets.find_marks`)."""
    columns = build.columns
    lemmas = {number: lemma for lemma in sought.lemmas if (number := build.lemmas.find(lemma)) >= 0}
    spelled = columns.form_spelling[forms]
    beginnings = [(prefix, build.spellings.beginning(prefix)) for prefix in sought.prefixes]
    chosen = _having_lemmas(forms, list(lemmas), build)
    for number in map(build.spellings.find, sought.spellings):
        chosen |= ((spelled == number) | (columns.form_whole[forms] == number)) & (number >= 0)
    for _, numbers in beginnings:
        chosen |= (spelled >= numbers.start) & (spelled < numbers.stop)
    for place in np.flatnonzero(chosen & (spelled >= 0)).tolist():
        form, number = int(forms[place]), int(spelled[place])
        begin, end = columns.form_lemmas_start[form : form + 2].tolist()
        own = columns.form_lemmas[begin:end].tolist()
        spelling = build.spellings[number]
        what = next((lemmas[lemma] for lemma in own if lemma in lemmas), None)
        if what is None:
            whole = int(columns.form_whole[form])
            exact = {spelling} | ({build.spellings[whole]} if whole >= 0 else set())
            if sought.spellings.isdisjoint(exact):
                what = next(prefix for prefix, numbers in beginnings if number in numbers)
        yield form, (spelling, what or spelling)


def _having_lemmas(forms: Ints, lemmas: list[int], build: Build) -> NDArray[np.bool_]:
    """Which of some forms have any of the lemmas."""
    columns, table = build.columns, scratch_of(build).lemma_places
    begins, ends = columns.form_lemmas_start[forms], columns.form_lemmas_start[forms + 1]
    table[lemmas] = 0
    hits = np.flatnonzero(table[columns.form_lemmas[runs(begins, ends)]] == 0)
    table[lemmas] = -1
    having = np.zeros(len(forms), dtype=np.bool_)
    having[np.searchsorted(np.cumsum(ends - begins), hits, side="right")] = True
    return having
