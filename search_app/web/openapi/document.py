"""The OpenAPI 3.1 description of the API. Limits and names come from the code that holds them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from search_app.connections.asks.items import KINDS as ASKING_KINDS
from search_app.request.mentions import PER_PAGE, TONES
from search_app.request.model import DEFAULT_PER_PAGE, MAX_PER_PAGE
from search_app.request.params import EARLIEST_YEAR, LATEST_YEAR, MAX_QUERY_LENGTH, SORTS
from search_app.takeaway.exports.note import LONGEST_TITLE
from search_app.web.notes import ENDINGS, MIMETYPES
from search_app.web.openapi.examples import EXAMPLES, PARAMETERS, PARTS, PASSAGE, REPORT
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
            "/suggestions": {"get": _suggestions()},
            "/api/mentions": {"get": _mentions()},
            "/api/plans": {"get": _plans()},
            "/api/passages/{id}/solutions": {"get": _solutions()},
            "/api/digest": {"get": _digest()},
            "/api/reports/{id}": {"get": _report()},
            "/api/reports": {"get": _list("reports", "Все отчёты", "ReportList")},
            "/api/passages": {"get": _list("passages", "Все ответы с текстами", "PassageList")},
            **{f"{address}.json": {"get": _table(address, *told)} for address, told in _TABLES.items()},
            "/export.json": {"get": _export()},
            "/dump/index.json": {"get": _dump()},
            **{f"{address}.{{ending}}": {"get": _note(address, *told)} for address, told in _NOTES.items()},
            **{address: {"get": _file(*told)} for address, told in _FILES.items()},
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


def _suggestions() -> JsonObject:
    texts = {"type": "array", "items": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}}
    told = {"schema": texts, "example": ["омс", ["Омск"]]}
    answer = {"description": "Набранное и продолжения", "content": {"application/x-suggestions+json": told}}
    return {
        **_suggest(),
        "operationId": "suggestions",
        "summary": "Подсказки в том виде, какой читают браузеры",
        "responses": {**_suggest()["responses"], "200": answer},
    }


def _report() -> JsonObject:
    return {
        "operationId": "report",
        "summary": "Отчёт целиком",
        "parameters": [_part("id", "Код отчёта.", REPORT)],
        "responses": {
            "200": _json("Отчёт с соседними", "Report"),
            "404": _problem("Такого отчёта нет"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


_COUNTING = "Таблица ещё считается: когда повторить запрос, сказано в Retry-After; или индекса ещё нет"

_YEAR: JsonObject = {"type": "integer", "minimum": EARLIEST_YEAR, "maximum": LATEST_YEAR}
_SEVERAL_YEARS: JsonObject = {"type": "array", "items": {"oneOf": [_YEAR, {"const": "none"}]}}

_TABLES: dict[str, tuple[str, str]] = {
    "/trends": ("trends", "Динамика: доля ответов по годам и городам (q — до пяти раз)"),
    "/matrix": ("matrix", "Найденное по городам и годам; параметры поиска"),
    "/praised/ties": ("ties", "Кто о ком говорит: сколько раз; без tone — похвала"),
    "/cities": ("cities", "Города архива"),
    "/cities/{slug}": ("city", "Город: отчёты, темы, слова, упоминания"),
    "/new": ("news", "Новое в архиве"),
    "/topics": ("topics", "Темы архива"),
    "/plans": ("plansTable", "Что стало с задачами: города и годы"),
    "/compare": ("compare", "Два отчёта рядом, вопрос за вопросом"),
    "/about": ("files", "Файлы архива и что с ними стало"),
    "/passages/{id}/similar": ("similar", "Ответы, похожие на данный"),
}
"""Address of a page of study without its ending → name of the operation and what it gives; `.csv` gives the same."""


def _list(name: str, summary: str, schema: str) -> JsonObject:
    return {
        "operationId": name,
        "summary": summary,
        "description": "Продолжение — по адресу next. Перечень привязан к сборке: после обновления архива — 410.",
        "parameters": [
            _parameter("limit", "Сколько дать.", {"type": "integer", "minimum": 1, "maximum": MAX_PER_PAGE}),
            _parameter("cursor", "Откуда продолжать; вместе с build, оба из next.", {"type": "integer", "minimum": 0}),
            _parameter("build", "Сборка, с которой перечень начат.", {"type": "string"}),
        ],
        "responses": {
            "200": _json(summary, schema),
            "410": _problem("Архив с тех пор обновлён: начните сначала"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _table(address: str, name: str, summary: str) -> JsonObject:
    parts = _parts(address)
    asked = {
        "/trends": _search_parameters,
        "/matrix": _search_parameters,
        "/praised/ties": _mention_parameters,
        "/compare": _compared_parameters,
    }
    queries = asked.get(address, list)
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [
            *parts,
            *queries(),
        ],
        "responses": {
            "200": _json(summary, "Tables"),
            **({"404": _problem("В архиве этого нет")} if parts or address == "/compare" else {}),
            **({"422": _problem("Параметры не поняты; названы все сразу")} if queries is not list else {}),
            "503": _problem(_COUNTING if address == "/plans" else "Индекс ещё не построен или построен другой версией"),
        },
    }


def _export() -> JsonObject:
    ids = _parameter("id", "Выбранные ответы вместо поиска.", {"type": "array", "items": {"type": "string"}})
    return {
        "operationId": "export",
        "summary": "Найденные или выбранные ответы одним файлом",
        "parameters": [*_search_parameters(), ids],
        "responses": {
            "200": _json("Ответы", "Export"),
            "404": _problem("Ни одного из выбранных ответов в архиве нет"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


_FILES: dict[str, tuple[str, str, str, bool]] = {
    "/export.csv": ("exportCsv", "Найденные или выбранные ответы для Excel", "text/csv", True),
    "/export.xlsx": (
        "exportXlsx",
        "Они же книгой Excel",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        True,
    ),
    "/export.docx": (
        "exportDocx",
        "Они же справкой Word",
        MIMETYPES["docx"],
        True,
    ),
    "/feed.atom": ("feed", "Что нового найдётся: лента Atom", "application/atom+xml", True),
    **{
        f"{address}.csv": (
            f"{name}Csv",
            f"{summary}, для Excel",
            "text/csv",
            address in ("/trends", "/matrix", "/compare"),
        )
        for address, (name, summary) in _TABLES.items()
    },
    "/basket/letter.docx": (
        "letter",
        "Письмо «Просим поделиться опытом» по подборке",
        MIMETYPES["docx"],
        True,
    ),
    "/reports/{id}/source": ("source", "Исходный файл отчёта", "application/octet-stream", False),
    "/trends.svg": ("trendsDrawing", "Диаграмма динамики", "image/svg+xml", True),
    "/map.svg": ("mapDrawing", "Карта найденного", "image/svg+xml", True),
    "/land.svg": ("landDrawing", "Контуры суши для карты", "image/svg+xml", False),
    "/praised/ties.svg": ("tiesDrawing", "Кто о ком говорит, рисунком", "image/svg+xml", False),
    "/dump/{name}": ("dumpFile", "Один из файлов архива, с ETag", "application/gzip", False),
    "/robots.txt": ("robots", "Что не обходить поисковым системам", "text/plain", False),
    "/sitemap.xml": ("sitemap", "Страницы сайта для поисковых систем", "application/xml", False),
    "/sitemap-{number}.xml": ("sitemapPart", "Часть их перечня, если он велик", "application/xml", False),
    "/metrics": ("metrics", "Показатели для Prometheus, если они включены", "text/plain", False),
    "/opensearch.xml": ("opensearch", "Описание поиска для браузеров", "application/opensearchdescription+xml", False),
}
"""Address → operation, summary, type, and whether it takes the parameters of a search."""


def _file(name: str, summary: str, mimetype: str, searches: bool) -> JsonObject:
    """Of an answer that is no JSON; parts of its address are told beside it."""
    address = next(address for address, told in _FILES.items() if told[0] == name)
    own = _OWN_PARAMETERS.get(address.rpartition(".")[0] or address)
    asked = own() if own else _search_parameters() if searches else []
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*_parts(address), *asked],
        "responses": {
            "200": {"description": summary, "content": {mimetype: {"schema": {"type": "string"}}}},
            "default": {"description": "Не вышло: страница или problem+json с объяснением"},
        },
    }


_NOTES: dict[str, tuple[str, str]] = {
    "/requests": ("requestsNote", "О чём просят города"),
    "/questions/{kind}": ("questionNote", "Ответы городов на один вопрос"),
    "/praised": ("praisedNote", "Кто о ком говорит, с цитатами"),
    "/unchanged": ("unchangedNote", "Что повторяется из года в год и что сказано впервые"),
    "/problems": ("problemNote", "Кто жалуется и кто рассказал об успехе; тема (topic) или слова (q)"),
    "/cities/{slug}/plans": ("plansNote", "Что стало с задачами города"),
    "/passages/{id}/solutions": ("solutionsNote", "Кто решил то, о чём сказано в ответе"),
}
"""Address of a page without its ending → name of the operation and what it gives."""


def _note(address: str, name: str, summary: str) -> JsonObject:
    """Of what a page can be had as: a note for the boss, or its items."""
    asked: dict[str, list[str]] = {
        "/questions/{kind}": ["year", "section"],
        "/praised": ["city", "section", "kind", "mentioned", "tone", "year"],
        "/problems": ["q", "topic"],
        "/cities/{slug}/plans": ["year", "section"],
        "/passages/{id}/solutions": ["quote", "other_regions"],
    }
    known = {one["name"]: one for one in (*_solutions()["parameters"], *_mention_parameters(), *_search_parameters())}
    names = asked.get(address, [one["name"] for one in _digest()["parameters"]])
    ending = _part("ending", "Вид файла.", "json") | {"schema": {"type": "string", "enum": list(ENDINGS)}}
    title = [_parameter("title", "Заголовок справки.", {"type": "string", "maxLength": LONGEST_TITLE})]
    files = {kind: {"schema": {"type": "string"}} for kind in (*MIMETYPES.values(), "text/csv")}
    told = _json(summary, "Tables")
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*_parts(address), ending, *(known[one] for one in names), *title],
        "responses": {
            "200": told | {"content": told["content"] | files},
            "404": _problem("В архиве этого нет"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "501": _problem("Пакет, который пишет такие файлы, не установлен"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _compared_parameters() -> list[JsonObject]:
    text = {"type": "string"}
    told = (("a", "Код одного отчёта."), ("b", "Код другого."))
    return [_parameter(name, words, text) | {"required": True} for name, words in told]


def _dump() -> JsonObject:
    return {
        "operationId": "dump",
        "summary": "Файлы, в которых архив лежит целиком",
        "responses": {
            "200": _json("Перечень файлов", "Dump"),
            "404": _problem("Администратор выгрузку не включил"),
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
        "parameters": [
            *parameters,
            _parameter("kind", "Вид вопроса, по умолчанию все четыре.", kinds) | {"example": ["help"]},
        ],
        "responses": {
            "200": _json("Просьбы по темам", "Digest"),
            "422": _problem("Параметры не поняты; названы все сразу"),
            "503": _problem("Индекс ещё не построен или построен другой версией"),
        },
    }


def _mention_parameters() -> list[JsonObject]:
    several = {"type": "array", "items": {"type": "string"}}
    chosen = {name: _FACETS[name] for name in ("city", "section", "kind")}
    return [
        *(_parameter(name, text, several) for name, text in chosen.items()),
        _parameter("mentioned", "О каком городе: его имя; вне списка городов — как назван в архиве.", several),
        _parameter("tone", "Тон.", {"type": "array", "items": {"type": "string", "enum": list(TONES)}}),
        _parameter("year", "Отчётный год или none.", _SEVERAL_YEARS),
    ]


def _mentions() -> JsonObject:
    return {
        "operationId": "mentions",
        "summary": "Кто о ком говорит",
        "description": (
            "Какие города упомянуты в ответах других: одна запись на ответ и упомянутый город. Тон определён по виду "
            "вопроса и словам высказывания, оно приведено. Значения одного параметра — «или», разные — «и»."
        ),
        "parameters": [
            *_mention_parameters(),
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


def _plans() -> JsonObject:
    return {
        "operationId": "plans",
        "summary": "Что стало с задачами",
        "description": (
            "Задачи отчётов города за год по одной, рядом — до трёх предложений следующих двух отчётов раздела. "
            "status — догадка с причиной; unknown не значит «не сделано»."
        ),
        "parameters": [
            _parameter("city", "Город.", {"type": "string"}) | {"required": True},
            _parameter("year", "Отчётный год; без него — новейший, за которым есть следующий отчёт.", _YEAR),
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
            _part("id", "Код ответа.", PASSAGE),
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
            "200": {
                "description": "OpenAPI 3.1",
                "content": {"application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}}},
            }
        },
    }


def _search_parameters() -> list[JsonObject]:
    flag = {"type": "integer", "enum": [0, 1]}
    return [
        _parameter("q", "Запрос.", {"type": "string", "maxLength": MAX_QUERY_LENGTH, "default": ""}),
        *(_parameter(name, text, {"type": "array", "items": {"type": "string"}}) for name, text in _FACETS.items()),
        _parameter("year", "Отчётный год или none.", _SEVERAL_YEARS),
        _parameter(
            "like", "Только города, похожие на этот по населению и региону; они названы в ответе.", {"type": "string"}
        ),
        _parameter("year_from", "Отчётный год не раньше.", _YEAR),
        _parameter("year_to", "Отчётный год не позже.", _YEAR),
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


def _parts(address: str) -> list[JsonObject]:
    return [_part(name, *PARTS[name]) for name in re.findall(r"{(\w+)}", address)]


def _part(name: str, description: str, example: str) -> JsonObject:
    told = {"name": name, "in": "path", "required": True, "description": description}
    return told | {"schema": {"type": "string"}, "example": example}


def _parameter(name: str, description: str, schema: JsonObject) -> JsonObject:
    example = PARAMETERS[name]
    if schema.get("type") != "array" and isinstance(example, list):
        example = example[0]
    return {"name": name, "in": "query", "description": description, "schema": schema, "example": example}


_OWN_PARAMETERS: dict[str, Callable[[], list[JsonObject]]] = {
    "/compare": _compared_parameters,
    "/praised/ties": _mention_parameters,
}
"""What a file takes instead of the parameters of a search."""


def _json(description: str, schema: str) -> JsonObject:
    content = {"schema": reference(schema), "example": EXAMPLES[schema]}
    return {"description": description, "content": {"application/json": content}}


def _problem(description: str) -> JsonObject:
    content = {"schema": reference("Problem"), "example": EXAMPLES["Problem"]}
    return {"description": description, "content": {"application/problem+json": content}}
