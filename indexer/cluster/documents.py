"""The passages of a build as documents of the cluster: terms and their weights ready-made, facets, the row itself.

Nothing in a document depends on what else the archive has but the mean lengths of its zones, which are rounded, and on
the group of repeated answers: so an update sends only what has changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.cluster.terms import facet_term, signed, term_of
from indexer.index.arrays.steps import Ints, Longs, runs, starts
from indexer.index.columns import GAP, HEADING, K1, ZONE_WEIGHTS, ZONES, open_tables
from indexer.index.extracts import stable_hash
from indexer.index.postings import mean_lengths, zone_weights
from indexer.language.spelling import normal_form

GAIN = 1000
"""What a lemma gains a passage, BM25F without idf, stands in thousandths where a term's frequency would."""

PORTION = 2000
"""Passages whose terms are made in one go."""

_UNKNOWN_YEAR = 99_999
_LAST = "\U0010ffff"
_BETWEEN = "\x01"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Terms of passages, passage after passage."""

    begins: Longs
    terms: Longs
    weights: NDArray[np.float64]
    """Negative where only the heading has it."""


class Documents:
    """The documents of an open build, in the order of its numbers."""

    def __init__(self, build: Build) -> None:
        self._build = build
        self._columns = build.columns
        forms = open_tables(build.folder).forms
        self._forms = [term_of(key) for key in forms]
        self._lemmas = [term_of(word) for word in build.lemmas]
        self._spellings = [term_of(word) for word in build.spellings]
        self._weights = zone_weights(self._columns.zones, mean_lengths(self._columns.zones))

    def __len__(self) -> int:
        return self._columns.passages

    @cached_property
    def hashes(self) -> NDArray[np.int64]:
        """The hash of each passage's id as a whole number with a sign."""
        hashes = np.empty(len(self), dtype=np.uint64)
        hashes[self._columns.passage_of_hash] = self._columns.passage_hash
        return hashes.view(np.int64)

    @cached_property
    def _readings(self) -> list[str]:
        """All lemmas of each form as one token."""
        edges, lemmas = self._columns.form_lemmas_start.tolist(), self._columns.form_lemmas.tolist()
        names = self._lemmas
        joined = ("|".join(map(names.__getitem__, lemmas[a:b])) for a, b in zip(edges, edges[1:], strict=False))
        return [found or "%" for found in joined]

    @cached_property
    def _sizes(self) -> NDArray[np.int64]:
        """How many passages each group of repeated answers has, by its leader."""
        return np.bincount(self._columns.doc_group, minlength=len(self))

    @cached_property
    def _positions(self) -> Ints:
        """The place of each passage in its report."""
        columns = self._columns
        places = np.empty(len(self), dtype=np.int32)
        begins = np.repeat(columns.report_docs_start[:-1], np.diff(columns.report_docs_start))
        places[columns.report_docs] = np.arange(len(self)) - begins
        return places

    @cached_property
    def _report_hashes(self) -> list[int]:
        hashes = np.empty(len(self._columns.report_city), dtype=np.uint64)
        hashes[self._columns.report_of_hash] = self._columns.report_hash
        return [int(number) for number in hashes]

    def __iter__(self) -> Iterator[tuple[str, Document]]:
        for first in range(0, len(self), PORTION):
            yield from self.portion(np.arange(first, min(first + PORTION, len(self))))

    def portion(self, docs: NDArray[np.int64]) -> Iterator[tuple[str, Document]]:
        """The ids and documents of some passages."""
        columns = self._columns
        edges = columns.zones[docs[:, None] * ZONES + np.arange(ZONES + 1)].astype(np.int64)
        tokens = columns.stream[runs(edges[:, 0], edges[:, ZONES])]
        lengths = np.diff(edges, axis=1).ravel()
        zones = np.repeat(np.arange(len(lengths)), lengths)
        texts = [self._zone_texts(columns.stream[begin : end - 1]) for begin, end in _pairs(edges)]
        lemmas = self._lemmas_of(docs, tokens, zones)
        spellings = self._spellings_of(len(docs), tokens, zones)
        for place, doc in enumerate(docs.tolist()):
            words = texts[place * ZONES : (place + 1) * ZONES]
            said, headed = _written(lemmas, place, self._lemmas, GAIN)
            spelled, above = _written(spellings, place, self._spellings, 2)
            row = self._build.texts.passages.line(doc).decode("utf-8").rstrip("\n")
            document = {
                "row": row,
                "words": [keys for keys, _ in words],
                "said": said,
                "headed": headed,
                "spelled": spelled,
                "spelled_above": above,
                "places": [readings for _, readings in words[:HEADING]],
                "places_above": words[HEADING][1],
                **self._facets(doc),
            }
            document["mentions"] = json.loads(row)[9]
            document["digest"] = _digest(document)
            yield self._build.texts.passage_id(doc), document

    def _zone_texts(self, tokens: Ints) -> tuple[str, str]:
        numbers = tokens.tolist()
        readings = self._readings
        return " ".join(map(self._forms.__getitem__, numbers)), " ".join(map(readings.__getitem__, numbers))

    def _lemmas_of(self, docs: NDArray[np.int64], tokens: Ints, zones: NDArray[np.int64]) -> _Weighed:
        columns = self._columns
        begins, ends = columns.form_lemmas_start[tokens], columns.form_lemmas_start[tokens + 1]
        lemmas = columns.form_lemmas[runs(begins, ends)]
        of_zones = self._weights[(docs[:, None] * ZONES + np.arange(ZONES)).ravel()]
        found = _summed(lemmas, np.repeat(zones, ends - begins), of_zones, len(docs), len(columns.lemma_idf))
        sums = np.abs(found.weights)
        return _Weighed(found.begins, found.terms, np.sign(found.weights) * sums * (K1 + 1) / (sums + K1))

    def _spellings_of(self, docs: int, tokens: Ints, zones: NDArray[np.int64]) -> _Weighed:
        columns = self._columns
        own, whole = columns.form_spelling[tokens], columns.form_whole[tokens]
        spellings, where = np.concatenate([own, whole]), np.concatenate([zones, zones])
        kept = (spellings >= 0) & (np.concatenate([tokens, tokens]) != GAP)
        weights = np.tile(np.asarray(ZONE_WEIGHTS), docs)
        return _summed(spellings[kept], where[kept], weights, docs, len(columns.spelling_idf))

    def _facets(self, doc: int) -> Document:
        build, columns = self._build, self._columns
        report, kind = int(columns.doc_report[doc]), int(columns.doc_class[doc])
        city = build.values["city"][int(columns.report_city[report])]
        year = build.values["year"][int(columns.report_year[report])]
        section = build.values["section"][int(columns.report_section[report])]
        topics = columns.class_topics[columns.class_topics_start[kind] : columns.class_topics_start[kind + 1]].tolist()
        leader = int(columns.doc_group[doc])
        return {
            "city": facet_term(city),
            "year": facet_term(year),
            "section": facet_term(section),
            "kind": facet_term(build.values["kind"][int(columns.class_kind[kind])]),
            "topic": [facet_term(build.values["topic"][topic]) for topic in topics],
            "blank": bool(columns.doc_blank[doc]),
            "alone": bool(self._sizes[leader] == 1),
            "leads": leader == doc,
            "hash": int(self.hashes[doc]),
            "group": int(self.hashes[leader]),
            "newest": 9999 - int(year) if isinstance(year, int) else _UNKNOWN_YEAR,
            "oldest": int(year) if isinstance(year, int) else _UNKNOWN_YEAR,
            "added": int(columns.doc_added[doc]),
            "rest": self._rest(city, section, report, int(self._positions[doc])),
        }

    def _rest(self, city: object, section: object, report: int, position: int) -> str:
        """What orders passages of a year, as `indexer.index.documents` does: city, position, section, id."""
        name = _LAST if city is None else f"{normal_form(str(city))}{_BETWEEN}{city}"
        part = _LAST if section is None else str(section)
        return f"{name}{_BETWEEN}{position:06d}{_BETWEEN}{part}{_BETWEEN}{self._report_hashes[report]:020d}"


def _pairs(edges: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Where each zone begins and ends, zone after zone."""
    for row in edges.tolist():
        yield from zip(row, row[1:], strict=False)


def _summed(terms: NDArray[Any], zones: NDArray[np.int64], weights: NDArray[Any], docs: int, many: int) -> _Weighed:
    """Each passage's terms with the sums of their zones' weights, negative for those of the heading alone."""
    owners = zones // ZONES
    keys = owners * many + terms
    order = np.argsort(keys, kind="stable")
    keys, above = keys[order], (zones[order] % ZONES) == HEADING
    first = np.ones(len(keys), dtype=np.bool_)
    np.not_equal(keys[1:], keys[:-1], out=first[1:])
    edges = np.flatnonzero(first)
    if not len(edges):
        return _Weighed(np.zeros(docs + 1, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))
    sums = np.add.reduceat(weights[zones[order]].astype(np.float64), edges)
    sums[np.logical_and.reduceat(above, edges)] *= -1
    found = keys[edges]
    counts = np.bincount(found // many, minlength=docs)
    return _Weighed(starts(counts), found % many, sums)


def _written(found: _Weighed, place: int, names: Sequence[str], scale: int) -> tuple[str, str]:
    """The terms of a passage that it says itself, and those that its heading alone has, each with its weight."""
    begin, end = found.begins[place : place + 2].tolist()
    said: list[str] = []
    above: list[str] = []
    for term, weight in zip(found.terms[begin:end].tolist(), found.weights[begin:end].tolist(), strict=True):
        told = f"{names[term]}|{max(1, round(abs(weight) * scale))}"
        (said if weight > 0 else above).append(told)
    return " ".join(said), " ".join(above)


def _digest(document: Document) -> int:
    return signed(stable_hash(json.dumps(document, ensure_ascii=False, sort_keys=True)))
