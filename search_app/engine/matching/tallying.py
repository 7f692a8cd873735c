"""How many passages have each value of each facet, how often each form stands in texts: one loop over the passages."""

from __future__ import annotations

import numpy as np

from indexer.index.arrays.steps import Floats, Ints, Longs
from indexer.index.columns import ZONES
from search_app.engine.matching.compiled import FLOATS_OUT, INT_ROWS, INTS, INTS_OUT, LONGS, LONGS_OUT, compiled, part


@compiled(INTS, INTS, INTS, INT_ROWS, LONGS, INTS, INTS_OUT, INTS_OUT, LONGS_OUT)
def tally(
    docs: Ints,
    doc_report: Ints,
    doc_class: Ints,
    report_values: Ints,
    class_start: Longs,
    class_values: Ints,
    by_report: Ints,
    by_class: Ints,
    counts: Longs,
) -> None:
    """Adds to ``counts``: to each value of a passage's report, a row of ``report_values``, and of its class.

    What is counted ``by_report`` and ``by_class`` is zero all over, as it is left.
    """
    one = np.int64(1)  # of one kind with other counts: for each kind a part is compiled anew
    # A passage alone costs about as much as to go through a dozen reports and classes (24 ns, measured).
    if len(docs) * 12 < len(by_report) + len(by_class):
        for place in range(len(docs)):
            _add(one, np.int64(doc_report[docs[place]]), report_values, counts)
            _add_class(one, np.int64(doc_class[docs[place]]), class_start, class_values, counts)
        return
    for place in range(len(docs)):
        by_report[doc_report[docs[place]]] += 1
        by_class[doc_class[docs[place]]] += 1
    for report in range(len(by_report)):
        if by_report[report]:
            _add(np.int64(by_report[report]), report, report_values, counts)
            by_report[report] = 0
    for number in range(len(by_class)):
        if by_class[number]:
            _add_class(np.int64(by_class[number]), number, class_start, class_values, counts)
            by_class[number] = 0


@part
def _add(count: np.int64, report: int | np.int64, report_values: Ints, counts: Longs) -> None:
    for column in range(report_values.shape[1]):
        counts[report_values[report, column]] += count


@part
def _add_class(count: np.int64, number: int | np.int64, class_start: Longs, class_values: Ints, counts: Longs) -> None:
    for at in range(class_start[number], class_start[number + 1]):
        counts[class_values[at]] += count


@compiled(INTS, INTS, INTS, INTS, INT_ROWS, LONGS, INTS, INTS_OUT, INTS_OUT, INTS_OUT, LONGS_OUT)
def tally_repeated(
    docs: Ints,
    first: Ints,
    doc_report: Ints,
    doc_class: Ints,
    report_values: Ints,
    class_start: Longs,
    class_values: Ints,
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
            report, number = doc_report[docs[member]], doc_class[docs[member]]
            for column in range(report_values.shape[1]):
                _see(report_values[report, column], place, seen, counts)
            for at in range(class_start[number], class_start[number + 1]):
                _see(class_values[at], place, seen, counts)
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
