"""The addresses where the archive is studied: a city through the years, the trends of queries, answers alike."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request
from markupsafe import escape
from werkzeug.wrappers import Response as WerkzeugResponse

from search_app.connections.outcomes.plans import Plans
from search_app.engine.door import Engine
from search_app.request.addresses import Link, city_url, search_url
from search_app.request.model import NONE_VALUE, SearchRequest
from search_app.request.params import Fault, ParameterErrors, parse
from search_app.study.city.answers import Comparison, comparison, kind_links
from search_app.study.city.mentions import Mentions, mentioned_in, mentioning
from search_app.study.city.page import CityPage, city_page
from search_app.study.city.topics import TopicHistory, topic_history
from search_app.study.city.words import CityWord, city_words
from search_app.study.kept import Kept
from search_app.study.trends import MOST_QUERIES, Trends, table, trends, trends_url
from search_app.takeaway.exports.csv_file import lines
from search_app.takeaway.extracts import citation, extract_of
from search_app.web.downloads import text_file
from search_app.web.routes.plans import plans_of
from search_app.web.serving import served_engine
from search_app.wording.contents import place
from search_app.wording.labels import value_label
from search_app.wording.outcomes import status_words

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
    engine = served_engine()
    page = city_page(slug, engine)
    if page is None:
        named = engine.vocabulary.find_city(slug)
        if named is not None and named.slug != slug:
            return redirect(city_url(named.name, engine.vocabulary))
        abort(404, f"Отчётов города «{named.name if named else slug}» в архиве нет.")
    if request.args.get("kind", "").strip():
        return _compared(page, engine)
    own_answers = search_url(SearchRequest(city=(page.name,), fold=True))
    study = _kept.get(engine, page.name, lambda: _study(page, engine))
    return render_template(
        "city.html",
        engine=engine,
        page=page,
        study=study,
        city_search=own_answers,
        page_of=lambda name: city_url(name, engine.vocabulary),
    )


@blueprint.get("/passages/<passage_id>/similar")
def similar_page(passage_id: str) -> str:
    """Answers like one answer: of all cities, or of other cities only (``other_cities=1``)."""
    engine = served_engine()
    extract = extract_of(passage_id, engine)
    if extract is None:
        abort(404, f"Ответа «{passage_id}» в архиве нет: возможно, его отчёт переименован или удалён.")
    others = request.args.get("other_cities") == "1"
    found = engine.similar(passage_id, limit=SIMILAR, other_cities=others)
    return render_template(
        "similar.html",
        engine=engine,
        extract=extract,
        citation=citation(extract, engine.vocabulary),
        hits=[
            (hit, place(hit.city, hit.year, engine.vocabulary), value_label("kind", hit.kind, engine.vocabulary))
            for hit in found
        ],
        others=others,
        url=request.path,
        escaped=escape,
    )


@blueprint.get("/trends")
def trends_page() -> str:
    """The share of answers that match, by year and by city."""
    engine = served_engine()
    return render_template("trends.html", engine=engine, trends=_trends(engine), most=MOST_QUERIES)


@blueprint.get("/trends.csv")
def trends_csv() -> Response:
    """The same numbers for Excel."""
    return text_file(lines(table(_trends(served_engine()))), "text/csv", "Динамика", "trends.csv")


def _study(page: CityPage, engine: Engine) -> _Study:
    answers = engine.answers_of_city(page.name)
    return _Study(
        kinds=kind_links(page.name, answers, engine),
        topics=topic_history(page.name, answers, engine),
        words=city_words(page.name, engine),
        mentioned_by=mentioning(page.name, engine),
        mentions=mentioned_in(page.name, engine),
    )


def _compared(page: CityPage, engine: Engine) -> str:
    wanted = request.args["kind"].strip()
    kind = engine.vocabulary.find_kind(wanted)
    if kind is None:
        raise ParameterErrors([Fault("kind", wanted[:100], f"Вид вопроса «{wanted[:100]}»: такого нет.")])
    section, years = request.args.get("section"), request.args.getlist("year")
    compared = comparison(page.name, kind.id, section, years, engine)
    if compared is None:
        abort(404, f"Ответов города {page.name} на вопрос «{kind.label}» в архиве нет.")
    return render_template(
        "city_answers.html",
        engine=engine,
        page=page,
        comparison=compared,
        url=request.path,
        outcomes=_outcomes(page, compared, engine) if kind.id == "tasks" else {},
        status=status_words,
    )


def _outcomes(page: CityPage, compared: Comparison, engine: Engine) -> dict[int, Plans]:
    """Year → what became of its tasks, where a following report tells of them."""
    section = dict(compared.carried)["section"]
    if section == NONE_VALUE:
        return {}
    found = (plans_of(page.name, answer.year, section, engine) for answer in compared.answers)
    return {own.year: own for own in found if own.next_report}


def _trends(engine: Engine) -> Trends:
    """The trends that the address asks for. Raises ParameterErrors."""
    args = request.args.to_dict(flat=False)
    texts = args.pop("q", [])
    known = engine.facet_counts()
    filters = parse(args, engine.vocabulary, known)
    queries = [parse({"q": [text]}, engine.vocabulary, known).q for text in texts]
    return trends(queries, filters, engine)
