"""How many passages have each value of each facet, how often each form stands in texts: one loop over the passages."""

from __future__ import annotations

import numpy as np

from indexer.index.arrays.steps import Floats, Ints, Longs
from indexer.index.columns import ZONES
from search_app.engine.matching.compiled import FLOATS_OUT, INT, INTS, INTS_OUT, LONGS, LONGS_OUT, compiled, part


@compiled(INTS, INTS, INTS, INT, LONGS, INTS, LONGS, INTS, INTS_OUT, LONGS_OUT)
def tally(
    docs: Ints,
    doc_report: Ints,
    doc_class: Ints,
    reports: int,
    owner_start: Longs,
    owner_values: Ints,
    value_start: Longs,
    value_owners: Ints,
    by_owner: Ints,
    counts: Longs,
) -> None:
    """Adds to ``counts``: to each value of a passage's report and of its class, which are the owners of values.

    Owners are numbered, the reports first, then the classes. Among the owners of a value are values before it too,
    behind all others: a region has what its cities have. What is counted ``by_owner`` is zero all over, as it is left.
    """
    # A passage alone costs about as much as to go through forty values of owners (measured).
    if len(docs) * 40 < len(value_owners):
        for place in range(len(docs)):
            _add(np.int64(doc_report[docs[place]]), owner_start, owner_values, counts)
            _add(reports + doc_class[docs[place]], owner_start, owner_values, counts)
        return
    for place in range(len(docs)):
        by_owner[doc_report[docs[place]]] += 1
        by_owner[reports + doc_class[docs[place]]] += 1
    for value in range(len(counts)):
        count = 0
        for at in range(value_start[value], value_start[value + 1]):
            # A number that cannot be negative is looked up at once.
            count += by_owner[np.uint32(value_owners[at])]
        counts[value] += count
        by_owner[len(owner_start) - 1 + value] = count
    for owner in range(len(by_owner)):
        by_owner[owner] = 0


@part
def _add(owner: int | np.int64, owner_start: Longs, owner_values: Ints, counts: Longs) -> None:
    for at in range(owner_start[owner], owner_start[owner + 1]):
        counts[owner_values[at]] += 1


@compiled(INTS, INTS, INTS, INTS, INT, LONGS, INTS, INTS_OUT, INTS_OUT, INTS_OUT, LONGS_OUT)
def tally_repeated(
    docs: Ints,
    first: Ints,
    doc_report: Ints,
    doc_class: Ints,
    reports: int,
    owner_start: Longs,
    owner_values: Ints,
    following: Ints,
    seen: Ints,
    alone: Ints,
    counts: Longs,
) -> int:
    """Adds to ``counts`` what the groups of several passages have, each value once for a group.

    ``first`` is the place of the first passage of each one's group. Fills in the passages ``alone`` in theirs, and
    returns how many they are: they are left to `tally`. What is ``following`` a passage and where a value was ``seen``
    last is -1 all over.
    """
    for place in range(len(docs)):
        if first[place] != place:
            following[place] = following[first[place]]
            following[first[place]] = place
    found = 0
    for place in range(len(docs)):
        if first[place] != place:
            continue
        if following[place] < 0:
            alone[found] = docs[place]
            found += 1
            continue
        member = place
        while member >= 0:
            for owner in (np.int64(doc_report[docs[member]]), reports + doc_class[docs[member]]):
                for at in range(owner_start[owner], owner_start[owner + 1]):
                    _see(owner_values[at], place, seen, counts)
            member = following[member]
    return found


@part
def _see(value: int, place: int, seen: Ints, counts: Longs) -> None:
    """Counts a value, unless the group at that place has been seen with it."""
    if seen[value] != place:
        seen[value] = place
        counts[value] += 1


@compiled(INTS, INTS, INTS_OUT, INTS_OUT)
def find_first(docs: Ints, doc_group: Ints, table: Ints, first: Ints) -> None:
    """Fills in for each passage the place of the first one of its group; ``table`` may have anything in it."""
    # Written backwards, so that the first is what stays; only what has been written is read.
    for place in range(len(docs) - 1, -1, -1):
        table[doc_group[docs[place]]] = place
    for place in range(len(docs)):
        first[place] = table[doc_group[docs[place]]]


@compiled(INTS, FLOATS_OUT)
def raise_first(first: Ints, scores: Floats) -> None:
    """Gives the first passage of each group the group's best score."""
    for place in range(len(first)):
        scores[first[place]] = max(scores[first[place]], scores[place])


@compiled(INTS, INTS, INTS, LONGS_OUT)
def count_forms(docs: Ints, zones: Ints, stream: Ints, counts: Longs) -> None:
    """Adds to ``counts`` how often each form stands in the texts of passages, their questions and headings left out."""
    for place in range(len(docs)):
        text = docs[place] * ZONES
        for at in range(zones[text], zones[text + 1]):
            counts[stream[at]] += 1
