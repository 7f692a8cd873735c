"""The addresses where the archive is studied: a city through the years, the trends of queries, answers alike."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Flask, Response, abort, redirect, render_template, request
from markupsafe import escape
from werkzeug.wrappers import Response as WerkzeugResponse

from search_app.connections.outcomes.plans import Plans
from search_app.engine.door import Engine
from search_app.request.addresses import Link, city_url, search_url
from search_app.request.model import NONE_VALUE, SearchRequest
from search_app.request.params import Fault, ParameterErrors, parse, shorten
from search_app.study.city.answers import Comparison, comparison, kind_links
from search_app.study.city.mentions import Mentions, mentioned_in, mentioning
from search_app.study.city.page import CityPage, city_page
from search_app.study.city.story import story
from search_app.study.city.topics import TopicHistory, topic_history
from search_app.study.city.words import CityWord, city_words
from search_app.study.drawing.land import land_svg
from search_app.study.kept import Kept
from search_app.study.movers import Movers, movers
from search_app.study.trends import FEW_ANSWERS, MOST_QUERIES, Trends, table, trends, trends_url
from search_app.study.versions.compare import ComparedReports, compared
from search_app.takeaway.exports.csv_file import lines
from search_app.takeaway.extracts import citation, extract_of
from search_app.web.downloads import text_file
from search_app.web.parts.drawings import drawing
from search_app.web.parts.results import HitView, hit_views, results
from search_app.web.routes.plans import plans_of
from search_app.web.serving import asked, served_engine
from search_app.wording.contents import place
from search_app.wording.labels import tells_more, value_label
from search_app.wording.outcomes import status_words

blueprint = Blueprint("study", __name__)

_LAND_AGE = 30 * 24 * 3600
"""Seconds."""
NEWEST = 3
"""Answers of a city that its page begins with."""
SIMILAR = 10
"""Answers like another that a page shows."""

_kept = Kept()
_kept_movers = Kept()


@dataclass(frozen=True, slots=True)
class CityStudy:
    """What takes reading all of a city's passages to know."""

    story: str
    newest: tuple[HitView, ...]
    kinds: tuple[Link, ...]
    topics: TopicHistory
    words: tuple[CityWord, ...]
    mentioned_by: tuple[Mentions, ...]
    mentions: tuple[Mentions, ...]


def register(app: Flask) -> None:
    """Adds the addresses, and what templates need to link to them."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        tells_more=tells_more, trends_url=lambda wanted: trends_url([wanted.q] if wanted.q else [], wanted)
    )


@blueprint.get("/land.svg")
def land() -> Response:
    """What lies under the map of cities; its address changes with every version of the site."""
    response = Response(land_svg(served_engine().vocabulary), mimetype="image/svg+xml")
    response.cache_control.max_age = _LAND_AGE
    return response


@blueprint.get("/cities/<slug>")
def city(slug: str) -> str | WerkzeugResponse:
    """A city through the years; other spellings of its name lead to its own address."""
    engine = served_engine()
    page = city_page(slug, engine)
    if page is None:
        named = engine.vocabulary.find_city(slug)
        if named is not None and named.slug != slug:
            return redirect(city_url(named.name, engine.vocabulary))
        abort(404, f"Отчётов города «{named.name if named else shorten(slug)}» в архиве нет.")
    if request.args.get("kind", "").strip():
        return _compared(page, engine)
    own_answers = search_url(SearchRequest(city=(page.name,), fold=True))
    return render_template(
        "city.html",
        engine=engine,
        page=page,
        study=_study_of(page, engine),
        city_search=own_answers,
        page_of=lambda name: city_url(name, engine.vocabulary),
    )


@blueprint.get("/compare")
def compare() -> str:
    """Any two reports side by side: ``a`` and ``b`` are their ids."""
    return render_template("compare.html", engine=served_engine(), compared=reports_asked())


def reports_asked() -> ComparedReports:
    """The two reports of the address. Raises ParameterErrors; ends with 404 where the archive lacks one."""
    engine = served_engine()
    ids = [request.args.get(name, "").strip() for name in ("a", "b")]
    if not all(ids):
        raise ParameterErrors([Fault("a", ids[0][:100], "Нужны два отчёта: /compare?a=…&b=…")])
    both = compared(ids[0], ids[1], engine)
    if both is None:
        abort(404, "Одного из этих отчётов в архиве нет: возможно, он переименован или удалён.")
    return both


@blueprint.get("/passages/<passage_id>/similar")
def similar_page(passage_id: str) -> str:
    """Answers like one answer: of all cities, or of other cities only (``other_cities=1``)."""
    engine = served_engine()
    extract = extract_of(passage_id, engine)
    if extract is None:
        abort(404, f"Ответа «{shorten(passage_id)}» в архиве нет: возможно, его отчёт переименован или удалён.")
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
    shown = trends_asked()
    moved = None if shown.trends else _movers(engine)
    return render_template(
        "trends.html", engine=engine, trends=shown, movers=moved, most=MOST_QUERIES, few_answers=FEW_ANSWERS
    )


@blueprint.get("/trends.svg")
def trends_svg() -> Response:
    """The chart by years as a drawing for documents and slides; with ``chart=cities`` that by cities."""
    shown = trends_asked()
    by_city = request.args.get("chart") == "cities"
    chart, title = (shown.city_chart, shown.city_title) if by_city else (shown.year_chart, shown.year_title)
    if chart is None:
        abort(404, "Рисовать нечего: по этому запросу ответов нет.")
    return drawing("city" if by_city else "year", chart, title, "trends.svg")


@blueprint.get("/map.svg")
def map_svg() -> Response:
    """The map of what a search finds, with the land under it, as a drawing for documents and slides."""
    engine = served_engine()
    page = engine.search(replace(asked(folds=True), view="map", page=1))
    found = results(page, engine)
    if found.map is None:
        abort(404, "Рисовать нечего: по этому запросу ответов нет.")
    return drawing("map", found.map, f"{found.heading}. Чем больше кружок, тем больше ответов", "map.svg")


@blueprint.get("/trends.csv")
def trends_csv() -> Response:
    """The same numbers for Excel."""
    return text_file(lines(table(trends_asked())), "text/csv", "Динамика", "trends.csv")


def city_study(slug: str) -> tuple[CityPage, CityStudy] | None:
    """A city's page and all that takes reading its passages; ``None`` where the archive has no such city."""
    engine = served_engine()
    page = city_page(slug, engine)
    return (page, _study_of(page, engine)) if page else None


def _study_of(page: CityPage, engine: Engine) -> CityStudy:
    return _kept.get(engine, page.name, lambda: _study(page, engine))


def _study(page: CityPage, engine: Engine) -> CityStudy:
    answers = engine.answers_of_city(page.name)
    topics = topic_history(page.name, answers, engine)
    newest = engine.search(SearchRequest(city=(page.name,), sort="newest", per_page=NEWEST, fold=True))
    return CityStudy(
        story=story(page, topics.topics),
        newest=hit_views(newest.hits, "", engine.vocabulary),
        kinds=kind_links(page.name, answers, engine),
        topics=topics,
        words=city_words(page.name, engine),
        mentioned_by=mentioning(page.name, engine),
        mentions=mentioned_in(page.name, engine),
    )


def _movers(engine: Engine) -> Movers | None:
    return _kept_movers.get(engine, "", lambda: movers(engine))


def _compared(page: CityPage, engine: Engine) -> str:
    wanted = request.args["kind"].strip()
    kind = engine.vocabulary.find_kind(wanted)
    if kind is None:
        raise ParameterErrors([Fault("kind", wanted[:100], f"Вид вопроса «{wanted[:100]}»: такого нет.")])
    section, years = request.args.get("section"), request.args.getlist("year")
    chosen = comparison(page.name, kind.id, section, years, engine)
    if chosen is None:
        abort(404, f"Ответов города {page.name} на вопрос «{kind.label}» в архиве нет.")
    return render_template(
        "city_answers.html",
        engine=engine,
        page=page,
        comparison=chosen,
        url=request.path,
        outcomes=_outcomes(page, chosen, engine) if kind.id == "tasks" else {},
        status=status_words,
    )


def _outcomes(page: CityPage, shown: Comparison, engine: Engine) -> dict[int, Plans]:
    """Year → what became of its tasks, where a following report tells of them."""
    section = dict(shown.carried)["section"]
    if section == NONE_VALUE:
        return {}
    found = (plans_of(page.name, answer.year, section, engine) for answer in shown.answers)
    return {own.year: own for own in found if own.next_report}


def trends_asked() -> Trends:
    """The trends that the address asks for. Raises ParameterErrors."""
    engine = served_engine()
    args = request.args.to_dict(flat=False)
    texts = args.pop("q", [])
    known = engine.facet_counts()
    filters = parse(args, engine.vocabulary, known)
    queries = [parse({"q": [text]}, engine.vocabulary, known).q for text in texts]
    return trends(queries, filters, engine)
