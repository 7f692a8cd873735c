"""What cities ask for, in Russian sentences and as JSON values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from search_app.connections.asks.digest import Digest, Theme
from search_app.connections.asks.items import Ask
from search_app.request.model import SearchRequest
from search_app.wording.numbers import counted, grouped, plural, year_spans

JsonObject = dict[str, Any]


def digest_json(found: Digest) -> JsonObject:
    """The digest by the contract of ``/api/digest``."""
    return {
        "total": found.total,
        "cities": len(found.cities),
        "themes": [
            {
                "title": theme.title,
                "cities": list(theme.cities),
                "years": list(theme.years),
                "quotes": [_quote(ask) for ask in theme.asks],
            }
            for theme in found.themes
        ],
        "alone": [_quote(ask) for ask in found.alone],
        "blank": found.blank,
    }


def _quote(ask: Ask) -> JsonObject:
    return {
        "passage_id": ask.passage_id,
        "url": ask.url,
        "city": ask.city,
        "year": ask.year,
        "kind": ask.kind,
        "text": ask.text,
    }


def asked_when(request: SearchRequest, found: Digest) -> str:
    """«в 2021 году», «в 2019–2022 годах», «за все годы»: what was chosen, not what was found."""
    years = [year for year in request.year if year is not None]
    if request.year_from is not None or request.year_to is not None:
        if request.year_from == request.year_to:
            return f"в {request.year_from} году"
        if request.year_from and request.year_to:
            return f"в {request.year_from}–{request.year_to} годах"
        first = f"с {request.year_from} года" if request.year_from else ""
        return f"{first} по {request.year_to} год".strip() if request.year_to else first
    if years:
        return f"в {years[0]} году" if len(years) == 1 else f"в {year_spans(years)} годах"
    if request.year:
        return "в отчётах без года"
    spans = year_spans(found.years)
    return f"за все годы ({spans})" if spans else "за все годы"


def summary(request: SearchRequest, found: Digest) -> tuple[str, ...]:
    """The digest in a few sentences."""
    when = asked_when(request, found)
    when = when[0].upper() + when[1:]
    if not found.total:
        told = f"{when} просьб не найдено"
        told += f"; {_blank(found)}." if found.blank else "."
        return (told,)
    cities = counted(len(found.cities), "города", "городов", "городов")
    requests = counted(found.total, "просьба", "просьбы", "просьб")
    in_themes = found.total - len(found.alone)
    first = f"{when} — {requests} от {cities}."
    if found.themes or found.continued:
        themes = counted(len(found.themes), "тему", "темы", "тем")
        shared = sum(len(theme.cities) > 1 for theme in found.themes)
        several = f", из них общих для нескольких городов — {grouped(shared)}" if shared else ""
        gathered = plural(in_themes, "собрана", "собраны", "собраны")
        parts = [f"{grouped(in_themes)} из них {gathered} в {themes}{several}"] if found.themes else []
        parts += [f"повторяют просьбы прошлых лет — {grouped(len(found.continued))}"] if found.continued else []
        parts.append(f"стоят отдельно — {grouped(len(found.single))}")
        first += f" {'; '.join(parts)[0].upper()}{'; '.join(parts)[1:]}."
    else:
        first += " Двух просьб об одном и том же среди них не замечено."
    sentences = [first]
    sentences += [f"Кроме того, {_blank(found)}."] if found.blank else []
    if found.left:
        left = counted(found.left, "просьба", "просьбы", "просьб")
        sentences.append(
            f"Просьб так много, что {left} с остальными не сопоставлялись и стоят отдельно: выберите год или раздел."
        )
    return tuple(sentences)


def _blank(found: Digest) -> str:
    number = counted(found.blank, "ответ", "ответа", "ответов")
    return f"{number} ни о чём не {plural(found.blank, 'просит', 'просят', 'просят')}"


def theme_history(theme: Theme, found: Digest) -> str:
    """Since when a theme is asked for, as far as other years were looked at; blank where that tells nothing."""
    if not theme.years:
        return ""
    first = theme.years[0]
    own = sorted({*theme.years, *(ask.year or 0 for ask in theme.elsewhere if ask.city in theme.cities)})
    others = [ask for ask in theme.elsewhere if (ask.year or first) < first and ask.city not in theme.cities]
    if own[0] < first:
        also = f"; похожее раньше просили и другие: {_who_asked(others)}" if others else ""
        return f"просят с {own[0]} года ({year_spans(own)}){also}"
    if others:
        return f"похожее раньше просили другие: {_who_asked(others)}"
    if len(theme.years) > 1:
        return f"просят {year_spans(theme.years)}"
    if any(year < first for year in found.compared_years):
        return f"впервые в {first} году"
    return ""


def _who_asked(asks: Iterable[Ask]) -> str:
    """«Новосибирск (2017–2020), Омск (2019)», those that asked first before others"""
    years: dict[str, set[int]] = {}
    for ask in sorted(asks, key=lambda ask: (ask.year or 0, ask.city or "")):
        years.setdefault(ask.city or "город не определён", set()).add(ask.year or 0)
    named = [f"{city} ({year_spans(sorted(own))})" for city, own in list(years.items())[:_NAMED]]
    more = len(years) - len(named)
    return ", ".join(named) + (f" и ещё {counted(more, 'город', 'города', 'городов')}" if more else "")


_NAMED = 3
"""Cities that asked before, by name."""


def kind_labels(labels: Mapping[str, str], ask: Ask) -> str:
    """The Russian label of the question that a request answers."""
    return labels.get(ask.kind, ask.kind)
