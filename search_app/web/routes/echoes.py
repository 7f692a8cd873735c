"""The addresses of what cities say of each other and of what they say again and again."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, abort, jsonify, request

from search_app.engine.door import Engine
from search_app.request.mentions import MentionsRequest, parse_mentions
from search_app.web.serving import served_engine
from search_app.wording.values import mentions_json

blueprint = Blueprint("echoes", __name__)


def register(app: Flask) -> None:
    """Adds the addresses."""
    app.register_blueprint(blueprint)


@blueprint.get("/api/mentions")
def mentions() -> Response:
    """Who speaks of whom: one entry for each answer and city that it mentions."""
    engine = served_engine()
    wanted = _wanted(engine)
    total, found = engine.mentions(wanted)
    last = max(-(-total // wanted.per_page), 1)
    if wanted.page > last:
        abort(404, f"Страницы {wanted.page} нет: последняя — {last}.")
    return jsonify(mentions_json(wanted, total, found))


def _wanted(engine: Engine) -> MentionsRequest:
    """The mentions that the address asks for. Raises ParameterErrors."""
    args = request.args.to_dict(flat=False)
    return parse_mentions(args, engine.vocabulary, engine.facet_counts(), engine.mentioned_cities())
