"""The operator's word: reports.toml files that set city, year and section of reports, or skip files.

What contradicts itself is an error; what has no effect, or an effect that nobody meant, is a remark: the rest holds.
"""

from __future__ import annotations

import fnmatch
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from indexer.folders import is_sample
from indexer.intake.nearest import has_mask, nearest_city, nearest_file
from indexer.model import Said
from indexer.vocabulary import Table, TomlFile, Vocabulary, fold, read_toml

OVERRIDES_FILE = "reports.toml"

_PREFIXED = re.compile(r"(\w+)[.\s]\s*(.+)")
_YEARS = range(1990, 2100)


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one ``[[file]]`` table says of the paths that match its pattern."""

    pattern: str
    """Relative to the reports folder."""
    matches: re.Pattern[str]
    said: Said
    place: str
    """File and line, for remarks."""

    def has_effect(self, files: Collection[str]) -> bool:
        """Whether it speaks of any of the files."""
        return self.pattern in files or (has_mask(self.pattern) and any(map(self.matches.fullmatch, files)))


class Overrides:
    """All that the operator said, ready to be asked of a file."""

    def __init__(self, rules: Sequence[_Rule], sample: bool, notes: Sequence[str], remarks: Sequence[str]) -> None:
        self._rules = rules
        self._sample = sample
        self._remarks = tuple(remarks)
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
        return Said(city, year, section, skip, self._sample, evidence)

    def remarks(self, files: Sequence[str]) -> list[str]:
        """What the operator should know of the rules, given all files of the folder: Russian sentences."""
        known = set(files)
        idle = (rule for rule in self._rules if not rule.has_effect(known))
        return [*self._remarks, *(_idle(rule, files) for rule in idle)]


def load_overrides(folder: Path, vocabulary: Vocabulary) -> Overrides:
    """The reports.toml of a folder and its subfolders, shallow ones first.

    Raises VocabularyError, naming file and line, on any fault: an operator's slip must not pass silently.
    """
    rules: list[_Rule] = []
    notes: list[str] = []
    remarks: list[str] = []
    sample = False
    paths = sorted(folder.rglob(OVERRIDES_FILE), key=lambda path: (len(path.parts), path))
    for path in paths:
        file = read_toml(path)
        prefix = path.parent.relative_to(folder).as_posix()
        prefix = "" if prefix == "." else unicodedata.normalize("NFC", prefix) + "/"
        head = Table(file, file.data, 0, len(file.lines))
        head.check_keys((), ("sample", "note", "file"))
        if head.flag("sample"):
            if is_sample(folder):
                sample = True
            else:
                place = f"{prefix}{OVERRIDES_FILE}, строка {head.line_of(key='sample')}"
                remarks.append(f"{place}: {_NOT_THE_SAMPLE}")
        if "note" in file.data:
            notes.append(head.text("note"))
        for rule, remark in _rules(file, prefix, vocabulary):
            rules.append(rule)
            remarks += [remark] if remark else []
    return Overrides(rules, sample, notes, remarks)


_NOT_THE_SAMPLE = (
    "«sample = true» действует только в папке образца, здесь оно ничего не значит и отчёты считаются настоящими; "
    "уберите эту строку."
)


def _rules(file: TomlFile, prefix: str, vocabulary: Vocabulary) -> Iterable[tuple[_Rule, str | None]]:
    """Each rule, with a remark where a part of it is not applied."""
    if "file" not in file.data:
        return
    for table in file.tables("file"):
        table.check_keys(("path",), ("city", "new_city", "year", "section", "skip"))
        pattern = prefix + unicodedata.normalize("NFC", table.text("path")).replace("\\", "/").lstrip("/")
        city, remark = _city(table, vocabulary)
        place = f"{prefix}{OVERRIDES_FILE}, строка "
        rule = _Rule(
            pattern,
            re.compile(fnmatch.translate(pattern)),
            _said(table, city, vocabulary),
            f"{place}{table.line_of(key='path')}",
        )
        yield rule, remark and f"{place}{table.line_of(key='city')}: {remark}"


def _idle(rule: _Rule, files: Sequence[str]) -> str:
    """What is told of a rule that no file answers to."""
    nearest = nearest_file(rule.pattern, files)
    hint = f"ближайшее имя — «{nearest}»" if nearest else "похожего имени в папке нет"
    return f"{rule.place}: правило для «{rule.pattern}» не подошло ни к одному файлу; {hint}. Исправьте path."


def _said(table: Table, city: str | None, vocabulary: Vocabulary) -> Said:
    evidence = f"слово оператора: {table.file.path.name}, строка {table.first + 1}"
    return Said(
        city=city,
        year=_year(table),
        section=_section(table, vocabulary),
        skip=table.flag("skip"),
        evidence=evidence,
    )


def _city(table: Table, vocabulary: Vocabulary) -> tuple[str | None, str | None]:
    """The canonical name, or why what stands there is none: a slip must not found a city."""
    new = table.flag("new_city")
    if "city" not in table.data:
        if new:
            table.fail("«new_city» без «city»: назовите город.", key="new_city")
        return None, None
    name = table.text("city")
    known = vocabulary.find_city(name)
    if known or new:
        return known.name if known else _without_prefix(name, vocabulary), None
    nearest = nearest_city(name, vocabulary)
    hint = f"ближайший — {nearest}" if nearest else "похожего в нём нет"
    return None, (
        f"города «{name}» нет в списке, {hint}; город по этому правилу не задан. "
        "Исправьте имя, а если город и вправду новый, добавьте new_city = true."
    )


def _without_prefix(name: str, vocabulary: Vocabulary) -> str:
    """«г. Новоград» → «Новоград»."""
    prefixed = _PREFIXED.fullmatch(name)
    return prefixed[2] if prefixed and fold(prefixed[1]) in vocabulary.prefixes.city else name


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
