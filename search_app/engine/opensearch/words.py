"""What is known of words all over an archive in a cluster: how many say them, who mentions whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from indexer.index.arrays.steps import Ints
from search_app.engine.city_answers import docs_of_city
from search_app.engine.city_words import WordUse, telling_words
from search_app.engine.opensearch.asked import AskedRuns, Clause, saying
from search_app.engine.opensearch.mirror import Mirror
from search_app.engine.opensearch.queries import everyone
from search_app.engine.query.plan import concept_of_phrase
from search_app.engine.query.syntax import parse
from search_app.engine.query.tree import Phrase

_AT_ONCE = 500
_PHRASES_AT_ONCE = 100


def count(clause: Clause, mirror: Mirror) -> int:
    """How many passages satisfy a clause; asked once."""

    def asked() -> tuple[int]:
        body = {"size": 0, "track_total_hits": True, "query": {"bool": {"filter": clause}}}
        return (int(mirror.connection.search(mirror.index, body)["hits"]["total"]["value"]),)

    return mirror.remember(("count", repr(clause)), asked)[0]


def said_most(phrases: Iterable[str], mirror: Mirror, most: int) -> tuple[tuple[str, int], ...]:
    """Those of some phrases that most answers say, with how many do."""
    texts = tuple(phrases)
    counted = mirror.remember(("said", texts), lambda: _said(texts, mirror))
    best = sorted((-found, text) for text, found in counted.items() if found)
    return tuple((text, -found) for found, text in best[:most])


def _said(texts: Sequence[str], mirror: Mirror) -> dict[str, int]:
    """How many passages say each of some phrases: asked about many at once."""
    clauses: dict[str, Clause] = {}
    makers = AskedRuns(mirror, unseen=True)
    for text in texts:
        nodes = parse(f"«{text}»", mirror.vocabulary).nodes
        if len(nodes) == 1 and isinstance(nodes[0], Phrase):
            runs = concept_of_phrase(nodes[0], mirror, makers).runs
            if runs:
                clauses[text] = saying(runs)
    bodies = [{"size": 0, "track_total_hits": True, "query": {"bool": {"filter": one}}} for one in clauses.values()]
    answers = [
        answer
        for first in range(0, len(bodies), _PHRASES_AT_ONCE)
        for answer in mirror.connection.searches(mirror.index, bodies[first : first + _PHRASES_AT_ONCE])
    ]
    return {text: int(one["hits"]["total"]["value"]) for text, one in zip(clauses, answers, strict=True)}


def words_of_city(name: str, limit: int, mirror: Mirror) -> tuple[WordUse, ...]:
    """The most telling words of a city's answers, of which the texts are read for it."""
    docs = docs_of_city(name, mirror)
    lemmas = len(mirror.columns.lemma_idf)
    own = np.zeros(lemmas)
    having = np.zeros(lemmas, dtype=np.int64)
    columns = mirror.columns
    for begin in range(0, len(docs), _AT_ONCE):
        for stream in mirror.contents.streams(docs[begin : begin + _AT_ONCE].tolist()):
            forms = stream.forms[: stream.ends[0] - 1]
            edges = columns.form_lemmas_start[forms]
            some = columns.form_lemmas_start[forms + 1] > edges
            first = columns.form_lemmas[edges[some]]
            own += np.bincount(first, minlength=lemmas)
            having[_lemmas_said(stream.forms[: stream.ends[1]], mirror)] += 1
    return telling_words(name, limit, own, lambda lemma: int(having[lemma]), mirror)


def _lemmas_said(forms: Ints, mirror: Mirror) -> Ints:
    columns = mirror.columns
    kinds = np.unique(forms)
    parts = [
        columns.form_lemmas[columns.form_lemmas_start[f] : columns.form_lemmas_start[f + 1]] for f in kinds.tolist()
    ]
    found: Ints = np.unique(np.concatenate([columns.form_lemmas[:0], *parts]))
    return found


def mentions_of_city(name: str, mirror: Mirror) -> dict[str, list[int]]:
    """City, blank where unknown → its passages that mention the city called ``name``, newest first."""
    own = {"term": {"city": name}}
    clause = {"bool": {"filter": [{"term": {"mentions": name}}], "must_not": [own]}}
    numbers = np.sort(everyone(clause, mirror)).tolist()
    found: dict[str, list[int]] = {}
    for number in numbers:
        found.setdefault(mirror.report_of(number).city or "", []).append(number)
    mirror.contents.expect(numbers)
    return found
