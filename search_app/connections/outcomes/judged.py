"""The judged sets of plans and of needs. Rows whose answers the archive does not have are passed over."""

from __future__ import annotations

from collections.abc import Sequence

from search_app.connections.measure import Figure, Measure, Measured, Row, share
from search_app.connections.outcomes.needs import needs
from search_app.connections.outcomes.plans import PlanItem, Plans, plans
from search_app.connections.outcomes.solutions import solver
from search_app.engine.door import Engine, FoundAnswer

PLAN_COLUMNS = ("plan", "task", "result", "said", "became")
NEED_COLUMNS = ("need", "complaint", "solution", "told")

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


MEASURES = (
    Measure("Что стало с задачами", PLAN_COLUMNS, measured_plans),
    Measure("Кто решил", NEED_COLUMNS, measured_needs),
)
