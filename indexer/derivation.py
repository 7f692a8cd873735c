"""From an inversion to the columns: impacts, statistics of words, facets, orders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import Floats, Ints, joined, starts
from indexer.columns import K1, ZONE_B, ZONE_WEIGHTS, ZONES, Columns, ColumnsMeta, idf, save_columns
from indexer.documents import document_columns
from indexer.inversion import LEMMAS_AT_ONCE, Inversion, portions
from indexer.strings import table_of
from indexer.words import word_columns


def write_columns(
    folder: Path, found: Inversion, phrases: Mapping[str, int], doc_whoosh: Ints, stamp: str
) -> tuple[Columns, ColumnsMeta]:
    """Writes tables and columns, and returns what it wrote.

    ``phrases`` are the archive's frequent ones with their counts, ``doc_whoosh`` each passage's number in Whoosh.
    """
    words = found.words
    passages = len(found.documents)
    of_documents, values = document_columns(found.documents)
    phrase_table, numbers = table_of(list(phrases))
    phrase_count = np.empty(len(phrases), dtype=np.int32)
    phrase_count[numbers] = list(phrases.values())
    lengths = np.diff(found.zones[::ZONES]).astype(np.float32)
    form_counts = np.bincount(found.stream, minlength=len(words.forms))
    columns = Columns(
        stream=found.stream,
        zones=found.zones,
        doc_whoosh=doc_whoosh,
        phrase_count=phrase_count,
        doc_length=lengths / max(1.0, float(lengths.mean()) if len(lengths) else 1.0),
        **_postings(found, passages),
        **word_columns(words, form_counts, passages),
        **of_documents,
    )
    meta = ColumnsMeta(stamp, values)
    tables = {
        "forms": words.forms,
        "lemmas": words.lemmas,
        "spellings": words.spellings,
        "roots": words.roots,
        "phrases": phrase_table,
    }
    for name, table in tables.items():
        table.save(folder, name)
    save_columns(folder, columns, meta)
    return columns, meta


def _postings(found: Inversion, passages: int) -> dict[str, NDArray[Any]]:
    """Passages and impacts of every lemma."""
    zone_of_place = np.repeat(np.arange(len(found.zones) - 1, dtype=np.int32), np.diff(found.zones))
    weights = _zone_weights(found.zones)
    begins = found.lemma_places_start
    docs_parts: list[Ints] = []
    tf_parts: list[Floats] = []
    counts_parts: list[NDArray[np.int64]] = []
    for low, high in portions(begins, LEMMAS_AT_ONCE):
        zone = zone_of_place[found.lemma_places[begins[low] : begins[high]]]
        docs = zone // ZONES
        first = np.empty(len(docs), dtype=np.bool_)
        np.not_equal(docs[1:], docs[:-1], out=first[1:])
        # Every lemma stands somewhere: what stands nowhere is in no table.
        begin_here = begins[low:high] - begins[low]
        first[begin_here] = True
        edges = np.flatnonzero(first)
        docs_parts.append(docs[edges])
        tf_parts.append(np.add.reduceat(weights[zone], edges).astype(np.float32))
        counts_parts.append(np.diff(np.searchsorted(edges, begin_here), append=len(edges)))
    doc_counts = joined(counts_parts, np.int64)
    lemma_idf = idf(doc_counts, passages)
    # In place: arrays of this size are what bounds the memory.
    impacts = joined(tf_parts, np.float32)
    below = impacts + np.float32(K1)
    impacts *= np.float32(K1 + 1)
    impacts /= below
    impacts *= np.repeat(lemma_idf, doc_counts)
    return {
        "lemma_start": starts(doc_counts),
        "lemma_docs": joined(docs_parts, np.int32),
        "lemma_impacts": impacts,
        "lemma_places_start": begins,
        "lemma_places": found.lemma_places,
        "lemma_idf": lemma_idf,
    }


def _zone_weights(zones: Ints) -> Floats:
    """What one occurrence in each zone adds to the combined frequency: BM25F's weight over the length's norm."""
    lengths = (np.diff(zones) - 1).reshape(-1, ZONES).astype(np.float64)
    weights = np.empty(lengths.shape)
    for zone in range(ZONES):
        filled = lengths[:, zone][lengths[:, zone] > 0]
        mean = float(filled.mean()) if len(filled) else 1.0
        weights[:, zone] = ZONE_WEIGHTS[zone] / (1 - ZONE_B[zone] + ZONE_B[zone] * lengths[:, zone] / mean)
    return weights.astype(np.float32).ravel()
