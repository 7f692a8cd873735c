"""The vocabulary as a whole, with its look-ups."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from indexer.vocabulary._entries import City, Exceptions, Prefixes, QuestionKind, Section, SynonymGroup, Topic
from indexer.vocabulary._fold import fold
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
    writing: Writing = field(default_factory=Writing)
    _exact: _Tables = field(init=False, repr=False)
    _folded: _Tables = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_exact", _exact_names(self))
        object.__setattr__(self, "_folded", _folded_names(self))

    def city(self, name: str) -> City | None:
        """The city of exactly this canonical name."""
        return self._exact.cities.get(name)

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
        """The city somebody means by ``text``: any case form, alias, slug, with or without «г.»."""
        return _find(self._folded.cities, text, self.prefixes.city)

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
    sections: Mapping[str, Section]
    topics: Mapping[str, Topic]
    kinds: Mapping[str, QuestionKind]


def _exact_names(words: Vocabulary) -> _Tables:
    return _Tables(
        cities={city.name: city for city in words.cities},
        sections={section.title: section for section in words.sections},
        topics={topic.name: topic for topic in words.topics},
        kinds={kind.id: kind for kind in words.kinds},
    )


def _folded_names(words: Vocabulary) -> _Tables:
    return _Tables(
        cities=_by_name((city, (city.name, city.slug, *city.forms, *city.aliases)) for city in words.cities),
        sections=_by_name((section, (section.title, section.slug, *section.aliases)) for section in words.sections),
        topics=_by_name((topic, (topic.name, topic.slug, *topic.aliases)) for topic in words.topics),
        kinds=_by_name((kind, (kind.id, kind.label)) for kind in words.kinds),
    )


def _by_name(entries: Iterable[tuple[_Entry, Iterable[str]]]) -> dict[str, _Entry]:
    """Every folded name → its entry."""
    return {fold(name): entry for entry, names in entries for name in names}


def _find(names: Mapping[str, _Entry], text: str, prefixes: tuple[str, ...]) -> _Entry | None:
    """The entry called ``text``, numbers and ``prefixes`` before it taken off one by one."""
    rest: str | None = fold(text)
    while rest:
        if rest in names:
            return names[rest]
        rest = _without_prefix(rest, prefixes)
    return None


def _without_prefix(text: str, prefixes: tuple[str, ...]) -> str | None:
    """``text`` without its number or its longest prefix; ``None`` where it has none."""
    number = _NUMBER.match(text)
    if number:
        return text[number.end() :]
    for prefix in prefixes:
        if text.startswith(prefix + " "):
            return text[len(prefix) + 1 :]
    return None
