"""The same answers as JSON, and what a monitor asks."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, jsonify, request

from search_app import openapi
from search_app.params import MAX_QUERY_LENGTH
from search_app.presentation import page_json, report_page_json, suggestions_json
from search_app.search import search
from search_app.serving import asked, served_build
from search_app.suggest import suggest

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/search")
def search_json() -> Response:
    """One page of results."""
    wanted = asked(folds=False)
    page = search(wanted, served_build())
    if wanted.page > max(page.pages, 1):
        abort(404, f"Страницы {wanted.page} нет: последняя — {max(page.pages, 1)}.")
    return jsonify(page_json(page))


@blueprint.get("/api/suggest")
def suggestions() -> Response:
    """How a query that is being typed may go on."""
    typed = request.args.get("q", "")[:MAX_QUERY_LENGTH]
    build = served_build()
    return jsonify(suggestions_json(typed, suggest(typed, build), build.vocabulary))


@blueprint.get("/api/reports/<report_id>")
def report(report_id: str) -> Response:
    """One report with its neighbours."""
    build = served_build()
    found = build.report(report_id)
    if found is None:
        abort(404, f"Отчёта «{report_id}» в архиве нет.")
    return jsonify(report_page_json(found, build))


@blueprint.get("/openapi.json")
def description() -> Response:
    """The description of this API."""
    return jsonify(openapi.document())


@blueprint.get("/health")
def health() -> Response:
    """200 with what is served; without a build, 503 like every other address."""
    manifest = served_build().manifest
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    response = jsonify(
        status="ok",
        build=manifest.stamp,
        reports=manifest.reports,
        passages=manifest.passages,
        created=manifest.created,
        age=max(0, round(age.total_seconds())),
    )
    response.headers["Cache-Control"] = "no-store"
    return response
