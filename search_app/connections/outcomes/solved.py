"""One answer about problems: the needs that it names, and who met them."""

from __future__ import annotations

from dataclasses import dataclass

from search_app.connections.cutting import clauses
from search_app.connections.outcomes.needs import needs
from search_app.connections.outcomes.problems import Told, told_of
from search_app.connections.outcomes.remedies import remedies
from search_app.connections.outcomes.solutions import solver
from search_app.connections.outcomes.verdicts import verdicts
from search_app.engine.door import Engine, FoundAnswer
from search_app.request.model import Hit

MOST_NEEDS = 3
"""Needs of an answer that are looked at together where none is named: each costs a search."""

LONGEST_QUOTE = 500
LIMIT = 10
MOST = 50


@dataclass(frozen=True, slots=True)
class Solved:
    """Who met a need of an answer."""

    passage: Hit
    need: str
    """The sentence that states it; several where none was named."""
    needs: tuple[str, ...]
    """All that the answer names."""
    solutions: tuple[Told, ...]


def needs_of(answer: FoundAnswer, engine: Engine) -> tuple[str, ...]:
    """The statements of an answer that may name a need each, in order."""
    cut = needs(engine.vocabulary)
    found = (statement.text.rstrip(" ;,") for statement in cut.statements(answer.passage.text))
    return tuple(text for text in dict.fromkeys(found) if len(text.split()) >= _SHORTEST)


_SHORTEST = 2


def solved(
    passage_id: str, quote: str, engine: Engine, *, other_regions: bool = False, limit: int = LIMIT
) -> Solved | None:
    """Who met the need that ``quote`` states, or any need of the answer without one; ``None`` for an unknown answer."""
    number, answer = engine.number_of(passage_id), engine.answer(passage_id)
    if number is None or answer is None:
        return None
    stated = needs_of(answer, engine)
    asked = (_stated(quote, answer, engine),) if quote.strip() else stated[:MOST_NEEDS]
    city = answer.report.city
    but = _of_region(city, engine) if other_regions else ([city] if city else [])
    best: dict[int, tuple[tuple[bool, float], Told]] = {}
    for need in asked:
        found = solver(engine).solutions(need, but, answer.report.section, limit)
        for solution, told in zip(found, told_of(found, engine), strict=True):
            # What only may be a solution stands behind all others, however likely it is.
            rank = not solution.possible, solution.score
            if solution.number not in best or best[solution.number][0] < rank:
                best[solution.number] = rank, told
    ordered = sorted(best.values(), key=lambda pair: pair[0], reverse=True)
    return Solved(
        passage=engine.hits([number])[0],
        need=" ".join(asked),
        needs=stated,
        solutions=tuple(told for _, told in ordered[:limit]),
    )


def warm(engine: Engine) -> None:
    """Makes the first question of a process as quick as later ones: some seconds of a processor, once.

    The commonest words are looked at, what cities usually do is read, and so is the list of reports; the model that
    reads sentences is loaded where there is one.
    """
    words = engine.commonest_words(_COMMONEST)
    engine.learn(words)
    verdicts(engine.vocabulary).learn(words)
    clauses(engine.vocabulary).learn(words)
    remedies(engine.vocabulary).ready()
    engine.cards()
    if engine.has_meaning and words:
        engine.closely(words[0], words[:1])


_COMMONEST = 50_000
"""Words; of long answers each page meets hundreds that are rarer than the 20,000 commonest."""


def _stated(quote: str, answer: FoundAnswer, engine: Engine) -> str:
    """The statement that a quote was taken from, with what it goes on; the quote itself where it stands in none."""
    wanted = " ".join(quote.split())[:LONGEST_QUOTE]
    for statement in needs(engine.vocabulary).statements(answer.passage.text):
        own = " ".join(statement.text.split())
        if wanted.rstrip(" ;,.") and (wanted.rstrip(" ;,.") in own or own.rstrip(" ;,.") == wanted.rstrip(" ;,.")):
            return statement.in_full.rstrip(" ;,")
    return wanted


def _of_region(city: str | None, engine: Engine) -> list[str]:
    """The city and all of its region."""
    known = engine.vocabulary.city(city) if city else None
    if known is None:
        return [city] if city else []
    return [other.name for other in engine.vocabulary.cities if other.region == known.region]
