"""Requests made to cost: each is answered with bounded work and a sentence of bounded length."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient

from indexer.builds.build import Build
from search_app.engine.cross import counts, years_found
from search_app.engine.query import correction
from search_app.engine.search import search
from search_app.request.model import SearchRequest
from search_app.web import sources

from .test_pages import OMSK_2021


def test_a_thousand_faulty_values_are_told_by_a_few(client: FlaskClient) -> None:
    answer = client.get("/api/search?" + "&".join(f"year=x{number}" for number in range(3000)))
    assert answer.status_code == 422
    assert len(answer.get_json()["detail"]) < 3000
    assert "больше 300" in answer.get_json()["detail"]


def test_every_faulty_parameter_is_named(client: FlaskClient) -> None:
    query = [("year", f"x{number}") for number in range(50)] + [("city", "Нет такого"), ("sort", "как-нибудь")]
    errors = client.get("/api/search?" + urlencode(query)).get_json()["errors"]
    assert {error["parameter"] for error in errors} == {"year", "city", "sort"}


@pytest.mark.parametrize(
    "address", ["/reports/{}", "/passages/{}", "/passages/{}/similar", "/cities/{}", "/api/reports/{}"]
)
def test_a_long_address_makes_no_long_sentence(address: str, client: FlaskClient) -> None:
    answer = client.get(address.format("a" * 5000))
    assert answer.status_code == 404
    assert "a" * 101 not in answer.get_data(as_text=True).split("</head>")[-1].replace(address.format("a" * 5000), "")


def test_a_source_file_that_vanishes_while_it_is_taken(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "locate", lambda folder, file: Path("/no/such/file"))
    with app.test_client() as client:
        answer = client.get(f"/reports/{OMSK_2021}/source")
    assert answer.status_code == 404
    assert "Исходного файла больше нет" in answer.get_data(as_text=True)


def test_what_was_meant_is_reckoned_once_for_a_table(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    reckoned = correction._corrected

    def watched(text: str, build: Build) -> object:
        looked.append(text)
        return reckoned(text, build)

    monkeypatch.setattr(correction, "_corrected", watched)
    request = SearchRequest(q="онлйан режмм провдения", view="matrix")
    page = search(request, build)
    counts(request, years_found(page), build)
    search(request, build)
    assert looked == [request.q]


def test_few_words_of_a_query_are_mended_and_that_is_told(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    nearest: list[str] = []

    def none_near(word: str, build: Build) -> None:
        nearest.append(word)

    monkeypatch.setattr(correction, "_nearest", none_near)
    words = [f"слов{'абвгдежзик'[number % 10]}{'лмнопрст'[number // 10]}ъщ" for number in range(30)]
    page = search(SearchRequest(q=" ".join(words)), build)
    assert 0 < len(nearest) <= correction._MOST_MENDED
    assert page.correction is None
    assert search(SearchRequest(q="ъщъщ" * 240), build).total == 0
