"""Every kind of page, through the whole application without a network: the first time it is asked, and after that."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

import numpy as np
from flask.testing import FlaskClient

from indexer.builds.build import Build
from search_app import create_app
from search_app.request.addresses import city_slug
from search_app.server.collecting import spare_collecting
from tests.benchmarks import ours
from tests.benchmarks.measure import Times
from tests.benchmarks.peers.base import TOP
from tests.benchmarks.queries import Query, QuerySet

ASKED = 20
"""Addresses of each kind."""
AGAIN = 2
"""Times that each is asked again."""

Kinds = Mapping[str, Sequence[str]]
"""Kind of page → addresses."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How long one kind of page takes."""

    name: str
    first: Times
    """Each address for the first time in a process that has answered other kinds."""
    again: Times
    bytes: int
    """Of the longest page."""


def kinds_of(build: Build, queries: QuerySet) -> Kinds:
    """The kinds with their addresses, drawn from the archive itself: always the same of the same archive."""
    plain = queries.plain[:ASKED]
    wishes = _most_frequent(build)
    passages = [build.passage(number).id for number in _spread(build.columns.passages)]
    reports = [build.texts.report(number).id for number in _spread(len(build.columns.report_city))]
    cities = [quote(city_slug(str(name), build.vocabulary)) for name in build.values["city"] if name][:ASKED]
    years = [year for year in build.values["year"] if year][:ASKED]
    several = [query for query in queries.plain if len(query.words) > 1][:ASKED]
    return {
        "plain words": _searches(plain),
        "all words required": _searches(several, "({})"),
        "phrases": _searches(queries.phrases[:ASKED], "«{}»"),
        "beginnings": _searches(queries.prefixes[:ASKED], "{}*"),
        "three filters chosen": _searches(plain, **wishes),
        "sorted by year": _searches(plain, sort="oldest"),
        "browsing": ["/search"],
        "browsing, deep pages": [_search(page=str(page)) for page in _deep(build)],
        "misspelt": [_search(q=query) for query in map(_misspelt, plain)],
        "cities and years as a matrix": _searches(plain, view="matrix"),
        "the same, misspelt": [_search(q=query, view="matrix") for query in map(_misspelt, plain[:5])],
        "completion": [f"/api/suggest?{urlencode({'q': query.text[:-2]})}" for query in plain],
        "similar answers": [f"/passages/{quote(identity)}/similar" for identity in passages],
        "solutions of an answer": [f"/passages/{quote(identity)}/solutions" for identity in passages],
        "a report": [f"/reports/{quote(identity)}" for identity in reports],
        "trends": [f"/trends?{urlencode({'q': query.text})}" for query in plain],
        "trends, what moved": ["/trends"],
        "a city": [f"/cities/{slug}" for slug in cities],
        "plans of a city": [f"/cities/{slug}/plans" for slug in cities],
        "plans": ["/plans"],
        "praised": ["/praised"],
        "requests": ["/requests"],
        "requests of a year": [f"/requests?year={year}" for year in years],
        "a question to all": [f"/questions/tasks?year={year}" for year in years],
        "problems": ["/problems"],
        "problems, typed": [f"/problems?{urlencode({'q': query.text})}" for query in plain],
        "problems of a topic": [f"/problems?{urlencode({'topic': topic.name})}" for topic in build.vocabulary.topics],
        "unchanged": ["/unchanged"],
        "new": ["/new"],
        "cities": ["/cities"],
        "topics": ["/topics"],
        "the first page": ["/"],
    }


def ask_kinds(index: Path, queries: QuerySet) -> list[Kind]:
    """Asks every kind in a fresh process of one thread; to be run apart. Raises RuntimeError for a page that fails."""
    kinds = kinds_of(ours.open_index(index), queries)
    client = create_app({"INDEX_DIR": str(index), "REPORTS_DIR": str(index)}).test_client()
    _asked(client, "/health")
    # As the site does before it answers: to look through a large heap takes some tenths of a second.
    spare_collecting()
    return [_measured(client, name, addresses) for name, addresses in kinds.items()]


def _measured(client: FlaskClient, name: str, addresses: Sequence[str]) -> Kind:
    first = [_asked(client, address) for address in addresses]
    again = [_asked(client, address)[0] for _ in range(AGAIN) for address in addresses]
    return Kind(
        name, Times(tuple(seconds for seconds, _ in first)), Times(tuple(again)), max(size for _, size in first)
    )


def _asked(client: FlaskClient, address: str) -> tuple[float, int]:
    """Seconds of the thread that answers, and bytes: what other programs do meanwhile does not count."""
    begun = time.thread_time()
    answer = client.get(address)
    body = answer.get_data()
    taken = time.thread_time() - begun
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return taken, len(body)


def _searches(queries: Iterable[Query], form: str = "{}", **fields: str) -> list[str]:
    return [_search(q=form.format(query.text), **fields) for query in queries]


def _search(**fields: str) -> str:
    return f"/search?{urlencode(fields)}"


def _most_frequent(build: Build) -> dict[str, str]:
    """The commonest city, year and topic."""
    counts = build.facet_counts()
    return {
        facet: str(max((value for value in counts[facet] if value is not None), key=lambda value: counts[facet][value]))
        for facet in ("city", "year", "topic")
    }


def _misspelt(query: Query) -> str:
    """The longest word with two letters changed about: what no archive has."""
    word = max(query.words, key=len)
    middle = len(word) // 2
    slip = word[: middle - 1] + word[middle] + word[middle - 1] + word[middle + 1 :]
    return query.text.replace(word, slip)


def _deep(build: Build) -> list[int]:
    # Answers repeated over the years are one hit.
    last = len(np.unique(build.columns.doc_group)) // TOP
    return [max(1, last * step // ASKED) for step in range(1, ASKED + 1)]


def _spread(count: int) -> list[int]:
    """Numbers from everywhere."""
    return sorted({number * count // ASKED for number in range(ASKED)}) if count else []
