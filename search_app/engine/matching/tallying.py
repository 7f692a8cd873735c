"""How many passages have each value of each facet: one loop over the passages."""

from __future__ import annotations

import numpy as np

from indexer.index.arrays.steps import Floats, Ints, Longs
from search_app.engine.matching.compiled import FLOATS_OUT, INT_ROWS, INTS, INTS_OUT, LONGS, LONGS_OUT, compiled


@compiled(INTS, INTS, INTS, INT_ROWS, LONGS, INTS, LONGS_OUT)
def tally(
    docs: Ints,
    doc_report: Ints,
    doc_class: Ints,
    report_values: Ints,
    class_start: Longs,
    class_values: Ints,
    counts: Longs,
) -> None:
    """Adds to ``counts``: to each value of a passage's report, a row of ``report_values``, and of its class."""
    by_report = np.zeros(len(report_values), np.int32)
    by_class = np.zeros(len(class_start), np.int32)
    # To go through all reports and classes costs about as much as so many passages one by one.
    singly = len(docs) * 4 < len(by_report)
    for place in range(len(docs)):
        doc = docs[place]
        by_class[doc_class[doc]] += 1
        if singly:
            for column in range(report_values.shape[1]):
                counts[report_values[doc_report[doc], column]] += 1
        else:
            by_report[doc_report[doc]] += 1
    for report in range(0 if singly else len(by_report)):
        if by_report[report]:
            for column in range(report_values.shape[1]):
                counts[report_values[report, column]] += by_report[report]
    for number in range(len(class_start) - 1):
        if by_class[number]:
            for at in range(class_start[number], class_start[number + 1]):
                counts[class_values[at]] += by_class[number]


@compiled(INTS, INTS, INTS, INTS, INT_ROWS, LONGS, INTS, INTS_OUT, LONGS_OUT)
def tally_repeated(
    docs: Ints,
    first: Ints,
    doc_report: Ints,
    doc_class: Ints,
    report_values: Ints,
    class_start: Longs,
    class_values: Ints,
    alone: Ints,
    counts: Longs,
) -> int:
    """Adds to ``counts`` what the groups of several passages have, each value once for a group.

    ``first`` is the place of the first passage of each one's group. Fills in the passages ``alone`` in theirs, and
    returns how many they are: they are left to `tally`.
    """
    following = np.full(len(docs), -1, np.int32)
    for place in range(len(docs)):
        if first[place] != place:
            following[place] = following[first[place]]
            following[first[place]] = place
    seen = np.full(len(counts), -1, np.int32)
    found = 0
    for place in range(len(docs)):
        if first[place] != place:
            continue
        if following[place] < 0:
            alone[found] = docs[place]
            found += 1
            continue
        member = np.int64(place)
        while member >= 0:
            doc = docs[member]
            for column in range(report_values.shape[1]):
                value = report_values[doc_report[doc], column]
                if seen[value] != place:
                    seen[value] = place
                    counts[value] += 1
            for at in range(class_start[doc_class[doc]], class_start[doc_class[doc] + 1]):
                value = class_values[at]
                if seen[value] != place:
                    seen[value] = place
                    counts[value] += 1
            member = np.int64(following[member])
    return found


@compiled(INTS, INTS, INTS_OUT)
def find_first(docs: Ints, doc_group: Ints, first: Ints) -> None:
    """Fills in for each passage the place of the first one of its group."""
    # Written backwards, so that the first is what stays; only what has been written is read.
    table = np.empty(len(doc_group), np.int32)
    for place in range(len(docs) - 1, -1, -1):
        table[doc_group[docs[place]]] = place
    for place in range(len(docs)):
        first[place] = table[doc_group[docs[place]]]


@compiled(INTS, FLOATS_OUT)
def raise_first(first: Ints, scores: Floats) -> None:
    """Gives the first passage of each group the group's best score."""
    for place in range(len(first)):
        scores[first[place]] = max(scores[first[place]], scores[place])
