"""Any two reports side by side, question by question: two years of a city, or two cities in one year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from indexer.model import Passage, Report
from indexer.vocabulary import Vocabulary
from search_app.engine.door import Engine
from search_app.request.addresses import passage_url
from search_app.study.versions.differences import Difference, difference, unmarked
from search_app.wording.contents import place
from search_app.wording.labels import value_label


@dataclass(frozen=True, slots=True)
class Side:
    """One report's answer to a kind of question."""

    url: str
    question: str
    """As asked there; blank where the report has no question."""
    text: str
    """The whole answer."""
    difference: Difference
    """Marked against the other side where both are the same city's; else plain."""


@dataclass(frozen=True, slots=True)
class Pair:
    """One kind of question with both answers; ``None`` where a report has none."""

    kind: str
    label: str
    sides: tuple[Side | None, Side | None]
    marked: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What is told of a report above its column."""

    title: str
    section: str
    url: str


@dataclass(frozen=True, slots=True)
class ComparedReports:
    """The page, ready to print."""

    heads: tuple[Head, Head]
    rows: tuple[Pair, ...]
    """In the questionnaire's order."""
    same_city: bool
    title: str
    """What is compared: «Омск: отчёты за 2020 и 2021 годы»."""


def compared(first: str, second: str, engine: Engine) -> ComparedReports | None:
    """The reports with these ids, the earlier one of a city first; ``None`` where the archive lacks one of them."""
    reports = [engine.report(first), engine.report(second)]
    found = [report for report in reports if report is not None]
    if len(found) < len(reports):
        return None
    same_city = found[0].city is not None and found[0].city == found[1].city
    left, right = sorted(found, key=lambda report: report.year or 0) if same_city else found
    return ComparedReports(
        heads=(_head(left, engine.vocabulary), _head(right, engine.vocabulary)),
        rows=tuple(_rows(left, right, same_city, engine.vocabulary)),
        same_city=same_city,
        title=_title(left, right, engine.vocabulary),
    )


def _title(left: Report, right: Report, vocabulary: Vocabulary) -> str:
    if left.city and left.city == right.city and left.year and right.year and left.year != right.year:
        return f"{left.city}: отчёты за {left.year} и {right.year} годы"
    return " и ".join(place(report.city, report.year, vocabulary) for report in (left, right))


def _head(report: Report, vocabulary: Vocabulary) -> Head:
    section = value_label("section", report.section, vocabulary)
    return Head(place(report.city, report.year, vocabulary), section, f"/reports/{report.id}")


def _rows(left: Report, right: Report, marked: bool, vocabulary: Vocabulary) -> Iterable[Pair]:
    for kind in vocabulary.kinds:
        before, after = ([p for p in report.passages if p.kind == kind.id] for report in (left, right))
        if not before and not after:
            continue
        both = bool(marked and before and after)
        sides = (_side(left, before, None), _side(right, after, before if both else None))
        yield Pair(kind.id, value_label("kind", kind.id, vocabulary), sides, both)


def _side(report: Report, passages: list[Passage], before: list[Passage] | None) -> Side | None:
    if not passages:
        return None
    text = _joined(passages)
    return Side(
        url=passage_url(report.id, passages[0].position),
        question=passages[0].question or "",
        text=text,
        difference=difference(_joined(before), text) if before else unmarked(text),
    )


def _joined(passages: Iterable[Passage]) -> str:
    return "\n".join(passage.text for passage in passages)
