"""Read side: faceted search over the published build."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The site as a WSGI application.

    ``config`` may set INDEX_DIR and REPORTS_DIR; the environment variables of these names come next, then the
    folders of the work tree. Nothing is opened until the first request.
    """
    # Imported here: the engine and the command line use this package's other rooms without a web server.
    from search_app.web import site

    return site.build_site(config or {})
