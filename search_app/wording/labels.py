"""Russian wording of numbers, years and of what was found."""

from __future__ import annotations

import re
from functools import lru_cache

from indexer.vocabulary import Vocabulary
from search_app.request.model import FACETS, SearchPage, SearchRequest, Value
from search_app.request.params import NONE_LABEL
from search_app.wording.numbers import counted, plural, quoted, year_range, year_spans

FACET_TITLES = {
    "city": "Город",
    "year": "Год",
    "topic": "Тема",
    "kind": "Вопрос",
    "section": "Раздел",
    "region": "Регион",
    "size": "Население",
}

_UNKNOWN = {
    "city": "город не определён",
    "year": "год не определён",
    "topic": "без темы",
    "kind": "вопрос не определён",
    "section": "раздел не определён",
    "region": "регион не определён",
    "size": "население не известно",
}


def value_label(facet: str, value: Value, vocabulary: Vocabulary) -> str:
    """How a facet value is shown: the kind by its Russian label, the unknown by a word."""
    if value is None:
        return _UNKNOWN.get(facet, NONE_LABEL)
    known = {"kind": vocabulary.kind, "size": vocabulary.size}
    listed = known[facet](str(value)) if facet in known else None
    return listed.label if listed else str(value)


_LONG_WORD = re.compile(r"[а-я]{4,}")
_STEM = 5
"""Letters that forms of a word share, about."""


@lru_cache(maxsize=10_000)
def tells_more(question: str, kind: str, vocabulary: Vocabulary) -> bool:
    """Whether a question says anything that the label of its kind does not: it is none of the usual wordings."""
    known = vocabulary.kind(kind)
    stems = _stems(question)
    return not known or not any(stems <= _stems(wording) for wording in known.wordings)


@lru_cache(maxsize=10_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in _LONG_WORD.findall(text.lower().replace("ё", "е")))


def filter_words(request: SearchRequest, vocabulary: Vocabulary) -> list[str]:
    """The filters of ``request`` in words, in the order of the facets; several years joined."""
    words: list[str] = []
    for facet in FACETS:
        values = request.selected(facet)
        if facet == "year":
            words += _year_words(request, vocabulary)
        else:
            words += [value_label(facet, value, vocabulary) for value in values]
    if request.like:
        words.append(f"города, похожие на {declined(request.like, ACCUSATIVE, vocabulary)}")
    return words


def _year_words(request: SearchRequest, vocabulary: Vocabulary) -> list[str]:
    spans = year_spans(year for year in request.year if year is not None)
    unknown = value_label("year", None, vocabulary) if None in request.year else ""
    return [text for text in (spans, year_range(request.year_from, request.year_to), unknown) if text]


GENITIVE, ACCUSATIVE = 1, 3


def declined(name: str, case: int, vocabulary: Vocabulary) -> str:
    """A city's name in a case; of one that is not listed, the name."""
    city = vocabulary.city(name)
    return city.forms[case] if city else name


def alike_sentence(page: SearchPage, vocabulary: Vocabulary) -> str:
    """Which cities stand for those like one: «Похожи на Бийск: Рубцовск (тот же регион, …), …»."""
    name = declined(page.request.like, ACCUSATIVE, vocabulary)
    if not page.alike:
        return f"Городов, похожих на {name} по населению и региону, в архиве нет."
    cities = [f"{city.name} ({', '.join(city.why)})" for city in page.alike]
    return f"Похожи на {name}: {', '.join(cities)}."


def result_heading(page: SearchPage, vocabulary: Vocabulary) -> str:
    """«Найдено 37 ответов: «онлайн режим», Красноярск, 2019–2022»."""
    query = page.correction.q if page.correction else page.request.q
    about = ([quoted(query)] if query else []) + filter_words(page.request, vocabulary)
    if not page.total:
        found = "По словам ничего не найдено" if page.by_meaning else "Ничего не найдено"
    elif not about:
        return f"Весь архив: {counted(page.total, 'ответ', 'ответа', 'ответов')}"
    else:
        verb = plural(page.total, "Найден", "Найдено", "Найдено")
        found = f"{verb} {counted(page.total, 'ответ', 'ответа', 'ответов')}"
    return f"{found}: {', '.join(about)}" if about else found
