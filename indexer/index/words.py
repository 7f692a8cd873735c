"""The words of an archive as sorted tables: forms, spellings, lemmas and roots, and which belong to which."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints, Longs, renumbered, runs, starts
from indexer.index.arrays.strings import StringTable, Union, grams_of, letter_sets, table_of, union
from indexer.index.columns import idf
from indexer.index.extracts import stable_hash
from indexer.language.analysis import Analyzer
from indexer.language.forms import LIKELY, Form, fact_of
from indexer.language.roots import root_of

Flags = NDArray[np.bool_]

GAP_FORM = Form("", (), (), 0, 0)
"""What separates zones: its key comes first in every table, so its number is `indexer.columns.GAP`."""


@dataclass(frozen=True, slots=True)
class Words:
    """F forms, L lemmas, S spellings, each numbered in the order of its table: alike whatever order they came in."""

    forms: StringTable
    """The forms' keys."""
    lemmas: StringTable
    spellings: StringTable
    roots: StringTable
    form_hash: NDArray[np.uint64]
    """A hash of each form's key."""
    form_lemmas_start: Longs
    form_lemmas: Ints
    form_likely: Flags
    """Of each of the form's lemmas whether it is likely enough to be compared with others."""
    form_spelling: Ints
    """The word's own spelling, -1 for the gap."""
    form_whole: Ints
    """The spelling of the compound that begins at the form, -1 where none does."""
    lemma_root: Ints
    lemma_fact: NDArray[np.uint8]
    """What the dictionary says of each lemma."""


class Renumbering(NamedTuple):
    """The new numbers of the forms and lemmas of a table; -1 for what is gone."""

    forms: Ints
    lemmas: Ints


def words_of(forms: Sequence[Form], analyzer: Analyzer) -> tuple[Words, Ints]:
    """The tables of forms with different keys, and the number of each of them. The gap is to be one of them."""
    keys, numbers = table_of([form.key for form in forms])
    ordered = [forms[place] for place in np.argsort(numbers).tolist()]
    lemmas = _Numbering()
    spellings = _Numbering()
    form_lemmas_start, form_lemmas, form_likely = _lemmas_of(ordered, lemmas)
    own, whole = _spellings_of(ordered, spellings)
    # Numbers were given in order of appearance; the tables are sorted, so renumber.
    lemma_table, lemma_numbers = table_of(lemmas.strings)
    spelling_table, spelling_numbers = table_of(spellings.strings)
    roots = _Numbering()
    of_lemma = np.asarray([roots.number(root_of(lemma)) for lemma in lemma_table], dtype=np.int32)
    root_table, root_numbers = table_of(roots.strings)
    words = Words(
        forms=keys,
        lemmas=lemma_table,
        spellings=spelling_table,
        roots=root_table,
        form_hash=np.asarray([stable_hash(key) for key in keys], dtype=np.uint64),
        form_lemmas_start=form_lemmas_start,
        form_lemmas=renumbered(form_lemmas, lemma_numbers),
        form_likely=form_likely,
        form_spelling=renumbered(own, spelling_numbers),
        form_whole=renumbered(whole, spelling_numbers),
        lemma_root=renumbered(of_lemma, root_numbers),
        lemma_fact=np.asarray([fact_of(*analyzer.part_and_commonness(lemma)) for lemma in lemma_table], dtype=np.uint8),
    )
    return words, numbers


def united(first: Words, used: NDArray[np.bool_], second: Words) -> tuple[Words, Renumbering, Renumbering]:
    """The used forms of the first tables and all of the second, with what belongs to them; the gap is always used."""
    forms = union(first.forms, used, second.forms)
    kept = forms.first >= 0
    lemmas = union(first.lemmas, _belonging(first, kept), second.lemmas)
    spellings = union(first.spellings, _spelled(first, kept), second.spellings)
    roots = union(first.roots, _marked(len(first.roots), first.lemma_root[lemmas.first >= 0]), second.roots)
    form_lemmas_start, form_lemmas, form_likely = _lemmas_of_union(forms, first, lemmas.first, second, lemmas.second)
    words = Words(
        forms=forms.table,
        lemmas=lemmas.table,
        spellings=spellings.table,
        roots=roots.table,
        form_hash=forms.joined(first.form_hash, second.form_hash),
        form_lemmas_start=form_lemmas_start,
        form_lemmas=form_lemmas,
        form_likely=form_likely,
        form_spelling=_renumbered_union(forms, first.form_spelling, second.form_spelling, spellings),
        form_whole=_renumbered_union(forms, first.form_whole, second.form_whole, spellings),
        lemma_root=_renumbered_union(lemmas, first.lemma_root, second.lemma_root, roots),
        lemma_fact=lemmas.joined(first.lemma_fact, second.lemma_fact),
    )
    return words, Renumbering(forms.first, lemmas.first), Renumbering(forms.second, lemmas.second)


def _belonging(words: Words, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The lemmas of the kept forms."""
    chosen = np.repeat(kept, np.diff(words.form_lemmas_start))
    return _marked(len(words.lemmas), words.form_lemmas[chosen])


def _spelled(words: Words, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The spellings of the kept forms."""
    found = np.concatenate([words.form_spelling[kept], words.form_whole[kept]])
    return _marked(len(words.spellings), found[found >= 0])


def _marked(size: int, places: Ints) -> NDArray[np.bool_]:
    marks = np.zeros(size, dtype=np.bool_)
    marks[places] = True
    return marks


def _lemmas_of_union(
    forms: Union, first: Words, first_lemmas: Ints, second: Words, second_lemmas: Ints
) -> tuple[Longs, Ints, Flags]:
    behind = len(first.form_lemmas)
    begins = forms.joined(first.form_lemmas_start[:-1], second.form_lemmas_start[:-1] + behind)
    ends = forms.joined(first.form_lemmas_start[1:], second.form_lemmas_start[1:] + behind)
    numbers = np.concatenate(
        [renumbered(first.form_lemmas, first_lemmas), renumbered(second.form_lemmas, second_lemmas)]
    )
    places = runs(begins, ends)
    return starts(ends - begins), numbers[places], np.concatenate([first.form_likely, second.form_likely])[places]


def _renumbered_union(owners: Union, first: Ints, second: Ints, owned: Union) -> Ints:
    return owners.joined(renumbered(first, owned.first), renumbered(second, owned.second))


def _lemmas_of(forms: Iterable[Form], lemmas: _Numbering) -> tuple[Longs, Ints, Flags]:
    start = array("q", [0])
    found = array("i")
    likely = array("b")
    for form in forms:
        found.extend(lemmas.number(lemma) for lemma, _ in form.lemmas)
        likely.extend(place == 0 or share >= LIKELY for place, (_, share) in enumerate(form.lemmas))
        start.append(len(found))
    return np.asarray(start, dtype=np.int64), np.asarray(found, dtype=np.int32), np.asarray(likely, dtype=np.bool_)


def _spellings_of(forms: Iterable[Form], spellings: _Numbering) -> tuple[Ints, Ints]:
    own = array("i")
    whole = array("i")
    for form in forms:
        numbers = [spellings.number(spelling) for spelling in form.exact]
        own.append(numbers[0] if numbers else -1)
        whole.append(numbers[1] if len(numbers) > 1 else -1)
    return np.asarray(own, dtype=np.int32), np.asarray(whole, dtype=np.int32)


class _Numbering:
    """Gives strings numbers in order of appearance."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def strings(self) -> list[str]:
        return list(self._numbers)


# Columns of the words


def word_columns(words: Words, form_counts: Longs, passages: int) -> dict[str, NDArray[Any]]:
    """The columns that follow from the tables and from how often each form stands in the archive."""
    by_hash = np.argsort(words.form_hash, kind="stable")
    return {
        "form_hash": words.form_hash[by_hash],
        "form_of_hash": by_hash.astype(np.int32),
        "form_lemmas_start": words.form_lemmas_start,
        "form_lemmas": words.form_lemmas,
        "form_likely": words.form_likely,
        "form_spelling": words.form_spelling,
        "form_whole": words.form_whole,
        "lemma_root": words.lemma_root,
        "lemma_fact": words.lemma_fact,
        "root_lemmas_start": starts(np.bincount(words.lemma_root, minlength=len(words.roots))),
        "root_lemmas": np.argsort(words.lemma_root, kind="stable").astype(np.int32),
        "lemma_length": _lengths(words.lemmas),
        "lemma_letters": letter_sets(words.lemmas),
        "spelling_length": _lengths(words.spellings),
        "spelling_letters": letter_sets(words.spellings),
        **_spelling_columns(words, form_counts, passages),
    }


def _spelling_columns(words: Words, form_counts: Longs, passages: int) -> dict[str, NDArray[Any]]:
    spellings = words.spellings
    of_pair, spelling = _pairs_of_forms(words)
    counts = np.bincount(spelling, weights=form_counts[of_pair], minlength=len(spellings)).astype(np.int64)
    grams, owners = grams_of(spellings)
    known, numbers = np.unique(grams, return_inverse=True)
    numbers = numbers.astype(np.int32)
    gram_counts = np.bincount(numbers, weights=counts[owners], minlength=len(known))
    return {
        "spelling_idf": idf(_estimated_frequency(counts, passages), passages),
        "spelling_count": counts.astype(np.int32),
        "spelling_forms_start": starts(np.bincount(spelling, minlength=len(spellings))),
        "spelling_forms": of_pair[np.argsort(spelling, kind="stable")].astype(np.int32),
        "spelling_grams_start": starts(np.bincount(owners, minlength=len(spellings))),
        "spelling_grams": numbers,
        "grams": known.astype(np.int64),
        "gram_idf": idf(_estimated_frequency(gram_counts, passages), passages),
        "gram_spellings_start": starts(np.bincount(numbers, minlength=len(known))),
        "gram_spellings": owners[_by_value(numbers)],
    }


def _by_value(numbers: NDArray[np.integer]) -> Longs:
    """The places of the numbers in their order, equal ones by place: four times as fast as `numpy.argsort`."""
    keys = (numbers.astype(np.int64) << 32) | np.arange(len(numbers))
    keys.sort()
    places: Longs = keys & 0xFFFFFFFF
    return places


def _pairs_of_forms(words: Words) -> tuple[Longs, Ints]:
    """Every form with its own spelling, then every one with that of its compound."""
    own, whole = np.flatnonzero(words.form_spelling >= 0), np.flatnonzero(words.form_whole >= 0)
    return np.concatenate([own, whole]), np.concatenate([words.form_spelling[own], words.form_whole[whole]])


def _lengths(table: StringTable) -> NDArray[np.uint8]:
    return np.minimum(table.lengths(), 255).astype(np.uint8)


def _estimated_frequency(counts: NDArray[Any], passages: int) -> NDArray[np.float64]:
    """Passages that hold something at least once, estimated from its occurrences: as if they fell at random.

    Exact counts would take a second inversion; these only weigh light signals.
    """
    total = max(passages, 1)
    frequency: NDArray[np.float64] = total * -np.expm1(-counts.astype(np.float64) / total)
    return frequency
