"""What the description is made of: parameters and answers."""

from __future__ import annotations

import re
from typing import Any

from search_app.request.mentions import TONES
from search_app.request.model import DEFAULT_PER_PAGE, MAX_PER_PAGE
from search_app.request.params import EARLIEST_YEAR, LATEST_YEAR, MAX_QUERY_LENGTH, SORTS
from search_app.web.openapi.examples import EXAMPLES, PARAMETERS, PARTS
from search_app.web.openapi.schemas import reference

JsonObject = dict[str, Any]

FACETS = {
    "city": "Город: каноническое имя, другое написание («г. омск») или none («не определён»).",
    "topic": "Тема или none.",
    "kind": "Вид вопроса: идентификатор или русское название, или none.",
    "section": "Раздел: название, сокращение («жкх») или none.",
    "region": "Регион города: название или обиходное имя («Кузбасс», «Дальний Восток»), или none.",
    "size": "Население города, тыс.: under-50, 50-100, 100-250, 250-500, over-500, или none.",
}
YEAR: JsonObject = {"type": "integer", "minimum": EARLIEST_YEAR, "maximum": LATEST_YEAR}
SEVERAL_YEARS: JsonObject = {"type": "array", "items": {"oneOf": [YEAR, {"const": "none"}]}}


def parts_of(address: str) -> list[JsonObject]:
    """The parts of an address, in its order."""
    return [part(name, *PARTS[name]) for name in re.findall(r"{(\w+)}", address)]


def part(name: str, description: str, example: str) -> JsonObject:
    """A part of an address."""
    told = {"name": name, "in": "path", "required": True, "description": description}
    return told | {"schema": {"type": "string"}, "example": example}


def parameter(name: str, description: str, schema: JsonObject) -> JsonObject:
    """A parameter, with its example."""
    example = PARAMETERS[name]
    if schema.get("type") != "array" and isinstance(example, list):
        example = example[0]
    return {"name": name, "in": "query", "description": description, "schema": schema, "example": example}


def json_answer(description: str, schema: str) -> JsonObject:
    """An answer in JSON by one of the schemas, with its example."""
    content = {"schema": reference(schema), "example": EXAMPLES[schema]}
    return {"description": description, "content": {"application/json": content}}


def problem(description: str) -> JsonObject:
    """An answer that tells what is wrong."""
    content = {"schema": reference("Problem"), "example": EXAMPLES["Problem"]}
    return {"description": description, "content": {"application/problem+json": content}}


def search_parameters() -> list[JsonObject]:
    """What a search takes."""
    flag = {"type": "integer", "enum": [0, 1]}
    return [
        parameter("q", "Запрос.", {"type": "string", "maxLength": MAX_QUERY_LENGTH, "default": ""}),
        *(parameter(name, text, {"type": "array", "items": {"type": "string"}}) for name, text in FACETS.items()),
        parameter("year", "Отчётный год или none.", SEVERAL_YEARS),
        parameter(
            "like", "Только города, похожие на этот по населению и региону; они названы в ответе.", {"type": "string"}
        ),
        parameter("year_from", "Отчётный год не раньше.", YEAR),
        parameter("year_to", "Отчётный год не позже.", YEAR),
        parameter(
            "sort",
            "Порядок: newest и oldest — по отчётному году, added — новые поступления первыми.",
            {"type": "string", "enum": list(SORTS), "default": SORTS[0]},
        ),
        parameter("page", "Номер страницы.", {"type": "integer", "minimum": 1, "default": 1}),
        parameter(
            "per_page",
            "Ответов на странице.",
            {"type": "integer", "minimum": 1, "maximum": MAX_PER_PAGE, "default": DEFAULT_PER_PAGE},
        ),
        parameter("as_typed", "1 — не исправлять опечатки и раскладку.", flag | {"default": 0}),
        parameter("synonyms", "0 — не искать синонимы.", flag | {"default": 1}),
        parameter("meaning", "0 — искать только по словам, без близких по смыслу.", flag | {"default": 1}),
        parameter(
            "repeats",
            "Ответы, повторённые из года в год: show — каждый, fold — одним с перечнем повторов.",
            {"type": "string", "enum": ["show", "fold"], "default": "show"},
        ),
    ]


def mention_parameters() -> list[JsonObject]:
    """What a list of mentions takes."""
    several = {"type": "array", "items": {"type": "string"}}
    chosen = {name: FACETS[name] for name in ("city", "section", "kind")}
    return [
        *(parameter(name, text, several) for name, text in chosen.items()),
        parameter("mentioned", "О каком городе: его имя; вне списка городов — как назван в архиве.", several),
        parameter("tone", "Тон.", {"type": "array", "items": {"type": "string", "enum": list(TONES)}}),
        parameter("year", "Отчётный год или none.", SEVERAL_YEARS),
    ]


def compared_parameters() -> list[JsonObject]:
    """What a comparison takes: two reports."""
    text = {"type": "string"}
    told = (("a", "Код одного отчёта."), ("b", "Код другого."))
    return [parameter(name, words, text) | {"required": True} for name, words in told]


NO_INDEX = {"503": problem("Индекс ещё не построен или построен другой версией")}
NOT_UNDERSTOOD = {"422": problem("Параметры не поняты; названы все сразу")}
