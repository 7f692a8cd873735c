"""What the description says of answers that hang together: requests, mentions, plans and results, solutions."""

from __future__ import annotations

from search_app.connections.asks.items import KINDS as ASKING_KINDS
from search_app.request.mentions import PER_PAGE
from search_app.request.model import MAX_PER_PAGE
from search_app.web.openapi.examples import PASSAGE
from search_app.web.openapi.pieces import (
    NO_INDEX,
    NOT_UNDERSTOOD,
    YEAR,
    JsonObject,
    json_answer,
    mention_parameters,
    parameter,
    part,
    problem,
    search_parameters,
)


def digest() -> JsonObject:
    """What cities ask for."""
    own = {"kind", "city", "topic", "section", "region", "size", "year", "like", "year_from", "year_to"}
    kinds = {"type": "array", "items": {"type": "string", "enum": list(ASKING_KINDS)}}
    parameters = [one for one in search_parameters() if one["name"] in own - {"kind"}]
    return {
        "operationId": "digest",
        "summary": "О чём просят города",
        "description": (
            "Просьбы — предложения и пункты ответов на вопросы о помощи, обсуждении, обучении и конференции. Об одном "
            "и том же — в теме, остальные — в alone: не пропущена ни одна. Темы подобраны программой по словам и "
            "смыслу."
        ),
        "parameters": [
            *parameters,
            parameter("kind", "Вид вопроса, по умолчанию все четыре.", kinds) | {"example": ["help"]},
        ],
        "responses": {
            "200": json_answer("Просьбы по темам", "Digest"),
            **NOT_UNDERSTOOD,
            **NO_INDEX,
        },
    }


def mentions() -> JsonObject:
    """Who speaks of whom."""
    return {
        "operationId": "mentions",
        "summary": "Кто о ком говорит",
        "description": (
            "Какие города упомянуты в ответах других: одна запись на ответ и упомянутый город. Тон определён по виду "
            "вопроса и словам высказывания, оно приведено. Значения одного параметра — «или», разные — «и»."
        ),
        "parameters": [
            *mention_parameters(),
            parameter("page", "Номер страницы.", {"type": "integer", "minimum": 1, "default": 1}),
            parameter(
                "per_page",
                "Записей на странице.",
                {"type": "integer", "minimum": 1, "maximum": MAX_PER_PAGE, "default": PER_PAGE},
            ),
        ],
        "responses": {
            "200": json_answer("Страница упоминаний, новые годы первыми", "Mentions"),
            "404": problem("Такой страницы нет"),
            **NOT_UNDERSTOOD,
            **NO_INDEX,
        },
    }


def plans() -> JsonObject:
    """What became of tasks."""
    return {
        "operationId": "plans",
        "summary": "Что стало с задачами",
        "description": (
            "Задачи отчётов города за год по одной, рядом — до трёх предложений следующих двух отчётов раздела. "
            "status — догадка с причиной; unknown не значит «не сделано»."
        ),
        "parameters": [
            parameter("city", "Город.", {"type": "string"}) | {"required": True},
            parameter("year", "Отчётный год; без него — новейший, за которым есть следующий отчёт.", YEAR),
            parameter("section", "Раздел; без него — все.", {"type": "string"}),
        ],
        "responses": {
            "200": json_answer("Задачи с тем, что о них сказано позже", "Plans"),
            **NOT_UNDERSTOOD,
            **NO_INDEX,
        },
    }


def solutions() -> JsonObject:
    """Who solved it."""
    flag = {"type": "integer", "enum": [0, 1], "default": 0}
    return {
        "operationId": "solutions",
        "summary": "Кто это решил",
        "description": "Ответы других городов, где сказано, как закрыли эту нужду; пусто, где такого в архиве нет. "
        "За ними — те, где это лишь возможно: их why начинается словами «Возможно, по теме».",
        "parameters": [
            part("id", "Код ответа.", PASSAGE),
            parameter(
                "quote", "Предложение ответа, где названа нужда; без него — все нужды ответа.", {"type": "string"}
            ),
            parameter("other_regions", "1 — только города других регионов.", flag),
            parameter("limit", "Сколько решений.", {"type": "integer", "minimum": 1, "maximum": 50, "default": 10}),
        ],
        "responses": {
            "200": json_answer("Нужда и решения, лучшие первыми", "Solutions"),
            "404": problem("Такого ответа нет"),
            **NOT_UNDERSTOOD,
            **NO_INDEX,
        },
    }
