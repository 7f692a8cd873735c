"""Plans beside what became of them: each task of a year with the best statements of the next reports, and a guess."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from indexer.language.statements import LEAD, Statement, statements
from indexer.model import Passage, Report
from search_app.connections.outcomes.judging import (
    DONE,
    MOVED,
    PARTLY,
    UNKNOWN,
    Judge,
    Met,
    Target,
    Told,
    Verdict,
    judge,
)
from search_app.connections.outcomes.tasks import tasks
from search_app.engine.door import Engine, Likeness, Weighed, likeness
from search_app.request.addresses import passage_url

YEARS_ON = (1, 2)
"""Reports looked at: of the next year and the one after it."""

MOST_RESULTS = 3
TOLD_IN = ("achievements", "overview", "other", "problems", "tasks")
"""Kinds of answers that may tell what became of a task."""

LEAST = -2.3
"""Log odds from which a statement is shown beside a task."""

LEAST_OF_BEST = 2.5
"""…and how far the others may lie below the best one."""

SAME_TASK = 0.8
"""The share of the words, both ways, from which a task of a following report is the same task again."""
_AGAIN = 3.0
"""Log odds of a result that is the same task again: it stands in no doubt what it speaks of."""

_WEIGHTS = {
    "words": 3.98,
    "mass": 9.92,
    "meaning": 2.31,
    "acts": 0.96,
    "achieved": 2.27,
    "problems": 2.03,
    "again": -12.73,
}
_BIAS = -9.47
"""Fitted by logistic regression on the judged plans of the sample (``tests/data/plans.tsv``), checked report by
report."""

_MASS = 1.85
"""Rarest words that a statement must share to have all of «mass»."""

_TELLS = 0.4
"""What a word tells of a thing however common it is."""

_CLEARLY = 0.6
_COMMON = 3

NO_REPORT = "Следующего отчёта этого раздела в архиве нет: сравнивать не с чем."

Table = NDArray[np.float32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Quote:
    """A stretch of an answer."""

    passage_id: str
    url: str
    text: str
    marks: tuple[tuple[int, int], ...] = ()
    """Offsets in ``text`` of the words shared."""


@dataclass(frozen=True, slots=True)
class Result:
    """A statement that may tell what became of a task."""

    quote: Quote
    year: int
    kind: str
    score: float
    shared: tuple[str, ...]
    """Words of the statement that the task has too, as they are written there."""


@dataclass(frozen=True, slots=True)
class PlanItem:
    """One task and what became of it."""

    task: Quote
    section: str | None
    status: str
    results: tuple[Result, ...]
    why: str
    looked: bool = True
    """Whether there is a following report to look into."""


@dataclass(frozen=True, slots=True)
class Plans:
    """The tasks of a city's reports for one year."""

    city: str
    year: int
    section: str | None
    """``None`` where all sections were asked for."""
    items: tuple[PlanItem, ...]
    next_years: tuple[int, ...]
    """Years of the following reports that were looked at."""

    @property
    def next_report(self) -> bool:
        """Whether there is a later report at all."""
        return bool(self.next_years)

    def count(self, status: str) -> int:
        """Items of a status, of those whose section has a later report."""
        return sum(item.status == status and item.looked for item in self.items)


def plan_years(city: str, engine: Engine) -> tuple[int, ...]:
    """The years for which the city tells its tasks, newest first."""
    years = {a.year for a in engine.answers_of_city(city) if a.kind == "tasks" and isinstance(a.year, int)}
    return tuple(sorted(years, reverse=True))


def plans(city: str, year: int, section: str | None, engine: Engine) -> Plans:
    """The tasks of the city's reports for ``year`` (of one section, or of all) beside the following reports."""
    reports = _reports(city, engine)
    sections = [section] if section else list(dict.fromkeys(report.section for report in reports))
    items: list[PlanItem] = []
    years: set[int] = set()
    for name in sections:
        own = [report for report in reports if report.section == name and report.year == year]
        if not own:
            continue
        later = [r for r in reports if r.section == name and r.year in [year + on for on in YEARS_ON]]
        found = _of_section(own, later, engine)
        items += found
        years |= {report.year for report in later if report.year}
    return Plans(city, year, section, tuple(items), tuple(sorted(years)))


def _reports(city: str, engine: Engine) -> list[Report]:
    """The city's reports without their passages, in the order of sections."""
    cards = [card for card in engine.cards() if card.city == city and card.year]
    cards.sort(key=lambda card: (card.section or "", card.year or 0, card.id))
    return [Report(card.id, card.source, card.city, card.year, card.section, ()) for card in cards]


def _of_section(own: Sequence[Report], later: Sequence[Report], engine: Engine) -> list[PlanItem]:
    cut = tasks(engine.vocabulary)
    items = [
        Quote(passage.id, passage_url(report.id, passage.position), item.text.rstrip(" ;,"))
        for report in own
        for passage in _passages(report, engine)
        if passage.kind == "tasks" and not passage.blank
        for item in cut.of(passage.text)
    ]
    section = own[0].section
    if not items:
        return []
    following = Following.of(later, engine) if later else None
    if following is None or not following.clauses:
        return [PlanItem(quote, section, UNKNOWN, (), NO_REPORT, looked=False) for quote in items]
    return following.items(items, section, engine)


def _passages(report: Report, engine: Engine) -> tuple[Passage, ...]:
    found = engine.report(report.id)
    return found.passages if found else ()


@dataclass(frozen=True, slots=True)
class _Beside:
    """Some tasks beside the clauses, each word and clause looked at once."""

    compared: Likeness
    lifted: Table
    """The best value of each word among all clauses of each clause's statement."""
    common: Flags
    """Words of the tasks that stand everywhere, or name what all is about."""
    targets: Sequence[Target]


class Following:
    """The statements of following reports, clause by clause."""

    def __init__(self, clauses: Sequence[Told], about: str, engine: Engine) -> None:
        self.clauses = tuple(clauses)
        self._judge = judge(engine.vocabulary)
        self._weighed = engine.weigh([clause.text for clause in self.clauses])
        self._owners = np.asarray([clause.number for clause in self.clauses], dtype=np.int64)
        self._begins = np.flatnonzero(np.diff(self._owners, prepend=-1))
        self._tasks = np.flatnonzero([clause.kind == "tasks" for clause in self.clauses])
        self._years = sorted({clause.year for clause in self.clauses})
        self._about = engine.weigh([about])
        self._rarest = math.log1p((engine.manifest.passages + 0.5) / 0.5)

    @classmethod
    def of(cls, reports: Sequence[Report], engine: Engine) -> Following:
        """Those of some reports."""
        found: list[Told] = []
        number = 0
        for report in reports:
            for passage in _passages(report, engine):
                if passage.kind in TOLD_IN and not passage.blank:
                    for statement in statements(passage.text):
                        found += _told(statement, number, report, passage, judge(engine.vocabulary))
                        number += 1
        about = {name for report in reports for name in (report.city, report.section) if name}
        return cls(found, ". ".join(sorted(about)), engine)

    def items(self, tasks: Sequence[Quote], section: str | None, engine: Engine) -> list[PlanItem]:
        """Each task beside what the clauses tell of it."""
        weighed = engine.weigh([task.text for task in tasks])
        compared = likeness(weighed, self._weighed)
        beside = self._beside(weighed, compared)
        scores = self._scores(weighed, beside)
        return [self._item(place, task, section, scores[place], beside) for place, task in enumerate(tasks)]

    def _beside(self, items: Weighed, compared: Likeness) -> _Beside:
        """What all of them need of the comparison."""
        lifted = self._lifted(compared.met)
        return _Beside(
            compared,
            lifted,
            self._common(lifted) | self._subject(compared),
            [self._judge.target(items, item) for item in range(len(items))],
        )

    def _scores(self, items: Weighed, beside: _Beside) -> Table:
        """Items × clauses: log odds that the clause tells what became of the task."""
        found = np.full((len(items), len(self.clauses)), _BIAS, dtype=np.float32)
        for name, values in self.features(items, beside).items():
            found += _WEIGHTS[name] * values
        return found

    def features(self, items: Weighed, beside: _Beside) -> dict[str, Table]:
        """What tells clauses that speak of a task from others; items × clauses each."""
        compared, lifted = beside.compared, beside.lifted
        weights = self._judge.weights(items)
        words = np.asarray(weights @ lifted, dtype=np.float32)
        # In a small archive, or where a city writes of the same every year, no word is rare, and each still tells.
        rarity = np.where(items.weights > 0, _TELLS + (1 - _TELLS) * items.weights / np.float32(self._rarest), 0)
        mass = (np.minimum(weights * 4, 1) * rarity) @ (lifted * (lifted > _CLEARLY)) / _MASS
        kinds = np.asarray([clause.kind for clause in self.clauses])
        ones = np.ones((len(items), 1), dtype=np.float32)
        told = [self._judge.acts_of(clause.text) for clause in self.clauses]
        acts = np.asarray([[bool(own.acts & theirs) for theirs in told] for own in beside.targets], dtype=np.float32)
        return {
            "words": words,
            "mass": np.minimum(mass, 1).astype(np.float32),
            "meaning": _meaning(compared, words),
            "acts": acts,
            "achieved": ones * (kinds == "achievements"),
            "problems": ones * (kinds == "problems"),
            "again": (kinds == "tasks") * compared.covering,
        }

    def _lifted(self, met: Table) -> Table:
        """The best value of each word among all clauses of each clause's statement."""
        best = np.maximum.reduceat(met, self._begins, axis=1)
        found: Table = np.repeat(best, np.diff([*self._begins.tolist(), len(self._owners)]), axis=1)
        return found

    def _item(self, place: int, task: Quote, section: str | None, scores: Table, beside: _Beside) -> PlanItem:
        compared = beside.compared
        chosen = self._chosen(scores)
        verdicts = [
            self._judge.verdict(
                beside.targets[place],
                self.clauses[at],
                compared.first,
                Met(compared.met[:, at], beside.lifted[:, at], beside.common, self._rarest),
            )
            for at in chosen
        ]
        status, why = self._status(verdicts)
        again = self._again(place, compared) if status == UNKNOWN else None
        if again is not None:
            result = self._result(place, again, _AGAIN, compared)
            why = f"Снова стоит среди задач в отчёте за {result.year} год."
            return PlanItem(_marked(task, place, [again], compared), section, MOVED, (result,), why)
        order = sorted(range(len(chosen)), key=lambda at: (verdicts[at].status != status, -scores[chosen[at]]))
        # What decided is among those shown, the best of them first.
        shown = sorted((chosen[at] for at in order[:MOST_RESULTS]), key=lambda at: -scores[at])
        results = tuple(self._result(place, at, float(scores[at]), compared) for at in shown)
        return PlanItem(_marked(task, place, shown, compared), section, status, results, why)

    def _again(self, place: int, compared: Likeness) -> int | None:
        """The clause in which the same task stands again among the tasks of a following report."""
        if not len(self._tasks):
            return None
        both = np.minimum(compared.covered[place, self._tasks], compared.covering[place, self._tasks])
        best = int(both.argmax())
        return int(self._tasks[best]) if both[best] >= SAME_TASK else None

    def _common(self, lifted: Table) -> Flags:
        """The words that so many statements of the following reports have that they tell no thing from another."""
        found: Flags = (lifted[:, self._begins] >= _CLEARLY).sum(axis=1) >= _COMMON
        return found

    def _subject(self, compared: Likeness) -> Flags:
        """The words that name the city or the section: of all its reports' tasks they say nothing."""
        codes = {code for word in self._about.words if word.weight > 0 for code, _ in word.codes}
        return np.asarray(
            [any(code in codes for code, _ in word.codes) for word in compared.first.words], dtype=np.bool_
        )

    def _chosen(self, scores: Table) -> list[int]:
        """The best clause of each of the best statements."""
        best: dict[int, int] = {}
        least = max(LEAST, float(scores.max()) - LEAST_OF_BEST)
        for at in np.argsort(-scores, kind="stable")[:_LOOKED_AT].tolist():
            if scores[at] >= least:
                best.setdefault(self.clauses[at].number, at)
        return list(best.values())

    def _status(self, verdicts: Sequence[Verdict]) -> tuple[str, str]:
        for status in (DONE, PARTLY, MOVED):
            found = next((verdict.why for verdict in verdicts if verdict.status == status), None)
            if found:
                return status, found
        if verdicts:
            return UNKNOWN, verdicts[0].why
        years = " и ".join(map(str, self._years))
        return UNKNOWN, f"В {'отчётах' if len(self._years) > 1 else 'отчёте'} за {years} об этом ничего не нашлось."

    def _result(self, place: int, at: int, score: float, compared: Likeness) -> Result:
        clause = self.clauses[at]
        pairs = [theirs for _, theirs, _ in compared.shared(place, at)]
        marks = sorted({(clause.begin + theirs.start, clause.begin + theirs.end) for theirs in pairs})
        shared = tuple(dict.fromkeys(clause.statement[start:end].lower() for start, end in marks))
        quote = Quote(clause.passage_id, passage_url(clause.report_id, clause.position), clause.statement, tuple(marks))
        return Result(quote, clause.year, clause.kind, round(1 / (1 + math.exp(-score)), 3), shared)


def _marked(task: Quote, place: int, beside: Sequence[int], compared: Likeness) -> Quote:
    """A task with the words marked that it shares with those clauses."""
    marks = {(own.start, own.end) for at in beside for own, _, _ in compared.shared(place, at)}
    return replace(task, marks=tuple(sorted(marks)))


def _meaning(compared: Likeness, words: Table) -> Table:
    """Likeness of meaning, 0…1; where the build has no vectors, that of words stands for it."""
    if compared.first.directions is None or compared.second.directions is None:
        return words
    found: Table = compared.nearness
    return found


_LOOKED_AT = 24
"""Best clauses among which the best statements are."""


def _told(statement: Statement, number: int, report: Report, passage: Passage, judging: Judge) -> Iterator[Told]:
    if statement.kind == LEAD or report.year is None:
        return
    for begin, text, verdict in judging.clauses(statement):
        yield Told(
            text=text,
            number=number,
            statement=statement.text,
            begin=begin,
            passage_id=passage.id,
            report_id=report.id,
            position=passage.position,
            year=report.year,
            kind=passage.kind,
            verdict=verdict,
        )
