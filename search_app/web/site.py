"""Composes the site: configuration, rooms, headers, template helpers."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask, Response
from flask.json.provider import DefaultJSONProvider

from indexer.folders import DEFAULT_INDEX, DEFAULT_REPORTS, INDEX_VARIABLE, REPORTS_VARIABLE
from search_app.request.addresses import kept_name, kept_url, search_url
from search_app.server.settings import from_environment
from search_app.web import arriving, problems, salvage, serving, standing, transfer, watching
from search_app.web.parts import choices, listing
from search_app.web.routes import (
    api,
    asks,
    catalogue,
    comfort,
    echoes,
    guide,
    pages,
    plans,
    solutions,
    study,
    tables,
    takeaway,
    whole,
)
from search_app.web.watching import WatchedFlask
from search_app.wording import numbers, prose

DEFAULT_FOLDERS = {INDEX_VARIABLE: str(DEFAULT_INDEX), REPORTS_VARIABLE: str(DEFAULT_REPORTS)}

_MAX_FORM_BYTES = 64 * 1024  # The site takes no uploads; a body of any size is a mistake or an attack.
_STATIC_AGE = 30 * 24 * 3600  # Seconds. Addresses of static files change with their content.

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


_MACROS = {
    "_icons.html": ("icon",),
    "_field.html": ("search_field",),
    "_note.html": ("note_form", "to_note"),
    "_takeaway.html": ("takeaway",),
    "_facets.html": ("facet_panel",),
    "_map.html": ("cities_map", "hits_map"),
    "_views.html": ("city_group", "city_year_rows", "hits_matrix"),
}
"""Template → its macros that all templates know: importing them anew costs a page a tenth of its time."""

_MENU = {
    "/search": "Поиск",
    "/cities": "Города",
    "/topics": "Темы",
    "/problems": "Кто решил",
    "/requests": "Просьбы",
    "/praised": "Чей опыт",
    "/basket": "Подборка",
    "/help": "Справка",
}
_FOOTER = {
    "/questions/achievements": "Вопрос для всех",
    "/unchanged": "Из года в год",
    "/trends": "Динамика",
    "/new": "Новое в архиве",
    "/about": "Что в архиве",
}


class _ReadableJson(DefaultJSONProvider):
    """JSON with Russian letters as they are and keys in the documented order."""

    ensure_ascii = False
    sort_keys = False


def build_site(config: Mapping[str, Any]) -> Flask:
    """The application with every room registered."""
    app = WatchedFlask(__package__)
    app.json = _ReadableJson(app)
    app.config.update(
        {name: os.environ.get(name) or folder for name, folder in DEFAULT_FOLDERS.items()},
        **from_environment(),
        MAX_CONTENT_LENGTH=_MAX_FORM_BYTES,
        SEND_FILE_MAX_AGE_DEFAULT=_STATIC_AGE,
    )
    app.config.update(config)
    watching.register(app)
    serving.register(app)
    salvage.register(app)
    # First of all, so that its answers are looked at last.
    arriving.register(app)
    transfer.register(app)
    problems.register(app)
    standing.register(app)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    comfort.register(app)
    study.register(app)
    echoes.register(app)
    asks.register(app)
    catalogue.register(app)
    takeaway.register(app)
    guide.register(app)
    tables.register(app)
    whole.register(app)
    plans.register(app)
    solutions.register(app)
    _register_helpers(app)
    app.after_request(_with_headers)
    return app


def _register_helpers(app: Flask) -> None:
    """What templates may call beside the values they are given."""
    stamp = _static_stamp(Path(app.static_folder or ""))
    app.jinja_env.globals.update(
        asset=lambda name: f"{app.static_url_path}/{name}?v={stamp}",
        facet_choices=choices.choices,
        year_bars=choices.year_bars,
        year_options=choices.year_options,
        hit_items=listing.hit_items,
        counted=numbers.counted,
        today=numbers.today,
        grouped=numbers.grouped,
        year_spans=numbers.year_spans,
        search_url=search_url,
        kept_name=kept_name,
        kept_url=kept_url,
        land_url=f"/land.svg?v={stamp}",
        menu=_served(_MENU, app),
        footer_menu=_served(_FOOTER, app),
    )
    app.jinja_env.filters.update(
        cited=numbers.cited, prose=prose.pieces, russian_date=numbers.russian_date, date_alone=numbers.date_alone
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    for template, names in _MACROS.items():
        module = app.jinja_env.get_template(template).module
        app.jinja_env.globals.update({name: getattr(module, name) for name in names})


def _served(links: Mapping[str, str], app: Flask) -> dict[str, str]:
    """Those of ``links`` (address → title) that the application has a page for."""
    matching = app.url_map.bind("")
    return {address: title for address, title in links.items() if matching.test(address, method="GET")}


def _static_stamp(folder: Path) -> str:
    """A short digest of the static files, which makes their addresses new whenever their content is."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:10]


def _with_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
