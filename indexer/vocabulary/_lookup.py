"""The vocabulary as a whole, with its look-ups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

from indexer.vocabulary._connection_words import NO_CONNECTION_WORDS, ConnectionWords
from indexer.vocabulary._entries import (
    City,
    Exceptions,
    OtherCity,
    Prefixes,
    QuestionKind,
    Region,
    Section,
    Size,
    SynonymGroup,
    Topic,
)
from indexer.vocabulary._fold import fold
from indexer.vocabulary._letters import has_latin, spellings, transcription
from indexer.vocabulary._mention_words import MentionWords
from indexer.vocabulary._remedies import Remedy
from indexer.vocabulary._report_words import ReportWords
from indexer.vocabulary._writing import Writing

_Entry = TypeVar("_Entry")

# «Раздел 3. Образование», «IV. Образование»
_NUMBER = re.compile(r"(?:\d+|[ivx]+) (?=\D)")


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """Everything the TOML files say; compared by identity, so that it may be a key of caches."""

    cities: tuple[City, ...]
    sections: tuple[Section, ...]
    topics: tuple[Topic, ...]
    kinds: tuple[QuestionKind, ...]
    synonyms: tuple[SynonymGroup, ...]
    exceptions: Exceptions
    version: str
    """Changes with any byte of the files."""
    prefixes: Prefixes
    report: ReportWords = ReportWords()
    regions: tuple[Region, ...] = ()
    sizes: tuple[Size, ...] = ()
    """From the smallest."""
    mentions: MentionWords = MentionWords()
    other_cities: tuple[OtherCity, ...] = ()
    """Cities that never report; the look-ups do not know them."""
    writing: Writing = field(default_factory=Writing)
    connections: ConnectionWords = field(default_factory=lambda: NO_CONNECTION_WORDS)
    remedies: tuple[Remedy, ...] = ()
    _exact: _Tables = field(init=False, repr=False)
    _folded: _Tables = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_exact", _exact_names(self))
        object.__setattr__(self, "_folded", _folded_names(self))

    def city(self, name: str) -> City | None:
        """The city of exactly this canonical name."""
        return self._exact.cities.get(name)

    def region(self, name: str) -> Region | None:
        """The region of exactly this canonical name."""
        return self._exact.regions.get(name)

    def size(self, identifier: str) -> Size | None:
        """The band of exactly this id."""
        return next((size for size in self.sizes if size.id == identifier), None)

    def size_of(self, city: City) -> Size | None:
        """The band that a city belongs to; ``None`` where no bands are listed."""
        return next((size for size in reversed(self.sizes) if city.population >= size.least), None)

    def section(self, title: str) -> Section | None:
        """The section of exactly this title."""
        return self._exact.sections.get(title)

    def topic(self, name: str) -> Topic | None:
        """The topic of exactly this name."""
        return self._exact.topics.get(name)

    def kind(self, identifier: str) -> QuestionKind | None:
        """The question kind of exactly this id."""
        return self._exact.kinds.get(identifier)

    def find_city(self, text: str) -> City | None:
        """The city somebody means by ``text``: any case form, alias, slug, with or without «г.».

        Latin transcriptions of all schools and look-alike letters are understood: «Ulan Ude», «Oмск».
        """
        found = _find_mended(self._folded.cities, text, self.prefixes.city)
        latin = None if found else transcription(text)
        return found or (_find(self._folded.transcribed_cities, latin, self.prefixes.city) if latin else None)

    def find_region(self, text: str) -> Region | None:
        """The region somebody means by ``text``: any form of any of its names, slug; «Алтай» is two at once."""
        return _find_mended(self._folded.regions, text, self.prefixes.region)

    def may_end_place(self, word: str) -> bool:
        """Whether the name of a city or a region may end with the word: of most words no more need be asked."""
        spelled = fold(word)
        return has_latin(spelled) or spelled.rpartition(" ")[2] in self._folded.ends

    def find_size(self, text: str) -> Size | None:
        """The band somebody means by ``text``: id, label or alias."""
        return _find(self._folded.sizes, text, ())

    def cities_of_region(self, region: Region) -> tuple[City, ...]:
        """The listed cities of the federal subjects of ``region``, in the list's order."""
        return tuple(city for city in self.cities if city.region in region.regions)

    def find_section(self, text: str) -> Section | None:
        """The section somebody means by ``text``: title, alias, slug, with or without «управление», numbers."""
        return _find(self._folded.sections, text, self.prefixes.section)

    def find_topic(self, text: str) -> Topic | None:
        """The topic somebody means by ``text``: name, alias or slug."""
        return _find(self._folded.topics, text, ())

    def find_kind(self, text: str) -> QuestionKind | None:
        """The question kind somebody means by ``text``: id or label."""
        return _find(self._folded.kinds, text, ())


@dataclass(frozen=True, slots=True)
class _Tables:
    cities: Mapping[str, City]
    regions: Mapping[str, Region]
    sections: Mapping[str, Section]
    topics: Mapping[str, Topic]
    kinds: Mapping[str, QuestionKind]
    sizes: Mapping[str, Size] = field(default_factory=dict)
    transcribed_cities: Mapping[str, City] = field(default_factory=dict)
    ends: frozenset[str] = frozenset()
    """The last words of the names of cities and regions."""


def _exact_names(words: Vocabulary) -> _Tables:
    return _Tables(
        cities={city.name: city for city in words.cities},
        regions={region.name: region for region in words.regions},
        sections={section.title: section for section in words.sections},
        topics={topic.name: topic for topic in words.topics},
        kinds={kind.id: kind for kind in words.kinds},
    )


def _folded_names(words: Vocabulary) -> _Tables:
    cities = _by_name((city, (city.name, city.slug, *city.forms, *city.aliases)) for city in words.cities)
    regions = _by_name((region, (region.slug, *region.forms, *region.aliases)) for region in words.regions)
    return _Tables(
        cities=cities,
        regions=regions,
        ends=frozenset(name.rpartition(" ")[2] for name in (*cities, *regions)),
        sections=_by_name(
            (section, (section.title, section.slug, *section.aliases, *section.short)) for section in words.sections
        ),
        topics=_by_name((topic, (topic.name, topic.slug, *topic.aliases)) for topic in words.topics),
        kinds=_by_name((kind, (kind.id, kind.label)) for kind in words.kinds),
        sizes=_by_name((size, (size.id, size.label, *size.aliases)) for size in words.sizes),
        transcribed_cities=_transcribed(words.cities),
    )


def _transcribed(cities: Iterable[City]) -> dict[str, City]:
    """What the Latin spellings of each city have in common → the city."""
    return {key: city for city in cities for name in (city.slug, *city.aliases) if (key := transcription(name))}


def _by_name(entries: Iterable[tuple[_Entry, Iterable[str]]]) -> dict[str, _Entry]:
    """Every folded name → its entry."""
    return {fold(name): entry for entry, names in entries for name in names}


def _find_mended(names: Mapping[str, _Entry], text: str, prefixes: tuple[str, ...]) -> _Entry | None:
    """The entry called ``text``, as written or else with look-alike letters mended."""
    found = (_find_folded(names, spelling, prefixes) for spelling in spellings(text))
    return next((entry for entry in found if entry is not None), None)


def _find(names: Mapping[str, _Entry], text: str, prefixes: tuple[str, ...]) -> _Entry | None:
    """The entry called ``text``, numbers and ``prefixes`` before it taken off one by one."""
    return _find_folded(names, fold(text), prefixes)


def _find_folded(names: Mapping[str, _Entry], text: str, prefixes: tuple[str, ...]) -> _Entry | None:
    rest: str | None = text
    while rest:
        if rest in names:
            return names[rest]
        rest = _without_prefix(rest, prefixes)
    return None


def _without_prefix(text: str, prefixes: tuple[str, ...]) -> str | None:
    """``text`` without its number or its longest prefix; ``None`` where it has none."""
    if " " not in text:
        return None
    number = _NUMBER.match(text)
    if number:
        return text[number.end() :]
    first = text[: text.index(" ")]
    for prefix in prefixes if first in _first_words(prefixes) else ():
        if text.startswith(prefix + " "):
            return text[len(prefix) + 1 :]
    return None


@lru_cache(maxsize=8)
def _first_words(prefixes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(prefix.split(" ")[0] for prefix in prefixes)
