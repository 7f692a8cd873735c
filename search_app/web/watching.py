"""Requests watched: a line of the log, figures, counts of queries, and a number for each error.

The number stands on the page of the error and in the log, so that a reader can name it and an operator find it.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from flask import Flask, Response, abort, current_app, g, request

from indexer.errors import IndexerError
from search_app.request.model import SearchPage
from search_app.server.settings import (
    LOG_ADDRESSES,
    LOG_QUERIES,
    METRICS,
    QUERY_LOG,
    SLOW_REQUEST,
    SettingError,
    is_on,
)
from search_app.watch.counts import Counts
from search_app.watch.journal import REQUESTS, Answered
from search_app.watch.metrics import Metrics, Served, available
from search_app.web.serving import served_engine, served_index

_LOG = logging.getLogger(__name__)
_COUNTS, _METRICS, _SLOW = "watching.counts", "watching.metrics", "watching.slow"
_MONITORS = ("api.health", "watching.metrics_page")
"""Asked every few seconds by machines: no line is written while all is well."""

ErrorInfo = tuple[type, BaseException, TracebackType] | tuple[None, None, None]


class WatchedFlask(Flask):
    """An application whose errors bear numbers."""

    def log_exception(self, exc_info: ErrorInfo) -> None:
        """One record with the number and the traceback; the query stands in neither."""
        g.error_number = secrets.token_hex(4)
        told = f"Ошибка {g.error_number}: {request.method} {request.path}"
        _LOG.error("%s", told, exc_info=exc_info, extra={"error": g.error_number})


def register(app: Flask) -> None:
    """Watches all requests of ``app``; to be registered before whatever may answer one. Raises SettingError."""
    app.extensions[_SLOW] = _seconds(app.config[SLOW_REQUEST])
    app.extensions[_COUNTS] = _counts(app.config)
    app.extensions[_METRICS] = _metrics(app.config)
    app.before_request(_begin)
    app.after_request(_end)
    if app.extensions[_METRICS]:
        app.add_url_rule("/metrics", "watching.metrics_page", metrics_page)


def note(page: SearchPage) -> None:
    """Counts what a reader looked for; pages after the first are the same search."""
    counts: Counts | None = current_app.extensions[_COUNTS]
    asked = page.request
    if counts and asked.q and asked.page == 1 and request.method == "GET":
        counts.add(asked.q, found=page.total, partly=page.relaxed)


def metrics_page() -> Response:
    """The figures of this site, in the text format of Prometheus."""
    metrics: Metrics | None = current_app.extensions[_METRICS]
    if metrics is None:
        abort(404)
    text, kind = metrics.text(_served())
    return Response(text, content_type=kind, headers={"Cache-Control": "no-store"})


def _served() -> Served:
    try:
        manifest = served_engine().manifest
    except IndexerError:
        return Served(serving=False, damaged=len(served_index().faults))
    age = (datetime.now(UTC) - datetime.fromisoformat(manifest.created)).total_seconds()
    return Served(True, max(age, 0.0), manifest.reports, manifest.passages, len(served_index().faults))


def _begin() -> None:
    g.begun = time.perf_counter()


def _end(response: Response) -> Response:
    if "begun" in g:
        # What is needed later is taken now: the answer may outlive its request by as long as a reader is slow.
        told = _told(response)
        begun, page = g.begun, request.endpoint or "unknown"
        metrics, slow = current_app.extensions[_METRICS], current_app.extensions[_SLOW]
        response.call_on_close(lambda: _tell(told, page, time.perf_counter() - begun, slow, metrics))
    return response


def _told(response: Response) -> dict[str, Any]:
    config = current_app.config
    asked = request.query_string.decode("utf-8", "replace") if is_on(config[LOG_QUERIES]) else ""
    return {
        "method": request.method,
        "path": request.path,
        "status": response.status_code,
        "size": None if response.is_streamed else response.content_length,
        "query": asked,
        "address": request.remote_addr or "" if is_on(config[LOG_ADDRESSES]) else "",
        "error": g.get("error_number", ""),
    }


def _tell(told: dict[str, Any], page: str, seconds: float, slow: float, metrics: Metrics | None) -> None:
    if metrics:
        metrics.note(page, told["method"], told["status"], seconds)
    answered = Answered(**told, seconds=seconds, slow=seconds > slow)
    if page in _MONITORS and answered.status < 400 and not answered.slow:
        return
    REQUESTS.log(logging.WARNING if answered.slow else logging.INFO, "%s", page, extra={"answered": answered})


def _counts(config: Mapping[str, Any]) -> Counts | None:
    wanted = str(config[QUERY_LOG] or "")
    return Counts(Path(wanted)) if is_on(wanted) else None


def _metrics(config: Mapping[str, Any]) -> Metrics | None:
    if not is_on(config[METRICS]):
        return None
    if not available():
        raise SettingError(
            "Показатели отдавать нечем: нет пакета prometheus-client. Установите его (pip install prometheus-client) "
            "или уберите --metrics и METRICS."
        )
    return Metrics()


def _seconds(text: object) -> float:
    try:
        seconds = float(str(text).replace(",", "."))
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e6:
        raise SettingError(f"--slow: «{text}» — не время. Нужно число секунд больше нуля.")
    return seconds
