"""A note for the boss: title, summary, groups of quotes, numbered sources. Values only: Word and Excel print them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from search_app.takeaway.exports.cells import Cell
from search_app.wording.numbers import quoted

MOST_QUOTES = 1000
"""In the Word file: some two hundred pages."""
MOST_ROWS = 20_000
"""In the Excel file: it is made in one piece while the reader waits."""
LONGEST_TITLE = 200
"""Letters of a title that is asked for: three lines."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a quote was taken from."""

    url: str
    """The permanent address, from the root of the site."""
    city: str | None = None
    year: int | None = None
    section: str | None = None
    question: str | None = None
    file: str = ""
    """The source file in the folder of reports."""


@dataclass(frozen=True, slots=True)
class Quote:
    """One item of a note."""

    text: str
    source: Source
    remark: str = ""
    """What the page says beside it: «с 2017 года», «сделано»."""
    kind: str = ""
    """Russian label of the question's kind."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a note; the first row is its head."""

    title: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Quotes that belong together, under a heading."""

    title: str
    quotes: tuple[Quote, ...] = ()
    text: tuple[str, ...] = ()
    """Paragraphs before the quotes."""


@dataclass(frozen=True, slots=True)
class Note:
    """All that a note holds."""

    title: str
    summary: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    tables: tuple[Table, ...] = ()
    """After the groups."""
    about: tuple[tuple[str, str], ...] = ()
    """Names and values told under the title: what was asked, when, of which archive."""

    @property
    def quotes(self) -> int:
        """How many items the groups hold."""
        return sum(len(group.quotes) for group in self.groups)


ITEM_COLUMNS = (
    "Группа",
    "Город",
    "Отчётный год",
    "Раздел",
    "Вид вопроса",
    "Цитата",
    "Примечание",
    "О группе",
    "Источник",
    "Адрес",
)
ITEM_WIDTHS = (36, 18, 10, 24, 20, 90, 30, 36, 60, 40)
"""In characters."""


def item_rows(note: Note, root: str, day: date) -> Iterable[Sequence[Cell]]:
    """One row for each quote, in the order of `ITEM_COLUMNS`."""
    for group in note.groups:
        told = " ".join(group.text)
        for quote in group.quotes:
            source = quote.source
            place = (source.city or "", source.year or "", source.section or "")
            named = gost(source, root, day)
            yield group.title, *place, quote.kind, quote.text, quote.remark, told, named, root + source.url


def gost(source: Source, root: str, day: date) -> str:
    """The source by ГОСТ Р 7.0.100–2018, that of a part of a site, with the date of access.

    «Омск. Отчёт города за 2021 год : раздел «…» : ответ на вопрос «…». – Текст : электронный // Опыт городов : [сайт].
    – URL: https://… (дата обращения: 28.11.2026).»
    """
    head = f"{source.city}. Отчёт города" if source.city else "Отчёт города, название которого не определено,"
    parts = [f"{head} за {source.year} год" if source.year else f"{head}, год не определён".replace(",,", ",")]
    parts += [f"раздел {quoted(source.section)}"] if source.section else []
    parts += [f"ответ на вопрос {quoted(source.question.rstrip(' .'))}"] if source.question else []
    site = f"Опыт городов : [сайт]. – URL: {root}{source.url} (дата обращения: {day:%d.%m.%Y})."
    return f"{' : '.join(parts)}. – Текст : электронный // {site}"
