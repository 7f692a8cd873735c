"""Plans, results and solutions in words and as JSON values."""

from __future__ import annotations

from typing import Any

from search_app.connections.outcomes.plans import Plans
from search_app.connections.outcomes.problems import Problem
from search_app.connections.outcomes.solved import Solved
from search_app.wording.numbers import counted, grouped, plural, year_spans
from search_app.wording.values import hit_json

JsonObject = dict[str, Any]

STATUS_WORDS = {"done": "сделано", "partly": "частично", "moved": "перенесено", "unknown": "не упоминается"}
"""How a guess is told; what was found but is not sure is told by `status_words`."""


def status_words(status: str, found: bool, looked: bool) -> str:
    """The label of a task."""
    if not looked:
        return "отчёта ещё нет"
    return "неясно" if status == "unknown" and found else STATUS_WORDS[status]


def plans_json(found: Plans) -> JsonObject:
    """By the contract of ``/api/plans``."""
    return {
        "city": found.city,
        "year": found.year,
        "section": found.section,
        "items": [
            {
                "task": {"passage_id": item.task.passage_id, "url": item.task.url, "text": item.task.text},
                "status": item.status,
                "results": [
                    {
                        "passage_id": result.quote.passage_id,
                        "url": result.quote.url,
                        "year": result.year,
                        "text": result.quote.text,
                        "score": result.score,
                        "shared": list(result.shared),
                    }
                    for result in item.results
                ],
                "why": item.why,
            }
            for item in found.items
        ],
        "next_report": found.next_report,
    }


GUESSED = "Подобрала программа по словам и смыслу: сверяйте с цитатами."
"""What a note says of what it claims."""
PLANS_GUESSED = (
    "«Сделано», «частично», «перенесено» — догадка программы по словам отчётов; "
    "«не упоминается» не значит «не сделано»."
)
"""The same of plans."""


def plans_summary(found: Plans) -> tuple[str, ...]:
    """«Из 12 задач на 2021 год по отчёту за 2021 год сделаны 5, частично — 2, …»"""
    if not found.items:
        return (f"Задач в отчётах города за {found.year} год не найдено.",)
    looked = [item for item in found.items if item.looked]
    total = counted(len(found.items), "задача", "задачи", "задач")
    head = f"На {found.year + 1} год: {total}."
    if not looked:
        return (head, "Следующих отчётов в архиве нет: что стало с задачами, сказать не по чему.")
    years = year_spans(found.next_years)
    reports, word = ("отчёту", "год") if len(found.next_years) == 1 else ("отчётам", "годы")
    unclear = sum(item.status == "unknown" and bool(item.results) for item in looked)
    silent = sum(item.status == "unknown" and not item.results for item in looked)
    parts = [
        f"сделано — {found.count('done')}",
        f"сделано частично или начато — {found.count('partly')}",
        f"перенесено — {found.count('moved')}",
        f"сказано о похожем, но неясно — {unclear}",
        f"не {plural(silent, 'упоминается', 'упоминаются', 'упоминаются')} — {silent}",
    ]
    told = [f"По {reports} за {years} {word}: {', '.join(part for part in parts if not part.endswith(' 0'))}."]
    if found.year + 1 not in found.next_years:
        told.insert(0, f"Отчёта того же раздела за {found.year + 1} год в архиве нет.")
    waiting = len(found.items) - len(looked)
    if waiting:
        told.append(
            f"Ещё {counted(waiting, 'задача', 'задачи', 'задач')} — в разделах, следующего отчёта которых в архиве нет."
        )
    return (head, *told)


def solved_json(found: Solved) -> JsonObject:
    """By the contract of ``/api/passages/<id>/solutions``."""
    return {
        "passage": hit_json(found.passage),
        "need": found.need,
        "hits": [hit_json(told.hit) | {"sentence": told.sentence, "why": list(told.why)} for told in found.solutions],
    }


def problem_summary(found: Problem) -> str:
    """«О проблеме пишут 4 города, решение нашлось у 3.»"""
    cities, solved = found.complaining, found.succeeding
    if not cities and not solved:
        return "В архиве не нашлось ни жалоб, ни решений."
    complaining = f"Жалуются {counted(cities, 'город', 'города', 'городов')}" if cities else "Жалоб не нашлось"
    if cities == 1:
        complaining = "Жалуется 1 город"
    verb = plural(solved, "рассказывает", "рассказывают", "рассказывают")
    told = f"об успехах {verb} {counted(solved, 'город', 'города', 'городов')}"
    return f"{complaining}; {told if solved else 'рассказов об успехе не нашлось'}."


def shown_words(shown: int, cities: int) -> str:
    """«Показаны самые новые ответы: 12 городов из 60.»; blank where all are shown."""
    if shown >= cities:
        return ""
    return f"Показаны самые новые ответы: {counted(shown, 'город', 'города', 'городов')} из {grouped(cities)}."


def since_words(years: tuple[int, ...]) -> str:
    """«с 2017 года, 3 отчёта», «2019 год»"""
    if not years:
        return "год не определён"
    if len(years) == 1:
        return f"{years[0]} год"
    return f"с {years[0]} года; {counted(len(years), 'год', 'года', 'лет')}: {year_spans(years)}"
