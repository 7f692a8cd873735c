"""The OpenAPI 3.1 description of the API. Limits and names come from the code that holds them."""

from __future__ import annotations

import functools
from typing import Any

from search_app.connections.asks.items import KINDS as ASKING_KINDS
from search_app.request.mentions import PER_PAGE, TONES
from search_app.request.model import DEFAULT_PER_PAGE, MAX_PER_PAGE
from search_app.request.params import EARLIEST_YEAR, LATEST_YEAR, MAX_QUERY_LENGTH, SORTS
from search_app.web.openapi.schemas import SCHEMAS, reference

JsonObject = dict[str, Any]

_FACETS = {
    "city": "Город: каноническое имя, другое написание («г. омск») или none («не определён»).",
    "topic": "Тема или none.",
    "kind": "Вид вопроса: идентификатор или русское название, или none.",
    "section": "Раздел: название, сокращение («жкх») или none.",
    "region": "Регион города: название или обиходное имя («Кузбасс», «Дальний Восток»), или none.",
    "size": "Население города, тыс.: under-50, 50-100, 100-250, 250-500, over-500, или none.",
}


@functools.cache
def document() -> JsonObject:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Опыт городов: поиск по отчётам",
            "version": "1.0.0",
            "description": (
                "Поиск по ответам городских администраций на вопросы ежегодной анкеты. "
                "Параметры те же, что у страниц сайта; неизвестные параметры не мешают."
            ),
        },
        "paths": {
            "/api/search": {"get": _search()},
            "/api/suggest": {"get": _suggest()},
            "/api/digest": {"get": _digest()},
            "/api/plans": {"get": _plans()},
            "/api/passages/{id}/solutions": {"get": _solutions()},
            "/api/reports/{id}": {"get": _report()},
            "/api/mentions": {"get": _mentions()},
            "/health": {"get": _health()},
            "/openapi.json": {"get": _description()},
        },
        "components": {"schemas": SCHEMAS},
    }


def _search() -> JsonObject:
    return {
        "operationId": "search",
        "summary": "Найти ответы",
        "description": "Без q — обзор: новые годы первыми. Значения одного фасета — «или», разные фасеты — «и».",
        "parameters": _search_parameters(),
        "responses": {
            "200": _json("Страница результатов", "SearchPage"),
            "404": _problem("Такой страницы результатов нет"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _suggest() -> JsonObject:
    return {
        "operationId": "suggest",
        "summary": "Подсказать продолжение запроса",
        "parameters": [_parameter("q", "Начало запроса, от двух букв.", {"type": "string", "default": ""})],
        "responses": {
            "200": _json("Подсказки, вероятные первыми", "Suggestions"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _plans() -> JsonObject:
    year = {"type": "integer", "minimum": EARLIEST_YEAR, "maximum": LATEST_YEAR}
    return {
        "operationId": "plans",
        "summary": "Что стало с задачами",
        "description": (
            "Задачи отчётов города за год по одной, рядом — до трёх предложений следующих двух отчётов раздела. "
            "status — догадка с причиной; unknown не значит «не сделано»."
        ),
        "parameters": [
            _parameter("city", "Город.", {"type": "string"}) | {"required": True},
            _parameter("year", "Отчётный год; без него — новейший, за которым есть следующий отчёт.", year),
            _parameter("section", "Раздел; без него — все.", {"type": "string"}),
        ],
        "responses": {
            "200": _json("Задачи с тем, что о них сказано позже", "Plans"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _solutions() -> JsonObject:
    flag = {"type": "integer", "enum": [0, 1], "default": 0}
    return {
        "operationId": "solutions",
        "summary": "Кто это решил",
        "description": "Ответы других городов, где сказано, как закрыли эту нужду; пусто, где такого в архиве нет.",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "description": "Код ответа.", "schema": {"type": "string"}},
            _parameter(
                "quote", "Предложение ответа, где названа нужда; без него — все нужды ответа.", {"type": "string"}
            ),
            _parameter("other_regions", "1 — только города других регионов.", flag),
            _parameter("limit", "Сколько решений.", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}),
        ],
        "responses": {
            "200": _json("Нужда и решения, лучшие первыми", "Solutions"),
            "404": _problem("Такого ответа нет"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _report() -> JsonObject:
    return {
        "operationId": "report",
        "summary": "Отчёт целиком",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "description": "Код отчёта.", "schema": {"type": "string"}}
        ],
        "responses": {
            "200": _json("Отчёт с соседними", "Report"),
            "404": _problem("Такого отчёта нет"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _mentions() -> JsonObject:
    several = {"type": "array", "items": {"type": "string"}}
    chosen = {name: _FACETS[name] for name in ("city", "section", "kind")}
    return {
        "operationId": "mentions",
        "summary": "Кто о ком говорит",
        "description": (
            "Какие города упомянуты в ответах других: одна запись на ответ и упомянутый город. Тон определён по виду "
            "вопроса и словам высказывания, оно приведено. Значения одного параметра — «или», разные — «и»."
        ),
        "parameters": [
            *(_parameter(name, text, several) for name, text in chosen.items()),
            _parameter("mentioned", "О каком городе: его имя; вне списка городов — как назван в архиве.", several),
            _parameter("tone", "Тон.", {"type": "array", "items": {"type": "string", "enum": list(TONES)}}),
            _parameter("year", "Отчётный год или none.", several),
            _parameter("page", "Номер страницы.", {"type": "integer", "minimum": 1, "default": 1}),
            _parameter(
                "per_page",
                "Записей на странице.",
                {"type": "integer", "minimum": 1, "maximum": MAX_PER_PAGE, "default": PER_PAGE},
            ),
        ],
        "responses": {
            "200": _json("Страница упоминаний, новые годы первыми", "Mentions"),
            "404": _problem("Такой страницы нет"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _digest() -> JsonObject:
    own = {"kind", "city", "topic", "section", "region", "size", "year", "like", "year_from", "year_to"}
    kinds = {"type": "array", "items": {"type": "string", "enum": list(ASKING_KINDS)}}
    parameters = [one for one in _search_parameters() if one["name"] in own - {"kind"}]
    return {
        "operationId": "digest",
        "summary": "О чём просят города",
        "description": (
            "Просьбы — предложения и пункты ответов на вопросы о помощи, обсуждении, обучении и конференции. Об одном "
            "и том же — в теме, остальные — в alone: не пропущена ни одна. Темы подобраны программой по словам и "
            "смыслу."
        ),
        "parameters": [*parameters, _parameter("kind", "Вид вопроса, по умолчанию все четыре.", kinds)],
        "responses": {
            "200": _json("Просьбы по темам", "Digest"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _health() -> JsonObject:
    return {
        "operationId": "health",
        "summary": "Исправность",
        "responses": {
            "200": _json("Индекс открыт", "Health"),
            "503": _problem("Отвечать не из чего: индекса нет или он другой версии"),
        },
    }


def _description() -> JsonObject:
    return {
        "operationId": "description",
        "summary": "Это описание",
        "responses": {
            "200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}}
        },
    }


def _search_parameters() -> list[JsonObject]:
    year = {"type": "integer", "minimum": EARLIEST_YEAR, "maximum": LATEST_YEAR}
    flag = {"type": "integer", "enum": [0, 1]}
    several_years = {"type": "array", "items": {"oneOf": [year, {"const": "none"}]}}
    return [
        _parameter("q", "Запрос.", {"type": "string", "maxLength": MAX_QUERY_LENGTH, "default": ""}),
        *(_parameter(name, text, {"type": "array", "items": {"type": "string"}}) for name, text in _FACETS.items()),
        _parameter("year", "Отчётный год или none.", several_years),
        _parameter(
            "like", "Только города, похожие на этот по населению и региону; они названы в ответе.", {"type": "string"}
        ),
        _parameter("year_from", "Отчётный год не раньше.", year),
        _parameter("year_to", "Отчётный год не позже.", year),
        _parameter(
            "sort",
            "Порядок: newest и oldest — по отчётному году, added — новые поступления первыми.",
            {"type": "string", "enum": list(SORTS), "default": SORTS[0]},
        ),
        _parameter("page", "Номер страницы.", {"type": "integer", "minimum": 1, "default": 1}),
        _parameter(
            "per_page",
            "Ответов на странице.",
            {"type": "integer", "minimum": 1, "maximum": MAX_PER_PAGE, "default": DEFAULT_PER_PAGE},
        ),
        _parameter("as_typed", "1 — не исправлять опечатки и раскладку.", flag | {"default": 0}),
        _parameter("synonyms", "0 — не искать синонимы.", flag | {"default": 1}),
        _parameter("meaning", "0 — искать только по словам, без близких по смыслу.", flag | {"default": 1}),
        _parameter(
            "repeats",
            "Ответы, повторённые из года в год: show — каждый, fold — одним с перечнем повторов.",
            {"type": "string", "enum": ["show", "fold"], "default": "show"},
        ),
    ]


def _parameter(name: str, description: str, schema: JsonObject) -> JsonObject:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _json(description: str, schema: str) -> JsonObject:
    return {"description": description, "content": {"application/json": {"schema": reference(schema)}}}


def _problem(description: str) -> JsonObject:
    return {"description": description, "content": {"application/problem+json": {"schema": reference("Problem")}}}
