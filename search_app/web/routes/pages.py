"""The HTML pages: each view asks one room and hands the answer to one template."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, redirect, render_template, request, send_file
from werkzeug.wrappers import Response

from indexer.folders import REPORTS_VARIABLE, sample_folder
from indexer.model import Report
from search_app.engine.door import CHANGED, MOVED, SAME, Dates, Engine
from search_app.request.addresses import city_url, kept_name, passage_url, search_url, split_name
from search_app.request.model import SearchRequest
from search_app.request.params import searched_words, shorten
from search_app.study.arrivals import news
from search_app.study.overview import Overview, overview
from search_app.web import sources
from search_app.web.parts.pagination import page_url
from search_app.web.parts.results import results
from search_app.web.serving import asked, served_engine
from search_app.web.watching import note
from search_app.wording.contents import answers, citation, place
from search_app.wording.numbers import day_of, russian_day, since

blueprint = Blueprint("pages", __name__)

_OVERVIEW = "overview"
_GONE = "Исходного файла больше нет в папке отчётов: его переместили, переименовали или удалили."


@blueprint.get("/")
def index() -> str:
    """The search box and the archive at a glance."""
    engine = served_engine()
    return render_template("index.html", engine=engine, overview=_overview(engine))


@blueprint.get("/search")
def search_page() -> str | Response:
    """Results with facets; a page past the end leads to the last one."""
    wanted = asked(folds=True)
    engine = served_engine()
    page = engine.search(wanted, meaning=wanted.view == "list")
    note(page)
    found = results(page, engine)
    last = max(found.pages, 1)
    if wanted.page > last:
        return redirect(page_url(wanted, last))
    return render_template("search.html", engine=engine, results=found)


@blueprint.get("/new")
def new_page() -> str:
    """What came to the archive, day by day; a page that there is not is the nearest one."""
    engine = served_engine()
    return render_template("new.html", engine=engine, news=news(request.args.get("page", 1, type=int), engine))


@blueprint.get("/reports/<report_id>")
def report_page(report_id: str) -> str:
    """One report, each answer with its permalink; the words of the search it was found by are marked."""
    engine = served_engine()
    report = _report(report_id, engine)
    dates = engine.dates(report.id)
    told = answers(report, engine.vocabulary)
    asked_for = searched_words(request.args)
    return render_template(
        "report.html",
        engine=engine,
        query=asked_for,
        back_url=search_url(SearchRequest(q=asked_for, fold=True)),
        marked=engine.marker(asked_for),
        report=report,
        answers=told,
        citations={answer.anchor: citation(report, answer, engine.vocabulary) for answer in told},
        place=place(report.city, report.year, engine.vocabulary),
        city_url=city_url(report.city, engine.vocabulary) if report.city else None,
        neighbours=engine.neighbours(report.id),
        has_source=_source_file(report, engine) is not None,
        dates=_dates(dates),
        since={
            passage.position: since(added, dates.came)
            for passage, added in zip(report.passages, dates.texts, strict=True)
        },
        notice=_notice(request.args.get("was", ""), report, engine),
    )


@blueprint.get("/reports/<report_id>/source")
def report_source(report_id: str) -> Response:
    """The file the report was read from."""
    engine = served_engine()
    path = _source_file(_report(report_id, engine), engine)
    if path is None:
        abort(404, _GONE)
    try:
        return send_file(
            path, mimetype="application/octet-stream", as_attachment=True, download_name=path.name, max_age=0
        )
    except OSError:
        # It went between the look and the taking, or is nobody's to read.
        abort(404, _GONE)


@blueprint.get("/passages/<passage_id>")
def passage(passage_id: str) -> Response:
    """Leads to the passage's place in its report."""
    engine = served_engine()
    state, found = engine.kept_answer(passage_id, request.args.get("v", ""))
    if found is None:
        abort(404, f"Ответа «{shorten(passage_id)}» в архиве нет: возможно, его отчёт переименован или удалён.")
    place_now = passage_url(found.report.id, found.passage.position)
    if state == SAME:
        return redirect(place_now)
    # The page of the report tells what has become of the answer.
    path, _, anchor = place_now.partition("#")
    return redirect(f"{path}?{urlencode({'was': kept_name(passage_id, request.args['v'])})}#{anchor}")


@blueprint.get("/cities/<slug>/<int:year>")
def city_year(slug: str, year: int) -> Response:
    """Leads to the answers of a city for a year, each counted: a short address, for the first page has hundreds."""
    engine = served_engine()
    named = engine.vocabulary.find_city(slug)
    return redirect(search_url(SearchRequest(city=(named.name if named else slug,), year=(year,))))


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon where browsers look for it unasked."""
    return current_app.send_static_file("favicon.svg")


def _overview(engine: Engine) -> Overview:
    """The overview of ``engine``, made once per build: the application keeps the last one."""
    stamp, kept = current_app.extensions.get(_OVERVIEW, (None, None))
    if kept is None or stamp != engine.stamp:
        kept = overview(engine)
        current_app.extensions[_OVERVIEW] = (engine.stamp, kept)
    known: Overview = kept
    return known


def _dates(dates: Dates) -> str:
    """«Поступил в архив 5 мая 2026 года, изменён 7 мая 2026 года»."""
    came, changed = day_of(dates.came), day_of(max(dates.texts, default=dates.came))
    told = f"Поступил в архив {russian_day(came)}"
    return told if changed <= came else f"{told}, изменён {russian_day(changed)}"


_NOTICES = {
    CHANGED: "Текст этого ответа изменился после того, как на него сделали ссылку. Ниже он такой, как сейчас.",
    MOVED: "Отчёт изменился после того, как на ответ сделали ссылку: ответ тот же, но теперь он стоит здесь.",
}


def _notice(kept: str, report: Report, engine: Engine) -> tuple[int, str] | None:
    """The position of the answer that was linked to and what has become of it; ``None`` where nothing has."""
    if not kept:
        return None
    state, found = engine.kept_answer(*split_name(kept))
    if found is None or found.report.id != report.id or state not in _NOTICES:
        return None
    return found.passage.position, _NOTICES[state]


def _report(report_id: str, engine: Engine) -> Report:
    """The report, or the 404 page."""
    report = engine.report(report_id)
    if report is None:
        abort(404, f"Отчёта «{shorten(report_id)}» в архиве нет: возможно, он переименован или удалён.")
    return report


def _source_file(report: Report, engine: Engine) -> Path | None:
    file = sources.listed_file(report.source, (entry.file for entry in engine.sources))
    folder = sample_folder() if engine.manifest.sample else Path(current_app.config[REPORTS_VARIABLE])
    return sources.locate(folder, file) if file else None
