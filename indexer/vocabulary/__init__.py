"""The vocabulary room: cities, regions, sections, topics, question kinds, synonyms and exceptions,
read from TOML files.

It knows words, not morphology and not reports. ``load()`` gives the package's own files.

Door: what stands here.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from indexer.vocabulary import _parse
from indexer.vocabulary._connection_words import NO_CONNECTION_WORDS, ConnectionWords, parse_connection_words
from indexer.vocabulary._entries import (
    City,
    Exceptions,
    OtherCity,
    Phrase,
    Prefixes,
    QuestionKind,
    Region,
    Section,
    Size,
    SynonymGroup,
    Topic,
)
from indexer.vocabulary._fold import fold
from indexer.vocabulary._lookup import Vocabulary
from indexer.vocabulary._mention_words import MentionWords, parse_mention_words, parse_other_cities
from indexer.vocabulary._regions import parse_regions
from indexer.vocabulary._remedies import Remedy, TogetherWords, parse_remedies
from indexer.vocabulary._report_words import ReportWords, parse_report_words
from indexer.vocabulary._sizes import parse_sizes
from indexer.vocabulary._toml import Table, TomlFile, read_toml
from indexer.vocabulary._writing import TWINS, Short, Writing, parse_writing

__all__ = [
    "TWINS",
    "City",
    "ConnectionWords",
    "Exceptions",
    "MentionWords",
    "OtherCity",
    "Phrase",
    "Prefixes",
    "QuestionKind",
    "Region",
    "Remedy",
    "ReportWords",
    "Section",
    "Short",
    "Size",
    "SynonymGroup",
    "Table",
    "TogetherWords",
    "TomlFile",
    "Topic",
    "Vocabulary",
    "Writing",
    "fold",
    "load",
    "read_toml",
]

_VERSION_LENGTH = 16
"""Hexadecimal digits: 64 bits tell any two editions of the files apart."""


def load(folder: Path | None = None) -> Vocabulary:
    """The vocabulary of ``folder``; the package's own by default, which is read once per process.

    Raises VocabularyError, naming file and line, on whatever is missing, unknown, doubled or contradictory.
    """
    return _load(folder) if folder is not None else _own()


@functools.cache
def _own() -> Vocabulary:
    return _load(Path(__file__).parent)


def _load(folder: Path) -> Vocabulary:
    files = {name: read_toml(path) for name, path in _parse.file_paths(folder).items()}
    analysis = files["analysis"]
    analysis.only("lemmas", "prefixes")
    cities = _parse.parse_cities(files["cities"])
    listed = frozenset(city.name for city in cities)
    others = parse_other_cities(files["other_cities"], listed) if "other_cities" in files else ()
    known = listed | {city.name for city in others}
    return Vocabulary(
        cities=cities,
        sections=_parse.parse_sections(files["sections"]),
        topics=_parse.parse_topics(files["topics"]),
        kinds=_parse.parse_kinds(files["question_kinds"]),
        synonyms=_parse.parse_synonyms(files["synonyms"]),
        exceptions=_parse.parse_exceptions(analysis),
        version=_version(folder),
        prefixes=_parse.parse_prefixes(analysis),
        report=parse_report_words(files["report"]) if "report" in files else ReportWords(),
        regions=parse_regions(files["regions"], cities) if "regions" in files else (),
        sizes=parse_sizes(files["sizes"]) if "sizes" in files else (),
        mentions=parse_mention_words(files["mentions"], known) if "mentions" in files else MentionWords(),
        other_cities=others,
        writing=parse_writing(files["writing"]) if "writing" in files else Writing(),
        connections=parse_connection_words(files["connections"]) if "connections" in files else NO_CONNECTION_WORDS,
        remedies=parse_remedies(files["remedies"]) if "remedies" in files else (),
    )


def _version(folder: Path) -> str:
    """A prefix of the SHA-256 over names and bytes of all TOML files of ``folder``."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:_VERSION_LENGTH]
