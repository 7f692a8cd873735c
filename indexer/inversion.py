"""From the stream of chunks, as texts were read, to the columns: everything in whole-array steps."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.analysis import Analyzer, Form, normal_form
from indexer.collocations import collocations
from indexer.columns import (
    GAP,
    K1,
    ZONE_B,
    ZONE_WEIGHTS,
    ZONES,
    Columns,
    ColumnsMeta,
    Floats,
    Ints,
    Longs,
    idf,
    open_columns,
    open_tables,
    save_columns,
)
from indexer.model import Passage, Report
from indexer.roots import root_of
from indexer.strings import StringTable, grams_of, letter_sets, write_strings

_LEMMAS_AT_ONCE = 8_000_000
"""Occurrences sorted in one go: bounds the memory to about 60 bytes each."""

_NOT_LETTERS = re.compile(
    r"[\W\d_\u00b2\u00b3\u00b9\u00bc-\u00be\u2070\u2074-\u2079\u2080-\u2089\u2150-\u2182\u2185-\u2189]+"
)
"""All that is no letter: ², ½ and Ⅳ are numbers too, though `\\d` does not know them."""

_FORMS_FILE = "forms.txt"
"""The keys of the forms, a line each: what a later build tells by that a form is one of them."""
_GROUPS_FILE = "groups.npy"

_CHUNKS_AT_ONCE = 2_000_000
"""Chunks turned into forms in one go: about 50 bytes each."""


class ChunkTable(dict[str | Form, int]):
    """Chunk → its number; unseen chunks get the next one. ``[]`` is all that indexing a text takes.

    A chunk is a string as written, or the form at one position where an earlier build has already told it.
    """

    def __missing__(self, chunk: str | Form) -> int:
        number = self[chunk] = len(self)
        return number


@dataclass(frozen=True, slots=True)
class Extract:
    """What indexing takes from one report: numbers and the words they stand for, cheap to carry between processes."""

    id: str
    city: str | None
    year: int | None
    section: str | None
    passages: tuple[str, ...]
    """The ids of the passages; all that follows is in their order."""
    positions: array[int]
    classes: tuple[tuple[str, tuple[str, ...]], ...]
    """Kind and topics."""
    blanks: array[int]
    groups: array[int]
    chunks: str | None
    """Every chunk as written once, a line each, in order of appearance; ``None``: the stream speaks of forms."""
    stream: array[int]
    """Places in ``chunks``, or numbers of an earlier build's forms, zone after zone."""
    zones: array[int]
    """The lengths of the zones in the stream."""


def extract(report: Report, analyzer: Analyzer) -> Extract:
    """What indexing takes from a report with all its passages; the same in whatever process it is made."""
    table = ChunkTable()
    stream = array("i")
    zones = array("i")
    short: dict[str, array[int]] = {}
    heading = heading_of(report)
    for passage in report.passages:
        zones.append(_read_into(stream, table, analyzer.chunks(passage.text)))
        for text in (passage.question or "", heading):
            known = short.get(text)
            if known is None:
                known = short[text] = array("i", map(table.__getitem__, analyzer.chunks(text)))
            stream.extend(known)
            zones.append(len(known))
    return Extract(
        id=report.id,
        city=report.city,
        year=report.year,
        section=report.section,
        passages=tuple(passage.id for passage in report.passages),
        positions=array("i", (passage.position for passage in report.passages)),
        classes=tuple((passage.kind, passage.topics) for passage in report.passages),
        blanks=array("b", (passage.blank for passage in report.passages)),
        groups=array("Q", (stable_hash(_sameness(report, passage)) for passage in report.passages)),
        chunks="\n".join(map(str, table)),
        stream=stream,
        zones=zones,
    )


def _read_into(stream: array[int], table: ChunkTable, chunks: list[str]) -> int:
    stream.extend(map(table.__getitem__, chunks))
    return len(chunks)


@dataclass(slots=True)
class Gathering:
    """What indexing remembers of the passages, in order of arrival."""

    analyzer: Analyzer
    chunks: ChunkTable = field(default_factory=ChunkTable)
    stream: array[int] = field(default_factory=lambda: array("i"))
    """Chunk numbers of all zones."""
    zone_lengths: array[int] = field(default_factory=lambda: array("i"))
    reports: list[tuple[str | None, int | None, str | None]] = field(default_factory=list)
    """City, year and section of each report."""
    report_hashes: array[int] = field(default_factory=lambda: array("Q"))
    passage_reports: array[int] = field(default_factory=lambda: array("i"))
    positions: array[int] = field(default_factory=lambda: array("i"))
    classes: array[int] = field(default_factory=lambda: array("i"))
    class_numbers: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)
    blanks: array[int] = field(default_factory=lambda: array("b"))
    hashes: array[int] = field(default_factory=lambda: array("Q"))
    groups: array[int] = field(default_factory=lambda: array("Q"))
    """A hash of city and answer, alike for answers that only differ in numbers and punctuation."""
    forms: Sequence[Form] = ()
    """Those of an earlier build, for extracts that speak of them."""
    _known: Ints | None = None
    """Form of the earlier build → chunk number; -1 where it has not been met."""

    def add(self, found: Extract) -> None:
        """Takes in a report with all its passages."""
        number = len(self.reports)
        self.reports.append((found.city, found.year, found.section))
        self.report_hashes.append(stable_hash(found.id))
        self.passage_reports.extend([number] * len(found.passages))
        self.positions.extend(found.positions)
        self.classes.extend(self.class_numbers.setdefault(key, len(self.class_numbers)) for key in found.classes)
        self.blanks.extend(found.blanks)
        self.hashes.extend(map(stable_hash, found.passages))
        self.groups.extend(found.groups)
        stream = np.asarray(found.stream, dtype=np.int32)
        numbers = self._of_forms(stream) if found.chunks is None else self._of_chunks(found.chunks, stream)
        self.stream.frombytes(numbers.tobytes())
        self.zone_lengths.extend(found.zones)

    def _of_chunks(self, written: str, stream: Ints) -> Ints:
        # No blank stands in a chunk; ``split`` gives nothing for a report without words.
        chunks = written.split()
        return np.fromiter(map(self.chunks.__getitem__, chunks), dtype=np.int32, count=len(chunks))[stream]

    def _of_forms(self, stream: Ints) -> Ints:
        if self._known is None:
            self._known = np.full(len(self.forms), -1, dtype=np.int32)
        numbers = self._known[stream]
        unseen = stream[numbers < 0]
        if not len(unseen):
            return numbers
        for number in dict.fromkeys(unseen.tolist()):
            self._known[number] = self.chunks[self.forms[number]]
        return self._known[stream]


class Earlier:
    """Extracts of the reports of a finished build, without reading their words again."""

    def __init__(self, folder: Path) -> None:
        """Raises StoreError, OSError or ValueError where the build is damaged or does not hold what this takes."""
        self._columns, self._meta = open_columns(folder)
        self._groups: NDArray[np.uint64] = np.load(folder / _GROUPS_FILE)
        keys = (folder / _FORMS_FILE).read_text(encoding="utf-8").split("\n")
        tables = open_tables(folder)
        self.forms = _forms_of(self._columns, keys, tables.lemmas, tables.spellings)
        self._classes = self._class_keys()

    def passages(self, report: int) -> list[int]:
        """The numbers of a report's passages in their order."""
        columns = self._columns
        numbers: list[int] = columns.report_docs[
            columns.report_docs_start[report] : columns.report_docs_start[report + 1]
        ].tolist()
        return numbers

    def extract(self, report: Report, numbers: Sequence[int]) -> Extract:
        """What `extract` gives for the report, whose passages have those numbers, with forms for chunks."""
        columns = self._columns
        stream = array("i")
        zones = array("i")
        for number in numbers:
            bounds = columns.zones[number * ZONES : (number + 1) * ZONES + 1]
            words = columns.stream[bounds[0] : bounds[-1]]
            stream.frombytes(words[words != GAP].tobytes())
            zones.extend((np.diff(bounds) - 1).tolist())
        return Extract(
            id=report.id,
            city=report.city,
            year=report.year,
            section=report.section,
            passages=tuple(passage.id for passage in report.passages),
            positions=array("i", (passage.position for passage in report.passages)),
            classes=tuple(self._classes[place] for place in columns.doc_class[numbers].tolist()),
            blanks=array("b", columns.doc_blank[numbers].tolist()),
            groups=array("Q", self._groups[numbers].tolist()),
            chunks=None,
            stream=stream,
            zones=zones,
        )

    def _class_keys(self) -> list[tuple[str, tuple[str, ...]]]:
        values, columns = self._meta.values, self._columns
        starts = columns.class_topics_start.tolist()
        topics = [values["topic"][place] for place in columns.class_topics.tolist()]
        return [
            (values["kind"][kind], tuple(topic for topic in topics[start:end] if topic is not None))
            for kind, start, end in zip(columns.class_kind.tolist(), starts, starts[1:], strict=False)
        ]


def _forms_of(columns: Columns, keys: Sequence[str], lemmas: StringTable, spellings: StringTable) -> list[Form]:
    """The forms of a build; the probabilities of their lemmas, which writing does not need, are lost."""
    if len(keys) != len(columns.form_spelling):
        raise ValueError("keys and forms differ in number")
    words = [lemmas[number] for number in range(len(lemmas))]
    exact = [spellings[number] for number in range(len(spellings))]
    starts = columns.form_lemmas_start.tolist()
    readings = [(words[number], 0.0) for number in columns.form_lemmas.tolist()]
    return [
        Form(key, tuple(exact[place] for place in (own, whole) if place >= 0), tuple(readings[start:end]), 0, 0)
        for key, own, whole, start, end in zip(
            keys, columns.form_spelling.tolist(), columns.form_whole.tolist(), starts, starts[1:], strict=False
        )
    ]


def heading_of(report: Report) -> str:
    """The context of every passage of a report: its city, section and year."""
    year = str(report.year) if report.year is not None else None
    return "\n".join(filter(None, (report.city, report.section, year)))


def stable_hash(text: str) -> int:
    """64 bits of a text, the same in every process."""
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")


def write_columns(folder: Path, gathering: Gathering, stamp: str) -> Longs:
    """Writes tables and columns of everything gathered.

    Returns the order of the passages: ``order[number]`` is the place at which the passage of that number came.
    """
    order, oldest = _orders(gathering)
    forms, form_of_chunk_start, form_of_chunk = _forms(gathering)
    stream, zones = _form_stream(gathering, order, form_of_chunk_start, form_of_chunk)
    lemmas = _Numbering()
    spellings = _Numbering()
    form_lemmas_start, form_lemmas = _lemmas_of_forms(forms, lemmas)
    form_spelling, form_whole = _spellings_of_forms(forms, spellings)
    # Numbers were given in order of appearance; the tables are sorted, so renumber.
    lemma_numbers = write_strings(folder, "lemmas", lemmas.strings)
    spelling_numbers = write_strings(folder, "spellings", spellings.strings)
    form_lemmas = lemma_numbers[form_lemmas]
    form_spelling = _renumbered(form_spelling, spelling_numbers)
    form_whole = _renumbered(form_whole, spelling_numbers)
    sorted_spellings = _sorted(spellings.strings, spelling_numbers)
    sorted_lemmas = _sorted(lemmas.strings, lemma_numbers)
    postings = _postings(stream, zones, form_lemmas_start, form_lemmas, len(lemmas.strings), len(order))
    spelling_columns = _spelling_columns(stream, form_spelling, form_whole, sorted_spellings, len(order))
    document_columns, values = _document_columns(gathering, order, oldest)
    lengths = np.diff(zones[::ZONES]).astype(np.float32)
    columns = Columns(
        stream=stream,
        zones=zones,
        form_lemmas_start=form_lemmas_start,
        form_lemmas=form_lemmas,
        form_spelling=form_spelling,
        form_whole=form_whole,
        **_roots(folder, sorted_lemmas),
        phrase_count=_phrases(folder, collocations(stream, zones, forms, gathering.analyzer)),
        lemma_length=_lengths(sorted_lemmas),
        lemma_letters=letter_sets(sorted_lemmas),
        doc_length=lengths / max(1.0, float(lengths.mean()) if len(lengths) else 1.0),
        **postings,
        **spelling_columns,
        **document_columns,
    )
    save_columns(folder, columns, ColumnsMeta(stamp, values))
    (folder / _FORMS_FILE).write_text("\n".join(form.key for form in forms), encoding="utf-8", errors="replace")
    np.save(folder / _GROUPS_FILE, np.asarray(gathering.groups, dtype=np.uint64)[order])
    return order


class _Numbering:
    """Gives strings numbers in order of appearance."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers))

    @property
    def strings(self) -> list[str]:
        return list(self._numbers)


def _sameness(report: Report, passage: Passage) -> str:
    """What is alike in answers repeated over the years: city, kind and the letters of the text.

    «75-й годовщине» and «76-й годовщине» are the same answer a year later, so numbers do not count.
    """
    if report.city is None:
        return passage.id
    letters = _NOT_LETTERS.sub("", normal_form_of_text(passage.text))
    return "\n".join((report.city, report.section or "", passage.kind, letters))


def normal_form_of_text(text: str) -> str:
    """A text in lower case with ё→е."""
    return text.lower().replace("ё", "е")


# Order


def _orders(gathering: Gathering) -> tuple[Longs, Ints]:
    """Browsing order, newest first, and the numbers of the passages so ordered, oldest first."""
    reports = np.asarray(gathering.passage_reports, dtype=np.int64)
    cities = _ranks([city for city, _, _ in gathering.reports], lambda city: normal_form(city))[reports]
    sections = _ranks([section for _, _, section in gathering.reports], lambda section: section)[reports]
    years = np.asarray([year or 0 for _, year, _ in gathering.reports], dtype=np.int64)[reports]
    positions = np.asarray(gathering.positions, dtype=np.int64)
    ids = np.argsort(np.argsort(np.asarray(gathering.report_hashes, dtype=np.uint64), kind="stable"))[reports]
    rest = (ids, sections, positions, cities)
    # An unknown year is last in both directions.
    newest = np.lexsort((*rest, np.where(years == 0, np.iinfo(np.int64).max, -years)))
    oldest = np.lexsort((*rest, np.where(years == 0, np.iinfo(np.int64).max, years)))
    numbers = np.empty(len(newest), dtype=np.int32)
    numbers[newest] = np.arange(len(newest), dtype=np.int32)
    return newest, numbers[oldest]


def _ranks(values: Sequence[Any], key: Any) -> Longs:
    """The alphabetical rank of each value; ``None`` is last."""
    known = sorted({value for value in values if value is not None}, key=key)
    places: dict[Any, int] = {value: place for place, value in enumerate(known)}
    return np.asarray([places.get(value, len(known)) for value in values], dtype=np.int64)


# Stream


def _forms(gathering: Gathering) -> tuple[list[Form], Longs, Ints]:
    """All forms (number 0 is the gap) and, per chunk, the run of its forms."""
    forms: list[Form] = [Form("", (), (), 0, 0)]
    numbers: dict[str, int] = {}
    start = array("q", [0])
    found = array("i")
    for chunk in gathering.chunks:
        for form in (chunk,) if isinstance(chunk, Form) else gathering.analyzer.chunk(chunk):
            number = numbers.get(form.key)
            if number is None:
                number = numbers[form.key] = len(forms)
                forms.append(form)
            found.append(number)
        start.append(len(found))
    return forms, np.asarray(start, dtype=np.int64), np.asarray(found, dtype=np.int32)


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
        totals = np.concatenate([[0], np.cumsum(form_counts)])
        edges = np.concatenate([[0], np.cumsum((ends - begins)[zone_order])])
        lengths.append(np.diff(totals[edges]) + 1)
        parts.append(_with_gaps(stream, lengths[-1]))
    return np.concatenate(parts), np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int32)


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


def runs(begins: NDArray[Any], ends: NDArray[Any]) -> Longs:
    """The whole numbers of all ranges ``[begin, end)``, one range after the other."""
    lengths = (ends - begins).astype(np.int64)
    total = int(lengths.sum())
    edges = np.cumsum(lengths) - lengths
    numbers: Longs = np.arange(total, dtype=np.int64) + np.repeat(begins.astype(np.int64) - edges, lengths)
    return numbers


def _lemmas_of_forms(forms: list[Form], lemmas: _Numbering) -> tuple[Longs, Ints]:
    start = array("q", [0])
    found = array("i")
    for form in forms:
        found.extend(lemmas.number(lemma) for lemma, _ in form.lemmas)
        start.append(len(found))
    return np.asarray(start, dtype=np.int64), np.asarray(found, dtype=np.int32)


def _spellings_of_forms(forms: list[Form], spellings: _Numbering) -> tuple[Ints, Ints]:
    own = array("i")
    whole = array("i")
    for form in forms:
        numbers = [spellings.number(spelling) for spelling in form.exact]
        own.append(numbers[0] if numbers else -1)
        whole.append(numbers[1] if len(numbers) > 1 else -1)
    return np.asarray(own, dtype=np.int32), np.asarray(whole, dtype=np.int32)


def _renumbered(places: Ints, numbers: Ints) -> Ints:
    if not len(numbers):
        return places
    renumbered: Ints = np.where(places >= 0, numbers[places], -1).astype(np.int32)
    return renumbered


def _sorted(strings: list[str], numbers: Ints) -> list[str]:
    result = [""] * len(strings)
    for place, number in enumerate(numbers.tolist()):
        result[number] = strings[place]
    return result


# Postings


def _postings(
    stream: Ints, zones: Ints, form_lemmas_start: Longs, form_lemmas: Ints, lemmas: int, passages: int
) -> dict[str, NDArray[Any]]:
    """Places, passages and impacts of every lemma."""
    zone_of_place = np.repeat(np.arange(len(zones) - 1, dtype=np.int32), np.diff(zones))
    weights = _zone_weights(zones)
    lemma_counts = np.diff(form_lemmas_start)
    blocks = _lemma_blocks(stream, form_lemmas_start, form_lemmas, lemmas)
    places_parts: list[Ints] = []
    docs_parts: list[Ints] = []
    tf_parts: list[Floats] = []
    place_counts = np.zeros(lemmas, dtype=np.int64)
    doc_counts = np.zeros(lemmas, dtype=np.int64)
    for low, high in blocks:
        keys = _sorted_keys(stream, form_lemmas_start, form_lemmas, lemma_counts, low, high)
        places = (keys & 0xFFFFFFFF).astype(np.int32)
        found = (keys >> 32).astype(np.int32)
        del keys
        zone = zone_of_place[places]
        docs = zone // ZONES
        first = np.ones(len(docs), dtype=np.bool_)
        first[1:] = (docs[1:] != docs[:-1]) | (found[1:] != found[:-1])
        edges = np.flatnonzero(first)
        place_counts += np.bincount(found, minlength=lemmas)
        doc_counts += np.bincount(found[edges], minlength=lemmas)
        places_parts.append(places)
        docs_parts.append(docs[edges])
        if len(edges):
            tf_parts.append(np.add.reduceat(weights[zone], edges).astype(np.float32))
    weights_idf = idf(doc_counts, passages)
    tf = np.concatenate(tf_parts) if tf_parts else np.empty(0, dtype=np.float32)
    impacts = np.repeat(weights_idf, doc_counts) * (tf * (K1 + 1) / (tf + K1))
    return {
        "lemma_start": _starts(doc_counts),
        "lemma_docs": _joined(docs_parts),
        "lemma_impacts": impacts.astype(np.float32),
        "lemma_places_start": _starts(place_counts),
        "lemma_places": _joined(places_parts),
        "lemma_idf": weights_idf,
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


def _lemma_blocks(stream: Ints, start: Longs, form_lemmas: Ints, lemmas: int) -> list[tuple[int, int]]:
    """Ranges of lemmas whose occurrences together fit into one sort."""
    form_counts = np.bincount(stream, minlength=len(start) - 1)
    occurrences = np.bincount(form_lemmas, weights=np.repeat(form_counts, np.diff(start)), minlength=lemmas)
    blocks: list[tuple[int, int]] = []
    totals = np.cumsum(occurrences)
    low, done = 0, 0.0
    while low < lemmas:
        high = max(low + 1, int(np.searchsorted(totals, done + _LEMMAS_AT_ONCE, side="right")))
        blocks.append((low, high))
        done = float(totals[high - 1])
        low = high
    return blocks


def _sorted_keys(stream: Ints, start: Longs, form_lemmas: Ints, counts: Longs, low: int, high: int) -> Longs:
    """``lemma << 32 | place`` of every occurrence of the lemmas from ``low`` up to ``high``, ascending."""
    owners = np.repeat(np.arange(len(counts)), counts)
    inside = (form_lemmas >= low) & (form_lemmas < high)
    in_block = np.bincount(owners[inside], minlength=len(counts))
    kept = form_lemmas[inside].astype(np.int64)
    kept_start = _starts(in_block)
    places = np.flatnonzero((in_block > 0)[stream])
    forms = stream[places]
    per_place = in_block[forms]
    keys = kept[runs(kept_start[forms], kept_start[forms] + per_place)]
    keys <<= 32
    keys |= np.repeat(places, per_place)
    keys.sort()
    return keys


def _starts(counts: NDArray[Any]) -> Longs:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int32)


# Spellings


def _spelling_columns(
    stream: Ints, form_spelling: Ints, form_whole: Ints, spellings: list[str], passages: int
) -> dict[str, NDArray[Any]]:
    counts = _spelling_counts(stream, form_spelling, form_whole, len(spellings))
    grams, owners = grams_of(spellings)
    known, numbers = np.unique(grams, return_inverse=True)
    numbers = numbers.astype(np.int32)
    gram_counts = np.bincount(numbers, weights=counts[owners], minlength=len(known))
    by_gram = np.argsort(numbers, kind="stable")
    pairs_form, pairs_spelling = _form_spelling_pairs(form_spelling, form_whole)
    by_spelling = np.argsort(pairs_spelling, kind="stable")
    return {
        "spelling_idf": idf(_estimated_frequency(counts, passages), passages),
        "spelling_count": counts.astype(np.int32),
        "spelling_length": _lengths(spellings),
        "spelling_letters": letter_sets(spellings),
        "spelling_forms_start": _starts(np.bincount(pairs_spelling, minlength=len(spellings))),
        "spelling_forms": pairs_form[by_spelling].astype(np.int32),
        "spelling_grams_start": _starts(np.bincount(owners, minlength=len(spellings))),
        "spelling_grams": numbers,
        "grams": known.astype(np.int64),
        "gram_idf": idf(_estimated_frequency(gram_counts, passages), passages),
        "gram_spellings_start": _starts(np.bincount(numbers, minlength=len(known))),
        "gram_spellings": owners[by_gram].astype(np.int32),
    }


def _phrases(folder: Path, found: dict[str, int]) -> Ints:
    """Writes the table of frequent phrases; returns their counts in its order."""
    numbers = write_strings(folder, "phrases", list(found))
    counts = np.empty(len(found), dtype=np.int32)
    counts[numbers] = list(found.values())
    return counts


def _roots(folder: Path, lemmas: Sequence[str]) -> dict[str, NDArray[Any]]:
    """The families of the lemmas; writes the table of roots."""
    roots = _Numbering()
    places = np.asarray([roots.number(root_of(lemma)) for lemma in lemmas], dtype=np.int32)
    places = _renumbered(places, write_strings(folder, "roots", roots.strings))
    return {
        "lemma_root": places,
        "root_lemmas_start": _starts(np.bincount(places, minlength=len(roots.strings))),
        "root_lemmas": np.argsort(places, kind="stable").astype(np.int32),
    }


def _lengths(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.fromiter((min(len(word), 255) for word in words), dtype=np.uint8)


def _form_spelling_pairs(form_spelling: Ints, form_whole: Ints) -> tuple[Longs, Ints]:
    forms = np.concatenate([np.flatnonzero(form_spelling >= 0), np.flatnonzero(form_whole >= 0)])
    spellings = np.concatenate([form_spelling[form_spelling >= 0], form_whole[form_whole >= 0]])
    return forms, spellings


def _spelling_counts(stream: Ints, form_spelling: Ints, form_whole: Ints, spellings: int) -> Longs:
    form_counts = np.bincount(stream, minlength=len(form_spelling))
    forms, numbers = _form_spelling_pairs(form_spelling, form_whole)
    return np.bincount(numbers, weights=form_counts[forms], minlength=spellings).astype(np.int64)


def _estimated_frequency(counts: NDArray[Any], passages: int) -> NDArray[np.float64]:
    """Passages that hold something at least once, estimated from its occurrences: as if they fell at random.

    Exact counts would take a second inversion; these only weigh light signals.
    """
    total = max(passages, 1)
    frequency: NDArray[np.float64] = total * -np.expm1(-counts.astype(np.float64) / total)
    return frequency


# Passages and reports


def _document_columns(
    gathering: Gathering, order: Longs, oldest: Ints
) -> tuple[dict[str, NDArray[Any]], dict[str, list[Any]]]:
    passages = len(order)
    doc_report = np.asarray(gathering.passage_reports, dtype=np.int32)[order]
    positions = np.asarray(gathering.positions, dtype=np.int32)[order]
    values: dict[str, list[Any]] = {}
    columns: dict[str, NDArray[Any]] = {}
    for place, facet in enumerate(("city", "year", "section")):
        columns[f"report_{facet}"], values[facet] = _ordinals([report[place] for report in gathering.reports])
    columns["class_kind"], values["kind"] = _ordinals([kind for kind, _ in gathering.class_numbers])
    columns["class_topics_start"], columns["class_topics"], values["topic"] = _topic_sets(gathering)
    rank = np.empty(passages, dtype=np.int32)
    rank[oldest] = np.arange(passages, dtype=np.int32)
    passage_hash, passage_of_hash = _hash_table(np.asarray(gathering.hashes, dtype=np.uint64)[order])
    report_hash, report_of_hash = _hash_table(np.asarray(gathering.report_hashes, dtype=np.uint64))
    return {
        **columns,
        "doc_report": doc_report,
        "doc_class": np.asarray(gathering.classes, dtype=np.int32)[order],
        "doc_group": _leaders(np.asarray(gathering.groups, dtype=np.uint64)[order]),
        "doc_blank": np.asarray(gathering.blanks, dtype=np.bool_)[order],
        "oldest": oldest,
        "oldest_rank": rank,
        "report_docs_start": _starts(np.bincount(doc_report, minlength=len(gathering.reports))),
        "report_docs": np.lexsort((positions, doc_report)).astype(np.int32),
        "passage_hash": passage_hash,
        "passage_of_hash": passage_of_hash,
        "report_hash": report_hash,
        "report_of_hash": report_of_hash,
    }, values


def _ordinals(found: Sequence[Any]) -> tuple[Ints, list[Any]]:
    """Places in the list of distinct values, and that list."""
    places: dict[Any, int] = {}
    ordinals = [places.setdefault(value, len(places)) for value in found]
    return np.asarray(ordinals, dtype=np.int32), list(places)


def _topic_sets(gathering: Gathering) -> tuple[Longs, Ints, list[Any]]:
    """The topics of each class; a class without topics has the topic ``None``."""
    start = array("q", [0])
    found = array("i")
    places: dict[str | None, int] = {}
    for _, topics in gathering.class_numbers:
        found.extend(places.setdefault(topic, len(places)) for topic in topics or (None,))
        start.append(len(found))
    return np.asarray(start, dtype=np.int64), np.asarray(found, dtype=np.int32), list(places)


def _leaders(groups: NDArray[np.uint64]) -> Ints:
    """For each passage the first (newest) one of its group."""
    _, first, inverse = np.unique(groups, return_index=True, return_inverse=True)
    return first[inverse].astype(np.int32)


def _hash_table(hashes: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], Ints]:
    order = np.argsort(hashes, kind="stable")
    return hashes[order], order.astype(np.int32)
