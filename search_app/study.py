"""The addresses where the archive is studied: a city through the years, the trends of queries, answers alike."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request
from markupsafe import escape
from werkzeug.wrappers import Response as WerkzeugResponse

from indexer.build import Build
from search_app.cities import CityPage, city_page, city_url
from search_app.city_answers import comparison, kind_links
from search_app.city_mentions import Mentions, mentioned_in, mentioning
from search_app.city_passages import docs_of_city
from search_app.city_topics import TopicHistory, topic_history
from search_app.city_words import CityWord, city_words
from search_app.contents import place
from search_app.downloads import text_file
from search_app.exports.csv_file import lines
from search_app.extracts import citation, extract_of
from search_app.facets import search_url
from search_app.kept import Kept
from search_app.model import SearchRequest
from search_app.params import Fault, ParameterErrors, parse
from search_app.results import Link
from search_app.serving import served_build
from search_app.similar import similar
from search_app.trends import MOST_QUERIES, Trends, table, trends, trends_url
from search_app.wording import value_label

blueprint = Blueprint("study", __name__)

SIMILAR = 10
"""Answers like another that a page shows."""

_kept = Kept()


@dataclass(frozen=True, slots=True)
class _Study:
    """What takes reading all of a city's passages to know."""

    kinds: tuple[Link, ...]
    topics: TopicHistory
    words: tuple[CityWord, ...]
    mentioned_by: tuple[Mentions, ...]
    mentions: tuple[Mentions, ...]


def register(app: Flask) -> None:
    """Adds the addresses, and what templates need to link to them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(trends_url=lambda wanted: trends_url([wanted.q] if wanted.q else [], wanted))


@blueprint.get("/cities/<slug>")
def city(slug: str) -> str | WerkzeugResponse:
    """A city through the years; other spellings of its name lead to its own address."""
    build = served_build()
    page = city_page(slug, build)
    if page is None:
        named = build.vocabulary.find_city(slug)
        if named is not None and named.slug != slug:
            return redirect(city_url(named.name, build.vocabulary))
        abort(404, f"Отчётов города «{named.name if named else slug}» в архиве нет.")
    if request.args.get("kind", "").strip():
        return _compared(page, build)
    own_answers = search_url(SearchRequest(city=(page.name,), fold=True))
    study = _kept.get(build, page.name, lambda: _study(page, build))
    return render_template("city.html", build=build, page=page, study=study, city_search=own_answers)


@blueprint.get("/passages/<passage_id>/similar")
def similar_page(passage_id: str) -> str:
    """Answers like one answer: of all cities, or of other cities only (``other_cities=1``)."""
    build = served_build()
    extract = extract_of(passage_id, build)
    if extract is None:
        abort(404, f"Ответа «{passage_id}» в архиве нет: возможно, его отчёт переименован или удалён.")
    others = request.args.get("other_cities") == "1"
    found = similar(passage_id, build, limit=SIMILAR, other_cities=others)
    return render_template(
        "similar.html",
        build=build,
        extract=extract,
        citation=citation(extract, build.vocabulary),
        hits=[
            (hit, place(hit.city, hit.year, build.vocabulary), value_label("kind", hit.kind, build.vocabulary))
            for hit in found
        ],
        others=others,
        url=request.path,
        escaped=escape,
    )


@blueprint.get("/trends")
def trends_page() -> str:
    """The share of answers that match, by year and by city."""
    build = served_build()
    return render_template("trends.html", build=build, trends=_trends(build), most=MOST_QUERIES)


@blueprint.get("/trends.csv")
def trends_csv() -> Response:
    """The same numbers for Excel."""
    return text_file(lines(table(_trends(served_build()))), "text/csv", "Динамика", "trends.csv")


def _study(page: CityPage, build: Build) -> _Study:
    docs = docs_of_city(page.name, build)
    return _Study(
        kinds=kind_links(page.name, docs, build),
        topics=topic_history(page.name, docs, build),
        words=city_words(page.name, page.city, docs, build),
        mentioned_by=mentioning(page.name, page.city, docs, build),
        mentions=mentioned_in(docs, build),
    )


def _compared(page: CityPage, build: Build) -> str:
    wanted = request.args["kind"].strip()
    kind = build.vocabulary.find_kind(wanted)
    if kind is None:
        raise ParameterErrors([Fault("kind", wanted[:100], f"Вид вопроса «{wanted[:100]}»: такого нет.")])
    section, years = request.args.get("section"), request.args.getlist("year")
    compared = comparison(page.name, kind.id, section, years, build)
    if compared is None:
        abort(404, f"Ответов города {page.name} на вопрос «{kind.label}» в архиве нет.")
    return render_template("city_answers.html", build=build, page=page, comparison=compared, url=request.path)


def _trends(build: Build) -> Trends:
    """The trends that the address asks for. Raises ParameterErrors."""
    args = request.args.to_dict(flat=False)
    texts = args.pop("q", [])
    known = build.facet_counts()
    filters = parse(args, build.vocabulary, known)
    queries = [parse({"q": [text]}, build.vocabulary, known).q for text in texts]
    return trends(queries, filters, build)
