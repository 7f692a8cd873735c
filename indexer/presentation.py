"""How files and reports are shown: JSON by the contract, tables and sentences for people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from indexer.model import Passage, Report, SourceFile
from indexer.report import Fate
from indexer.russian import plural

STATUSES = {"read": "прочитан", "duplicate": "копия", "empty": "пустой", "failed": "не прочитан"}
_ROLES = {"title": "заголовок", "question": "вопрос", "answer": "ответ"}


def passage_json(passage: Passage) -> dict[str, Any]:
    """A passage as the contract of ``passages --json`` has it."""
    found: dict[str, Any] = {
        "id": passage.id,
        "position": passage.position,
        "kind": passage.kind,
        "question": passage.question,
        "part": passage.part,
        "parts": passage.parts,
        "text": passage.text,
        "topics": list(passage.topics),
        "mentions": list(passage.mentions),
    }
    return found | {"blank": True} if passage.blank else found


def report_json(report: Report) -> dict[str, Any]:
    """A report as the contract of ``passages --json`` has it."""
    evidence: dict[str, Any] = {
        "city": report.evidence.city,
        "year": report.evidence.year,
        "section": report.evidence.section,
    }
    if report.evidence.notes:
        evidence["notes"] = list(report.evidence.notes)
    return {
        "id": report.id,
        "city": report.city,
        "year": report.year,
        "section": report.section,
        "evidence": evidence,
        "warnings": list(report.warnings),
        "headings": list(report.headings),
        "passages": [passage_json(passage) for passage in report.passages],
    }


def file_json(source: SourceFile) -> dict[str, Any]:
    """A file as an element of ``check --json``'s ``files``."""
    return {
        "file": source.file,
        "status": source.status,
        "reason": source.reason,
        "reports": [report_json(report) for report in source.reports],
    }


def check_table(sources: Iterable[SourceFile]) -> Iterable[str]:
    """A line for every report and every file without one: file, city, year, section, answers; warnings below."""
    yield _columns("Файл", "Город", "Год", "Раздел", "Ответы")
    for source in sources:
        name = printable(source.file)
        if not source.reports:
            yield _columns(name, f"— {STATUSES[source.status]}", "", "", "")
        for report in source.reports:
            answers = str(len(report.passages))
            yield _columns(name, report.city or "?", str(report.year or "?"), report.section or "?", answers)
            for warning in report.warnings:
                yield f"    ! {warning}"
        if source.reason:
            yield f"    {source.reason}"


def _columns(file: str, city: str, year: str, section: str, answers: str) -> str:
    return f"{_cut(file, 44):<44} {_cut(city, 22):<22} {year:>4}  {_cut(section, 36):<36} {answers:>6}".rstrip()


def _cut(text: str, width: int) -> str:
    """A long name keeps its end, where files differ."""
    return text if len(text) <= width else "…" + text[-(width - 1) :]


def printable(name: str) -> str:
    """A name on one line of a terminal: line breaks and control characters shown as «�»."""
    return "".join("�" if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign for sign in name)


def file_story(source: SourceFile, fates: Sequence[Fate]) -> Iterable[str]:
    """How one file was understood, for reading: decisions with their evidence, the fate of every block."""
    yield f"Файл: {printable(source.file)} — {STATUSES[source.status]}"
    if source.reason:
        yield source.reason
    for number, report in enumerate(source.reports):
        yield ""
        yield f"Отчёт {report.id}"
        yield f"  город:  {report.city or 'не определён'} ← {report.evidence.city or 'ничто не указывает'}"
        yield f"  год:    {report.year or 'не определён'} ← {report.evidence.year or 'ничто не указывает'}"
        yield f"  раздел: {report.section or 'не определён'} ← {report.evidence.section or 'ничто не указывает'}"
        yield from (f"  к сведению: {note}" for note in report.evidence.notes)
        yield from (f"  внимание: {warning}" for warning in report.warnings)
        yield from _fate_lines(fate for fate in fates if fate.report == number)
        yield from _passage_lines(report)


def _fate_lines(fates: Iterable[Fate]) -> Iterable[str]:
    yield "  Что чем стало:"
    for fate in fates:
        role = _ROLES[fate.role] + (f" {fate.kind}" if fate.kind else "")
        yield f"    {role:<22} {_start(fate.text)}"


def _passage_lines(report: Report) -> Iterable[str]:
    yield f"  {plural(len(report.passages), 'ответ', 'ответа', 'ответов')}:"
    for passage in report.passages:
        part = f", часть {passage.part} из {passage.parts}" if passage.parts > 1 else ""
        blank = ", ничего не сообщает" if passage.blank else ""
        yield f"    {passage.position}. {passage.kind}{part}{blank}: {passage.question or 'без вопроса'}"
        if passage.topics:
            yield f"       темы: {', '.join(passage.topics)}"
        if passage.mentions:
            yield f"       упомянуты: {', '.join(passage.mentions)}"


def _start(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 90 else line[:89] + "…"
