"""A mistyped query mended: the other keyboard layout, and spelling by the archive's own words."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import indexer.vocabulary
from indexer.builds.build import Build
from indexer.index.arrays.strings import StringTable, letter_codes, letter_sets
from indexer.language.spelling import is_cyrillic, normal_form
from indexer.vocabulary import read_toml
from search_app.engine.query.syntax import clean, parse, words_of
from search_app.engine.query.tree import words_in
from search_app.request.model import Correction

MIN_LETTERS = 4
"""Shorter words are near to too many others."""

_CANDIDATES = 4000
_RARITY = 0.05
"""How much a tenfold frequency is worth in errors."""


@dataclass(frozen=True, slots=True)
class Typing:
    """The tables of ``typing.toml``."""

    to_cyrillic: dict[int, int]
    """For `str.translate`."""
    to_latin: dict[int, int]
    substitution: NDArray[np.float32]
    """Cost of one letter for another, by `_code`."""
    sign: float
    signs: tuple[int, ...]
    doubled: float
    swapped: float


@functools.cache
def typing() -> Typing:
    """The tables, read once per process. Raises VocabularyError on a fault in the file."""
    assert indexer.vocabulary.__file__
    file = read_toml(Path(indexer.vocabulary.__file__).parent / "typing.toml")
    layout, costs, letters = file.table("layout"), file.table("costs"), file.table("letters")
    latin = layout.text("latin") + layout.text("latin_shifted")
    cyrillic = layout.text("cyrillic") + layout.text("cyrillic_shifted")
    substitution = np.ones((_CODES, _CODES), dtype=np.float32)
    np.fill_diagonal(substitution, 0.0)
    rows = layout.text("cyrillic")[1:13], layout.text("cyrillic")[13:24], layout.text("cyrillic")[24:]
    for row in rows:
        for one, other in zip(row, row[1:], strict=False):
            _set(substitution, one, other, costs.number("neighbour", 0, 1))
    for pair in letters.texts("alike"):
        _set(substitution, pair[0], pair[1], costs.number("alike", 0, 1))
    return Typing(
        to_cyrillic=str.maketrans(latin, cyrillic),
        to_latin=str.maketrans(cyrillic, latin),
        substitution=substitution,
        sign=costs.number("sign", 0, 1),
        signs=tuple(_code(sign) for sign in letters.text("signs")),
        doubled=costs.number("doubled", 0, 1),
        swapped=costs.number("swapped", 0, 1),
    )


def correct(q: str, build: Build) -> Correction | None:
    """The query that was probably meant, ``None`` where all is well or nothing better is known."""
    text = clean(q)
    words = text.split()
    # Words of the archive and nothing else, as most queries are: there is nothing to mend.
    if all(word.isalpha() and is_cyrillic(word) and _known(word, build) for word in words):
        return None
    turned = _other_layout(text, build)
    if turned is not None:
        return Correction(_spelled(turned, build) or turned, "layout")
    spelled = _spelled(text, build)
    return Correction(spelled, "spelling") if spelled else None


# Layout


_SHORT = 3
"""Letters: «<b>», «IT», «ВК» turn into some word of the dictionary too easily."""


def _other_layout(text: str, build: Build) -> str | None:
    """The whole query as if typed in the other layout, if that makes sense and the query itself does not."""
    if is_cyrillic(text) and any("a" <= sign <= "z" for sign in text.lower()):
        return None
    turned = other_layout_of(text)
    before, after = _words(text, build), _words(turned, build)
    if not before or not after or turned == text:
        return None
    known = sum(_known(word, build) for word in before)
    known_turned = sum(_known(word, build) for word in after)
    if is_cyrillic(text) and (known or not all(_in_archive(word, build) and len(word) > 2 for word in after)):
        return None
    if sum(map(len, before)) <= _SHORT and not all(_in_archive(word, build) for word in after):
        return None
    return turned if known_turned * 2 >= len(after) and known_turned > known else None


def other_layout_of(text: str) -> str:
    """What the same keys give in the other layout."""
    return text.translate(typing().to_latin if is_cyrillic(text) else typing().to_cyrillic)


def _words(text: str, build: Build) -> list[str]:
    """The words of a text that have letters; the N of «N 131» is none."""
    found = words_of(text, build.vocabulary)
    return [
        word for word in found if any(map(str.isalpha, "".join(word[s:e] for _, s, e in build.analyzer.forms(word))))
    ]


def _known(word: str, build: Build) -> bool:
    """Whether the archive or the dictionary has the word."""
    return _in_archive(word, build) or build.analyzer.is_known(word) or _is_city(word, build)


def _in_archive(word: str, build: Build) -> bool:
    if build.spellings.find(normal_form(word)) >= 0:
        return True
    return is_cyrillic(word) and any(build.lemmas.find(lemma) >= 0 for lemma, _ in build.analyzer.lemmas(word))


def _is_city(word: str, build: Build) -> bool:
    return build.vocabulary.find_city(word) is not None


# Spelling


def _spelled(text: str, build: Build) -> str | None:
    """The query with its unknown words mended, ``None`` if there is nothing to mend."""
    mended = text
    for word in sorted(_correctable(text, build), key=lambda word: -word[1]):
        form, start, end = word
        better = _nearest(normal_form(form), build)
        if better is not None:
            mended = mended[:start] + better + mended[end:]
    return mended if mended != text else None


def _correctable(text: str, build: Build) -> list[tuple[str, int, int]]:
    """Unknown Cyrillic words of the query, the parts of compounds each, with their offsets."""
    found: list[tuple[str, int, int]] = []
    for word in words_in(parse(text, build.vocabulary)):
        if _known(word.text, build):
            continue
        for form, start, end in build.analyzer.forms(word.text):
            part = word.text[start:end]
            letters = is_cyrillic(part) and part.replace("\u0301", "").isalpha() and len(part) >= MIN_LETTERS
            if letters and not _known(part, build) and form.exact:
                found.append((part, word.start + start, word.start + end))
    return found


def _nearest(word: str, build: Build) -> str | None:
    """The word that the typed one is nearest to, of those the archive has in some form; ``None`` if none is near.

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
    width = max(map(len, spellings))
    codes = np.zeros((len(spellings), width + 1), dtype=np.int64)
    for row, spelling in enumerate(spellings):
        codes[row, 1 : len(spelling) + 1] = letter_codes(spelling)
    typed = letter_codes(word).tolist()
    insertions = _insertion_costs(codes, costs)
    rows = [np.concatenate([np.zeros((len(spellings), 1)), np.cumsum(insertions[:, 1:], axis=1)], axis=1)]
    for place, code in enumerate(typed):
        previous = typed[place - 1] if place else -1
        deletion = _single_cost(code, previous, typed[place + 1] if place + 1 < len(typed) else -1, costs)
        rows.append(_next_row(rows, codes, insertions, code, previous, deletion, costs))
    ends = np.asarray([len(spelling) for spelling in spellings])
    result: NDArray[np.float32] = rows[-1][np.arange(len(spellings)), ends].astype(np.float32)
    # The first letter is rarely wrong.
    return result + np.where(codes[:, 1] != typed[0], np.float32(0.3), np.float32(0))


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


_CODES = 64


def _code(sign: str) -> int:
    return int(letter_codes(sign)[0])


def _set(table: NDArray[np.float32], one: str, other: str, cost: float) -> None:
    one, other = one.replace("ё", "е"), other.replace("ё", "е")
    table[_code(one), _code(other)] = table[_code(other), _code(one)] = cost
