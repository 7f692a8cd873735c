"""The same answers as JSON, and what a monitor asks."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, abort, jsonify, request

from search_app.request.params import MAX_QUERY_LENGTH, shorten
from search_app.web.openapi import document as openapi
from search_app.web.serving import asked, pin, served_engine, served_index
from search_app.web.standing import site_root
from search_app.web.watching import note
from search_app.wording.values import page_json, report_page_json, suggestions_json

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/search")
def search_json() -> Response:
    """One page of results."""
    wanted = asked(folds=False)
    page = served_engine().search(wanted, meaning=True)
    note(page)
    if wanted.page > max(page.pages, 1):
        abort(404, f"Страницы {wanted.page} нет: последняя — {max(page.pages, 1)}.")
    return jsonify(page_json(page))


@blueprint.get("/api/suggest")
def suggestions() -> Response:
    """How a query that is being typed may go on."""
    typed = request.args.get("q", "")[:MAX_QUERY_LENGTH]
    engine = served_engine()
    return jsonify(suggestions_json(typed, engine.suggest(typed), engine.vocabulary))


@blueprint.get("/api/reports/<report_id>")
def report(report_id: str) -> Response:
    """One report with its neighbours."""
    engine = served_engine()
    found = engine.report(report_id)
    if found is None:
        abort(404, f"Отчёта «{shorten(report_id)}» в архиве нет.")
    return jsonify(report_page_json(found, engine))


@blueprint.get("/openapi.json")
def description() -> Response:
    """The description of this API."""
    return jsonify(openapi.document() | {"servers": [{"url": site_root()}]})


@blueprint.get("/health")
def health() -> Response:
    """200 with what is served; without a build, 503 like every other address."""
    manifest = served_engine().manifest
    served_index().check()
    age = datetime.now(UTC) - datetime.fromisoformat(manifest.created)
    response = jsonify(
        status="ok",
        build=manifest.stamp,
        reports=manifest.reports,
        passages=manifest.passages,
        created=manifest.created,
        age=max(0, round(age.total_seconds())),
        pinned=pin() is not None,
        damaged=served_index().faults,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
