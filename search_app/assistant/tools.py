"""What a talking program may ask of the archive: each tool is an address of the API with a citation and a link added.

The API is asked inside this process. So a tool says what the site says, and those whose address the site does not have
are not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask

from indexer.vocabulary import load
from search_app.request.params import MAX_QUERY_LENGTH
from search_app.wording.contents import place
from search_app.wording.numbers import quoted

MOST_HITS = 20
"""Answers of one call: whole texts of so many fill a program's attention already."""

MOST_CITIES = 30
"""Cities of a comparison, the greatest shares first."""

Json = dict[str, Any]


class RefusedError(Exception):
    """The archive cannot answer; the message is one or more Russian sentences."""


class Archive:
    """The tools, asked of one application."""

    def __init__(self, app: Flask, public_url: str = "") -> None:
        self._app = app
        parts = urlsplit(public_url)
        self._root = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        self._vocabulary = load()

    def offered(self) -> tuple[Tool, ...]:
        """The tools whose addresses the application has."""
        rules = [rule.rule for rule in self._app.url_map.iter_rules()]
        return tuple(tool for tool in TOOLS if any(map(tool.fits, rules)))

    def search(
        self,
        query: str,
        cities: list[str] | None = None,
        years: list[int] | None = None,
        sections: list[str] | None = None,
        kinds: list[str] | None = None,
        topics: list[str] | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
        sort: str = "relevance",
        page: int = 1,
        limit: int = 10,
    ) -> Json:
        """Answers found, the best first, with whole texts."""
        filters = {"city": cities, "year": years, "section": sections, "kind": kinds, "topic": topics}
        asked = {"q": query, **filters, "year_from": year_from, "year_to": year_to, "sort": sort, "page": page}
        told = self._ask("/api/search", asked | {"per_page": _within(limit), "repeats": "fold"})
        kept = ("query", "total", "by_meaning", "page", "pages", "dropped", "correction", "understood", "hits")
        hits = [{name: hit[name] for name in hit if name not in ("snippet", "score")} for hit in told["hits"]]
        return {name: told[name] for name in kept if name in told} | {"hits": hits}

    def report(self, report_id: str) -> Json:
        """One report with all its answers."""
        return self._ask(f"/api/reports/{_part(report_id)}", {})

    def compare(
        self,
        queries: list[str],
        cities: list[str] | None = None,
        years: list[int] | None = None,
        sections: list[str] | None = None,
        kinds: list[str] | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
    ) -> Json:
        """The share of answers about each subject, by year and by city."""
        filters = {"city": cities, "year": years, "section": sections, "kind": kinds}
        told = self._ask("/trends.json", {"q": queries, **filters, "year_from": year_from, "year_to": year_to})
        by = {table["name"]: table["rows"] for table in told["tables"]}
        shown = by["cities"][: MOST_CITIES * max(1, len(set(queries)))]
        return {
            "build": told["build"],
            "years": by["years"],
            "cities": shown,
            "cities_left_out": len(by["cities"]) - len(shown),
        }

    def requests(
        self,
        years: list[int] | None = None,
        sections: list[str] | None = None,
        cities: list[str] | None = None,
        kinds: list[str] | None = None,
    ) -> Json:
        """What cities ask for, by themes, with quotes."""
        return self._ask("/api/digest", {"year": years, "section": sections, "city": cities, "kind": kinds})

    def solutions(self, passage_id: str, quote: str = "", limit: int = 5) -> Json:
        """Answers of other cities that tell how the need of an answer was met."""
        asked = {"quote": quote, "limit": _within(limit)}
        return self._ask(f"/api/passages/{_part(passage_id)}/solutions", asked)

    def _ask(self, address: str, parameters: Mapping[str, Any]) -> Json:
        """The JSON at an address. Raises RefusedError with the sentences of a problem."""
        given = {name: value for name, value in parameters.items() if value not in (None, "", [])}
        long = [name for name, value in given.items() if isinstance(value, str) and len(value) > MAX_QUERY_LENGTH]
        if long:
            raise RefusedError(f"{long[0]}: текст длиннее {MAX_QUERY_LENGTH} знаков, сократите его.")
        told = self._app.test_client().get(address, query_string=given)
        value = told.get_json(force=True, silent=True)
        if told.status_code != 200:
            raise RefusedError(str((value or {}).get("detail") or f"Архив не ответил (код {told.status_code})."))
        found: Json = self._cited(value)
        return found

    def _cited(self, value: Any) -> Any:
        """Every answer and report within a value with its citation and a link to open."""
        if isinstance(value, list):
            return [self._cited(one) for one in value]
        if not isinstance(value, dict):
            return value
        told = {name: self._cited(one) for name, one in value.items()}
        if isinstance(value.get("url"), str):
            told["link"] = self._root + value["url"]
        if "city" in value and "year" in value and ("id" in value or "passage_id" in value):
            told["citation"] = self._citation(value)
        return told

    def _citation(self, value: Mapping[str, Any]) -> str:
        """«Омск, отчёт за 2021 год, раздел «ЖКХ», вопрос «Что удалось сделать?»»"""
        words = [place(value["city"], value["year"], self._vocabulary)]
        if value.get("section"):
            words.append(f"раздел {quoted(value['section'])}")
        if value.get("question"):
            words.append(f"вопрос {quoted(value['question'])}")
        return ", ".join(words)


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool: the method of `Archive` that answers it, and what a program is told of it."""

    name: str
    title: str
    description: str
    address: str
    """The beginning of the address it asks."""
    ending: str = ""

    def fits(self, rule: str) -> bool:
        """Whether a rule of the application is the tool's."""
        return rule.startswith(self.address) and rule.endswith(self.ending)

    def of(self, archive: Archive) -> Callable[..., Json]:
        """The function that answers it."""
        answer: Callable[..., Json] = getattr(archive, self.name)
        return answer


_CITE = " Приводя ответ, называйте citation и link; того, чего в ответах нет, не добавляйте."

TOOLS = (
    Tool(
        "search",
        "Найти ответы городов",
        "Ищет в ответах городских администраций Сибири и Дальнего Востока на вопросы ежегодной анкеты. query — обычные "
        "русские слова, можно пустую строку (тогда — новые ответы); cities, years, sections, kinds, topics "
        f"сужают поиск. limit — сколько ответов сразу, до {MOST_HITS}. by: meaning — ответ близок лишь по смыслу. "
        "kinds: overview, achievements, colleagues, problems, tasks, help, conference, discussion, training, other. "
        "Город, год и вид можно назвать и в query: это пожелание." + _CITE,
        "/api/search",
    ),
    Tool(
        "report",
        "Прочитать отчёт целиком",
        "Все ответы одного отчёта (город, год, раздел) по его report_id из search, и соседние отчёты." + _CITE,
        "/api/reports/",
    ),
    Tool(
        "compare",
        "Сравнить темы по годам и городам",
        "Доля ответов о каждой теме (до пяти запросов в queries) по годам и по городам: что обсуждают чаще и где.",
        "/trends.json",
    ),
    Tool(
        "requests",
        "О чём просят города",
        "Просьбы, темы для обсуждения и обучения, сведённые в темы с цитатами: years, sections, cities сужают." + _CITE,
        "/api/digest",
    ),
    Tool(
        "solutions",
        "Кто это уже решил",
        "Ответы других городов о том, как решена нужда, названная в ответе passage_id (id из search); quote — "
        "предложение с этой нуждой. Пустой перечень значит, что в архиве решения не найдено." + _CITE,
        "/api/passages/",
        "/solutions",
    ),
)


def _within(limit: int) -> int:
    """How many answers a call may have. Raises RefusedError beyond that."""
    if not 1 <= limit <= MOST_HITS:
        raise RefusedError(f"limit: нужно целое число от 1 до {MOST_HITS}.")
    return limit


def _part(name: str) -> str:
    return quote(name.strip()[:300] or "-", safe="")
