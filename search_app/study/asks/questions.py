"""«Вопрос для всех»: the answers of all cities to one question of a year side by side, and who did not answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from indexer.model import Passage, Report, ReportCard
from search_app.engine.door import Engine
from search_app.request.addresses import Link, city_url, pairs, passage_url, readable
from search_app.request.model import SearchRequest
from search_app.study.solvable import problem_ids
from search_app.wording.labels import value_label
from search_app.wording.numbers import counted, plural

MOST_IN_FULL = 150
"""Answers that are shown whole; of more, the beginnings."""
BEGINNING = 400
"""Letters of an answer that are seen at least before the rest is unfolded."""
EXCERPT = 400
"""Letters of a beginning."""

ANSWERED, EMPTY, NOT_ASKED, NO_REPORT = "answered", "empty", "not-asked", "no-report"


@dataclass(frozen=True, slots=True)
class CityAnswer:
    """One report's answer to the question."""

    report: Report
    """Without its passages."""
    numbers: tuple[int, ...]
    """The engine's handles of the parts of the answer: a page is kept, and of most answers it shows the beginning."""
    title: str
    url: str
    city_url: str
    text: str
    """The whole answer, or its beginning."""
    problems: tuple[str, ...]
    """Ids of its parts that tell of problems: who solved them is a page of each."""
    rest: str
    """What unfolds under a long text; blank where the text is whole."""
    cut: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """What a city did about the question in a section."""

    state: str
    url: str
    words: str


@dataclass(frozen=True, slots=True)
class MemberRow:
    """One member of the association: a mark for each section, in the order of the columns."""

    city: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class QuestionPage:
    """What the template prints."""

    kind: str
    label: str
    year: int | None
    section: str
    """Blank for all."""
    answers: tuple[CityAnswer, ...]
    empty: tuple[Link, ...]
    """Reports that leave the question empty."""
    not_asked: tuple[Link, ...]
    """Reports that do not have the question."""
    missing: tuple[str, ...]
    """Members without any report of the year, or of the section."""
    summary: tuple[str, ...]
    years: tuple[Link, ...]
    sections: tuple[Link, ...]
    kinds: tuple[Link, ...]
    columns: tuple[str, ...]
    """Sections of the table of members."""
    rows: tuple[MemberRow, ...]
    carried: tuple[tuple[str, str], ...]


def question_page(kind: str, year: int | None, section: str | None, engine: Engine) -> QuestionPage:
    """The page of a kind of question for a year and, perhaps, a section; without a year, the newest one."""
    cards = engine.cards()
    years = sorted({card.year for card in cards if card.year is not None}, reverse=True)
    chosen = year if year is not None else next(iter(years), None)
    of_year = [card for card in cards if card.year == chosen and chosen is not None]
    reports = [card for card in of_year if section is None or card.section == section]
    found = _answers(kind, chosen, section, engine)
    empty = {identity for identity, parts in found.items() if all(part.passage.blank for part in parts)}
    told = {identity: parts for identity, parts in found.items() if identity not in empty}
    members = [city.name for city in engine.vocabulary.cities if city.member]
    missing = tuple(name for name in sorted(members, key=_by_name) if name not in {card.city for card in reports})
    columns = tuple(sorted({card.section for card in reports if card.section}))
    return QuestionPage(
        kind=kind,
        label=value_label("kind", kind, engine.vocabulary),
        year=chosen,
        section=section or "",
        answers=tuple(_given(told, engine)),
        empty=tuple(_link(card, section) for card in reports if card.id in empty),
        not_asked=tuple(_link(card, section) for card in reports if card.id not in found),
        missing=missing,
        summary=tuple(_summary(told, reports, empty, found, members, missing, chosen, section)),
        years=_year_links(kind, years, chosen, section),
        sections=_section_links(kind, chosen, section, of_year),
        kinds=_kind_links(chosen, section, engine),
        columns=columns,
        rows=tuple(_rows(sorted(members, key=_by_name), columns, reports, told, empty)),
        carried=tuple(pairs(_request(chosen, section), folds=False)),
    )


class _Part(NamedTuple):
    """A part of a report's answer, with the engine's handle of it."""

    number: int
    report: Report
    passage: Passage


_Parts = Sequence[_Part]


def _request(year: int | None, section: str | None) -> SearchRequest:
    return SearchRequest(year=(year,) if year is not None else (), section=(section,) if section else ())


def _url(kind: str, year: int | None, section: str | None) -> str:
    query = readable(pairs(_request(year, section), folds=False))
    return f"/questions/{kind}?{query}" if query else f"/questions/{kind}"


def _answers(kind: str, year: int | None, section: str | None, engine: Engine) -> Mapping[str, _Parts]:
    """Report → the parts of its answers to the question, in order."""
    if year is None:
        return {}
    found: dict[str, list[_Part]] = {}
    numbers = engine.numbers(replace(_request(year, section), kind=(kind,)))
    for number, answer in zip(numbers, engine.answers_at(numbers), strict=True):
        found.setdefault(answer.report.id, []).append(_Part(number, answer.report, answer.passage))
    return found


def whole_answers(page: QuestionPage, engine: Engine) -> tuple[tuple[Passage, ...], ...]:
    """The parts of each answer of a page, read anew and all at once."""
    read = engine.answers_at([number for answer in page.answers for number in answer.numbers])
    return tuple(tuple(found.passage for found in islice(read, len(answer.numbers))) for answer in page.answers)


def _given(told: Mapping[str, _Parts], engine: Engine) -> Iterable[CityAnswer]:
    in_full = len(told) <= MOST_IN_FULL
    ordered = sorted(
        told.values(), key=lambda parts: (_by_name(parts[0].report.city or "яяя"), parts[0].report.section or "")
    )
    for parts in ordered:
        report, first = parts[0].report, parts[0].passage
        text = "\n".join(part.passage.text for part in parts if not part.passage.blank)
        cut = not in_full and len(text) > EXCERPT
        beginning, rest = _beginning(text)
        name = value_label("city", report.city, engine.vocabulary)
        yield CityAnswer(
            report=report,
            numbers=tuple(part.number for part in parts),
            title=name[0].upper() + name[1:],
            url=passage_url(report.id, first.position),
            city_url=city_url(report.city, engine.vocabulary) if report.city else "",
            problems=problem_ids(part.passage for part in parts),
            text=f"{text[:EXCERPT].rsplit(' ', 1)[0]} …" if cut else beginning,
            rest="" if cut else rest,
            cut=cut,
        )


def _beginning(text: str) -> tuple[str, str]:
    """The first paragraphs of a long text, and the rest of it; all of a text that is hardly longer."""
    end = text.find("\n", BEGINNING)
    return (text, "") if end < 0 or len(text) - end < BEGINNING // 2 else (text[:end], text[end + 1 :])


def _link(card: ReportCard, section: str | None) -> Link:
    more = f", {card.section}" if card.section and not section else ""
    return Link(f"{card.city or 'Город не определён'}{more}", f"/reports/{card.id}")


def _summary(
    told: Mapping[str, _Parts],
    reports: Sequence[ReportCard],
    empty: set[str],
    found: Mapping[str, _Parts],
    members: Sequence[str],
    missing: Sequence[str],
    year: int | None,
    section: str | None,
) -> Iterable[str]:
    if year is None:
        yield "В архиве нет отчётов, год которых известен."
        return
    cities = len({parts[0].report.city for parts in told.values()})
    whose = counted(cities, "города", "городов", "городов")
    yield (
        f"За {year} год на этот вопрос {plural(len(told), 'есть', 'есть', 'есть')} "
        f"{counted(len(told), 'ответ', 'ответа', 'ответов')} {whose}."
        if told
        else f"За {year} год на этот вопрос никто не ответил."
    )
    if empty:
        yield f"Оставили вопрос без ответа в {counted(len(empty), 'отчёте', 'отчётах', 'отчётах')}."
    absent = sum(card.id not in found for card in reports)
    if absent:
        yield f"Этого вопроса нет в {counted(absent, 'отчёте', 'отчётах', 'отчётах')}."
    if members:
        about = "отчёта по этому разделу" if section else "ни одного отчёта за этот год"
        number = counted(
            len(members), "известного программе члена", "известных программе членов", "известных программе членов"
        )
        yield f"У {len(missing)} из {number} АСДГ нет в архиве {about}."


def _rows(
    members: Iterable[str],
    columns: Sequence[str],
    reports: Iterable[ReportCard],
    told: Mapping[str, _Parts],
    empty: set[str],
) -> Iterator[MemberRow]:
    of_cell = {(card.city, card.section): card for card in reports}
    for name in members:
        yield MemberRow(name, tuple(_mark(of_cell.get((name, section)), told, empty) for section in columns))


def _mark(card: ReportCard | None, told: Mapping[str, _Parts], empty: set[str]) -> Mark:
    if card is None:
        return Mark(NO_REPORT, "", "отчёта нет")
    if card.id in told:
        return Mark(ANSWERED, passage_url(card.id, told[card.id][0].passage.position), "ответ")
    url = f"/reports/{card.id}"
    return Mark(EMPTY, url, "пусто") if card.id in empty else Mark(NOT_ASKED, url, "вопроса нет")


def _year_links(kind: str, years: Iterable[int], chosen: int | None, section: str | None) -> tuple[Link, ...]:
    return tuple(Link(str(year), _url(kind, year, section), year == chosen) for year in years)


def _section_links(kind: str, year: int | None, section: str | None, of_year: Iterable[ReportCard]) -> tuple[Link, ...]:
    names = sorted({card.section for card in of_year if card.section} | ({section} if section else set()))
    links = [Link(name, _url(kind, year, name), name == section) for name in names]
    return (Link("все разделы", _url(kind, year, None), section is None), *links)


def _kind_links(year: int | None, section: str | None, engine: Engine) -> tuple[Link, ...]:
    counts = engine.facet_counts().get("kind", {})
    kinds = [kind for kind in engine.vocabulary.kinds if counts.get(kind.id)]
    return tuple(Link(kind.label, _url(kind.id, year, section)) for kind in kinds)


def _by_name(name: str) -> str:
    return name.lower().replace("ё", "е")
