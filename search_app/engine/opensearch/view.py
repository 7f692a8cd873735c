"""A few passages of an archive in a cluster as a build of their own, so that all that looks at passages works on them.

Words, values and statistics are the archive's; only what belongs to passages, and their postings, are theirs alone.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.index.arrays.steps import Ints, Longs, runs, starts
from indexer.index.columns import HEADING, K1, ZONES, Absent, Columns, tags_at
from indexer.index.postings import zone_weights
from indexer.index.texts import Texts
from search_app.engine.matching.runs import tags_of_forms
from search_app.engine.opensearch.mirror import Mirror, Stream

T = TypeVar("T")

_SLICED = (
    "doc_report",
    "doc_class",
    "doc_bucket",
    "doc_blank",
    "doc_length",
    "doc_print",
    "doc_added",
    "doc_remarks",
    "added_rank",
    "oldest_rank",
)
_OF_ALL = ("oldest", "report_docs_start", "report_docs", "passage_hash", "passage_of_hash", "print_sorted")
_OF_THE_ARCHIVE = frozenset(
    {"grams", "common", "akin", "alike", "gists", "report of hit", "forms of lemmas", "tags of forms"}
)
"""What is remembered of words and reports, whatever the passages."""

_numbers = itertools.count()


class _Rows:
    """The rows of some passages by their numbers among these."""

    def __init__(self, mirror: Mirror, numbers: Longs) -> None:
        self._contents, self._numbers = mirror.contents, numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def line(self, number: int) -> bytes:
        return self._contents.line(int(self._numbers[number]))

    def row(self, number: int) -> list[Any]:
        return self._contents.row(int(self._numbers[number]))


class _Texts(Texts):
    """The texts of some passages, and of all reports."""

    def __init__(self, mirror: Mirror, numbers: Longs) -> None:
        self.reports = mirror.texts.reports
        self.passages = _Rows(mirror, numbers)  # type: ignore[assignment]


class View(Build):
    """Some passages, numbered anew in the archive's order."""

    def __init__(self, mirror: Mirror, numbers: Sequence[int] | NDArray[np.integer]) -> None:
        """Fetches what is not kept of their words. Raises EngineGone."""
        self.mirror = mirror
        self.numbers: Longs = np.unique(np.asarray(numbers, dtype=np.int64))
        streams = mirror.contents.streams(self.numbers.tolist())
        self.folder, self.manifest, self.meta = mirror.folder, mirror.manifest, mirror.meta
        self.stamp = f"{mirror.stamp}/{next(_numbers)}"
        self.vocabulary, self.analyzer = mirror.vocabulary, mirror.analyzer
        self.texts = _Texts(mirror, self.numbers)
        self.forms, self.lemmas, self.spellings, self.roots, self.phrases = (
            mirror.forms,
            mirror.lemmas,
            mirror.spellings,
            mirror.roots,
            mirror.phrases,
        )
        self.columns = self._columns_of(streams)
        self.vectors = mirror.vectors and replace(mirror.vectors, passages=mirror.vectors.passages[self.numbers])
        self._derived, self._values = mirror._derived, mirror._values
        self._remembered: dict[Hashable, Any] = {}

    def places(self, numbers: Sequence[int] | NDArray[np.integer]) -> Ints:
        """Where passages of the archive stand here; they must be among these."""
        return np.searchsorted(self.numbers, np.asarray(numbers, dtype=np.int64)).astype(np.int32)

    def remember(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gives: kept with the archive what is the same for all of it, the rest as long as this is."""
        name = key[0] if isinstance(key, tuple) and key else key
        if name in _OF_THE_ARCHIVE:
            return self.mirror.remember(key, make)
        return super().remember(key, make)

    def close(self) -> None:
        """Nothing to let go of: all files are the archive's."""

    def _columns_of(self, streams: Sequence[Stream]) -> Columns:
        columns = self.mirror.columns
        stream = np.concatenate([np.empty(0, dtype=np.int32), *[found.forms for found in streams]])
        lengths = [end - begin for found in streams for begin, end in zip((0, *found.ends), found.ends, strict=False)]
        zones = starts(np.asarray(lengths, dtype=np.int64)).astype(np.int32)
        own: dict[str, Any] = {name: getattr(columns, name)[self.numbers] for name in _SLICED}
        own["doc_group"] = _groups(columns.doc_group[self.numbers])
        own |= {name: Absent(name) for name in (*_OF_ALL, "passage_of_print", "doc_whoosh")}
        own |= self._postings(stream, zones)
        return replace(columns, stream=stream, zones=zones, **own)

    def _postings(self, stream: Ints, zones: Ints) -> dict[str, Any]:
        """The places and passages of every lemma, as `indexer.index.postings` makes them of a whole archive."""
        columns = self.mirror.columns
        begins, ends = columns.form_lemmas_start[stream], columns.form_lemmas_start[stream + 1]
        lemmas = columns.form_lemmas[runs(begins, ends)]
        places = np.repeat(np.arange(len(stream), dtype=np.int32), ends - begins)
        order = np.argsort(lemmas, kind="stable")
        lemmas, places = lemmas[order], places[order]
        many = len(columns.lemma_idf)
        zone = np.searchsorted(zones, places, side="right") - 1
        docs = zone // ZONES
        first = np.ones(len(lemmas), dtype=np.bool_)
        first[1:] = (lemmas[1:] != lemmas[:-1]) | (docs[1:] != docs[:-1])
        edges = np.flatnonzero(first)
        weights = zone_weights(zones, self.mirror.means)
        sums = np.add.reduceat(weights[zone], edges).astype(np.float32) if len(edges) else np.empty(0, np.float32)
        saturations = sums * np.float32(K1 + 1) / (sums + np.float32(K1))
        np.negative(saturations, out=saturations, where=zone[edges] % ZONES == HEADING)
        return {
            "lemma_places_start": starts(np.bincount(lemmas, minlength=many)),
            "lemma_places": places,
            **tags_at(places, tags_of_forms(self.mirror)[stream]),
            "lemma_start": starts(np.bincount(lemmas[edges], minlength=many)),
            "lemma_docs": docs[edges].astype(np.int32),
            "lemma_saturations": saturations,
        }


def _groups(leaders: Ints) -> Ints:
    """For each passage the first one here of its group of repeated answers."""
    _, first, inverse = np.unique(leaders, return_index=True, return_inverse=True)
    found: Ints = first[inverse].astype(np.int32)
    return found
