"""The HTML pages: each view asks one room and hands the answer to one template."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, current_app, redirect, render_template, request, send_file
from werkzeug.wrappers import Response

from indexer.model import Report
from search_app.engine.door import Engine
from search_app.request.addresses import city_url, passage_url, search_url
from search_app.request.model import SearchRequest
from search_app.request.params import searched_words
from search_app.study.overview import Overview, overview
from search_app.web import sources
from search_app.web.parts.pagination import page_url
from search_app.web.parts.results import results
from search_app.web.serving import asked, served_engine
from search_app.wording.contents import answers, citation, place

blueprint = Blueprint("pages", __name__)

_OVERVIEW = "overview"


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
    shown = results(engine.search(wanted), engine)
    last = max(shown.pages, 1)
    if wanted.page > last:
        return redirect(page_url(wanted, last))
    return render_template("search.html", engine=engine, results=shown)


@blueprint.get("/reports/<report_id>")
def report_page(report_id: str) -> str:
    """One report, each answer with its permalink; the words of the search it was found by are marked."""
    engine = served_engine()
    report = _report(report_id, engine)
    shown = answers(report, engine.vocabulary)
    asked_for = searched_words(request.args)
    return render_template(
        "report.html",
        engine=engine,
        query=asked_for,
        back_url=search_url(SearchRequest(q=asked_for, fold=True)),
        marked=engine.marker(asked_for),
        report=report,
        answers=shown,
        citations={answer.anchor: citation(report, answer, engine.vocabulary) for answer in shown},
        place=place(report.city, report.year, engine.vocabulary),
        city_url=city_url(report.city, engine.vocabulary) if report.city else None,
        neighbours=engine.neighbours(report.id),
        has_source=_source_file(report, engine) is not None,
    )


@blueprint.get("/reports/<report_id>/source")
def report_source(report_id: str) -> Response:
    """The file the report was read from."""
    engine = served_engine()
    path = _source_file(_report(report_id, engine), engine)
    if path is None:
        abort(404, "Исходного файла больше нет в папке отчётов: его переместили, переименовали или удалили.")
    return send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=path.name, max_age=0)


@blueprint.get("/passages/<passage_id>")
def passage(passage_id: str) -> Response:
    """Leads to the passage's place in its report."""
    found = served_engine().answer(passage_id)
    if found is None:
        abort(404, f"Ответа «{passage_id}» в архиве нет: возможно, его отчёт переименован или удалён.")
    return redirect(passage_url(found.report.id, found.passage.position))


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
    shown: Overview = kept
    return shown


def _report(report_id: str, engine: Engine) -> Report:
    """The report, or the 404 page."""
    report = engine.report(report_id)
    if report is None:
        abort(404, f"Отчёта «{report_id}» в архиве нет: возможно, он переименован или удалён.")
    return report


def _source_file(report: Report, engine: Engine) -> Path | None:
    file = sources.listed_file(report.source, (entry.file for entry in engine.sources))
    return sources.locate(Path(current_app.config["REPORTS_DIR"]), file) if file else None
