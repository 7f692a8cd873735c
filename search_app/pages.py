"""The HTML pages: each view asks one room and hands the answer to one template."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, current_app, redirect, render_template, request, send_file
from werkzeug.wrappers import Response

from indexer.build import Build
from indexer.model import Report
from search_app import sources
from search_app.cities import city_url
from search_app.contents import answers, citation, place
from search_app.facets import search_url
from search_app.marking import marker
from search_app.model import SearchRequest
from search_app.neighbours import neighbours
from search_app.overview import Overview, overview
from search_app.pagination import page_url
from search_app.params import searched_words
from search_app.results import results
from search_app.search import search
from search_app.serving import asked, served_build

blueprint = Blueprint("pages", __name__)

_OVERVIEW = "overview"


@blueprint.get("/")
def index() -> str:
    """The search box and the archive at a glance."""
    build = served_build()
    return render_template("index.html", build=build, overview=_overview(build))


@blueprint.get("/search")
def search_page() -> str | Response:
    """Results with facets; a page past the end leads to the last one."""
    wanted = asked(folds=True)
    build = served_build()
    shown = results(search(wanted, build), build)
    last = max(shown.pages, 1)
    if wanted.page > last:
        return redirect(page_url(wanted, last))
    return render_template("search.html", build=build, results=shown)


@blueprint.get("/reports/<report_id>")
def report_page(report_id: str) -> str:
    """One report, each answer with its permalink; the words of the search it was found by are marked."""
    build = served_build()
    report = _report(report_id, build)
    shown = answers(report, build.vocabulary)
    asked_for = searched_words(request.args)
    return render_template(
        "report.html",
        build=build,
        query=asked_for,
        back_url=search_url(SearchRequest(q=asked_for, fold=True)),
        marked=marker(asked_for, build),
        report=report,
        answers=shown,
        citations={answer.anchor: citation(report, answer, build.vocabulary) for answer in shown},
        place=place(report.city, report.year, build.vocabulary),
        city_url=city_url(report.city, build.vocabulary) if report.city else None,
        neighbours=neighbours(report.id, build.cards()),
        has_source=_source_file(report, build) is not None,
    )


@blueprint.get("/reports/<report_id>/source")
def report_source(report_id: str) -> Response:
    """The file the report was read from."""
    build = served_build()
    path = _source_file(_report(report_id, build), build)
    if path is None:
        abort(404, "Исходного файла больше нет в папке отчётов: его переместили, переименовали или удалили.")
    return send_file(path, mimetype="application/octet-stream", as_attachment=True, download_name=path.name, max_age=0)


@blueprint.get("/passages/<passage_id>")
def passage(passage_id: str) -> Response:
    """Leads to the passage's place in its report."""
    found = served_build().locate(passage_id)
    if found is None:
        abort(404, f"Ответа «{passage_id}» в архиве нет: возможно, его отчёт переименован или удалён.")
    report_id, position = found
    return redirect(f"/reports/{report_id}#p{position}")


@blueprint.get("/cities/<slug>/<int:year>")
def city_year(slug: str, year: int) -> Response:
    """Leads to the answers of a city for a year: a short address, since the first page has hundreds of them."""
    build = served_build()
    named = build.vocabulary.find_city(slug)
    return redirect(search_url(SearchRequest(city=(named.name if named else slug,), year=(year,), fold=True)))


@blueprint.get("/favicon.ico")
def favicon() -> Response:
    """The icon where browsers look for it unasked."""
    return current_app.send_static_file("favicon.svg")


def _overview(build: Build) -> Overview:
    """The overview of ``build``, made once per build: the application keeps the last one."""
    stamp, kept = current_app.extensions.get(_OVERVIEW, (None, None))
    if kept is None or stamp != build.stamp:
        kept = overview(build)
        current_app.extensions[_OVERVIEW] = (build.stamp, kept)
    shown: Overview = kept
    return shown


def _report(report_id: str, build: Build) -> Report:
    """The report, or the 404 page."""
    report = build.report(report_id)
    if report is None:
        abort(404, f"Отчёта «{report_id}» в архиве нет: возможно, он переименован или удалён.")
    return report


def _source_file(report: Report, build: Build) -> Path | None:
    file = sources.listed_file(report.source, (entry.file for entry in build.sources))
    return sources.locate(Path(current_app.config["REPORTS_DIR"]), file) if file else None
