"""What a server has of an archive in a cluster: short columns and word tables in files; texts asked for, kept a while.

It is a build without postings and texts. Who asks for a column that lies in the cluster gets an error, no wrong answer.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.builds.build import Build
from indexer.builds.manifest import check_versions, read_manifest
from indexer.cluster.columns import MEANS_FILE, SAID_FILE
from indexer.cluster.connection import Connection
from indexer.cluster.terms import term_of
from indexer.errors import EngineGone, IndexerError, not_opened
from indexer.index.arrays.steps import Ints, Longs, runs
from indexer.index.arrays.strings import StringTable
from indexer.index.columns import GAP, HEAVY
from indexer.index.texts import REPORTS, Slices, Texts
from indexer.language.analysis import ANALYSIS_VERSION, shared_analyzer
from indexer.vocabulary import Vocabulary, load

MOST_ROWS = 20_000
"""Texts kept by a process: some fifty megabytes."""
MOST_STREAMS = 20_000
_AT_ONCE = 250
_AHEAD = 200
"""Texts fetched with one that is missing, where it is known which come next."""

V = TypeVar("V")


class Stream(NamedTuple):
    """The forms of a passage, zone after zone, a gap behind each."""

    forms: Ints
    ends: tuple[int, ...]
    """Where each zone ends, its gap included."""


class _Kept(OrderedDict[int, V]):
    """The values used last, so many."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def used(self, key: int) -> V | None:
        found = self.get(key)
        if found is not None:
            self.move_to_end(key)
        return found

    def keep(self, key: int, value: V) -> None:
        self[key] = value
        while len(self) > self._most:
            self.popitem(last=False)


class Contents:
    """Texts and streams of passages by their numbers, fetched in portions. Safe to share between threads."""

    def __init__(self, index: str, connection: Connection, hashes: NDArray[np.int64], forms: StringTable) -> None:
        self._index, self._connection = index, connection
        self.hashes = hashes
        self._forms = forms
        self._guard = threading.Lock()
        self._rows: _Kept[bytes] = _Kept(MOST_ROWS)
        self._streams: _Kept[Stream] = _Kept(MOST_STREAMS)
        self._local = threading.local()

    def __len__(self) -> int:
        return len(self.hashes)

    def expect(self, numbers: Iterable[int]) -> None:
        """Tells this thread's next texts: the first that is missing is fetched with those behind it."""
        self._local.expected = np.unique(np.fromiter(numbers, dtype=np.int64))

    def line(self, number: int) -> bytes:
        """The row of a passage. Raises EngineGone."""
        with self._guard:
            found = self._rows.used(number)
        if found is None:
            found = self._fetched(self._with_next(number))[number][0]
        return found

    def row(self, number: int) -> list[Any]:
        """What the row of a passage says. Raises EngineGone."""
        found: list[Any] = json.loads(self.line(number))
        return found

    def along(self, body: Mapping[str, Any], numbers: Iterable[int]) -> Any:
        """The answer to a search; asked with it for what is missing of some passages. Raises EngineGone."""
        with self._guard:
            missing = [number for number in numbers if number not in self._streams][:_AT_ONCE]
        bodies = [body, self._texts_of(missing)] if missing else [body]
        answers = self._connection.searches(self._index, bodies)
        if missing:
            self._taken(missing, answers[1])
        return answers[0]

    def streams(self, numbers: Sequence[int]) -> list[Stream]:
        """The streams of some passages. Raises EngineGone."""
        with self._guard:
            known = {number: self._streams.used(number) for number in numbers}
        missing = [number for number, found in known.items() if found is None]
        fetched = self._fetched(missing) if missing else {}
        return [known[number] or fetched[number][1] for number in numbers]

    def close(self) -> None:
        """Forgets everything."""
        with self._guard:
            self._rows.clear()
            self._streams.clear()

    def _with_next(self, number: int) -> list[int]:
        expected = getattr(self._local, "expected", None)
        if expected is None:
            return [number]
        place = int(np.searchsorted(expected, number))
        if place == len(expected) or expected[place] != number:
            return [number]
        following = expected[place : place + _AHEAD].tolist()
        with self._guard:
            return [number, *(one for one in following[1:] if one not in self._rows)]

    def _fetched(self, numbers: Sequence[int]) -> dict[int, tuple[bytes, Stream]]:
        found: dict[int, tuple[bytes, Stream]] = {}
        for first in range(0, len(numbers), _AT_ONCE):
            found |= self._portion(numbers[first : first + _AT_ONCE])
        return found

    def _portion(self, numbers: Sequence[int]) -> dict[int, tuple[bytes, Stream]]:
        return self._taken(numbers, self._connection.search(self._index, self._texts_of(numbers)))

    def _texts_of(self, numbers: Sequence[int]) -> dict[str, Any]:
        """The search for the texts of some passages."""
        return {
            "size": len(numbers),
            "query": {"bool": {"filter": {"terms": {"hash": [int(self.hashes[number]) for number in numbers]}}}},
            "docvalue_fields": ["hash"],
            "track_total_hits": False,
        }

    def _taken(self, numbers: Sequence[int], answer: Mapping[str, Any]) -> dict[int, tuple[bytes, Stream]]:
        """What an answer says of passages, kept for a while."""
        wanted = {int(self.hashes[number]): number for number in numbers}
        hits = answer["hits"]["hits"]
        found = {wanted[hit["fields"]["hash"][0]]: self._read(hit["_source"]) for hit in hits}
        if len(found) < len(wanted):
            raise EngineGone("Часть текстов в кластере поиска не нашлась: индекс загружают заново. Повторите позже.")
        with self._guard:
            for number, (row, stream) in found.items():
                self._rows.keep(number, row)
                self._streams.keep(number, stream)
        return found

    def _read(self, source: dict[str, Any]) -> tuple[bytes, Stream]:
        zones = [self._numbers(words) for words in source["words"]]
        ends = np.cumsum([len(zone) for zone in zones]).tolist()
        forms = np.concatenate(zones) if zones else np.empty(0, dtype=np.int32)
        return source["row"].encode("utf-8"), Stream(forms, tuple(ends))

    def _numbers(self, words: str) -> Ints:
        numbers = [self._number(word) for word in words.split()]
        return np.asarray([*numbers, GAP], dtype=np.int32)

    def _number(self, word: str) -> int:
        number = self._forms.find(word) if "%" not in word else self._written_out.get(word, -1)
        if number < 0:
            raise EngineGone("Слова в кластере поиска не сошлись со столбцами сервера: индекс загружают заново.")
        return number

    @cached_property
    def _written_out(self) -> dict[str, int]:
        """Forms that are not written in the cluster as they are."""
        return {term: number for number, key in enumerate(self._forms) if (term := term_of(key)) != key or "%" in key}


class _Texts(Texts):
    """Reports from the folder, passages from the cluster."""

    def __init__(self, folder: Path, contents: Contents) -> None:
        self.reports = Slices(folder, REPORTS)
        self.passages = contents  # type: ignore[assignment]


class Mirror(Build):
    """A build whose words and texts lie in a cluster. Safe to share between threads."""

    def __init__(self, folder: Path, index: str, connection: Connection, vocabulary: Vocabulary | None = None) -> None:
        """Use `open_mirror`."""
        vocabulary = vocabulary or load()
        manifest = read_manifest(folder, sources=False)
        analyzer = shared_analyzer(vocabulary)
        check_versions(manifest, ANALYSIS_VERSION, analyzer.dictionary_version)
        self.said_counts: Ints = np.asarray(np.load(folder / SAID_FILE, mmap_mode="r"))
        self.means: tuple[float, ...] = tuple(np.load(folder / MEANS_FILE).tolist())
        self.index, self.connection = index, connection
        super().__init__(folder, manifest, vocabulary, analyzer, Texts.__new__(Texts), HEAVY)
        self.contents = Contents(index, connection, self._hashes(), self.forms)
        self.texts = _Texts(folder, self.contents)

    def _hashes(self) -> NDArray[np.int64]:
        columns = self.columns
        hashes = np.empty(columns.passages, dtype=np.uint64)
        hashes[columns.passage_of_hash] = columns.passage_hash
        return hashes.view(np.int64)

    def numbers(self, hashes: Sequence[int]) -> Longs:
        """The numbers of passages by the hashes of their ids, in their order. Raises EngineGone for unknown ones."""
        wanted = np.asarray(hashes, dtype=np.int64).view(np.uint64)
        known, owners = self.columns.passage_hash, self.columns.passage_of_hash
        if not len(wanted):
            return np.empty(0, dtype=np.int64)
        places = np.minimum(np.searchsorted(known, wanted), max(len(known) - 1, 0))
        if not len(known) or np.any(known[places] != wanted):
            raise EngineGone("Индекс в кластере не тот, что открыт на сервере: его загружают заново. Повторите позже.")
        return owners[places].astype(np.int64)

    @property
    def alone(self) -> NDArray[np.bool_]:
        """Which passages repeat nothing."""

        def made() -> NDArray[np.bool_]:
            leaders = self.columns.doc_group
            flags: NDArray[np.bool_] = (np.bincount(leaders, minlength=len(leaders)) == 1)[leaders]
            return flags

        return self.remember("alone", made)

    def repeats_of(self, leaders: Longs) -> Longs:
        """All passages of the groups of repeated answers that some passages lead."""

        def made() -> tuple[Longs, Longs]:
            repeated = np.flatnonzero(~self.alone)
            order = np.argsort(self.columns.doc_group[repeated], kind="stable")
            return repeated[order], self.columns.doc_group[repeated[order]].astype(np.int64)

        members, of = self.remember("repeats", made)
        return members[runs(np.searchsorted(of, leaders), np.searchsorted(of, leaders, side="right"))]

    def hash_of(self, number: int) -> int:
        """The hash by which the cluster knows a passage."""
        return int(self.contents.hashes[number])


def open_mirror(folder: Path, index: str, connection: Connection) -> Mirror:
    """Opens a folder that `indexer.cluster.columns.fetch` wrote.

    Raises VersionError for an archive of another version, DamagedError where files are not what they should be.
    """
    try:
        return Mirror(folder, index, connection)
    except IndexerError:
        raise
    except Exception as error:
        # As `indexer.builds.build.open_build` does: what damaged files raise has no end.
        raise not_opened(folder, error) from error
