"""A report as its page shows it: answers under their questions, with contents, title and citation."""

from __future__ import annotations

from dataclasses import dataclass

from indexer.model import Passage, Report
from indexer.vocabulary import Vocabulary
from search_app.wording.labels import value_label
from search_app.wording.numbers import quoted


@dataclass(frozen=True, slots=True)
class Answer:
    """One question with the parts of its answer."""

    anchor: str
    """``p<position>`` of the first part."""
    title: str
    """The question as asked; the label of its kind where the report has none."""
    kind: str
    """The label of the kind."""
    asked: bool
    """Whether ``title`` stands in the report."""
    parts: tuple[Passage, ...]


def answers(report: Report, vocabulary: Vocabulary) -> tuple[Answer, ...]:
    """The answers of ``report`` in order; the parts of a long one are together again."""
    groups: list[list[Passage]] = []
    for passage in report.passages:
        if passage.part > 1 and groups:
            groups[-1].append(passage)
        else:
            groups.append([passage])
    return tuple(_answer(tuple(group), vocabulary) for group in groups)


def place(city: str | None, year: int | None, vocabulary: Vocabulary) -> str:
    """«Омск, отчёт за 2021 год»; what is unknown is said."""
    named = value_label("city", city, vocabulary)
    when = f"отчёт за {year} год" if year else value_label("year", None, vocabulary)
    return f"{named[0].upper()}{named[1:]}, {when}"


def citation(report: Report, answer: Answer, vocabulary: Vocabulary) -> str:
    """«Омск, отчёт за 2021 год, раздел «Организационная работа», вопрос «Что удалось сделать?»»."""
    words = [place(report.city, report.year, vocabulary)]
    if report.section:
        words.append(f"раздел {quoted(report.section)}")
    if answer.asked:
        words.append(f"вопрос {quoted(answer.title)}")
    return ", ".join(words)


def _answer(parts: tuple[Passage, ...], vocabulary: Vocabulary) -> Answer:
    first = parts[0]
    label = value_label("kind", first.kind, vocabulary)
    return Answer(f"p{first.position}", first.question or label, label, first.question is not None, parts)
