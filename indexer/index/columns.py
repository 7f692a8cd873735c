"""The columns of a build: memory-mapped arrays that searching, counting and sorting run on.

Passages are numbered in the order of browsing (newest year first, then city, then position), so a sorted run of numbers
is sorted for display. The *stream* holds the form at every position of every passage, zone after zone (text, question,
heading), a gap of one between zones, so a phrase never crosses a zone's border. Postings of a lemma are a run of
passage numbers with BM25F computed beforehand up to the idf, so scoring is adding; idf changes with every report.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.errors import not_opened
from indexer.index.arrays.filed import mapped_array, save_array
from indexer.index.arrays.steps import Floats, Ints, Longs
from indexer.index.arrays.strings import StringTable

ZONES = 3
"""Text, question, heading."""
HEADING = 2
"""The zone of what stands above the whole report: it ranks an answer, it never makes it a match."""

ZONE_WEIGHTS = (1.0, 1.0, 0.5)
"""A weight of 2 for the question, best where every question is different, costs here: the questionnaire's are the same
for all, and their words («конференция», «помощь») would drown the answers."""
ZONE_B = (0.65, 0.5, 0.0)
"""How much a zone's length counts: BM25's b."""
K1 = 1.2

GAP = 0
"""The form number that separates zones."""


_META = "columns.json"

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Columns:
    """The arrays of one build. N passages, R reports, F forms, L lemmas, S spellings, G grams, C classes."""

    stream: Ints
    """Form at every position."""
    zones: Ints
    """Where each zone begins in the stream, 3 N + 1 values; zone z of passage d is ``zones[3 d + z]``."""

    form_count: Ints
    """Occurrences of each form in the stream."""
    form_hash: NDArray[np.uint64]
    """Hashes of the forms' keys, ascending: so many at once are found much faster than one by one in the table."""
    form_of_hash: Ints
    form_lemmas_start: Longs
    form_lemmas: Ints
    form_likely: NDArray[np.uint8]
    """Of each of the form's lemmas 1 if it counts where statements are compared: the first, and likely others."""
    form_spelling: Ints
    """The word's own spelling at each form, -1 for the gap."""
    form_whole: Ints
    """The spelling of the compound that begins at the form, -1 where none does."""

    lemma_start: Longs
    """L + 1: the run of each lemma in the two arrays below."""
    lemma_docs: Ints
    lemma_saturations: Floats
    """BM25F without idf; negative where the lemma stands in the heading alone."""
    lemma_places_start: Longs
    lemma_places: Ints
    """Stream positions of each lemma, ascending."""
    lemma_place_tags: NDArray[np.uint8]
    """The tag of the form at each of them, see `form_tags`: so some of a lemma's forms are found without the stream,
    which would be read at random."""
    lemma_place_next: NDArray[np.uint8]
    lemma_place_before: NDArray[np.uint8]
    """The tags of the forms right behind and right before each of them: so words in a row are."""
    lemma_idf: Floats
    lemma_root: Ints
    """The root of each lemma, a place in the table of roots."""
    lemma_fact: NDArray[np.uint8]
    """What the dictionary says of each lemma, see `indexer.language.forms`."""
    root_lemmas_start: Longs
    root_lemmas: Ints
    lemma_length: NDArray[np.uint8]
    lemma_letters: NDArray[np.uint64]
    """The letters of each lemma as bits, see `indexer.strings.letter_sets`."""

    spelling_idf: Floats
    spelling_count: Ints
    """Occurrences in the archive."""
    spelling_length: NDArray[np.uint8]
    spelling_letters: NDArray[np.uint64]
    spelling_forms_start: Longs
    spelling_forms: Ints
    spelling_grams_start: Longs
    spelling_grams: Ints
    """Gram numbers of each spelling."""
    grams: Longs
    """The grams themselves, packed, ascending."""
    gram_idf: Floats
    gram_spellings_start: Longs
    gram_spellings: Ints

    phrase_count: Ints
    """Occurrences of each of the archive's frequent phrases, in the order of their table."""

    doc_report: Ints
    doc_class: Ints
    """Each passage's pair of question kind and set of topics, as a number."""
    doc_bucket: NDArray[np.uint64]
    """A hash of city, section and kind of question, which repeated answers have in common."""
    doc_group: Ints
    """The newest passage that says nearly the same; a passage that is not repeated leads itself."""
    doc_blank: NDArray[np.bool_]
    doc_length: Floats
    """Length of the whole passage over the mean length."""
    doc_whoosh: Ints
    """Each passage's number in the Whoosh index, which does not move its documents."""
    doc_print: Longs
    """The fingerprint of each passage's text."""
    doc_added: Longs
    """When the archive first had each text: seconds since 1970, UTC."""
    added_rank: Ints
    """The place of each passage where those that came last are first, the rest in the order of browsing."""
    oldest: Ints
    """Passage numbers, oldest year first, then city, then position."""
    oldest_rank: Ints

    report_city: Ints
    report_year: Ints
    report_section: Ints
    """Places in the values of the facet."""
    report_added: Longs
    """When the archive first had each report."""
    report_docs_start: Longs
    report_docs: Ints
    """Passages of each report by position."""
    class_kind: Ints
    class_topics_start: Longs
    class_topics: Ints
    doc_remarks: Ints
    """Each passage's set of remarks, as a number: the cities mentioned and their tones."""
    remarks_start: Longs
    remarks_city: Ints
    """Places in the values of «mentioned»."""
    remarks_tone: NDArray[np.uint8]
    """Places among the tones."""

    passage_hash: NDArray[np.uint64]
    """Hashes of the passages' ids, ascending."""
    passage_of_hash: Ints
    report_hash: NDArray[np.uint64]
    report_of_hash: Ints
    print_sorted: Longs
    """Fingerprints, ascending, and below whose they are."""
    passage_of_print: Ints

    def close(self) -> None:
        """Lets go of the files, whoever still holds this object: the columns are empty from now on."""
        for part in fields(self):
            object.__setattr__(self, part.name, np.empty(0, dtype=np.int32))

    @property
    def passages(self) -> int:
        """Number of passages."""
        return len(self.doc_report)


@dataclass(frozen=True, slots=True)
class ColumnsMeta:
    """What stands beside the arrays: the stamp and the values of the facets."""

    stamp: str
    values: dict[str, list[Any]]
    """Facet → its values; an array of places refers to this list, which holds ``None`` where needed."""


PlaceTags = dict[str, NDArray[np.uint8]]
"""Columns of tags by name."""

PLACE_TAGS = {"lemma_place_tags": 0, "lemma_place_next": 1, "lemma_place_before": -1}
"""How far from a lemma's place the form stands whose tag it is."""

HEAVY = ("stream", "zones", "lemma_docs", "lemma_saturations", "lemma_places", *PLACE_TAGS, "doc_whoosh")
"""Columns as long as the texts, or of no use without Whoosh: where a cluster answers for them, nobody else has them."""


class Absent:
    """A column that is elsewhere: whoever asks it for a value gets an error, never a wrong answer."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, asked: str) -> Any:
        raise LookupError(f"{self._name} is not here")

    def __len__(self) -> int:
        raise LookupError(f"{self._name} is not here")

    def __getitem__(self, place: object) -> Any:
        raise LookupError(f"{self._name} is not here")


def open_columns(folder: Path, absent: Collection[str] = ()) -> tuple[Columns, ColumnsMeta]:
    """The columns of a build's folder, memory-mapped; those that are ``absent`` give no values.

    Raises DamagedError when something is missing or damaged, ResourceError where the system refuses to open it.
    """
    try:
        meta = json.loads((folder / _META).read_text(encoding="utf-8"))
        names = [field.name for field in fields(Columns) if field.name not in absent]
        arrays = {name: np.load(_path(folder, name), mmap_mode="r") for name in names}
        if any(list(arrays[name].shape) != shape for name, shape in meta["shapes"].items() if name in arrays):
            raise ValueError("shapes")
        found = ColumnsMeta(meta["stamp"], meta["values"])
    except (OSError, MemoryError, ValueError, TypeError, LookupError, AttributeError, EOFError) as error:
        raise not_opened(folder, error) from error
    # A memmap is slower to slice than the plain array over the same memory.
    plain: dict[str, Any] = {name: np.asarray(array).view(np.ndarray) for name, array in arrays.items()}
    plain |= {name: Absent(name) for name in absent}
    return Columns(**plain), found


def new_array(folder: Path, name: str, length: int, kind: type[Number]) -> NDArray[Number]:
    """An array of columns to be filled in its file, where it stays."""
    return mapped_array(_path(folder, name), (length,), kind)


def save_arrays(folder: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Writes some of the arrays of columns, by name; those of `new_array` are there already."""
    for name, array in arrays.items():
        path = _path(folder, name)
        if not path.exists():
            save_array(path, array)


def save_meta(folder: Path, arrays: Mapping[str, NDArray[Any]], meta: ColumnsMeta) -> None:
    """Writes what describes all arrays, each written before."""
    assert arrays.keys() == {field.name for field in fields(Columns)}
    shapes = {name: list(array.shape) for name, array in arrays.items()}
    content = {"stamp": meta.stamp, "values": meta.values, "shapes": shapes}
    (folder / _META).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


class Tables(NamedTuple):
    """The strings that the columns' numbers stand for."""

    forms: StringTable
    """The forms' keys."""
    lemmas: StringTable
    spellings: StringTable
    roots: StringTable
    phrases: StringTable


def open_tables(folder: Path) -> Tables:
    """The tables of a build's folder."""
    return Tables(*(StringTable.open(folder, name) for name in Tables._fields))


def idf(frequency: NDArray[Any], total: int) -> Floats:
    """Lucene's idf of document frequencies among ``total`` documents."""
    frequency = frequency.astype(np.float64)
    return np.log1p((total - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)


TAGS = 256
"""Different tags of forms."""


def form_tags(form_hash: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """The tags of forms, given their hashes: one form has the same in every build, two may have one in common."""
    return form_hash.astype(np.uint8)


def tags_at(places: Ints, tags: NDArray[np.uint8]) -> PlaceTags:
    """The tags of places and of those beside them; ``tags`` are those of the whole stream.

    It ends with a gap, so the first place has one before it, and the last one behind it.
    """
    return {name: tags[places + distance] for name, distance in PLACE_TAGS.items()}


def _path(folder: Path, name: str) -> Path:
    return folder / f"column-{name}.npy"
