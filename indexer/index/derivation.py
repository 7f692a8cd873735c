"""From an inversion and its postings to the columns: statistics of words, facets, orders."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.index.arrays.steps import Ints
from indexer.index.arrays.strings import StringTable, table_of
from indexer.index.columns import ZONES, ColumnsMeta, Tables, idf, save_arrays, save_meta
from indexer.index.documents import document_columns
from indexer.index.inversion import Inversion
from indexer.index.postings import THREADS, Postings
from indexer.index.words import Words, word_columns


def write_columns(
    folder: Path,
    found: Inversion,
    postings: Postings,
    phrases: Mapping[str, int],
    doc_whoosh: Ints,
    leaders: Ints,
    stamp: str,
) -> None:
    """Writes tables and columns.

    ``phrases`` are the archive's frequent ones with their counts, ``doc_whoosh`` each passage's number in Whoosh,
    ``leaders`` the first passages of their groups of repeats.
    """
    passages = len(found.documents)
    long = _long_arrays(found, postings)
    # What is long is written while the rest is being made.
    with ThreadPoolExecutor(THREADS) as pool:
        saving = pool.submit(save_arrays, folder, long)
        of_words = pool.submit(word_columns, found.words, found.form_counts, passages)
        of_documents = pool.submit(document_columns, found.documents, leaders)
    saving.result()
    facets, values = of_documents.result()
    phrase_table, phrase_count = _counted(phrases)
    short = {
        "phrase_count": phrase_count,
        **_statistics(found, postings, doc_whoosh),
        **of_words.result(),
        **facets,
    }
    save_arrays(folder, short)
    _save_tables(folder, found.words, phrase_table)
    save_meta(folder, long | short, ColumnsMeta(stamp, values))


def derived(
    found: Inversion, postings: Postings, doc_whoosh: Ints, leaders: Ints
) -> tuple[dict[str, NDArray[Any]], dict[str, list[Any]]]:
    """What `write_columns` writes but the phrases: the arrays, and the values of the facets."""
    facets, values = document_columns(found.documents, leaders)
    words = word_columns(found.words, found.form_counts, len(found.documents))
    return {**_long_arrays(found, postings), **_statistics(found, postings, doc_whoosh), **words, **facets}, values


def _statistics(found: Inversion, postings: Postings, doc_whoosh: Ints) -> dict[str, NDArray[Any]]:
    lengths = np.diff(found.zones[::ZONES]).astype(np.float32)
    return {
        "lemma_idf": idf(np.diff(postings.begins), len(found.documents)),
        "form_count": found.form_counts.astype(np.int32),
        "doc_whoosh": doc_whoosh,
        "doc_length": lengths / max(1.0, float(lengths.mean()) if len(lengths) else 1.0),
    }


def _long_arrays(found: Inversion, postings: Postings) -> dict[str, NDArray[Any]]:
    return {
        "stream": found.stream,
        "zones": found.zones,
        "lemma_places_start": found.lemma_places_start,
        "lemma_places": found.lemma_places,
        **found.place_tags,
        "lemma_start": postings.begins,
        "lemma_docs": postings.docs,
        "lemma_saturations": postings.saturations,
    }


def _counted(phrases: Mapping[str, int]) -> tuple[StringTable, Ints]:
    table, numbers = table_of(list(phrases))
    counts = np.empty(len(phrases), dtype=np.int32)
    counts[numbers] = list(phrases.values())
    return table, counts


def _save_tables(folder: Path, words: Words, phrases: StringTable) -> None:
    for name, table in Tables(words.forms, words.lemmas, words.spellings, words.roots, phrases)._asdict().items():
        table.save(folder, name)
