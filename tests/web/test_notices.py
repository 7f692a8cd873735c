"""What a page of results says of the query's words holds for all answers on it, found by words or by meaning."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from indexer.language.analysis import shared_analyzer
from indexer.meaning.model import word_model
from indexer.vocabulary import load
from search_app.engine.evaluation import read_judgements
from tests.web.conftest import ROOT

CROSSED_OUT = "//p[contains(@class, 'notice')]//s/text()"
MARKED = re.compile("<mark>(.*?)</mark>")
NOWHERE = "Слов запроса нет ни в одном ответе."
TOO_LITTLE = "Ответов, в которых достаточно слов запроса, не нашлось."
FILTERS: tuple[dict[str, Any], ...] = ({}, {"city": "Омск"}, {"repeats": "show"})

pytestmark = pytest.mark.skipif(word_model() is None, reason="без модели слов")


def asked() -> Iterator[tuple[str, dict[str, Any]]]:
    """Judged queries and words of theirs put together as nobody would: what is found has little of them."""
    judged = [one for one in read_judgements(ROOT / "tests" / "data" / "judgements.tsv") if not one.query.count('"')]
    words = sorted({word for one in judged for word in one.query.split() if len(word) > 4 and word.isalpha()})
    drawn = random.Random(5)
    queries = ["аварийное жильё переселение", "Омск бродячие псы"]
    queries += [one.query for one in judged if one.type in ("meaning", "everyday")][::6]
    queries += [" ".join(drawn.sample(words, 3)) for _ in range(15)]
    for place, query in enumerate(queries):
        yield query, FILTERS[place % len(FILTERS)]


def lemmas(texts: list[str]) -> set[str]:
    analyzer = shared_analyzer(load())
    return {analyzer.first_lemma(word) for text in texts for word in text.split()}


def hits(site: FlaskClient, args: dict[str, Any]) -> list[dict[str, Any]]:
    """The answers of all pages."""
    first = site.get("/api/search", query_string=args).json
    pages = [first, *(site.get("/api/search", query_string=args | {"page": n}).json for n in _others(first))]
    return [hit for page in pages for hit in page["hits"]]


def _others(first: dict[str, Any]) -> range:
    return range(2, first["pages"] + 1)


def test_what_is_said_of_words_holds_for_all_that_is_shown(site: FlaskClient) -> None:
    crossed = headed = 0
    for query, narrowed in asked():
        args = {"q": query, "repeats": "fold", "as_typed": "1"} | narrowed
        page = html.fromstring(site.get("/search", query_string=args).text)
        found = hits(site, args)
        marked = [text for hit in found for text in MARKED.findall(hit["snippet"])]
        absent = page.xpath(CROSSED_OUT)
        assert not lemmas(absent) & lemmas(marked), (args, absent, marked)
        heading = " ".join(page.xpath("//div[@id='hits']/h2/text()"))
        assert not (NOWHERE in heading and marked), (args, marked)
        crossed += len(absent)
        headed += NOWHERE in heading or TOO_LITTLE in heading
    assert crossed > 5 and headed > 1


def test_the_answers_of_a_named_city_that_meaning_adds_are_not_said_to_be_missing(site: FlaskClient) -> None:

    for city in ("Омск", "Братск", "Красноярск", "Чита", "Иркутск"):
        for words in ("бассейны рояли", "бродячие псы светофоры", "артисты хакеры школьная"):
            args = {"q": f"{words} {city}", "repeats": "fold"}
            text = html.fromstring(site.get("/search", query_string=args).text).text_content()
            missed = re.search(r"Среди найденного нет: ([^.]*)\.", text)
            if missed and city in missed[1]:
                assert city not in {hit["city"] for hit in hits(site, args)}, args
