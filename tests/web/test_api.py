"""The HTTP contract of the API, on a real index."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_app.web.openapi.document import document
from tests.web.schemas import faults

OMSK_2021 = "omsk-2021-organizacionnaya-rabota"


def get(client: FlaskClient, address: str, status: int = 200) -> Any:
    """The JSON at ``address``, checked against the description of exactly this path and status."""
    response = client.get(address)
    assert response.status_code == status, response.text
    described = document()["paths"][_template(address)]["get"]["responses"][str(status)]["content"]
    assert [response.mimetype] == list(described)
    value = response.get_json(force=True)
    assert faults(value, described[response.mimetype]["schema"], document()) == []
    return value


def _template(address: str) -> str:
    path = address.partition("?")[0]
    return "/api/reports/{id}" if path.startswith("/api/reports/") else path


def test_search(client: FlaskClient) -> None:
    answer = get(client, "/api/search?q=онлайн режим&city=г. омск")
    assert answer["query"] == {"q": "онлайн режим", "city": ["Омск"]}
    assert {hit["report_id"] for hit in answer["hits"]} == {OMSK_2021, "omsk-2020-organizacionnaya-rabota"}
    assert answer["total"] == 2
    assert answer["correction"] is None
    hit = answer["hits"][0]
    assert hit["url"] == f"/reports/{hit['report_id']}#p{hit['position']}"
    assert "<mark>" in hit["snippet"]


def test_russian_stands_unescaped(client: FlaskClient) -> None:
    assert "Организационная работа".encode() in client.get("/api/search").data


def test_suggestions(client: FlaskClient) -> None:
    city = get(client, "/api/suggest?q=омс")
    assert {"text": "Омск", "kind": "city", "url": "/cities/omsk"} in city["suggestions"]
    words = get(client, "/api/suggest?q=перепис")["suggestions"]
    assert words and all(client.get(one["url"]).status_code == 200 for one in words)
    for nothing in ("/api/suggest", "/api/suggest?q=", "/api/suggest?q=" + "я" * 5000):
        assert get(client, nothing)["suggestions"] == []


def test_browsing(client: FlaskClient) -> None:
    answer = get(client, "/api/search")
    years = [hit["year"] for hit in answer["hits"]]
    assert years == sorted(years, key=lambda year: -(year or 0))
    assert all(hit["score"] is None for hit in answer["hits"])
    assert answer["total"] == sum(value["count"] for value in answer["facets"]["city"])


def test_a_facet_ignores_its_own_selection(client: FlaskClient) -> None:
    whole = get(client, "/api/search")["facets"]
    chosen = get(client, "/api/search?city=Омск")["facets"]
    assert [value["value"] for value in chosen["city"]] == [value["value"] for value in whole["city"]]
    assert [value["value"] for value in chosen["city"] if value["selected"]] == ["Омск"]
    assert sum(value["count"] for value in chosen["year"]) < sum(value["count"] for value in whole["year"])


def test_the_unknown_is_called_none(client: FlaskClient) -> None:
    answer = get(client, "/api/search?city=none")
    assert answer["query"] == {"q": "", "city": ["none"]}
    assert {hit["city"] for hit in answer["hits"]} == {None}
    assert [value["label"] for value in answer["facets"]["city"] if value["selected"]] == ["не определено"]


def test_hostile_text_is_escaped_in_snippets_and_plain_in_texts(client: FlaskClient) -> None:
    hit = get(client, "/api/search?q=сравните сами")["hits"][0]
    assert "<script>" not in hit["snippet"]
    assert '<script>alert("5 > 3")</script>' in hit["text"]


def test_all_faults_at_once(client: FlaskClient) -> None:
    problem = get(client, "/api/search?city=Атлантида&year=abc&per_page=101", 422)
    assert problem["status"] == 422
    assert [(fault["parameter"], fault["value"]) for fault in problem["errors"]] == [
        ("city", "Атлантида"),
        ("year", "abc"),
        ("per_page", "101"),
    ]


def test_a_page_past_the_end(client: FlaskClient) -> None:
    assert "последняя" in get(client, "/api/search?page=1000", 404)["detail"]


def test_a_long_query_is_refused_in_one_sentence(client: FlaskClient) -> None:
    problem = get(client, "/api/search?q=" + "щ" * 10_000, 422)
    assert "1000" in problem["detail"]


def test_report(client: FlaskClient) -> None:
    report = get(client, f"/api/reports/{OMSK_2021}")
    assert (report["city"], report["year"], report["source"]) == ("Омск", 2021, "2021/omsk.txt")
    beside = report["neighbours"]
    assert beside["previous"]["year"] == 2020
    assert beside["next"] is None
    assert [card["city"] for card in beside["same_year"]] == ["Томск"]
    assert get(client, "/api/reports/no-such", 404)["status"] == 404


def test_health(client: FlaskClient) -> None:
    health = get(client, "/health")
    assert health["passages"] == get(client, "/api/search")["total"]


@pytest.mark.parametrize("address", ["/health", "/api/search?q=парк", "/api/reports/x"])
def test_without_an_index(bare_client: FlaskClient, address: str) -> None:
    assert "indexer rebuild" in get(bare_client, address, 503)["detail"]


def test_unknown_addresses_and_methods_answer_in_json(client: FlaskClient) -> None:
    for response in (client.get("/api/nothing"), client.post("/api/search")):
        assert response.mimetype == "application/problem+json"
        assert response.get_json(force=True)["status"] == response.status_code


def test_the_description_names_every_parameter_and_address(client: FlaskClient) -> None:
    described = get(client, "/openapi.json")
    named = {parameter["name"] for parameter in described["paths"]["/api/search"]["get"]["parameters"]}
    assert named == {
        *("q", "city", "year", "topic", "kind", "section", "region", "size", "like", "year_from", "year_to"),
        *("sort", "page", "per_page", "as_typed", "synonyms", "meaning", "repeats"),
    }
    rules = {re.sub(r"<\w+>", "{id}", str(rule)) for rule in client.application.url_map.iter_rules()}
    assert {path for path in rules if path.startswith("/api/")} | {"/health", "/openapi.json"} == set(
        described["paths"]
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(st.sampled_from(["q", "city", "year", "page", "kind", "sort"]), st.text(max_size=40), max_size=4)
)
def test_no_input_breaks_the_server(client: FlaskClient, args: dict[str, str]) -> None:
    assert client.get("/api/search", query_string=args).status_code in (200, 404, 422)
