"""Russian wording of numbers, years, dates and quotes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from itertools import groupby

# The write side tells moments in the same words.
from indexer.russian import russian_date as russian_date
from indexer.russian import russian_day as russian_day

_THIN_SPACE = "\u202f"


def plural(number: int, one: str, few: str, many: str) -> str:
    """The form that agrees with ``number``: 1 ответ, 2 ответа, 5 ответов, 11 ответов, 21 ответ."""
    if number % 100 in range(11, 15):
        return many
    return {1: one, 2: few, 3: few, 4: few}.get(number % 10, many)


def grouped(number: int) -> str:
    """Digits in groups of three, from five digits on as Russian typography wants: 1234, 12 345."""
    return f"{number:,}".replace(",", _THIN_SPACE) if abs(number) >= 10_000 else str(number)


def counted(number: int, one: str, few: str, many: str) -> str:
    """«37 ответов»."""
    return f"{grouped(number)}\u00a0{plural(number, one, few, many)}"


def year_spans(years: Iterable[int]) -> str:
    """Years in order, runs of three and more joined: «2014, 2016–2018»."""
    ordered = sorted(set(years))
    runs = [[year for _, year in run] for _, run in groupby(enumerate(ordered), lambda pair: pair[1] - pair[0])]
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs)


def year_range(year_from: int | None, year_to: int | None) -> str:
    """«2019–2022», «с 2019 года», «по 2022 год»; blank where both are open."""
    match year_from, year_to:
        case None, None:
            return ""
        case int(), None:
            return f"с {year_from} года"
        case None, int():
            return f"по {year_to} год"
        case _:
            return str(year_from) if year_from == year_to else f"{year_from}–{year_to}"


def date_alone(moment: str) -> str:
    """«5 мая 2026 года» for an ISO 8601 time: what readers want to know of it."""
    return russian_date(moment).partition(",")[0]


def today() -> str:
    """«5 мая 2026 года»: this day on this machine."""
    return russian_day(datetime.now().astimezone().date())


def listed(words: Sequence[str]) -> str:
    """«Омск, Томск и Чита»."""
    return " и ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def cited(text: str) -> str:
    """A statement cut out of its answer, without the sign that led on to the next one."""
    return text.rstrip(" ;,")


def quoted(text: str) -> str:
    """``text`` in «ёлочки»; quotes inside become „лапки“."""
    inner = text.replace("«", "„").replace("»", "“")
    return f"«{inner}»"


def day_of(moment: int) -> date:
    """The day of a time in seconds since 1970, where the server stands."""
    return datetime.fromtimestamp(moment, UTC).astimezone().date()


def since(added: int, came: int) -> str:
    """What a text that came after its report says of that: it may not be the one that somebody linked to."""
    day = day_of(added)
    return f"Этот текст в архиве с {russian_day(day)}." if day > day_of(came) else ""


def iso_moment(moment: int) -> str:
    """A time in seconds since 1970 by RFC 3339, in UTC."""
    return datetime.fromtimestamp(moment, UTC).isoformat()
