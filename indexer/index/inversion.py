"""From the stream of chunks, as texts were read, to the places of every lemma: everything in whole-array steps."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from indexer.index.arrays.steps import Ints, Longs, joined, runs, starts
from indexer.index.columns import GAP, ZONES, PlaceTags, form_tags, tags_at
from indexer.index.documents import Documents, DocumentsList, browsing_order
from indexer.index.extracts import ChunkTable, Extract, stable_hash
from indexer.index.words import GAP_FORM, Words, words_of
from indexer.language.analysis import Analyzer
from indexer.language.forms import Form

_PLACES_AT_ONCE = 8_000_000
"""Occurrences sorted in one go: bounds the memory to about 60 bytes each."""

_CHUNKS_AT_ONCE = 2_000_000
"""Chunks turned into forms in one go: about 50 bytes each."""


@dataclass(slots=True)
class Gathering:
    """What indexing remembers of the passages, in order of arrival."""

    analyzer: Analyzer
    chunks: ChunkTable = field(default_factory=ChunkTable)
    stream: array[int] = field(default_factory=lambda: array("i"))
    """Chunk numbers of all zones."""
    zone_lengths: array[int] = field(default_factory=lambda: array("i"))
    documents: DocumentsList = field(default_factory=DocumentsList)

    def add(self, found: Extract) -> None:
        """Takes in a report with all its passages."""
        self.documents.add(
            (found.city, found.year, found.section),
            stable_hash(found.id),
            map(stable_hash, found.passages),
            found.positions,
            found.classes,
            found.remarks,
            found.blanks,
            found.groups,
            found.prints,
            found.came,
            found.added,
        )
        # Blanks may stand in a chunk («1 200»), ends of lines never do.
        chunks = found.chunks.split("\n") if found.chunks else []
        numbers = np.fromiter(map(self.chunks.__getitem__, chunks), dtype=np.int32, count=len(chunks))
        self.stream.frombytes(numbers[np.asarray(found.stream, dtype=np.int32)].tobytes())
        self.zone_lengths.extend(found.zones)


@dataclass(frozen=True, slots=True)
class Inversion:
    """Some passages in the order of browsing, with the places of their words: what columns are made of."""

    documents: Documents
    words: Words
    form_counts: Longs
    """How often each form stands in the stream."""
    stream: Ints
    """Form at every position, zone after zone, a gap behind each."""
    zones: Ints
    """Where each zone begins in the stream, and the end of the last."""
    lemma_places_start: Longs
    lemma_places: Ints
    """Stream positions of each lemma, ascending."""
    place_tags: PlaceTags
    """The tags of the forms at each of them and beside it, see `PLACE_TAGS`."""


def invert(gathering: Gathering) -> tuple[Inversion, Longs]:
    """The inversion of all that was gathered; and of each passage, at which place it came."""
    documents = gathering.documents.documents()
    order = browsing_order(documents)
    words, forms_start, forms = _words(gathering)
    stream, zones = _form_stream(gathering, order, forms_start, forms)
    gathering.stream = array("i")  # sorting needs the memory
    form_counts = np.bincount(stream, minlength=len(words.forms))
    places = _places(stream, words, form_counts)
    return Inversion(documents.taken(order), words, form_counts, stream, zones, *places), order


def _words(gathering: Gathering) -> tuple[Words, Longs, Ints]:
    """The words of everything gathered and, per chunk, the run of its forms."""
    forms: list[Form] = [GAP_FORM]
    places: dict[str, int] = {}
    start = array("q", [0])
    found = array("i")
    for chunk in gathering.chunks:
        for form in gathering.analyzer.chunk(chunk):
            place = places.get(form.key)
            if place is None:
                place = places[form.key] = len(forms)
                forms.append(form)
            found.append(place)
        start.append(len(found))
    words, numbers = words_of(forms, gathering.analyzer)
    return words, np.asarray(start, dtype=np.int64), numbers[np.asarray(found, dtype=np.int32)]


def _form_stream(gathering: Gathering, order: Longs, start: Longs, forms: Ints) -> tuple[Ints, Ints]:
    """Stream and zones in browsing order: chunks become forms, zones move to their passages' places."""
    chunks = np.frombuffer(gathering.stream, dtype=np.int32) if gathering.stream else np.empty(0, dtype=np.int32)
    ends = np.cumsum(np.asarray(gathering.zone_lengths, dtype=np.int64))
    begins = ends - np.asarray(gathering.zone_lengths, dtype=np.int64)
    parts: list[Ints] = []
    lengths: list[Longs] = []
    for portion in np.array_split(order, 1 + len(chunks) // _CHUNKS_AT_ONCE):
        zone_order = (portion[:, None] * ZONES + np.arange(ZONES)).ravel()
        numbers = chunks[runs(begins[zone_order], ends[zone_order])]
        stream, form_counts = _expanded(numbers, start, forms)
        # Positions per zone = the sum of positions over its chunks.
        totals = starts(form_counts)
        edges = starts((ends - begins)[zone_order])
        lengths.append(np.diff(totals[edges]) + 1)
        parts.append(_with_gaps(stream, lengths[-1]))
    return np.concatenate(parts), starts(np.concatenate(lengths)).astype(np.int32)


def _with_gaps(stream: Ints, lengths: Longs) -> Ints:
    """The stream with a gap behind each zone; ``lengths`` are those of the zones, gap included."""
    gapped = np.full(int(lengths.sum()), GAP, dtype=np.int32)
    places = np.ones(len(gapped), dtype=np.bool_)
    places[np.cumsum(lengths) - 1] = False
    gapped[places] = stream
    return gapped


def _expanded(numbers: Ints, start: Longs, values: Ints) -> tuple[Ints, Longs]:
    """Each number replaced by its run of values, and the lengths of the runs."""
    counts = (start[1:] - start[:-1])[numbers]
    if len(values) == len(start) - 1:  # one each: nothing to spread
        return values[numbers], counts
    return values[runs(start[numbers], start[numbers] + counts)], counts


# Places


def _places(stream: Ints, words: Words, form_counts: Longs) -> tuple[Longs, Ints, PlaceTags]:
    """The stream positions of every lemma: where each lemma's begin, all of them, and the tags that go with them."""
    weights = np.repeat(form_counts, np.diff(words.form_lemmas_start))
    counts = np.bincount(words.form_lemmas, weights=weights, minlength=len(words.lemmas)).astype(np.int64)
    begins = starts(counts)
    parts = [_places_of(stream, words, low, high) for low, high in portions(begins, _PLACES_AT_ONCE)]
    places = joined(parts, np.int32)
    return begins, places, tags_at(places, form_tags(words.form_hash)[stream])


def portions(begins: Longs, most: int) -> Iterator[tuple[int, int]]:
    """Ranges of runs, given where each begins, that together have at most so many values, or one run alone."""
    low, last = 0, len(begins) - 1
    while low < last:
        high = int(np.searchsorted(begins, begins[low] + most, side="right")) - 1
        high = min(max(high, low + 1), last)
        yield low, high
        low = high


def _places_of(stream: Ints, words: Words, low: int, high: int) -> Ints:
    """The places of the lemmas from ``low`` up to ``high``, lemma after lemma, ascending."""
    inside = (words.form_lemmas >= low) & (words.form_lemmas < high)
    owners = np.repeat(np.arange(len(words.forms)), np.diff(words.form_lemmas_start))
    counts = np.bincount(owners[inside], minlength=len(words.forms))
    kept = words.form_lemmas[inside].astype(np.int64) - low
    kept_start = starts(counts)
    places = np.flatnonzero((counts > 0)[stream])
    forms = stream[places]
    per_place = counts[forms]
    keys = kept[runs(kept_start[forms], kept_start[forms] + per_place)]
    keys <<= 32
    keys |= np.repeat(places, per_place)
    keys.sort()
    return (keys & 0xFFFFFFFF).astype(np.int32)
