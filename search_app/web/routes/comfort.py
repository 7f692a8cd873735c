"""The page where the version for the visually impaired is set up; every page carries the settings."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, Flask, Response, g, redirect, render_template, request
from werkzeug.wrappers import Response as WerkzeugResponse

from indexer.errors import IndexerError
from search_app.web.serving import served_engine
from search_app.web.vision import CHOICES, COOKIE, COOKIE_AGE, SIGNS, Vision, changed, from_cookie, from_form, way_back

blueprint = Blueprint("comfort", __name__)

PATH = "/vision"


def register(app: Flask) -> None:
    """Gives every template the settings of the reader and tells caches that pages differ by them."""
    app.register_blueprint(blueprint)
    app.context_processor(_settings)
    app.after_request(_varied)


@blueprint.get(PATH)
def settings() -> str:
    """The form; it is there without an index, too."""
    with suppress(IndexerError):
        served_engine()
    chosen = from_cookie(request.cookies) or Vision()
    return render_template("vision.html", engine=g.get("engine"), choices=CHOICES, chosen=chosen)


@blueprint.post(PATH)
def keep() -> WerkzeugResponse:
    """Keeps the choice, or forgets it (``off``), and leads back to the page the reader came from."""
    response = redirect(way_back(request.form.get("back", "")), 303)
    if request.form.get("off"):
        response.delete_cookie(COOKIE, samesite="Lax", httponly=True)
    else:
        wish = request.form.get("set")
        now = from_cookie(request.cookies) or Vision()
        value = (changed(now, wish) if wish else from_form(request.form)).cookie
        response.set_cookie(COOKIE, value, max_age=COOKIE_AGE, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def _settings() -> dict[str, Any]:
    """The settings in force and the address that the form leads back to."""
    here = request.args.get("back", "/") if request.path == PATH else request.full_path.rstrip("?")
    return {
        "vision": from_cookie(request.cookies),
        "vision_back": way_back(here),
        "vision_choices": CHOICES,
        "vision_signs": SIGNS,
    }


def _varied(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    return response
