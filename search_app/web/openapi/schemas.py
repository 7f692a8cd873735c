"""The JSON schemas of the API's answers."""

from __future__ import annotations

from typing import Any

from search_app.request.mentions import TONES
from search_app.request.model import FACETS
from search_app.request.params import SORTS

JsonObject = dict[str, Any]


def reference(name: str) -> JsonObject:
    """A pointer to a schema of this module."""
    return {"$ref": f"#/components/schemas/{name}"}


def _closed(**properties: JsonObject) -> JsonObject:
    """An object with exactly these properties, all present."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _partial(required: list[str], **properties: JsonObject) -> JsonObject:
    """An object with these properties, of which only ``required`` must be present."""
    return _closed(**properties) | {"required": required}


def _several(item: JsonObject) -> JsonObject:
    return {"type": "array", "items": item}


def _or_null(schema: JsonObject) -> JsonObject:
    if "type" in schema:
        return schema | {"type": [schema["type"], "null"]}
    return {"oneOf": [schema, {"type": "null"}]}


_TEXT: JsonObject = {"type": "string"}
_NUMBER: JsonObject = {"type": "integer"}
_COUNT: JsonObject = {"type": "integer", "minimum": 0}
_FLAG: JsonObject = {"type": "boolean"}
_VALUE: JsonObject = {"type": ["string", "integer"], "description": "Значение для адреса; none — не определено."}

_QUERY = _partial(
    ["q"],
    q=_TEXT,
    **{name: _several(_VALUE) for name in FACETS},
    like=_TEXT,
    year_from=_NUMBER,
    year_to=_NUMBER,
    sort={"type": "string", "enum": list(SORTS)},
    per_page=_NUMBER,
    as_typed={"const": 1},
    synonyms={"const": 0},
    meaning={"const": 0},
    repeats={"const": "fold"},
)

_HIT = _closed(
    id=_TEXT,
    url=_TEXT,
    report_id=_TEXT,
    position={"type": "integer", "minimum": 1},
    city=_or_null(_TEXT),
    year=_or_null(_NUMBER),
    section=_or_null(_TEXT),
    kind=_TEXT,
    question=_or_null(_TEXT),
    topics=_several(_TEXT),
    source=_TEXT,
    score={"type": ["number", "null"], "description": "null без запроса."},
    by={
        "type": "string",
        "enum": ["words", "meaning"],
        "description": "meaning — слов запроса мало или нет, найден по смыслу; score тогда — близость.",
    },
    snippet={"type": "string", "description": "HTML: текст экранирован, найденные слова в <mark>."},
    text={"type": "string", "description": "Ответ целиком, без разметки."},
    added={"type": "string", "format": "date-time", "description": "Когда этот текст впервые появился в архиве."},
    repeats=_several(
        _closed(
            id=_TEXT,
            year=_or_null(_NUMBER),
            url=_TEXT,
            likeness={"type": "number", "minimum": 0, "maximum": 1, "description": "1 — тот же текст."},
        )
    ),
)

_PASSAGE = _partial(
    ["id", "position", "kind", "question", "part", "parts", "text", "topics", "mentions"],
    id=_TEXT,
    position={"type": "integer", "minimum": 1},
    kind=_TEXT,
    question=_or_null(_TEXT),
    part={"type": "integer", "minimum": 1},
    parts={"type": "integer", "minimum": 1},
    text=_TEXT,
    blank={"const": True},
    topics=_several(_TEXT),
    mentions=_several(_TEXT),
)

_NEIGHBOUR = _closed(
    id=_TEXT, url=_TEXT, city=_or_null(_TEXT), year=_or_null(_NUMBER), section=_or_null(_TEXT), passages=_COUNT
)

SCHEMAS: JsonObject = {
    "SearchPage": _closed(
        query=reference("Query"),
        total=_COUNT,
        by_meaning={
            **_COUNT,
            "description": "Сколько ответов добавлено по смыслу; в total и facets они не входят.",
        },
        page={"type": "integer", "minimum": 1},
        pages=_COUNT,
        relaxed={"type": "boolean", "description": "Часть слов опущена, чтобы что-то нашлось."},
        dropped=_several(_TEXT),
        correction=_or_null(reference("Correction")),
        understood=_several(_closed(facet={"type": "string", "enum": list(FACETS)}, value=_VALUE)),
        synonyms=_several(_closed(term=_TEXT, also=_several(_TEXT))),
        hints=_several(_TEXT),
        like=_or_null(reference("Like")),
        hits=_several(reference("Hit")),
        facets=_closed(**{name: _several(reference("FacetValue")) for name in FACETS}),
    ),
    "Digest": _closed(
        total={**_COUNT, "description": "Сколько просьб."},
        cities={**_COUNT, "description": "Сколько городов просят."},
        themes=_several(
            _closed(
                title=_TEXT, cities=_several(_TEXT), years=_several(_NUMBER), quotes=_several(reference("RequestQuote"))
            )
        ),
        alone=_several(reference("RequestQuote")),
        blank={**_COUNT, "description": "Сколько ответов ни о чём не просят."},
    ),
    "RequestQuote": _closed(
        passage_id=_TEXT, url=_TEXT, city=_or_null(_TEXT), year=_or_null(_NUMBER), kind=_TEXT, text=_TEXT
    ),
    "Like": _closed(
        city=_TEXT,
        cities=_several(_TEXT),
        why={"type": "object", "additionalProperties": _several(_TEXT), "description": "Город — чем он похож."},
    ),
    "Mentions": _closed(
        total=_COUNT,
        page={"type": "integer", "minimum": 1},
        pages=_COUNT,
        mentions=_several(
            _closed(
                passage_id=_TEXT,
                url=_TEXT,
                city=_or_null(_TEXT),
                year=_or_null(_NUMBER),
                section=_or_null(_TEXT),
                kind=_TEXT,
                mentioned=_TEXT,
                tone={"type": "string", "enum": list(TONES)},
                sentence={"type": "string", "description": "Высказывание, в котором город упомянут."},
            )
        ),
    ),
    "Query": _QUERY,
    "Correction": _closed(q=_TEXT, reason={"type": "string", "enum": ["spelling", "layout"]}),
    "Hit": _HIT,
    "FacetValue": _closed(value=_VALUE, label=_TEXT, count=_COUNT, selected=_FLAG),
    "Report": {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "city": _or_null(_TEXT),
            "year": _or_null(_NUMBER),
            "section": _or_null(_TEXT),
            "evidence": {"type": "object"},
            "warnings": _several(_TEXT),
            "headings": _several(_TEXT),
            "passages": _several(reference("Passage")),
            "source": _TEXT,
            "added": {"type": "string", "format": "date-time", "description": "Когда отчёт поступил в архив."},
            "neighbours": _closed(
                previous=_or_null(reference("Neighbour")),
                next=_or_null(reference("Neighbour")),
                same_year=_several(reference("Neighbour")),
            ),
        },
        "required": [
            "id",
            "city",
            "year",
            "section",
            "evidence",
            "warnings",
            "passages",
            "source",
            "added",
            "neighbours",
        ],
    },
    "Suggestions": _closed(
        q=_TEXT,
        suggestions=_several(
            _closed(text=_TEXT, kind={"type": "string", "enum": ["query", "city", "topic"]}, url=_TEXT)
        ),
    ),
    "Plans": _closed(
        city=_TEXT,
        year=_NUMBER,
        section=_or_null(_TEXT),
        items=_several(
            _closed(
                task=_closed(passage_id=_TEXT, url=_TEXT, text=_TEXT),
                status={"type": "string", "enum": ["done", "partly", "moved", "unknown"]},
                results=_several(
                    _closed(
                        passage_id=_TEXT,
                        url=_TEXT,
                        year=_NUMBER,
                        text=_TEXT,
                        score={"type": "number", "minimum": 0, "maximum": 1},
                        shared=_several(_TEXT),
                    )
                ),
                why=_TEXT,
            )
        ),
        next_report=_FLAG,
    ),
    "Solutions": _closed(
        passage=reference("Hit"),
        need=_TEXT,
        hits=_several(
            _HIT
            | {
                "properties": {**_HIT["properties"], "sentence": _TEXT, "why": _several(_TEXT)},
                "required": [*_HIT["required"], "sentence", "why"],
            }
        ),
    ),
    "Passage": _PASSAGE,
    "Neighbour": _NEIGHBOUR,
    "Health": _closed(
        status={"const": "ok"},
        build=_TEXT,
        reports=_COUNT,
        passages=_COUNT,
        created={"type": "string", "format": "date-time"},
        age={"type": "integer", "minimum": 0, "description": "Секунд с постройки индекса."},
        pinned={"type": "boolean", "description": "Администратор вернулся к этой сборке и закрепил её."},
    ),
    "Problem": _closed(
        type=_TEXT,
        title=_TEXT,
        status=_NUMBER,
        detail=_TEXT,
        instance=_TEXT,
        errors=_several(_closed(parameter=_TEXT, value=_TEXT, message=_TEXT)),
    ),
}
