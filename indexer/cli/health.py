"""The health of the whole folder: only the trouble, as a table for Excel, as a ready reports.toml, by reasons."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from indexer.model import Report, SourceFile
from indexer.presentation import STATUSES, printable
from indexer.russian import plural

PROBLEMS_FROM = 200
"""From so many files on a table of all of them hides the few that need somebody."""

_COLUMNS = ("Файл", "Состояние", "Город", "Год", "Раздел", "Ответов", "Причина", "Предупреждения")
_FORMULA = re.compile(r"[\s\u200b-\u200f\ufeff]*[=+\-@]")
"""Excel takes such a cell for a formula."""
_NAMED = re.compile(r"«[^»]*»")
_NUMBERS = re.compile(r"\d+(?:[.,\u00a0]\d+)*\u00a0?%?")


def has_trouble(source: SourceFile) -> bool:
    """The file gave nothing, or less than it holds, or what it gave is doubtful; a copy is no trouble."""
    if source.status == "duplicate":
        return False
    return source.status != "read" or bool(source.reason) or any(map(_is_doubtful, source.reports))


def only_trouble(source: SourceFile) -> SourceFile:
    """The file with those of its reports alone that have warnings or lack city, year or section."""
    return replace(source, reports=tuple(filter(_is_doubtful, source.reports)))


def _is_doubtful(report: Report) -> bool:
    return bool(report.warnings) or None in (report.city, report.year, report.section)


def reasons(sources: Iterable[SourceFile]) -> Iterable[str]:
    """How many files share a reason and how many reports a warning, the commonest first."""
    files = Counter(_kind(source.reason) for source in sources if source.reason)
    for kind, number in files.most_common():
        yield f"  {plural(number, 'файл', 'файла', 'файлов')}: {kind}"


def warning_totals(sources: Iterable[SourceFile]) -> Iterable[str]:
    """How many reports have a warning, the commonest first."""
    warnings = Counter(
        kind for source in sources for report in source.reports for kind in {_kind(text) for text in report.warnings}
    )
    for kind, number in warnings.most_common():
        yield f"  {plural(number, 'отчёт', 'отчёта', 'отчётов')}: {kind}"


def _kind(sentence: str) -> str:
    """The sentence without what differs from file to file."""
    return _NUMBERS.sub("…", _NAMED.sub("«…»", sentence))


def csv_of(sources: Iterable[SourceFile]) -> Iterable[str]:
    """Lines of a table that Russian Excel opens by itself: a row for each report, and for each file without one."""
    yield _csv_line(_COLUMNS)
    for source in sources:
        head = (source.file, STATUSES[source.status])
        for report in source.reports:
            known = (report.city or "", str(report.year or ""), report.section or "", str(len(report.passages)))
            yield _csv_line((*head, *known, source.reason or "", "; ".join(report.warnings)))
        if not source.reports:
            yield _csv_line((*head, "", "", "", "0", source.reason or "", ""))


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="").writerow([_harmless(cell) for cell in cells])
    return line.getvalue()


def _harmless(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def suggestion(sources: Iterable[SourceFile]) -> Iterable[str]:
    """A reports.toml to be completed: what is not known of each report, and files that are no reports at all."""
    yield "# Впишите значения вместо многоточий, уберите решётки и сохраните как reports.toml в папке с отчётами."
    for source in sources:
        if source.status == "duplicate":
            continue
        missing = sorted({name for report in source.reports for name in _missing(report)}, key=_FIELDS.index)
        if missing:
            yield from ("", *_comment(source), "[[file]]", f"path = {_toml(source.file)}")
            yield from (f"# {name} = {_EXAMPLES[name]}" for name in missing)
        elif source.status in ("failed", "empty"):
            yield from ("", *_comment(source), "# [[file]]", f"# path = {_toml(source.file)}", "# skip = true")


_FIELDS = ("city", "year", "section")
_EXAMPLES = {"city": '"…"', "year": "…", "section": '"…"'}


def _missing(report: Report) -> Iterable[str]:
    return (name for name in _FIELDS if getattr(report, name) is None)


def _comment(source: SourceFile) -> Iterable[str]:
    """Why the file is in the list."""
    told = [source.reason] if source.reason else []
    told += [warning for report in source.reports for warning in report.warnings]
    return (f"# {printable(sentence)}" for sentence in dict.fromkeys(told))


def _toml(path: str) -> str:
    """The path as a pattern of reports.toml that means this file and no other, in TOML's quotes."""
    pattern = re.sub(r"([*?\[])", r"[\1]", path)
    escaped = pattern.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in escaped) + '"'
