"""The reported year: the year a report looks back on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.model import KIND_TASKS
from indexer.report.questions import Candidate

_YEAR = r"((?:19[89]|20[0-4])\d)"
_BARE = re.compile(rf"(?<![\d.№/-]){_YEAR}(?![\d/]|-[а-яё]*\d)")
_SPAN = rf"{_YEAR}(?:\s*(?:[-–—]|и)\s*{_YEAR})?"
"""«2019» or «2018–2019»: a report over two years counts as one over the last."""
_BACK = re.compile(
    rf"(?:\bза|\bитог\w*|\bв|\bтечение|\bрезультат\w*|\bпо итогам)\s+(?:работы\s+)?(?:за\s+|в\s+)?{_SPAN}(?:\s*г|\b)",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    rf"(?:\bна|\bпланы?\s+(?:работы\s+)?(?:на|в)|\bзадач\w+\s+(?:на|в)|планиру\w+\s+(?:\w+\s+)?(?:в|на))\s+{_SPAN}",
    re.IGNORECASE,
)
_MONTHS = "январ|феврал|март|апрел|ма[йя]|июн|июл|август|сентябр|октябр|ноябр|декабр"
_DATE = re.compile(
    rf"(?<!\d)\d{{1,2}}[»\"]?(?:\s*[./]\s*(?P<number>\d{{1,2}})\s*[./]\s*|\s+(?P<name>{_MONTHS})\w*\s+)(?P<year>20[0-4]\d)",
    re.IGNORECASE,
)
_LEFT_OPEN = re.compile(rf"_[»\"]?\s*_\s*{_YEAR}|_[»\"]\s*(?:{_MONTHS})\w*\s+{_YEAR}", re.IGNORECASE)
"""«___» __________ 2020 г.»: a date that nobody has filled in."""
_SPRING = 6
"""Reports on a year are sent in the first half of the next."""
_IN_NAME = re.compile(rf"(?<!\d){_YEAR}(?!\d)")
_LONE = re.compile(rf"^\W*(?:за\s+)?{_YEAR}\s*(?:г\.?|год[а-яё]*)?\W*$", re.IGNORECASE)
_BEHIND_STROKE = re.compile(rf"^[^\W\d][^\d/]*(?:/[^\d/]+)*/\s*{_YEAR}\s*(?:г\.?|год[а-яё]*)?\W*$", re.IGNORECASE)
"""«Архитектура/Салехард/2011»; «Исх. 12/2011» is a number of a letter."""
_FINISHED = re.compile(
    rf"(?:\b[вВ]|\b[зЗ]а|\bтечение|\b[пП]о итогам|\bянвар\w+|\bфеврал\w+|\bмарт\w?|\bапрел\w+|\bма[йея]|"
    rf"\bиюн\w|\bиюл\w|\bавгуст\w?|\bсентябр\w|\bоктябр\w|\bноябр\w|\bдекабр\w)\s+{_YEAR}\s*(?:г\b|г\.|год)"
)


@dataclass(frozen=True, slots=True)
class YearSources:
    """Where evidence of the year is looked for."""

    titles: Sequence[str]
    questions: Sequence[Candidate]
    body: Sequence[tuple[str, str]]
    """Kind and text of each answer."""
    path: str
    letterhead: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FoundYear:
    """A year with what told it."""

    value: int
    evidence: str
    warning: str | None = None


def reported_year(sources: YearSources) -> FoundYear | None:
    """The year by the first rule that tells it, with a warning where a weaker one of `RULES` contradicts."""
    found = [year for rule in RULES if (year := rule(sources)) is not None]
    if not found:
        return next((year for rule in THIN_RULES if (year := rule(sources)) is not None), None)
    best = found[0]
    others = [year for year in found[1:] if year.value != best.value]
    if others and best.warning is None:
        told = "; ".join(f"{year.value} — {year.evidence}" for year in others)
        return FoundYear(
            best.value, best.evidence, f"свидетельства года расходятся: {best.value} — {best.evidence}; {told}"
        )
    return best


def year_from_title(sources: YearSources) -> FoundYear | None:
    """«Отчёт за 2021 год», «2021 год», «Итоги 2021 года и задачи на 2022 год»; «План на 2022 год» → 2021."""
    for title in sources.titles:
        found = _looking_back(title)
        if found:
            return FoundYear(found, f"заголовок: «{title}»")
    for title in sources.titles:
        ahead = _AHEAD.search(title)
        if ahead:
            return FoundYear(int(ahead[1]) - 1, f"заголовок: «{title}»")
    return None


def _looking_back(title: str) -> int | None:
    lone = _LONE.match(title)
    if lone and "_" not in title:
        return int(lone[1])
    rest = _LEFT_OPEN.sub(" ", _DATE.sub(" ", _AHEAD.sub(" ", title)))
    back = _BACK.search(rest)
    if back:
        return int(back[2] or back[1])
    behind = _BEHIND_STROKE.match(title.strip())
    if behind:
        return int(behind[1])
    bare = [int(year) for year in _BARE.findall(rest)]
    # «Исх. от 12.02.2022»: the date of a letter is not the year of its report; _BARE leaves dates out.
    return bare[-1] if bare else None


def year_from_question(sources: YearSources) -> FoundYear | None:
    """«Что удалось сделать в 2021 году?» → 2021."""
    for question in sources.questions:
        if question.kind != KIND_TASKS and question.years:
            return FoundYear(question.years[0], f"вопрос: «{question.text}»")
    return None


def year_from_tasks_question(sources: YearSources) -> FoundYear | None:
    """«Какие задачи стоят в 2022 году?» → 2021."""
    for question in sources.questions:
        if question.kind == KIND_TASKS and question.years:
            return FoundYear(question.years[0] - 1, f"вопрос: «{question.text}»")
    return None


def year_from_letter(sources: YearSources) -> FoundYear | None:
    """«Вх. № 12 от 15.02.2020», «12 февраля 2020 года № 44-п» above the answers → 2019."""
    for title in sources.titles:
        date = _DATE.search(title)
        if date:
            month = int(date["number"]) if date["number"] else _month(date["name"])
            return _thin(int(date["year"]) - (month <= _SPRING), f"дата письма: «{title}»")
    return None


def _month(name: str) -> int:
    """1…12 for the beginning of a month's name."""
    return next(number for number, month in enumerate(_MONTHS.split("|"), 1) if re.match(month, name, re.IGNORECASE))


def year_from_body(sources: YearSources) -> FoundYear | None:
    """The year most answers speak of as past; failing that, the year before the one that is planned for."""
    past: Counter[int] = Counter()
    for kind, text in sources.body:
        if kind != KIND_TASKS:
            past.update(int(year) for year in _FINISHED.findall(text))
    planned = [int(year) for kind, text in sources.body if kind == KIND_TASKS for year in _BARE.findall(text)]
    if past:
        year = max(past, key=lambda value: (past[value], value))
        latest = max(past)
        # A later year named at least half as often is the reported one: reports look back further, never ahead.
        year = latest if past[latest] * 2 >= past[year] and not (planned and latest >= max(planned)) else year
        if past[year] > 1 or not _is_older(year, planned, sources.path):
            return _thin(year, f"текст: «в {year} году» ({past[year]} раз)")
    if planned:
        year = min(planned) - 1
        return _thin(year, f"текст задач: «{min(planned)}»")
    return None


def _is_older(year: int, planned: Sequence[int], path: str) -> bool:
    """«Отдел создан в 1998 году»: a year named once, before the one that the plans or the file's name speak of."""
    if planned:
        return year < min(planned) - 1
    named = [int(value) for value in _IN_NAME.findall(path)]
    return bool(named) and year < max(named) - 1


def year_from_letterhead(sources: YearSources) -> FoundYear | None:
    """«Отчёт за 2021 год» in the running head of every page."""
    for line in sources.letterhead:
        found = _looking_back(line)
        if found:
            return _thin(found, f"колонтитул: «{line}»")
    return None


def year_from_path(sources: YearSources) -> FoundYear | None:
    """The year in the name of the file or of a folder: weakest, it may be the year of receipt."""
    for part in reversed(sources.path.split("/")):
        years = _IN_NAME.findall(part)
        if years:
            return FoundYear(
                int(years[0]),
                f"имя файла или папки: «{part}»",
                f"год определён только по имени файла или папки: «{part}»; это может быть год получения",
            )
    return None


RULES: tuple[Callable[[YearSources], FoundYear | None], ...] = (
    year_from_title,
    year_from_question,
    year_from_tasks_question,
)
"""Strongest first."""

THIN_RULES: tuple[Callable[[YearSources], FoundYear | None], ...] = (
    year_from_letter,
    year_from_body,
    year_from_letterhead,
    year_from_path,
)
"""Strongest first; they are asked only where none of the others tells, and contradict none."""


def _thin(year: int, evidence: str) -> FoundYear:
    return FoundYear(year, evidence, f"год определён только по косвенным признакам: {evidence}")


def year_of_value(text: str) -> int | None:
    """The year of a field «Год: 2021»."""
    match = re.search(_YEAR, text)
    return int(match[1]) if match else None
