"""Examples of every parameter and answer of the API, made up; a test holds answers to their schemas."""

from __future__ import annotations

from typing import Any

from search_app.request.model import FACETS

_WHERE: dict[str, Any] = {"city": "Омск", "year": 2021, "section": "Городское хозяйство"}
REPORT = "omsk-2021-gorodskoe-hozyaistvo"
PASSAGE = f"{REPORT}-1"
_ADDED = "2024-05-06T03:00:00+00:00"
_TEXT = "Открыт парк у реки, проложены дорожки."
_QUESTION = "Что наиболее значительное удалось сделать в 2021 году?"

_PASSAGE: dict[str, Any] = {
    "id": PASSAGE,
    "position": 1,
    "kind": "achievements",
    "question": _QUESTION,
    "part": 1,
    "parts": 1,
    "text": _TEXT,
    "topics": ["Благоустройство"],
    "mentions": [],
}
_CARD: dict[str, Any] = {"id": REPORT, "url": f"/reports/{REPORT}", **_WHERE, "passages": 6}
_HIT: dict[str, Any] = {
    "id": PASSAGE,
    "url": f"/reports/{REPORT}#p1",
    "report_id": REPORT,
    "position": 1,
    **_WHERE,
    "kind": "achievements",
    "question": _QUESTION,
    "topics": ["Благоустройство"],
    "source": "2021/омск.docx",
    "score": 11.2,
    "by": "words",
    "snippet": "Открыт <mark>парк</mark> у реки, проложены дорожки.",
    "text": _TEXT,
    "added": _ADDED,
    "repeats": [],
}


def _quote(passage_id: str, city: str, year: int, text: str) -> dict[str, Any]:
    report, _, position = passage_id.rpartition("-")
    url = f"/reports/{report}#p{position}"
    return {"passage_id": passage_id, "url": url, "city": city, "year": year, "kind": "help", "text": text}


EXAMPLES: dict[str, dict[str, Any]] = {
    "SearchPage": {
        "query": {"q": "парк", "city": ["Омск"]},
        "total": 1,
        "by_meaning": 0,
        "page": 1,
        "pages": 1,
        "relaxed": False,
        "dropped": [],
        "correction": None,
        "understood": [],
        "synonyms": [],
        "hints": [],
        "like": None,
        "hits": [_HIT],
        "facets": {name: [] for name in FACETS}
        | {"city": [{"value": "Омск", "label": "Омск", "count": 1, "selected": True}]},
    },
    "Digest": {
        "total": 3,
        "cities": 2,
        "themes": [
            {
                "title": "обучение по закупкам",
                "cities": ["Омск", "Томск"],
                "years": [2020, 2021],
                "quotes": [
                    _quote("omsk-2021-gorodskoe-hozyaistvo-4", "Омск", 2021, "Просим провести обучение по закупкам."),
                    _quote("tomsk-2020-gorodskoe-hozyaistvo-5", "Томск", 2020, "Нужен семинар по закупкам."),
                ],
            }
        ],
        "alone": [_quote("omsk-2021-gorodskoe-hozyaistvo-5", "Омск", 2021, "Просим собрать образцы договоров.")],
        "blank": 1,
    },
    "Mentions": {
        "total": 1,
        "page": 1,
        "pages": 1,
        "mentions": [
            {
                "passage_id": f"{REPORT}-2",
                "url": f"/reports/{REPORT}#p2",
                **_WHERE,
                "kind": "colleagues",
                "mentioned": "Томск",
                "tone": "praise",
                "sentence": "Интересен опыт Томска с прямыми эфирами.",
            }
        ],
    },
    "Plans": {
        "city": "Омск",
        "year": 2020,
        "section": "Городское хозяйство",
        "items": [
            {
                "task": {
                    "passage_id": "omsk-2020-gorodskoe-hozyaistvo-3",
                    "url": "/reports/omsk-2020-gorodskoe-hozyaistvo#p3",
                    "text": "Открыть парк у реки.",
                },
                "status": "done",
                "results": [
                    {
                        "passage_id": PASSAGE,
                        "url": f"/reports/{REPORT}#p1",
                        "year": 2021,
                        "text": "Открыт парк у реки, проложены дорожки.",
                        "score": 0.82,
                        "shared": ["открыть", "парк", "река"],
                    }
                ],
                "why": "В отчёте за 2021 год сказано, что сделано: «открыт».",
            }
        ],
        "next_report": True,
    },
    "Solutions": {
        "passage": _HIT | {"id": "chita-2021-gorodskoe-hozyaistvo-3", "city": "Чита", "kind": "problems"},
        "need": "Нет парка у реки.",
        "hits": [_HIT | {"sentence": "Открыт парк у реки, проложены дорожки.", "why": ["сказано: «открыт»"]}],
    },
    "Suggestions": {"q": "омс", "suggestions": [{"text": "Омск", "kind": "city", "url": "/cities/omsk"}]},
    "Report": {
        "id": REPORT,
        **_WHERE,
        "evidence": {"city": "заголовок «ОМСК»", "year": "вопрос о 2021 годе", "section": "заголовок"},
        "warnings": [],
        "headings": ["ОМСК"],
        "passages": [_PASSAGE],
        "source": "2021/омск.docx",
        "added": _ADDED,
        "neighbours": {"previous": None, "next": None, "same_year": [_CARD]},
    },
    "ReportList": {
        "build": "20240506T030000-1a2b3c",
        "total": 240,
        "reports": [_CARD],
        "next": "/api/reports?build=20240506T030000-1a2b3c&cursor=100",
    },
    "PassageList": {
        "build": "20240506T030000-1a2b3c",
        "total": 1,
        "passages": [
            {"url": f"/reports/{REPORT}#p1", "report_id": REPORT, **_WHERE, "source": "2021/омск.docx"}
            | {"added": _ADDED}
            | _PASSAGE
        ],
        "next": None,
    },
    "Tables": {
        "build": "20240506T030000-1a2b3c",
        "tables": [
            {
                "name": "matrix",
                "title": "Найдено по городам и годам",
                "columns": [
                    {"name": "city", "title": "Город"},
                    {"name": "year", "title": "Год"},
                    {"name": "answers", "title": "Ответов"},
                ],
                "rows": [{"city": "Омск", "year": 2021, "answers": 3}],
            }
        ],
    },
    "Export": {
        "title": "Ответы городов: «парк»",
        "query": {"q": "парк"},
        "build": "20240506T030000-1a2b3c",
        "created": _ADDED,
        "total": 1,
        "limit": 5000,
        "complete": True,
        "notice": None,
        "missing": [],
        "passages": [
            _PASSAGE
            | {"url": f"https://opyt.example/reports/{REPORT}#p1", "report_id": REPORT, **_WHERE}
            | {"source": "2021/омск.docx", "citation": "Омск, 2021. Городское хозяйство.", "repeats": []}
        ],
    },
    "Dump": {
        "build": "20240506T030000-1a2b3c",
        "created": _ADDED,
        "files": [
            {
                "name": "passages.jsonl.gz",
                "url": "/dump/passages.jsonl.gz",
                "bytes": 1048576,
                "sha256": "0" * 64,
                "rows": 1400,
            }
        ],
    },
    "Health": {
        "status": "ok",
        "build": "20240506T030000-1a2b3c",
        "reports": 240,
        "passages": 1400,
        "created": _ADDED,
        "age": 3600,
        "pinned": False,
        "damaged": {},
    },
    "Problem": {
        "type": "about:blank",
        "title": "Адрес понят не полностью",
        "status": 422,
        "detail": "Ответов на странице может быть не больше 100.",
        "instance": "/api/search",
        "errors": [
            {"parameter": "per_page", "value": "500", "message": "Ответов на странице может быть не больше 100."}
        ],
    },
}
"""Name of a schema → an answer."""

PARTS: dict[str, tuple[str, str]] = {
    "id": ("Код отчёта или ответа.", PASSAGE),
    "slug": ("Код города.", "omsk"),
    "kind": ("Код вида вопроса.", "achievements"),
    "name": ("Имя файла.", "passages.jsonl.gz"),
    "number": ("Номер части.", "1"),
}
"""Part of an address → what it is, and one."""

PARAMETERS: dict[str, Any] = {
    "q": "парк",
    "city": ["Омск"],
    "topic": ["Благоустройство"],
    "kind": ["achievements"],
    "section": ["жкх"],
    "region": ["Кузбасс"],
    "size": ["100-250"],
    "year": [2021],
    "like": "omsk",
    "year_from": 2019,
    "year_to": 2021,
    "sort": "newest",
    "page": 1,
    "per_page": 20,
    "as_typed": 0,
    "synonyms": 1,
    "meaning": 1,
    "repeats": "fold",
    "mentioned": ["Томск"],
    "tone": ["praise"],
    "quote": "Нет парка у реки.",
    "limit": 10,
    "other_regions": 1,
    "cursor": 100,
    "build": "20240506T030000-1a2b3c",
    "id": [PASSAGE],
    "title": "Парки у реки",
    "a": REPORT,
    "b": "omsk-2020-gorodskoe-hozyaistvo",
    "table": "items",
}
"""Parameter → a value of it; where it stands once, the first."""
