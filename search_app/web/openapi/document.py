"""The OpenAPI 3.1 description of the API. Limits and names come from the code that holds them."""

from __future__ import annotations

import functools
from collections.abc import Callable

from search_app.request.model import MAX_PER_PAGE
from search_app.takeaway.exports.note import LONGEST_TITLE
from search_app.web.notes import ENDINGS, MIMETYPES
from search_app.web.openapi.connected import digest, mentions, plans, solutions
from search_app.web.openapi.examples import REPORT
from search_app.web.openapi.pieces import (
    NO_INDEX,
    NOT_UNDERSTOOD,
    JsonObject,
    compared_parameters,
    json_answer,
    mention_parameters,
    parameter,
    part,
    parts_of,
    problem,
    search_parameters,
)
from search_app.web.openapi.schemas import SCHEMAS


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
            "/api/mentions": {"get": mentions()},
            "/api/plans": {"get": plans()},
            "/api/passages/{id}/solutions": {"get": solutions()},
            "/api/digest": {"get": digest()},
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
        "parameters": search_parameters(),
        "responses": {
            "200": json_answer("Страница результатов", "SearchPage"),
            "404": problem("Такой страницы результатов нет"),
            **NOT_UNDERSTOOD,
            **NO_INDEX,
        },
    }


def _suggest() -> JsonObject:
    return {
        "operationId": "suggest",
        "summary": "Подсказать продолжение запроса",
        "parameters": [parameter("q", "Начало запроса, от двух букв.", {"type": "string", "default": ""})],
        "responses": {
            "200": json_answer("Подсказки, вероятные первыми", "Suggestions"),
            **NO_INDEX,
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
        "parameters": [part("id", "Код отчёта.", REPORT)],
        "responses": {
            "200": json_answer("Отчёт с соседними", "Report"),
            "404": problem("Такого отчёта нет"),
            **NO_INDEX,
        },
    }


_COUNTING = "Таблица ещё считается: когда повторить запрос, сказано в Retry-After; или индекса ещё нет"


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
            parameter("limit", "Сколько дать.", {"type": "integer", "minimum": 1, "maximum": MAX_PER_PAGE}),
            parameter("cursor", "Откуда продолжать; вместе с build, оба из next.", {"type": "integer", "minimum": 0}),
            parameter("build", "Сборка, с которой перечень начат.", {"type": "string"}),
        ],
        "responses": {
            "200": json_answer(summary, schema),
            "410": problem("Архив с тех пор обновлён: начните сначала"),
            **NOT_UNDERSTOOD,
            **NO_INDEX,
        },
    }


def _table(address: str, name: str, summary: str) -> JsonObject:
    parts = parts_of(address)
    asked = {
        "/trends": search_parameters,
        "/matrix": search_parameters,
        "/praised/ties": mention_parameters,
        "/compare": compared_parameters,
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
            "200": json_answer(summary, "Tables"),
            **({"404": problem("В архиве этого нет")} if parts or address == "/compare" else {}),
            **({"422": problem("Параметры не поняты; названы все сразу")} if queries is not list else {}),
            "503": problem(_COUNTING if address == "/plans" else "Индекс ещё не построен или построен другой версией"),
        },
    }


def _export() -> JsonObject:
    ids = parameter("id", "Выбранные ответы вместо поиска.", {"type": "array", "items": {"type": "string"}})
    return {
        "operationId": "export",
        "summary": "Найденные или выбранные ответы одним файлом",
        "parameters": [*search_parameters(), ids],
        "responses": {
            "200": json_answer("Ответы", "Export"),
            "404": problem("Ни одного из выбранных ответов в архиве нет"),
            **NOT_UNDERSTOOD,
            **NO_INDEX,
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
    asked = own() if own else search_parameters() if searches else []
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*parts_of(address), *asked],
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
    known = {one["name"]: one for one in (*solutions()["parameters"], *mention_parameters(), *search_parameters())}
    names = asked.get(address, [one["name"] for one in digest()["parameters"]])
    ending = part("ending", "Вид файла.", "json") | {"schema": {"type": "string", "enum": list(ENDINGS)}}
    title = [parameter("title", "Заголовок справки.", {"type": "string", "maxLength": LONGEST_TITLE})]
    files = {kind: {"schema": {"type": "string"}} for kind in (*MIMETYPES.values(), "text/csv")}
    told = json_answer(summary, "Tables")
    return {
        "operationId": name,
        "summary": summary,
        "parameters": [*parts_of(address), ending, *(known[one] for one in names), *title],
        "responses": {
            "200": told | {"content": told["content"] | files},
            "404": problem("В архиве этого нет"),
            **NOT_UNDERSTOOD,
            "501": problem("Пакет, который пишет такие файлы, не установлен"),
            **NO_INDEX,
        },
    }


def _dump() -> JsonObject:
    return {
        "operationId": "dump",
        "summary": "Файлы, в которых архив лежит целиком",
        "responses": {
            "200": json_answer("Перечень файлов", "Dump"),
            "404": problem("Администратор выгрузку не включил"),
            **NO_INDEX,
        },
    }


def _health() -> JsonObject:
    return {
        "operationId": "health",
        "summary": "Исправность",
        "responses": {
            "200": json_answer("Индекс открыт", "Health"),
            "503": problem("Отвечать не из чего: индекса нет или он другой версии"),
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


_OWN_PARAMETERS: dict[str, Callable[[], list[JsonObject]]] = {
    "/compare": compared_parameters,
    "/praised/ties": mention_parameters,
}
"""What a file takes instead of the parameters of a search."""
