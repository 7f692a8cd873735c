"""The postings of every lemma: in which passages it stands, and how much of it each has."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from indexer.index.arrays.steps import Floats, Ints, Longs, joined, starts
from indexer.index.columns import HEADING, K1, ZONE_B, ZONE_WEIGHTS, ZONES
from indexer.index.inversion import Inversion, portions

THREADS = 2
"""Numpy lets threads work side by side; more of them would want more memory."""

_PLACES_AT_ONCE = 2_000_000
"""Places whose postings one thread makes in one go."""

_STEPS_OF_MEANS = 64
"""Steps in which a mean length doubles: a hundredth, which no ranking feels."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The passages of each lemma, ascending, one lemma after the other."""

    begins: Longs
    """Where each lemma's begin, and the end of the last."""
    docs: Ints
    saturations: Floats
    """BM25F without idf, 0 … K1 + 1: it depends on the passage alone, given the mean lengths. Negative where the lemma
    stands in the heading alone, so that one array tells both how much and whether the answer itself says it."""


def mean_lengths(zones: Ints) -> tuple[float, ...]:
    """The mean length of each zone, over the passages where it is not empty, to about a hundredth.

    Rounded, so that one report more does not change what every other passage weighs.
    """
    lengths = (np.diff(zones) - 1).reshape(-1, ZONES)
    filled = (column[column > 0] for column in lengths.T)
    return tuple(_rounded(float(found.mean())) if len(found) else 1.0 for found in filled)


def _rounded(mean: float) -> float:
    return float(2.0 ** (round(math.log2(mean) * _STEPS_OF_MEANS) / _STEPS_OF_MEANS))


def postings_of(found: Inversion, means: tuple[float, ...]) -> Postings:
    """The postings of an inversion, given the mean lengths of its archive's zones."""
    zone_of_place = np.repeat(np.arange(len(found.zones) - 1, dtype=np.int32), np.diff(found.zones))
    weights = zone_weights(found.zones, means)
    begins, places = found.lemma_places_start, found.lemma_places

    def part(lemmas: tuple[int, int]) -> Postings:
        low, high = lemmas
        zone = zone_of_place[places[begins[low] : begins[high]]]
        docs = zone // ZONES
        first = np.empty(len(docs), dtype=np.bool_)
        np.not_equal(docs[1:], docs[:-1], out=first[1:])
        # Every lemma stands somewhere: what stands nowhere is in no table.
        begin_here = begins[low:high] - begins[low]
        first[begin_here] = True
        edges = np.flatnonzero(first)
        frequencies = np.add.reduceat(weights[zone], edges).astype(np.float32)
        saturations = frequencies * np.float32(K1 + 1) / (frequencies + np.float32(K1))
        # Places are in order, so the heading comes last: a lemma whose first place is in it stands nowhere else.
        np.negative(saturations, out=saturations, where=zone[edges] % ZONES == HEADING)
        return Postings(np.searchsorted(edges, begin_here), docs[edges], saturations)

    with ThreadPoolExecutor(THREADS) as pool:
        parts = list(pool.map(part, portions(begins, _PLACES_AT_ONCE)))
    counts = [np.diff(found.begins, append=len(found.docs)) for found in parts]
    return Postings(
        starts(joined(counts, np.int64)),
        joined([found.docs for found in parts], np.int32),
        joined([found.saturations for found in parts], np.float32),
    )


def zone_weights(zones: Ints, means: tuple[float, ...]) -> Floats:
    """What one occurrence in each zone adds to the combined frequency: BM25F's weight over the length's norm."""
    lengths = (np.diff(zones) - 1).reshape(-1, ZONES).astype(np.float64)
    b = np.asarray(ZONE_B)
    weights: Floats = (np.asarray(ZONE_WEIGHTS) / (1 - b + b * lengths / np.asarray(means))).astype(np.float32)
    return weights.ravel()
