"""Working arrays of one thread: as long as the archive, cleared by whoever filled them, so nothing is allocated."""

from __future__ import annotations

import threading

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build


class Scratch:
    """All values are zero (or -1) between uses; a user puts back what it changed.

    ``form_places`` alone is never cleared: whoever reads it checks that a place is one of its own.
    """

    def __init__(self, build: Build) -> None:
        columns = build.columns
        self.marks: NDArray[np.bool_] = np.zeros(columns.passages, dtype=np.bool_)
        self.form_places: NDArray[np.int32] = np.full(len(columns.form_spelling), -1, dtype=np.int32)
        self.form_owners: NDArray[np.int32] = np.full(len(columns.form_spelling), -1, dtype=np.int32)
        self.form_words: NDArray[np.int32] = np.full(len(columns.form_spelling), -1, dtype=np.int32)
        self.gram_places: NDArray[np.int32] = np.full(len(columns.grams), -1, dtype=np.int32)
        self.lemma_places: NDArray[np.int32] = np.full(len(columns.lemma_idf), -1, dtype=np.int32)


_local = threading.local()


def scratch_of(build: Build) -> Scratch:
    """This thread's working arrays for a build; those of the build before are let go."""
    if getattr(_local, "stamp", None) != build.stamp:
        _local.scratch = Scratch(build)
        _local.stamp = build.stamp
    scratch: Scratch = _local.scratch
    return scratch
