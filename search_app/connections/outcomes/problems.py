"""A subject that cities complain of: who complains since when, who tells of success, who went from one to the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.language.statements import Statement
from search_app.connections.outcomes.needs import Needs, needs
from search_app.connections.outcomes.solutions import Solution, solver
from search_app.engine.door import Engine, likeness
from search_app.request.model import Hit, SearchRequest

COMPLAINTS = 30
"""Answers about problems that are looked at."""

SOLUTIONS = 20
TURNED = 3
"""Complaining cities that are looked at for a later success: each costs a search."""

_ALIKE = 0.3
"""The share of a typed problem that a complaint must speak of."""

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
    why: tuple[str, ...] = ()

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
    """A problem in the reader's own words."""
    request = SearchRequest(q=text, kind=("problems",), per_page=COMPLAINTS, fold=True)
    told = _about(text, engine.search(request, meaning=True).hits, engine)
    return _problem(text, text, told, engine)


def topic_problem(name: str, engine: Engine) -> Problem:
    """A topic of the vocabulary."""
    request = SearchRequest(kind=("problems",), topic=(name,), per_page=COMPLAINTS, sort="newest", fold=True)
    phrases = next((topic.phrases for topic in engine.vocabulary.topics if topic.name == name), ())
    words = " ".join([name, *(" ".join(phrase.words) for phrase in phrases)])
    told = _best(engine.search(request).hits, words, engine)
    complaints = _by_city(told)
    succeeded = SearchRequest(kind=("achievements",), topic=(name,), per_page=SOLUTIONS, sort="newest", fold=True)
    found = _best(engine.search(succeeded).hits, words, engine)
    ordered = sorted(found, key=lambda one: not one.has_number)
    return Problem(name, complaints, tuple(ordered), _turned(complaints, engine))


def _problem(subject: str, need: str, told: Sequence[Told], engine: Engine) -> Problem:
    complaints = _by_city(told)
    found = solver(engine).solutions(need, (), None, SOLUTIONS)
    solutions = sorted(told_of(found, engine), key=lambda one: not one.has_number)
    return Problem(subject, complaints, tuple(solutions), _turned(complaints, engine))


def told_of(found: Sequence[Solution], engine: Engine) -> list[Told]:
    """Solutions with their answers."""
    hits = engine.hits([solution.number for solution in found])
    return [
        Told(replace(hit, score=solution.score), solution.statement.text.rstrip(" ;"), solution.why)
        for hit, solution in zip(hits, found, strict=True)
    ]


def _about(text: str, hits: Sequence[Hit], engine: Engine) -> list[Told]:
    """The statements of the answers found that complain of what was typed."""
    cut = needs(engine.vocabulary)
    weighed = engine.weigh([text])
    need = cut.need(weighed)
    told = [(hit, statement) for hit in hits for statement in cut.statements(hit.text)]
    if not told:
        return []
    compared = likeness(weighed, engine.weigh([statement.in_full for _, statement in told]))
    scores = need.weights @ compared.met
    found = []
    for places in _by_answer(told):
        best = max(places, key=scores.__getitem__)
        about = need.principal < 0 or compared.met[need.principal, best] > 0
        if about and scores[best] >= _ALIKE:
            found.append(Told(told[best][0], told[best][1].in_full))
    return found


def _best(hits: Sequence[Hit], words: str, engine: Engine) -> list[Told]:
    """Of each answer the statement that speaks most of some words; all of it where none can be told."""
    told = [(hit, statement) for hit in hits for statement in _cut(engine).statements(hit.text)]
    compared = likeness(engine.weigh([words]), engine.weigh([statement.text for _, statement in told]))
    mass = compared.first.weights @ compared.met
    chosen = [told[max(places, key=mass.__getitem__)] for places in _by_answer(told)]
    known = {hit.id: Told(hit, statement.in_full) for hit, statement in chosen}
    return [known.get(hit.id) or Told(hit, hit.text) for hit in hits]


def _by_answer(told: Sequence[tuple[Hit, Statement]]) -> list[list[int]]:
    """The places of the statements of each answer."""
    found: dict[str, list[int]] = {}
    for place, (hit, _) in enumerate(told):
        found.setdefault(hit.id, []).append(place)
    return list(found.values())


def _cut(engine: Engine) -> Needs:
    return needs(engine.vocabulary)


def _by_city(told: Sequence[Told]) -> tuple[Complaint, ...]:
    by_city: dict[str | None, list[Told]] = {}
    for one in told:
        by_city.setdefault(one.hit.city, []).append(one)
    found = [_complaint(city, own) for city, own in by_city.items()]
    return tuple(sorted(found, key=lambda one: (one.years[:1] or (9999,), one.city or "")))


def _complaint(city: str | None, told: Sequence[Told]) -> Complaint:
    years = {one.hit.year for one in told} | {repeat.year for one in told for repeat in one.hit.repeats}
    newest = max(told, key=lambda one: one.hit.year or 0)
    return Complaint(city, tuple(sorted(year for year in years if year)), newest)


def _turned(complaints: Sequence[Complaint], engine: Engine) -> tuple[Turned, ...]:
    """Complaining cities that tell in a later year how the need was met."""
    asked = [one for one in complaints if one.city and one.years][:TURNED]
    cities = [str(city) for city in engine.facet_counts()["city"] if city]
    found = []
    for complaint in asked:
        others = [city for city in cities if city != complaint.city]
        before = complaint.newest
        # A city writes of one branch all the time: that it does here too speaks for nothing.
        own = solver(engine).solutions(before.sentence, others, None, SOLUTIONS, closely=False)
        told = [one for one in told_of(own, engine) if one.hit.city == complaint.city]
        later = [one for one in told if (one.hit.year or 0) > (before.hit.year or 0)]
        if later and complaint.city:
            found.append(Turned(complaint.city, before, later[0]))
    return tuple(found)
