"""Tables made one and arrays spliced, against the same said in plain lists."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from indexer.index.arrays.splicing import Shifts, Splice, places_in
from indexer.index.arrays.strings import table_of, union

TEXTS = st.lists(st.text("абё-z1𝔸", max_size=4), unique=True, max_size=12)


@given(TEXTS, TEXTS, st.data())
def test_a_union_has_what_is_kept_and_what_is_new(first: list[str], second: list[str], data: st.DataObject) -> None:
    old, _ = table_of(first)
    new, _ = table_of(second)
    kept = np.asarray([data.draw(st.booleans()) for _ in first], dtype=np.bool_)
    found = union(old, kept, new)
    remaining = [text for text, stays in zip(old, kept, strict=True) if stays]
    assert list(found.table) == sorted({*remaining, *second}, key=lambda text: text.encode())
    for text, number in zip(old, found.first.tolist(), strict=True):
        assert (number < 0) == (text not in (*remaining, *second))
        assert number < 0 or found.table[number] == text
    assert [found.table[number] for number in found.second.tolist()] == list(new)
    # What belongs to a string of both comes from the first.
    values = found.joined(np.arange(len(old)), 100 + np.arange(len(new)))
    assert [[*old][value] if value < 100 else [*new][value - 100] for value in values.tolist()] == list(found.table)


@given(st.lists(st.integers(0, 99), max_size=30), st.data())
def test_a_splice_takes_out_and_puts_in(values: list[int], data: st.DataObject) -> None:
    places = st.integers(0, max(len(values) - 1, 0))
    removed = sorted(data.draw(st.sets(places, max_size=8))) if values else []
    at = sorted(data.draw(st.lists(st.integers(0, len(values)), max_size=8)))
    new = [1000 + place for place in range(len(at))]
    expected: list[int] = []
    for place in range(len(values) + 1):
        expected += [value for value, before in zip(new, at, strict=True) if before == place]
        if place < len(values) and place not in removed:
            expected.append(values[place] + (10 if values[place] < 50 else 20))
    splice = Splice(np.asarray(removed, dtype=np.int64), np.asarray(at, dtype=np.int64))
    spliced = np.empty(splice.grown(len(values)), dtype=np.int32)
    shifts = Shifts(np.asarray([50, 100]), np.asarray([10, 20], dtype=np.int32))
    splice.fill(spliced, np.asarray(values, dtype=np.int32), np.asarray(new, dtype=np.int32), shifts)
    assert spliced.tolist() == expected


def test_places_are_sought_within_their_runs() -> None:
    begins = np.asarray([0, 3, 3, 5])
    values = np.asarray([2, 4, 6, 1, 9], dtype=np.int32)
    runs = np.asarray([0, 0, 1, 2, 2], dtype=np.int32)
    assert places_in(begins, values, runs, np.asarray([1, 6, 7, 2, 10])).tolist() == [0, 2, 3, 4, 5]
