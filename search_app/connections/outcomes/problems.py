"""A subject that cities complain of: who complains since when, who tells of success, who went from one to the other."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from indexer.language.statements import Statement
from search_app.connections.outcomes.needs import Needs, needs
from search_app.connections.outcomes.solutions import Solution, solver
from search_app.connections.outcomes.typed import ABOUT, sureness
from search_app.engine.door import Engine, Weighed, likeness, years_found
from search_app.request.model import Hit, SearchPage, SearchRequest, Value

COMPLAINTS = 30
"""Answers about problems that are looked at."""

SOLUTIONS = 20
TURNED = 3
"""Complaining cities that are looked at for a later success: each costs a search."""

_LIKELY, _CLEARLY, _SURELY = 0.33, 0.5, 0.75
"""How sure a solution of a typed problem must be, how sure one that has none of its words, and how sure one that is not
what cities usually do about it, where that is known: a typed problem has no city that would speak for it."""

_TURNED = 0.26
"""…and a success of the city that complained."""

_MOST = 0.5
"""The share of a typed problem that a tale must have in the same words, where it is not what cities usually do."""

_NUMBER = 0.1
"""How much surer a solution may be than one that names a number and yet stand behind it."""

_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class ProblemTopic:
    """A topic with how many cities complain of it and how many tell of success."""

    name: str
    slug: str
    complaining: int
    succeeding: int


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of an answer."""

    hit: Hit
    sentence: str
    """As it stands in the answer."""
    why: tuple[str, ...] = ()
    lead: str = ""
    """What the sentence goes on, from an earlier place of the answer: «Не удалось», a list's heading."""
    possible: bool = False
    """Whether it only may tell how a need was met."""

    @property
    def in_full(self) -> str:
        """The sentence behind what it goes on."""
        return f"{self.lead} {self.sentence}" if self.lead else self.sentence

    @property
    def has_number(self) -> bool:
        """Whether it names a number."""
        return bool(_DIGIT.search(self.sentence))


@dataclass(frozen=True, slots=True)
class Complaint:
    """A city that complains."""

    city: str | None
    years: tuple[int, ...]
    """Ascending."""
    newest: Told


@dataclass(frozen=True, slots=True)
class Turned:
    """A city where it was a problem and became a success."""

    city: str
    before: Told
    after: Told


@dataclass(frozen=True, slots=True)
class Problem:
    """What the archive has of one problem."""

    subject: str
    """The topic's name or the words that were typed."""
    complaints: tuple[Complaint, ...]
    """The city that complains longest first."""
    solutions: tuple[Told, ...]
    turned: tuple[Turned, ...]
    complaining: int
    """Cities that complain, in the whole archive: of a topic the newest answers only are shown."""
    succeeding: int
    """Cities that tell of success, in the whole archive."""


def problem_topics(engine: Engine) -> tuple[ProblemTopic, ...]:
    """The topics that any city complains of, the one that most complain of first."""
    complaining, succeeding = engine.cities_by_topic("problems"), engine.cities_by_topic("achievements")
    found = [
        ProblemTopic(topic.name, topic.slug, len(complaining[topic.name]), len(succeeding.get(topic.name, ())))
        for topic in engine.vocabulary.topics
        if complaining.get(topic.name)
    ]
    return tuple(sorted(found, key=lambda topic: (-topic.complaining, topic.name)))


def typed_problem(text: str, engine: Engine) -> Problem:
    """A problem in the reader's own words: only what is about it, nothing where the archive has nothing."""
    weighed = engine.weigh([text])
    complaints = _by_city(_about(weighed, _likely(text, weighed, engine), engine))
    told = solver(engine).solutions(text, (), None, SOLUTIONS, alone=True)
    found = [one for one in told if _is_sure(one)]
    solutions = sorted(told_of(found, engine), key=_rank)
    return Problem(
        text,
        complaints,
        tuple(solutions),
        _turned(complaints, engine),
        complaining=len(complaints),
        succeeding=len({told.hit.city for told in solutions}),
    )


def _rank(told: Told) -> float:
    """A number is worth something, but not a place before what is about the problem much more surely."""
    return -((told.hit.score or 0) + (_NUMBER if told.has_number else 0))


def _is_sure(solution: Solution) -> bool:
    """Meaning alone does not decide: it is what cities usually do about it, or most of the problem stands in it."""
    if solution.unusual:
        return solution.same >= _MOST and solution.score >= _SURELY
    told = solution.usual or solution.same >= _MOST
    return told and solution.score >= (_LIKELY if solution.shared else _CLEARLY)


def topic_problem(name: str, engine: Engine) -> Problem:
    """A topic of the vocabulary."""
    request = SearchRequest(kind=("problems",), topic=(name,), per_page=COMPLAINTS, sort="newest", fold=True)
    phrases = next((topic.phrases for topic in engine.vocabulary.topics if topic.name == name), ())
    words = " ".join([name, *(" ".join(phrase.words) for phrase in phrases)])
    page = engine.search(request)
    # The newest answers are shown; since when a city complains is told by all of them.
    complaints = _by_city(_best(page.hits, words, engine), _years(page, engine))
    succeeded = SearchRequest(kind=("achievements",), topic=(name,), per_page=SOLUTIONS, sort="newest", fold=True)
    found = _best(engine.search(succeeded).hits, words, engine)
    ordered = sorted(found, key=lambda one: not one.has_number)
    return Problem(
        name,
        complaints,
        tuple(ordered),
        _turned(complaints, engine),
        complaining=len(engine.cities_by_topic("problems").get(name, ())),
        succeeding=len(engine.cities_by_topic("achievements").get(name, ())),
    )


def _years(page: SearchPage, engine: Engine) -> Mapping[Value, frozenset[int]]:
    """City → the years of all its answers that a search finds."""
    found: dict[Value, set[int]] = {}
    for city, year in engine.counts(page.request, years_found(page)):
        if isinstance(year, int):
            found.setdefault(city, set()).add(year)
    return {city: frozenset(years) for city, years in found.items()}


def told_of(found: Sequence[Solution], engine: Engine) -> list[Told]:
    """Solutions with their answers."""
    hits = engine.hits([solution.number for solution in found])
    return [
        Told(
            replace(hit, score=solution.score),
            solution.statement.text.rstrip(" ;"),
            solution.why,
            possible=solution.possible,
        )
        for hit, solution in zip(hits, found, strict=True)
    ]


def _likely(text: str, weighed: Weighed, engine: Engine) -> list[Hit]:
    """Answers that may complain of what was typed: those that a search finds, and those whose statements are near."""
    request = SearchRequest(q=text, kind=("problems",), per_page=COMPLAINTS, fold=True)
    found = {hit.id: hit for hit in engine.search(request, meaning=True).hits}
    weights = needs(engine.vocabulary).need(weighed, to_complain=True).weights * weighed.weights.max(initial=1)
    for hit in engine.hits(engine.seek(weighed, weights, ("problems",), (), COMPLAINTS)):
        found.setdefault(hit.id, hit)
    return list(found.values())


def _about(weighed: Weighed, hits: Sequence[Hit], engine: Engine) -> list[Told]:
    """Of each answer that complains of what was typed the statement that does so most."""
    told = [(hit, statement) for hit in hits for statement in _cut(engine).statements(hit.text)]
    sure = sureness(weighed, [statement.in_full for _, statement in told], engine)
    best = (max(places, key=sure.__getitem__) for places in _by_answer(told))
    return [_told(*told[place]) for place in best if sure[place] >= ABOUT]


def _best(hits: Sequence[Hit], words: str, engine: Engine) -> list[Told]:
    """Of each answer the statement that speaks most of some words; all of it where none can be told."""
    told = [(hit, statement) for hit in hits for statement in _cut(engine).statements(hit.text)]
    compared = likeness(engine.weigh([words]), engine.weigh([statement.text for _, statement in told]))
    mass = compared.first.weights @ compared.met
    chosen = [told[max(places, key=mass.__getitem__)] for places in _by_answer(told)]
    known = {hit.id: _told(hit, statement) for hit, statement in chosen}
    return [known.get(hit.id) or Told(hit, hit.text) for hit in hits]


def _told(hit: Hit, statement: Statement) -> Told:
    return Told(hit, statement.text, lead=statement.lead)


def _by_answer(told: Sequence[tuple[Hit, Statement]]) -> list[list[int]]:
    """The places of the statements of each answer."""
    found: dict[str, list[int]] = {}
    for place, (hit, _) in enumerate(told):
        found.setdefault(hit.id, []).append(place)
    return list(found.values())


def _cut(engine: Engine) -> Needs:
    return needs(engine.vocabulary)


def _by_city(told: Sequence[Told], known: Mapping[Value, frozenset[int]] | None = None) -> tuple[Complaint, ...]:
    """``known`` are the years of cities in which they complain, beside those of what is told."""
    by_city: dict[str | None, list[Told]] = {}
    for one in told:
        by_city.setdefault(one.hit.city, []).append(one)
    found = [_complaint(city, own, (known or {}).get(city, frozenset())) for city, own in by_city.items()]
    return tuple(sorted(found, key=lambda one: (one.years[:1] or (9999,), one.city or "")))


def _complaint(city: str | None, told: Sequence[Told], known: frozenset[int]) -> Complaint:
    years = known | {one.hit.year for one in told} | {repeat.year for one in told for repeat in one.hit.repeats}
    newest = max(told, key=lambda one: one.hit.year or 0)
    return Complaint(city, tuple(sorted(year for year in years if year)), newest)


def _turned(complaints: Sequence[Complaint], engine: Engine) -> tuple[Turned, ...]:
    """Complaining cities that tell in a later year how the need was met."""
    asked = [one for one in complaints if one.city and one.years][:TURNED]
    wanted = {one.city for one in asked}
    last: dict[str | None, int] = {}
    for card in engine.cards():
        if card.city in wanted:
            last[card.city] = max(last.get(card.city, 0), card.year or 0)
    cities = [str(city) for city in engine.facet_counts()["city"] if city]
    found = []
    for complaint in asked:
        before = complaint.newest
        if last.get(complaint.city, 0) <= (before.hit.year or 0):
            continue  # There is no later report that could tell of it.
        others = [city for city in cities if city != complaint.city]
        # A city writes of one branch all the time: that it does here too speaks for nothing.
        own = solver(engine).solutions(before.in_full, others, None, SOLUTIONS, closely=False)
        sure = [one for one in own if one.score >= _TURNED]
        told = [one for one in told_of(sure, engine) if one.hit.city == complaint.city]
        later = [one for one in told if (one.hit.year or 0) > (before.hit.year or 0)]
        if later and complaint.city:
            found.append(Turned(complaint.city, before, later[0]))
    return tuple(found)
