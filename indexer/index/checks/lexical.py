"""The Whoosh index held against columns: the same passages under the same numbers, every word as often as here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from indexer.index.arrays.strings import StringTable
from indexer.index.columns import ZONES, Columns, ColumnsMeta
from indexer.index.inversion import portions
from indexer.index.lexical.schema import TEXT_FIELDS

_PLACES_AT_ONCE = 2_000_000
"""Places of words looked at in one go: about 30 bytes each."""

Counts = Mapping[bytes, int]


def lexical_faults(
    reader: IndexReader, columns: Columns, meta: ColumnsMeta, lemmas: StringTable, ids: list[str]
) -> Iterator[str]:
    """A sentence for each difference; ``ids`` are those of the passages."""
    numbers = columns.doc_whoosh.tolist()
    if reader.doc_count() != len(ids) or len(set(numbers)) != len(ids):
        yield f"В указателе Whoosh ответов {reader.doc_count()}, а в индексе {len(ids)}."
        return
    if any(reader.stored_fields(number).get("id") != name for number, name in zip(numbers, ids, strict=True)):
        yield "Номера ответов в указателе Whoosh не те, что в столбце doc_whoosh."
    for field, counts in zip(TEXT_FIELDS, _in_zones(columns, lemmas), strict=True):
        yield from _differences(reader, field, counts)
    for field, counts in _labels(columns, meta, reader.schema).items():
        yield from _differences(reader, field, counts)


def _differences(reader: IndexReader, field: str, ours: Counts) -> Iterator[str]:
    theirs = {}
    for term in filter(_is_whole, reader.lexicon(field)) if field == "year" else reader.lexicon(field):
        count = sum(1 for _ in reader.postings(field, term).all_ids())
        # Words of deleted answers stay until the index is written anew.
        if count:
            theirs[term] = count
    wrong = sum(theirs.get(term) != ours.get(term) for term in theirs.keys() | ours.keys())
    if wrong:
        yield f"Поле {field} указателя Whoosh считает ответы иначе, чем столбцы: слов с разницей {wrong}."


def _is_whole(term: bytes) -> bool:
    """Whether a number's term is the number: the others stand for ranges of it (the first byte is the shift)."""
    return term[0] == 0


def _in_zones(columns: Columns, lemmas: StringTable) -> list[dict[bytes, int]]:
    """For each zone: lemma → passages that have it there."""
    zone_of_place = np.repeat(np.arange(len(columns.zones) - 1, dtype=np.int32), np.diff(columns.zones))
    begins, counted = columns.lemma_places_start, np.zeros((ZONES, len(lemmas)), dtype=np.int64)
    for low, high in portions(begins, _PLACES_AT_ONCE):
        owners = np.repeat(np.arange(high - low, dtype=np.int32), np.diff(begins[low : high + 1]))
        zones = zone_of_place[columns.lemma_places[begins[low] : begins[high]]]
        # Places ascend within a lemma, so those of one zone stand side by side.
        first = np.ones(len(zones), dtype=np.bool_)
        first[1:] = (zones[1:] != zones[:-1]) | (owners[1:] != owners[:-1])
        for zone in range(ZONES):
            here = owners[first & (zones % ZONES == zone)]
            counted[zone, low:high] = np.bincount(here, minlength=high - low)
    names = [word.encode("utf-8") for word in lemmas]
    return [_named(counts, names) for counts in counted]


def _labels(columns: Columns, meta: ColumnsMeta, schema: Any) -> dict[str, dict[bytes, int]]:
    """Field → term of a label → passages that have it."""
    by_class = np.bincount(columns.doc_class, minlength=len(columns.class_kind))
    of_report = columns.doc_report
    topics = np.repeat(by_class, np.diff(columns.class_topics_start))
    counted = {
        "city": np.bincount(columns.report_city[of_report], minlength=len(meta.values["city"])),
        "year": np.bincount(columns.report_year[of_report], minlength=len(meta.values["year"])),
        "section": np.bincount(columns.report_section[of_report], minlength=len(meta.values["section"])),
        "kind": np.bincount(columns.class_kind, weights=by_class, minlength=len(meta.values["kind"])),
        "topic": np.bincount(columns.class_topics, weights=topics, minlength=len(meta.values["topic"])),
    }
    return {
        field: _named(
            counts, [b"" if value is None else _term(schema[field], field, value) for value in meta.values[field]]
        )
        for field, counts in counted.items()
    }


def _term(kind: Any, field: str, value: Any) -> bytes:
    found: bytes = kind.to_bytes(value) if field == "year" else str(value).encode("utf-8")
    return found


def _named(counts: NDArray[Any], names: list[bytes]) -> dict[bytes, int]:
    return {name: int(count) for name, count in zip(names, counts.tolist(), strict=True) if count and name}
