"""A city's answers to one kind of question side by side across the years, each marked against the one before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from search_app.engine.door import AnswerPlace, Engine
from search_app.request.addresses import Link, city_url, passage_url, to_text
from search_app.request.model import NONE_VALUE
from search_app.study.solvable import problem_ids
from search_app.study.versions.differences import Difference, difference, unmarked
from search_app.wording.labels import value_label

SHOWN_YEARS = 3
MOST_YEARS = 6
"""Beside each other: more answers of several thousand letters no reader and no browser takes in."""


@dataclass(frozen=True, slots=True)
class YearAnswer:
    """One year's answer."""

    year: int
    question: str | None
    url: str
    """Its place in the report."""
    against: int | None
    """The year it is compared with; ``None`` for the first."""
    difference: Difference
    problems: tuple[str, ...]
    """Ids of its parts that tell of problems: who solved them is a page of each."""


@dataclass(frozen=True, slots=True)
class YearChoice:
    """A year to choose."""

    year: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The page of one kind of question, ready to print."""

    kind: str
    label: str
    section: str
    kinds: tuple[Link, ...]
    sections: tuple[Link, ...]
    carried: tuple[tuple[str, str], ...]
    """What the form of years takes along."""
    without_years: bool
    """None of the years asked for has such an answer: the newest are shown."""
    years: tuple[YearChoice, ...]
    answers: tuple[YearAnswer, ...]
    """Oldest first."""


def kind_links(name: str, answers: Sequence[AnswerPlace], engine: Engine) -> tuple[Link, ...]:
    """The kinds of questions that the city answered, in the questionnaire's order, each leading to its comparison."""
    given = {answer.kind for answer in answers}
    return tuple(Link(kind.label, _url(name, engine, kind.id)) for kind in engine.vocabulary.kinds if kind.id in given)


def comparison(name: str, kind: str, section: str | None, years: Sequence[str], engine: Engine) -> Comparison | None:
    """The city's answers to ``kind``; ``None`` where it has none.

    A section or a year that has no such answer is passed over for the one with the most, or for the newest.
    """
    answers = engine.answers_of_city(name)
    rows = [
        (answer.number, answer.year, to_text(answer.section))
        for answer in answers
        if answer.kind == kind and isinstance(answer.year, int)
    ]
    if not rows:
        return None
    by_section: dict[str, set[int]] = {}
    for _, year, where in rows:
        by_section.setdefault(where, set()).add(year)
    sections = sorted(by_section, key=lambda where: (-len(by_section[where]), where == NONE_VALUE, where))
    chosen = _section(section, by_section, engine) or sections[0]
    offered = sorted(by_section[chosen])
    shown = _years(years, offered)
    # A year that this question lacks may have another one answered.
    kept = [year for year in dict.fromkeys(years) if year.isdecimal()][:MOST_YEARS]
    texts = _texts([(number, year) for number, year, where in rows if where == chosen and year in shown])
    return Comparison(
        kind=kind,
        label=value_label("kind", kind, engine.vocabulary),
        section=_section_label(chosen, engine),
        kinds=tuple(
            Link(link.label, _with_years(link.url, kept), link.url == _url(name, engine, kind))
            for link in kind_links(name, answers, engine)
        ),
        sections=tuple(
            Link(_section_label(where, engine), _with_years(_url(name, engine, kind, where), kept), where == chosen)
            for where in sections
        ),
        carried=(("kind", kind), ("section", chosen)),
        without_years=bool(years) and not set(years) & set(map(str, offered)),
        years=tuple(YearChoice(year, year in shown) for year in offered),
        answers=tuple(_answers(shown, texts, engine)),
    )


def _section(wanted: str | None, by_section: dict[str, set[int]], engine: Engine) -> str | None:
    if not wanted:
        return None
    found = engine.vocabulary.find_section(wanted)
    return next((text for text in (wanted, found.title if found else "") if text in by_section), None)


def _section_label(where: str, engine: Engine) -> str:
    return value_label("section", None if where == NONE_VALUE else where, engine.vocabulary)


def _years(wanted: Sequence[str], offered: Sequence[int]) -> list[int]:
    """The years to show, oldest first: those wanted that there are, else the newest."""
    asked = [year for year in offered if str(year) in wanted]
    return asked[-MOST_YEARS:] if asked else list(offered[-SHOWN_YEARS:])


def _with_years(url: str, years: Sequence[str]) -> str:
    """The address of another comparison of the same years."""
    return "&".join([url, *(urlencode({"year": year}) for year in years)])


def _texts(rows: Sequence[tuple[int, int]]) -> dict[int, list[int]]:
    """Year → its passages, in the order of the reports."""
    texts: dict[int, list[int]] = {}
    for number, year in rows:
        texts.setdefault(year, []).append(number)
    return texts


def _answers(years: Sequence[int], texts: dict[int, list[int]], engine: Engine) -> list[YearAnswer]:
    answers: list[YearAnswer] = []
    before: tuple[int, str] | None = None
    for year in years:
        found = [engine.answer_at(number) for number in texts[year]]
        text = "\n".join(answer.passage.text for answer in found)
        answers.append(
            YearAnswer(
                year=year,
                question=_question([answer.passage.question for answer in found]),
                url=passage_url(found[0].report.id, found[0].passage.position),
                against=before[0] if before else None,
                difference=difference(before[1], text) if before else unmarked(text),
                problems=problem_ids(answer.passage for answer in found),
            )
        )
        before = year, text
    return answers


def _question(questions: Sequence[str | None]) -> str | None:
    """The question asked; the most frequent where a year has several reports."""
    asked = Counter(question for question in questions if question)
    return asked.most_common(1)[0][0] if asked else None


def _url(name: str, engine: Engine, kind: str, section: str = "") -> str:
    query = {"kind": kind} | ({"section": section} if section else {})
    return f"{city_url(name, engine.vocabulary)}?{urlencode(query)}"
