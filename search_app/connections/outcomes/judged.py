"""The judged sets of plans, of needs and of typed problems. Rows whose answers the archive lacks are passed over."""

from __future__ import annotations

from collections.abc import Sequence

from search_app.connections.measure import Figure, Measure, Measured, Row, share
from search_app.connections.outcomes.needs import needs
from search_app.connections.outcomes.plans import PlanItem, Plans, plans
from search_app.connections.outcomes.problems import Told, typed_problem
from search_app.connections.outcomes.solutions import solver
from search_app.engine.door import Engine, FoundAnswer

PLAN_COLUMNS = ("plan", "task", "result", "said", "became")
NEED_COLUMNS = ("need", "complaint", "solution", "told")

TYPED_COLUMNS = ("typed", "side", "passage", "words", "about")

COMPLAINT, SOLUTION = "complaint", "solution"
"""Sides of a typed problem: who complains, who tells how it was solved."""

NONE = "-"
FIRST = 3


def measured_plans(rows: Sequence[Row], engine: Engine) -> Measured:
    """Tasks whose result is shown beside them, and those called done that are not."""
    kept: dict[tuple[str | None, int | None, str | None], Plans] = {}
    told = found = done = wrong = 0
    failures = []
    for row in rows:
        answer = engine.answer(row["plan"])
        item = _item(row, answer, kept, engine) if answer else None
        if item is None:
            continue
        if row["result"] != NONE:
            told += 1
            hit = any(row["said"] in result.quote.text for result in item.results)
            found += hit
            failures += [] if hit else [f"не найдено: {row['task']} → {row['said']}"]
        done += item.status == "done"
        if item.status == "done" and row["became"] != "done":
            wrong += 1
            failures.append(f"названо сделанным: {row['task']} ({item.why})")
    return Measured(
        (share("результат найден", found, told), share("верно из «сделано»", done - wrong, done)), tuple(failures)
    )


def _item(
    row: Row,
    answer: FoundAnswer,
    kept: dict[tuple[str | None, int | None, str | None], Plans],
    engine: Engine,
) -> PlanItem | None:
    report = answer.report
    if report.city is None or report.year is None:
        return None
    key = report.city, report.year, report.section
    if key not in kept:
        kept[key] = plans(report.city, report.year, report.section, engine)
    own = (item for item in kept[key].items if item.task.passage_id == row["plan"])
    return next((item for item in own if row["task"] in item.task.text), None)


def measured_needs(rows: Sequence[Row], engine: Engine) -> Measured:
    """Needs with a right solution among the first three, and claims where the archive has none."""
    cases: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        cases.setdefault((row["need"], row["complaint"]), []).append(row)
    met = right = unmet = claimed = 0
    failures = []
    for (passage_id, complaint), own in cases.items():
        answer = engine.answer(passage_id)
        statement = _statement(complaint, answer, engine) if answer else None
        if answer is None or statement is None:
            continue
        but = [answer.report.city] if answer.report.city else []
        found = solver(engine).solutions(statement, but, answer.report.section, FIRST)
        wanted = [row["told"] for row in own if row["solution"] != NONE and engine.answer(row["solution"])]
        if wanted:
            met += 1
            hit = any(told in solution.statement.text for told in wanted for solution in found)
            right += hit
            failures += [] if hit else [f"не найдено: {complaint} → {wanted[0]}"]
        else:
            unmet += 1
            claimed += bool(found)
            failures += [f"ложно: {complaint} → {found[0].statement.text}"] if found else []
    return Measured(
        (share("верное среди трёх", right, met), Figure("ложных там, где решения нет", claimed / max(unmet, 1), unmet)),
        tuple(failures),
    )


def _statement(complaint: str, answer: FoundAnswer, engine: Engine) -> str | None:
    found = needs(engine.vocabulary).statements(answer.passage.text)
    return next((statement.in_full for statement in found if complaint in statement.text), None)


def measured_typed(rows: Sequence[Row], engine: Engine) -> Measured:
    """What is shown beside typed problems: how much of it is about them, and what is claimed where there is nothing."""
    cases: dict[str, list[Row]] = {}
    for row in rows:
        cases.setdefault(row["typed"], []).append(row)
    sides = {COMPLAINT: _Side("жалоб"), SOLUTION: _Side("решений")}
    for typed, own in cases.items():
        found = typed_problem(typed, engine)
        shown = {COMPLAINT: [one.newest for one in found.complaints], SOLUTION: list(found.solutions)}
        for name, side in sides.items():
            judged = [row for row in own if row["side"] == name]
            if judged:
                side.add(typed, judged, shown[name], engine)
    return Measured(
        tuple(figure for side in sides.values() for figure in side.figures()),
        tuple(failure for side in sides.values() for failure in side.failures),
    )


class _Side:
    """What is counted of one side of the typed problems."""

    def __init__(self, title: str) -> None:
        self.failures: list[str] = []
        self._title = title
        self._right = self._wrong = self._wanted = self._found = self._empty = self._claimed = 0
        self._met = self._first = 0

    def add(self, typed: str, judged: Sequence[Row], shown: Sequence[Told], engine: Engine) -> None:
        """Counts what is shown of one problem. What is near it is neither right nor wrong."""
        known = [row for row in judged if row["passage"] != NONE and engine.answer(row["passage"])]
        wanted = [row for row in known if row["about"] == "yes"]
        right = [told for told in shown if _is_told(told, wanted)]
        wrong = [told for told in shown if not _is_told(told, known)]
        # Of a city one complaint is shown: the newest.
        cities = {_city(row, engine) for row in wanted}
        found = cities & {told.hit.city for told in right}
        self._right += len(right)
        self._wrong += len(wrong)
        self._wanted += len(cities)
        self._found += len(found)
        if wanted:
            self._met += 1
            self._first += any(_is_told(told, wanted) for told in shown[:FIRST])
        else:
            self._empty += 1
            self._claimed += bool(wrong)
        self.failures += [f"не о том: {typed} → {told.in_full}" for told in wrong]
        self.failures += [f"не найдено: {typed} → {row['words']}" for row in wanted if _city(row, engine) not in found]

    def figures(self) -> tuple[Figure, ...]:
        """The shares."""
        return (
            share(f"верных {self._title}", self._right, self._right + self._wrong),
            share("найдено", self._found, self._wanted),
            share("верное среди трёх", self._first, self._met),
            Figure("ложно там, где ничего нет", self._claimed / max(self._empty, 1), self._empty),
        )


def _is_told(told: Told, rows: Sequence[Row]) -> bool:
    return any(row["passage"] == told.hit.id and row["words"] in told.in_full for row in rows)


def _city(row: Row, engine: Engine) -> str | None:
    answer = engine.answer(row["passage"])
    return answer.report.city if answer else None


MEASURES = (
    Measure("Что стало с задачами", PLAN_COLUMNS, measured_plans),
    Measure("Кто решил", NEED_COLUMNS, measured_needs),
    Measure("Проблемы своими словами", TYPED_COLUMNS, measured_typed),
)
