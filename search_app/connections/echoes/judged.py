"""How well repeats and remarks are understood: the judged sets of them, measured."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.language.gists import is_repeat
from search_app.connections.measure import Figure, Measure, Measured, Row, share
from search_app.engine.door import Engine

_LINE = " / "


def repeats(rows: Sequence[Row], engine: Engine) -> Measured:
    """Pairs of answers, each judged whether the later one says nearly the same."""
    found: dict[bool, list[bool]] = {True: [], False: []}
    failures = []
    for row in rows:
        texts = [(row[name].replace(_LINE, "\n"), int(row[f"{name}_year"])) for name in ("earlier", "later")]
        alike = engine.likeness_of_texts(texts[0], texts[1])
        said, wanted = is_repeat(alike, row["kind"]), row["same"] == "yes"
        found[wanted].append(said)
        if said != wanted:
            failures.append(f"{row['same']} ({alike}): {row['earlier']} → {row['later']}")
    return Measured((*_precision_and_recall(found[True], found[False]),), tuple(failures))


def remarks(rows: Sequence[Row], engine: Engine) -> Measured:
    """Answers, each judged whom it mentions and in what tone."""
    hits: list[bool] = []
    false = 0
    tones: list[bool] = []
    failures = []
    for row in rows:
        wanted = _remarks(row["mentioned"])
        told = engine.remarks_in(row["answer"].replace(_LINE, "\n"), row["own"], row["kind"])
        said = {remark.city: remark.tone for remark in told}
        hits += [city in said for city in wanted]
        false += len(said.keys() - wanted.keys())
        tones += [said[city] == tone for city, tone in wanted.items() if city in said]
        if said != wanted:
            failures.append(f"{row['answer']} → {said}")
    figures = (
        share("точность", sum(hits), sum(hits) + false),
        share("полнота", sum(hits), len(hits)),
        share("тон", sum(tones), len(tones)),
    )
    return Measured(figures, tuple(failures))


def _precision_and_recall(wanted: Sequence[bool], others: Sequence[bool]) -> tuple[Figure, Figure]:
    good = sum(wanted)
    return share("точность", good, good + sum(others)), share("полнота", good, len(wanted))


def _remarks(told: str) -> dict[str, str]:
    """«Томск praise; Чита neutral» as city → tone."""
    pairs = (one.rpartition(" ") for one in told.split("; ")) if told != "-" else ()
    return {city: tone for city, _, tone in pairs}


REPEATS = Measure(
    "Повторы ответов по годам", ("kind", "earlier_year", "earlier", "later_year", "later", "same"), repeats
)
REMARKS = Measure("Упоминания городов и их тон", ("own", "kind", "answer", "mentioned"), remarks)
