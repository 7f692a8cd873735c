"""A mistyped query mended: the other keyboard layout, and spelling by the words of the archive and the dictionary."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.strings import StringTable, letter_codes, letter_sets
from indexer.language.spelling import is_cyrillic, normal_form
from search_app.engine.query.layout import is_known, turned_whole, turned_words
from search_app.engine.query.syntax import clean, parse
from search_app.engine.query.tree import words_in
from search_app.engine.query.typing import Typing, typing
from search_app.request.model import Correction

MIN_LETTERS = 4
"""Shorter words are near to too many others."""

_MOST_MENDED = 12
"""Words of one query: each is held against thousands; who mistypes more has pasted something else."""
_REMEMBERED = 500
"""Queries of which is kept what was meant."""

_MOST_LETTERS = 40
"""Longer words are no words: «человеконенавистнический» has 24."""
_CANDIDATES = 4000
_RARITY = 0.05
"""How much a tenfold frequency is worth in errors."""
VOCABULARY_COST = 0.1
DICTIONARY_COST = 0.25
"""Errors by which a word that the archive lacks must be nearer than one it has."""


def correct(q: str, build: Build) -> Correction | None:
    """The query that was probably meant, ``None`` where all is well or nothing better is known."""
    text = clean(q)
    # A table of results asks for each year, a page by cities for each city: what was meant stays the same.
    known: dict[str, Correction | None] = build.remember("corrections", dict)
    with suppress(KeyError):
        return known[text]
    found = _corrected(text, build)
    if len(known) >= _REMEMBERED:
        known.clear()
    known[text] = found
    return found


def _corrected(text: str, build: Build) -> Correction | None:
    words = text.split()
    # Words of the archive and nothing else, as most queries are: there is nothing to mend.
    if all(word.isalpha() and is_cyrillic(word) and is_known(word, build) for word in words):
        return None
    turned = turned_whole(text, build) or turned_words(text, build)
    if turned is not None:
        spelled, whole = _spelled(turned, build)
        return Correction(spelled or turned, "layout", whole=whole)
    spelled, whole = _spelled(text, build)
    return Correction(spelled, "spelling", whole=whole) if spelled else None


# Spelling


def _spelled(text: str, build: Build) -> tuple[str | None, bool]:
    """The query with its unknown words mended, ``None`` if there is nothing to mend; and whether all were looked at."""
    mended = text
    words = sorted(_correctable(text, build), key=lambda word: word[1])
    for form, start, end in reversed(words[:_MOST_MENDED]):
        better = _nearest(normal_form(form), build)
        if better is not None:
            mended = mended[:start] + better + mended[end:]
    return (mended if mended != text else None), len(words) <= _MOST_MENDED


def _correctable(text: str, build: Build) -> list[tuple[str, int, int]]:
    """Unknown Cyrillic words of the query, the parts of compounds each, with their offsets."""
    found: list[tuple[str, int, int]] = []
    for word in words_in(parse(text, build.vocabulary)):
        if is_known(word.text, build):
            continue
        for form, start, end in build.analyzer.forms(word.text):
            part = word.text[start:end]
            letters = (
                is_cyrillic(part) and part.replace("\u0301", "").isalpha() and MIN_LETTERS <= len(part) <= _MOST_LETTERS
            )
            if letters and not is_known(part, build) and form.exact:
                found.append((part, word.start + start, word.start + end))
    return found


def _nearest(word: str, build: Build) -> str | None:
    """The word that the typed one is nearest to; ``None`` if none is near.

    Words of the archive come first, then those of the synonyms, which lead to some of it, then the dictionary.

    Forms are compared with forms and dictionary forms with dictionary forms: «тратуары» is nearer to «тротуар» than to
    any form that the archive happens to have. What comes back is the form of the found word nearest to the typed one.
    """
    columns = build.columns
    found = [
        _best(word, build.spellings, columns.spelling_length, columns.spelling_letters, columns.spelling_count),
    ]
    lemma = build.analyzer.first_lemma(word)
    frequency = np.diff(columns.lemma_start)
    found.append(_best(lemma, build.lemmas, columns.lemma_length, columns.lemma_letters, frequency))
    found += [_best_of(lemma, _vocabulary_words(build), VOCABULARY_COST)]
    found += [_best_of(lemma, _in_dictionary(lemma, build), DICTIONARY_COST)]
    cost, nearest = min((best for best in found if best is not None), default=(np.inf, ""))
    if cost > _limit(len(word)):
        return None
    forms = [normal_form(form) for form in build.analyzer.inflections(nearest)]
    return forms[int(np.argmin(_distances(word, forms)))]


def _best(
    word: str,
    table: StringTable,
    lengths: NDArray[np.uint8],
    letters: NDArray[np.uint64],
    counts: NDArray[np.integer],
) -> tuple[float, str] | None:
    """The nearest string of a table, the more frequent one of equals, with its cost."""
    numbers = _candidates(word, lengths, letters, counts)
    if not len(numbers):
        return None
    strings = [table[number] for number in numbers.tolist()]
    costs = _distances(word, strings) - _RARITY * np.log10(1.0 + counts[numbers])
    best = int(np.argmin(costs))
    return float(costs[best]), strings[best]


def _best_of(word: str, others: Sequence[str], handicap: float) -> tuple[float, str] | None:
    """The nearest of some words with its cost, to which what it must be nearer by is added."""
    if not others:
        return None
    costs = _distances(word, others)
    best = int(np.argmin(costs))
    return float(costs[best]) + handicap, others[best]


def _vocabulary_words(build: Build) -> tuple[str, ...]:
    """The lemmas of the synonyms' words."""
    return build.remember("vocabulary words", lambda: tuple(sorted(_lemmas_of_synonyms(build))))


def _lemmas_of_synonyms(build: Build) -> set[str]:
    words = {word for group in build.vocabulary.synonyms for term in group.terms for word in term.split()}
    lemmas = {build.analyzer.first_lemma(word) for word in words}
    return {lemma for lemma in lemmas if len(lemma) >= MIN_LETTERS and is_cyrillic(lemma) and lemma.isalpha()}


def _in_dictionary(word: str, build: Build) -> tuple[str, ...]:
    """The words of the dictionary that are one error away from the typed one."""
    return tuple(near for near in sorted(_one_error_away(word)) if build.analyzer.is_known(near))


def _one_error_away(word: str) -> set[str]:
    """Norvig's edits: a letter left out, put in, changed, two letters swapped; the first letter stays."""
    cuts = [(word[:place], word[place:]) for place in range(1, len(word) + 1)]
    found = {head + tail[1:] for head, tail in cuts}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in cuts if len(tail) > 1}
    found |= {head + letter + tail for head, tail in cuts for letter in _ALPHABET}
    found |= {head + letter + tail[1:] for head, tail in cuts if tail for letter in _ALPHABET}
    return found - {word}


_ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюя"


def _limit(length: int) -> float:
    """Errors forgiven in a word of that length."""
    if length <= 4:
        return 0.9
    return 1.3 if length <= 7 else 2.0


def _candidates(
    word: str, lengths: NDArray[np.uint8], letters: NDArray[np.uint64], counts: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Strings of about the same length with about the same letters, the most frequent ones."""
    errors = 1 if len(word) <= 4 else 2
    near = np.abs(lengths.astype(np.int16) - len(word)) <= errors
    numbers = np.flatnonzero(near)
    different = np.bitwise_count(letters[numbers] ^ letter_sets([word])[0])
    numbers = numbers[(different <= 2 * errors) & (counts[numbers] > 0)]
    if len(numbers) > _CANDIDATES:
        numbers = numbers[np.argpartition(-counts[numbers], _CANDIDATES)[:_CANDIDATES]]
    chosen: NDArray[np.int64] = numbers
    return chosen


def _distances(word: str, spellings: Sequence[str]) -> NDArray[np.float32]:
    """Damerau-Levenshtein distances with the costs of `Typing`, of one word to many at once."""
    costs = typing()
    codes, ends = _coded(spellings)
    typed = letter_codes(word).tolist()
    insertions = _insertion_costs(codes, costs)
    rows = [np.concatenate([np.zeros((len(spellings), 1)), np.cumsum(insertions[:, 1:], axis=1)], axis=1)]
    for place, code in enumerate(typed):
        previous = typed[place - 1] if place else -1
        deletion = _single_cost(code, previous, typed[place + 1] if place + 1 < len(typed) else -1, costs)
        rows.append(_next_row(rows, codes, insertions, code, previous, deletion, costs))
    result: NDArray[np.float32] = rows[-1][np.arange(len(spellings)), ends].astype(np.float32)
    # The first letter is rarely wrong.
    return result + np.where(codes[:, 1] != typed[0], np.float32(0.3), np.float32(0))


def _coded(spellings: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The codes of all letters, a row for each spelling from the second column on, and the lengths."""
    lengths = np.fromiter(map(len, spellings), dtype=np.int64, count=len(spellings))
    codes = np.zeros((len(spellings), int(lengths.max()) + 1), dtype=np.int64)
    codes[:, 1:][np.arange(codes.shape[1] - 1) < lengths[:, None]] = letter_codes("".join(spellings))
    return codes, lengths


def _next_row(
    rows: Sequence[NDArray[np.float64]],
    codes: NDArray[np.int64],
    insertions: NDArray[np.float32],
    code: int,
    previous: int,
    deletion: float,
    costs: Typing,
) -> NDArray[np.float64]:
    above = rows[-1]
    row = np.empty_like(above)
    row[:, 0] = above[:, 0] + deletion
    for column in range(1, codes.shape[1]):
        best = np.minimum(above[:, column] + deletion, row[:, column - 1] + insertions[:, column])
        best = np.minimum(best, above[:, column - 1] + costs.substitution[code, codes[:, column]])
        if column > 1 and len(rows) > 1:
            swap = (codes[:, column] == previous) & (codes[:, column - 1] == code)
            best = np.where(swap, np.minimum(best, rows[-2][:, column - 2] + costs.swapped), best)
        row[:, column] = best
    return row


def _insertion_costs(codes: NDArray[np.int64], costs: Typing) -> NDArray[np.float32]:
    """What each letter of the archive's words costs when the typed word lacks it."""
    lacking = np.ones(codes.shape, dtype=np.float32)
    lacking[np.isin(codes, costs.signs)] = costs.sign
    lacking[:, 1:][codes[:, 1:] == codes[:, :-1]] = costs.doubled
    return lacking


def _single_cost(code: int, before: int, after: int, costs: Typing) -> float:
    """What a letter of the typed word costs when the archive's word lacks it."""
    if code in (before, after):
        return costs.doubled
    return costs.sign if code in costs.signs else 1.0
