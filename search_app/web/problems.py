"""Everything that can go wrong with a request: as a page that looks like the site, as RFC 9457 JSON for programs."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from indexer.errors import DamagedError, IndexerError, NoBuildError, VersionError
from search_app.request.params import Fault, ParameterErrors

PROBLEM_TYPE = "application/problem+json"
_MACHINE_PATHS = ("/api/", "/health", "/openapi.json", "/export.json")

_TITLES = {
    400: "Запрос не понят",
    404: "Страница не найдена",
    405: "Так сюда обращаться нельзя",
    410: "Перечень начат в прежнем архиве",
    422: "Адрес понят не полностью",
    500: "Внутренняя ошибка",
    501: "Такой файл здесь не составить",
    503: "Поиск пока недоступен",
}
_DETAILS = {
    400: "Так составленный запрос не понят: откройте сайт по обычному адресу.",
    404: "По этому адресу ничего нет: возможно, отчёт переименован или ссылка скопирована не целиком.",
    405: "Эта страница только читает: обращайтесь к ней методом GET.",
    500: "Запрос не выполнен из-за ошибки на сервере. Она записана в журнал; попробуйте ещё раз или измените запрос.",
}

# «/srv/opyt/index» is told as «index»: how the machine is laid out is nobody's business.
_FOLDERS = re.compile(r"«[^»]*[/\\]")
_TOLD: dict[type[IndexerError], str] = {
    NoBuildError: "Архив отчётов ещё не готов: загляните через несколько минут.",
    DamagedError: "Файлы архива повреждены, поэтому ответов из него сайт не показывает.",
    VersionError: "Программа обновлена, архив ещё нет: загляните через несколько минут.",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, told once for both presenters."""

    status: int
    title: str
    detail: str
    faults: tuple[Fault, ...] = ()
    number: str = ""
    """The number under which the log has an error."""
    told: str = ""
    """What a reader is told instead of ``detail``, which is for those who run the site."""
    again: int | None = None
    """Seconds after which it is worth asking again, where that is known."""


class StillCountingError(ServiceUnavailable):
    """What is asked for is being counted and will be there soon: the site itself is well."""

    title = "Ещё считается"
    again = 30


def register(app: Flask) -> None:
    """Makes ``app`` answer every failure through this module."""
    app.register_error_handler(ParameterErrors, lambda error: answer(_from_parameters(error)))
    app.register_error_handler(IndexerError, lambda error: answer(_from_index(error)))
    app.register_error_handler(HTTPException, lambda error: _from_http(error))


def answer(problem: Problem) -> Response:
    """The problem in the form the client reads."""
    if request.path.startswith(_MACHINE_PATHS) or request.path.endswith(".json"):
        response = _as_json(problem)
    else:
        page = render_template("error.html", problem=problem, engine=g.get("engine"))
        response = make_response(page, problem.status)
    if problem.again:
        response.headers["Retry-After"] = str(problem.again)
    return response


def _from_parameters(error: ParameterErrors) -> Problem:
    detail = " ".join(fault.message for fault in error.faults)
    return Problem(422, _TITLES[422], detail, error.faults)


def _from_index(error: IndexerError) -> Problem:
    told = next((words for kind, words in _TOLD.items() if isinstance(error, kind)), "")
    return Problem(503, _TITLES[503], _FOLDERS.sub("«", str(error)), told=told)


def _from_http(error: HTTPException) -> Response:
    """Redirects pass; aborts with a Russian sentence of our own keep it."""
    if error.response is not None:
        return make_response(error.response)
    status = error.code or 500
    if status < 400:
        return make_response(error.get_response())
    title, again = _TITLES.get(status, HTTPStatus(status).phrase), None
    if isinstance(error, StillCountingError):
        title, again = error.title, error.again
    own = error.description if error.description and error.description != type(error).description else None
    detail = own or _DETAILS.get(status, title)
    response = answer(Problem(status, title, detail, number=g.get("error_number", ""), again=again))
    if status == 405:
        response.headers["Allow"] = error.get_response().headers.get("Allow", "GET")
    return response


def _as_json(problem: Problem) -> Response:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.path,
        "errors": [
            {"parameter": fault.name, "value": fault.value, "message": fault.message} for fault in problem.faults
        ],
    }
    if problem.number:
        body["error_id"] = problem.number
    return Response(json.dumps(body, ensure_ascii=False), problem.status, mimetype=PROBLEM_TYPE)
