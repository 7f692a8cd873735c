"""Working arrays of one thread: as long as the archive, cleared by whoever filled them, so nothing is allocated."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.columns import TAGS

WINDOW = 4096
"""Passages that a sweep looks at together: what is noted of those met stays in a processor's nearest caches."""

CHUNK = 1024
"""Places of the stream that are looked at together."""


class Window:
    """What a sweep notes of the passages it looks at."""

    def __init__(self) -> None:
        self.notes: NDArray[np.float64] = np.zeros((WINDOW, 4), dtype=np.float64)
        self.touched: NDArray[np.uint64] = np.zeros(WINDOW // 64, dtype=np.uint64)
        self.places: NDArray[np.int32] = np.empty(WINDOW, dtype=np.int32)


class Scratch:
    """All values are zero (or -1) between uses; a user puts back what it changed.

    What is called ``written``, the chunk, the senses and what fits are never cleared: whoever reads them has filled
    them just before.
    """

    def __init__(self, build: Build) -> None:
        columns = build.columns
        owners = len(columns.report_city) + len(columns.class_kind) + sum(map(len, build.values.values()))
        passages, forms = columns.passages, len(columns.form_spelling)
        lemmas, spellings = len(columns.lemma_idf), len(columns.spelling_idf)
        self.marks: NDArray[np.bool_] = np.zeros(passages, dtype=np.bool_)
        self.often: NDArray[np.float32] = np.zeros(passages, dtype=np.float32)
        self.gains: NDArray[np.float32] = np.zeros(passages, dtype=np.float32)
        self.said: NDArray[np.uint8] = np.zeros(passages, dtype=np.uint8)
        self.touched: NDArray[np.uint64] = np.zeros((passages >> 6) + 1, dtype=np.uint64)
        self.written: NDArray[np.int32] = np.empty(passages, dtype=np.int32)
        self.written_gains: NDArray[np.float32] = np.empty(passages, dtype=np.float32)
        self.chunk: NDArray[np.int32] = np.empty((2, CHUNK), dtype=np.int32)
        self.fits_before: NDArray[np.uint8] = np.empty(TAGS, dtype=np.uint8)
        self.fits_next: NDArray[np.uint8] = np.empty(TAGS, dtype=np.uint8)
        self.senses: NDArray[np.uint8] = np.empty(TAGS, dtype=np.uint8)
        self.by_owner: NDArray[np.int32] = np.zeros(owners, dtype=np.int32)
        self.form_places: NDArray[np.int32] = np.full(forms, -1, dtype=np.int32)
        self.form_marks: NDArray[np.uint8] = np.zeros(forms, dtype=np.uint8)
        self.form_owners: NDArray[np.int32] = np.full(forms, -1, dtype=np.int32)
        self.form_words: NDArray[np.int32] = np.full(forms, -1, dtype=np.int32)
        self.form_bits: NDArray[np.uint64] = np.zeros((forms >> 6) + 1, dtype=np.uint64)
        self.spelling_bits: NDArray[np.uint64] = np.zeros((spellings >> 6) + 1, dtype=np.uint64)
        self.gram_places: NDArray[np.int32] = np.full(len(columns.grams), -1, dtype=np.int32)
        self.lemma_places: NDArray[np.int32] = np.full(lemmas, -1, dtype=np.int32)
        self.lemma_counts: NDArray[np.int32] = np.zeros(lemmas, dtype=np.int32)
        self.written_lemmas: NDArray[np.int32] = np.empty(lemmas, dtype=np.int32)
        # Each form has two spellings at most; one place more is written before it is known whether it counts.
        self.written_forms: NDArray[np.int32] = np.empty(2 * forms + 1, dtype=np.int32)


class _OfThread(threading.local):
    def __init__(self) -> None:
        self.window = Window()
        self.stamp = ""
        self.scratch: Scratch | None = None


_local = _OfThread()


def window_of_thread() -> Window:
    """This thread's window."""
    return _local.window


def scratch_of(build: Build) -> Scratch:
    """This thread's working arrays for a build; those of the build before are let go."""
    if _local.scratch is None or _local.stamp != build.stamp:
        _local.scratch = Scratch(build)
        _local.stamp = build.stamp
    return _local.scratch
