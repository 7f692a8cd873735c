"""«Что не меняется годами»: what cities say again over the years, and what they say for the first time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from indexer.model import Passage, Report
from search_app.connections.echoes.runs import Run, run_of
from search_app.engine.door import Engine, Repeated
from search_app.request.addresses import Link, city_url, pairs, passage_url, readable, to_text
from search_app.request.model import SearchRequest, Value
from search_app.wording.labels import value_label
from search_app.wording.numbers import counted, plural, year_spans

PATH = "/unchanged"
SAME, NEW = "same", "new"
PER_PAGE = 20

_VERBS = {
    "help": ("просят", "просили"),
    "problems": ("не решено", "писали «не решено»"),
    "tasks": ("ставят задачу", "ставили задачу"),
    "discussion": ("предлагают обсудить", "предлагали обсудить"),
    "training": ("просят обучить", "просили обучить"),
}
_OTHER_VERBS = ("повторяют", "повторяли")


@dataclass(frozen=True, slots=True)
class Echo:
    """One answer said in several years."""

    passage: Passage
    report: Report
    """Of the newest of them."""
    url: str
    words: str
    """«Просят с 2017 года, 5 лет подряд»"""
    years: tuple[Link, ...]
    """Every year's answer, newest first."""
    compare_url: str
    """Where the years stand side by side with the changes marked; blank where the text is the same."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """One answer that says something for the first time."""

    passage: Passage
    report: Report
    url: str


@dataclass(frozen=True, slots=True)
class UnchangedPage:
    """What the template prints."""

    title: str
    summary: str
    show: str
    """`SAME` or `NEW`."""
    request: SearchRequest
    tabs: tuple[Link, ...]
    kinds: tuple[Link, ...]
    years: tuple[Link, ...]
    """Of what is new."""
    cities: tuple[str, ...]
    """To choose from."""
    sections: tuple[str, ...]
    echoes: tuple[Echo, ...]
    newcomers: tuple[Newcomer, ...]
    total: int
    page: int
    pages: int
    previous_url: str
    next_url: str
    carried: tuple[tuple[str, str], ...]
    """The parameters that the page was asked with."""


def unchanged_page(request: SearchRequest, show: str, engine: Engine) -> UnchangedPage:
    """The page of what is said again, or of what is new in a year (by default the newest)."""
    wanted = narrowed(request)
    if show == NEW:
        return _new_page(replace(wanted, year=wanted.year or _newest(engine)), engine)
    found = engine.repeats(wanted, *_places(wanted.page))
    longest = engine.repeats(wanted, 0, 1).found
    pages = _pages(found.total)
    return UnchangedPage(
        title="Что не меняется годами",
        summary=_summary(found.total, longest[0] if longest else None, engine),
        show=SAME,
        request=wanted,
        tabs=_tabs(wanted, SAME),
        kinds=_kinds(wanted, SAME, found.kinds, engine),
        years=(),
        cities=_values("city", engine),
        sections=_values("section", engine),
        echoes=tuple(echo_of(one, engine) for one in found.found),
        newcomers=(),
        total=found.total,
        page=wanted.page,
        pages=pages,
        **_steps(wanted, SAME, pages),
    )


def narrowed(request: SearchRequest) -> SearchRequest:
    """What of a request narrows the page; of several years only the last one."""
    years = tuple(year for year in request.year if year is not None)[-1:]
    blank = SearchRequest()
    return replace(blank, city=request.city, section=request.section, kind=request.kind, year=years, page=request.page)


def echo_of(found: Repeated, engine: Engine) -> Echo:
    """A repeated answer, ready to print."""
    answers = [engine.answer_at(number) for number in found.numbers]
    newest = answers[0]
    run = _run(found, newest.report, engine)
    reworded = any(answer.passage.fingerprint != newest.passage.fingerprint for answer in answers)
    return Echo(
        passage=newest.passage,
        report=newest.report,
        url=passage_url(newest.report.id, newest.passage.position),
        words=run_words(run, found.kind, _answered(run, newest.report, found.kind, engine)),
        years=tuple(
            Link(str(answer.report.year), passage_url(answer.report.id, answer.passage.position)) for answer in answers
        ),
        compare_url=_compare_url(newest.report, found, engine) if reworded else "",
    )


def run_words(run: Run, kind: str, answered: Collection[int]) -> str:
    """«Просят с 2017 года, 5 лет подряд»; gaps and missing reports are told.

    ``answered`` are the years whose report answers the question at all: what is not said again may be said otherwise.
    """
    now, before = _VERBS.get(kind, _OTHER_VERBS)
    verb = now if run.goes_on else before
    times = len(run.years)
    if run.in_a_row:
        said = f"{verb} с {run.first} года, {counted(times, 'год', 'года', 'лет')} подряд"
    elif not run.silent:
        said = f"{verb} во всех отчётах с {run.first} по {run.last} год, {counted(times, 'раз', 'раза', 'раз')}"
    else:
        said = f"{verb} {counted(times, 'раз', 'раза', 'раз')} с {run.first} по {run.last} год"
        said += _otherwise(run.silent, answered, "")
    if run.unreported:
        said += f"; в архиве нет {_of_years(run.unreported, 'отчёта', 'отчётов')}"
    if not run.goes_on:
        said += _otherwise(run.since, answered, " уже")
    elif run.unreported_since:
        said += "; более поздних отчётов в архиве нет"
    return said[0].upper() + said[1:]


def _otherwise(years: Sequence[int], answered: Collection[int], already: str) -> str:
    """«; в отчёте за 2019 год ответ уже другой; в отчётах за 2020, 2021 годы ответа нет»"""
    other = [year for year in years if year in answered]
    blank = [year for year in years if year not in answered]
    said = f"; в {_of_years(other, 'отчёте', 'отчётах')} ответ{already} другой" if other else ""
    return said + (f"; в {_of_years(blank, 'отчёте', 'отчётах')} ответа{already} нет" if blank else "")


def _answered(run: Run, report: Report, kind: str, engine: Engine) -> frozenset[int]:
    """Of the years that do not say it again, those whose report has an answer to the question."""
    if not run.silent and not run.since:
        return frozenset()
    wanted = SearchRequest(city=(report.city,), section=(report.section,), kind=(kind,), year=(*run.silent, *run.since))
    found = engine.answers_at(engine.numbers(wanted))
    return frozenset(one.report.year for one in found if one.report.year is not None and not one.passage.blank)


def _of_years(years: Sequence[int], one: str, many: str) -> str:
    """«отчёте за 2019 год», «отчётах за 2019–2021 годы»"""
    return f"{one} за {years[0]} год" if len(years) == 1 else f"{many} за {year_spans(years)} годы"


def _run(found: Repeated, report: Report, engine: Engine) -> Run:
    return run_of(found.years, _reported(report, engine), max(_newest(engine), default=0))


def _reported(report: Report, engine: Engine) -> Iterable[int]:
    """The years for which the city has sent a report on the section."""
    return [
        card.year
        for card in engine.cards()
        if card.year is not None and card.city == report.city and card.section == report.section
    ]


def _compare_url(report: Report, found: Repeated, engine: Engine) -> str:
    if report.city is None:
        return ""
    query = [("kind", found.kind), ("section", to_text(report.section))]
    query += [("year", str(year)) for year in sorted(found.years)[-_COMPARED:]]
    return f"{city_url(report.city, engine.vocabulary)}?{urlencode(query)}"


_COMPARED = 6
"""Years that the comparison shows beside each other."""


def _summary(total: int, most: Repeated | None, engine: Engine) -> str:
    if most is None:
        return "Повторяющихся ответов не найдено."
    number = counted(total, "ответ", "ответа", "ответов")
    report = engine.answer_at(most.numbers[0]).report
    run = _run(most, report, engine)
    words = run_words(run, most.kind, _answered(run, report, most.kind, engine))
    city = value_label("city", report.city, engine.vocabulary)
    twice = plural(total, "повторяется", "повторяются", "повторяются")
    return f"{number} {twice} в отчётах двух и более лет. Дольше всего — {city}: {words[0].lower()}{words[1:]}."


def told(request: SearchRequest, show: str, most: int, engine: Engine) -> list[tuple[Passage, Report, str]]:
    """All answers of the page, whatever its number of pages, each with what is told beside it."""
    if show == NEW:
        found = engine.newcomers(request.year[0] if request.year and request.year[0] else 0, request, 0, most).found
        answers = [engine.answer_at(number) for number in found]
        return [(answer.passage, answer.report, "") for answer in answers]
    echoes = (echo_of(one, engine) for one in engine.repeats(request, 0, most).found)
    return [(echo.passage, echo.report, f"{echo.words}: {year_list(echo)}") for echo in echoes]


def year_list(echo: Echo) -> str:
    """«2014, 2016–2018»"""
    return year_spans(int(link.label) for link in echo.years)


# What is new


def _new_page(wanted: SearchRequest, engine: Engine) -> UnchangedPage:
    year = wanted.year[0] if wanted.year else None
    found = engine.newcomers(year or 0, wanted, *_places(wanted.page))
    pages = _pages(found.total)
    return UnchangedPage(
        title=f"Новые ответы за {year} год" if year else "Новые ответы",
        summary=_new_summary(found.total, year),
        show=NEW,
        request=wanted,
        tabs=_tabs(wanted, NEW),
        kinds=_kinds(wanted, NEW, found.kinds, engine),
        years=_years(wanted, engine),
        cities=_values("city", engine),
        sections=_values("section", engine),
        echoes=(),
        newcomers=tuple(_newcomer(number, engine) for number in found.found),
        total=found.total,
        page=wanted.page,
        pages=pages,
        **_steps(wanted, NEW, pages),
    )


def _newcomer(number: int, engine: Engine) -> Newcomer:
    found = engine.answer_at(number)
    return Newcomer(found.passage, found.report, passage_url(found.report.id, found.passage.position))


def _new_summary(number: int, year: int | None) -> str:
    if not number or year is None:
        return "Новых ответов не найдено."
    differ = plural(number, "отличается", "отличаются", "отличаются")
    return (
        f"{counted(number, 'ответ', 'ответа', 'ответов')} за {year} год {differ} от всех прежних ответов "
        "того же города на тот же вопрос."
    )


def _newest(engine: Engine) -> tuple[int, ...]:
    return tuple(sorted((year for year in engine.facet_counts()["year"] if isinstance(year, int)), reverse=True)[:1])


def _years(wanted: SearchRequest, engine: Engine) -> tuple[Link, ...]:
    years = sorted((year for year in engine.facet_counts()["year"] if isinstance(year, int)), reverse=True)
    return tuple(Link(str(year), url(replace(wanted, year=(year,)), NEW), wanted.year == (year,)) for year in years)


# Addresses and choices


def url(request: SearchRequest, show: str) -> str:
    """The address of the page of a request."""
    query = readable([*([("show", NEW)] if show == NEW else []), *pairs(request, folds=False)])
    return f"{PATH}?{query}" if query else PATH


def _places(page: int) -> tuple[int, int]:
    return (page - 1) * PER_PAGE, page * PER_PAGE


def _pages(total: int) -> int:
    return max(-(-total // PER_PAGE), 1)


def _steps(wanted: SearchRequest, show: str, pages: int) -> dict[str, Any]:
    page = wanted.page
    carried = [*([("show", NEW)] if show == NEW else []), *pairs(replace(wanted, page=1), folds=False)]
    return {
        "previous_url": url(replace(wanted, page=page - 1), show) if page > 1 else "",
        "next_url": url(replace(wanted, page=page + 1), show) if page < pages else "",
        "carried": tuple(carried),
    }


def _tabs(wanted: SearchRequest, show: str) -> tuple[Link, ...]:
    bare = replace(wanted, page=1, year=(), kind=())
    return (
        Link("Повторяется", url(bare, SAME), show == SAME),
        Link("Новые ответы", url(bare, NEW), show == NEW),
    )


def _kinds(wanted: SearchRequest, show: str, counts: Mapping[str, int], engine: Engine) -> tuple[Link, ...]:
    bare = replace(wanted, page=1, kind=())
    links = [Link(f"все вопросы ({sum(counts.values())})", url(bare, show), not wanted.kind)]
    for kind in engine.vocabulary.kinds:
        if counts.get(kind.id) or kind.id in wanted.kind:
            chosen = replace(bare, kind=(kind.id,))
            links.append(Link(f"{kind.label} ({counts.get(kind.id, 0)})", url(chosen, show), wanted.kind == (kind.id,)))
    return tuple(links)


def _values(facet: str, engine: Engine) -> tuple[str, ...]:
    values: Iterable[Value] = engine.facet_counts()[facet]
    return tuple(sorted((str(value) for value in values if value is not None), key=lambda text: text.replace("ё", "е")))
