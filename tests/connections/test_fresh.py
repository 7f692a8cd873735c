"""Archives that the rules were not made on: what hangs together there is found as well as is promised of any."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.rebuild import rebuild
from search_app.connections.evaluation import measured_sets
from search_app.connections.outcomes.needs import needs
from search_app.connections.outcomes.solutions import MOST_POSSIBLE, solver
from search_app.engine.door import LocalEngine

FRESH = Path(__file__).parent.parent / "data" / "fresh"

LEAST = {
    ("asks.tsv", "точность"): 0.8,
    ("asks.tsv", "полнота"): 0.6,
    ("needs.tsv", "верное среди трёх"): 0.7,
    ("plans.tsv", "результат найден"): 0.8,
    ("remarks.tsv", "точность"): 0.97,
    ("remarks.tsv", "полнота"): 0.93,
    ("remarks.tsv", "тон"): 0.8,
    ("repeats.tsv", "точность"): 0.95,
    ("repeats.tsv", "полнота"): 0.8,
}
MOST = {("needs.tsv", "ложных там, где решения нет"): 0.2}


@pytest.mark.parametrize("half", ["looked", "left"])
def test_judged_sets(half: str, tmp_path: Path) -> None:
    rebuild(FRESH / half / "reports", tmp_path, jobs=1)
    engine = LocalEngine(open_build(Store(tmp_path).current_dir()))
    found = {
        (file, figure.title): figure.value
        for file, _, measured in measured_sets(FRESH / half, engine)
        for figure in measured.figures
    }
    assert {key: found[key] for key, least in LEAST.items() if found[key] < least} == {}
    assert {key: found[key] for key, most in MOST.items() if found[key] > most} == {}


def test_what_may_be_a_solution_says_so_and_stands_behind(tmp_path: Path) -> None:
    rebuild(FRESH / "fifth" / "reports", tmp_path, jobs=1)
    engine = LocalEngine(open_build(Store(tmp_path).current_dir()))
    cut, answers = needs(engine.vocabulary), [engine.answer_at(number) for number in range(engine.manifest.passages)]
    complaints = [
        (statement.in_full, answer.report)
        for answer in answers
        if answer.passage.kind == "problems"
        for statement in cut.statements(answer.passage.text)
    ]
    met = [solver(engine).solutions(text, [report.city or ""], report.section, 10) for text, report in complaints]
    for found in met:
        possible = [one.possible for one in found]
        assert possible == sorted(possible) and sum(possible) <= MOST_POSSIBLE
        assert all(one.why[0].startswith("Возможно") == one.possible for one in found)
    assert any(one.possible for found in met for one in found)
    # In a few words and without a city they would mostly be wrong.
    typed = [solver(engine).solutions(text, (), None, 10, alone=True) for text, _ in complaints]
    assert not any(one.possible for found in typed for one in found)
