"""The operator's word: reports.toml files that set city, year and section of reports, or skip files."""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.model import Said
from indexer.vocabulary import Table, TomlFile, Vocabulary, read_toml

OVERRIDES_FILE = "reports.toml"

_YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one ``[[file]]`` table says of the paths that match its pattern."""

    pattern: str
    """Relative to the reports folder."""
    matches: re.Pattern[str]
    said: Said


class Overrides:
    """All that the operator said, ready to be asked of a file."""

    def __init__(self, rules: Sequence[_Rule], samples: Sequence[str], notes: Sequence[str]) -> None:
        self._rules = rules
        self._samples = tuple(samples)
        self.notes = tuple(notes)
        """The operator's notes on the archive."""

    def said(self, file: str) -> Said:
        """What was said of a file (relative path with ``/``); of several rules the last, deepest one wins."""
        city, year, section, skip, evidence = None, None, None, False, OVERRIDES_FILE
        for rule in self._rules:
            if rule.matches.fullmatch(file):
                city, year = rule.said.city or city, rule.said.year or year
                section, skip = rule.said.section or section, rule.said.skip or skip
                evidence = rule.said.evidence
        sample = any(file.startswith(folder) for folder in self._samples)
        return Said(city, year, section, skip, sample, evidence)


def load_overrides(folder: Path, vocabulary: Vocabulary) -> Overrides:
    """The reports.toml of a folder and its subfolders, shallow ones first.

    Raises VocabularyError, naming file and line, on any fault: an operator's slip must not pass silently.
    """
    rules: list[_Rule] = []
    samples: list[str] = []
    notes: list[str] = []
    paths = sorted(folder.rglob(OVERRIDES_FILE), key=lambda path: (len(path.parts), path))
    for path in paths:
        file = read_toml(path)
        prefix = path.parent.relative_to(folder).as_posix()
        prefix = "" if prefix == "." else unicodedata.normalize("NFC", prefix) + "/"
        head = Table(file, file.data, 0, len(file.lines))
        head.check_keys((), ("sample", "note", "file"))
        if head.flag("sample"):
            samples.append(prefix)
        if "note" in file.data:
            notes.append(head.text("note"))
        rules.extend(_rules(file, prefix, vocabulary))
    return Overrides(rules, samples, notes)


def _rules(file: TomlFile, prefix: str, vocabulary: Vocabulary) -> Iterable[_Rule]:
    if "file" not in file.data:
        return
    for table in file.tables("file"):
        table.check_keys(("path",), ("city", "year", "section", "skip"))
        pattern = prefix + unicodedata.normalize("NFC", table.text("path")).replace("\\", "/").lstrip("/")
        yield _Rule(pattern, re.compile(fnmatch.translate(pattern)), _said(table, vocabulary))


def _said(table: Table, vocabulary: Vocabulary) -> Said:
    evidence = f"слово оператора: {table.file.path.name}, строка {table.first + 1}"
    return Said(
        city=_city(table, vocabulary),
        year=_year(table),
        section=_section(table, vocabulary),
        skip=table.flag("skip"),
        evidence=evidence,
    )


def _city(table: Table, vocabulary: Vocabulary) -> str | None:
    """The canonical name; a city outside the vocabulary is taken as the operator writes it."""
    if "city" not in table.data:
        return None
    name = table.text("city")
    known = vocabulary.find_city(name)
    return known.name if known else name


def _year(table: Table) -> int | None:
    if "year" not in table.data:
        return None
    year = table.whole("year")
    if year not in _YEARS:
        table.fail(f"год {year} невозможен, нужен от {_YEARS.start} до {_YEARS.stop - 1}.", key="year")
    return year


def _section(table: Table, vocabulary: Vocabulary) -> str | None:
    if "section" not in table.data:
        return None
    title = table.text("section")
    section = vocabulary.find_section(title)
    if section is None:
        titles = "; ".join(section.title for section in vocabulary.sections)
        table.fail(f"раздел «{title}» неизвестен; известны: {titles}.", key="section", value=title)
    return section.title
