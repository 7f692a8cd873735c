"""What cities ask for as a note for the boss."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from indexer.vocabulary import Vocabulary
from search_app.connections.asks.digest import Digest
from search_app.connections.asks.items import Ask
from search_app.request.addresses import kept_url
from search_app.request.model import SearchRequest
from search_app.takeaway.exports.note import Group, Note, Quote, Source, Table
from search_app.wording.asked import asked_when, summary, theme_history
from search_app.wording.labels import value_label
from search_app.wording.numbers import counted


def usual_title(request: SearchRequest, found: Digest) -> str:
    """«О чём просят города в 2021 году»"""
    return f"О чём просят города {asked_when(request, found)}"


def asked_note(
    request: SearchRequest, found: Digest, title: str, about: Sequence[tuple[str, str]], vocabulary: Vocabulary
) -> Note:
    """The note: each theme is a group, what is alone the last one; the table city × year behind them."""
    groups = [
        Group(
            title=f"{theme.title} ({_told(len(theme.cities), len(theme.asks))})",
            quotes=tuple(_quotes(theme.asks, vocabulary)),
            text=(f"{history[0].upper()}{history[1:]}.",) if (history := theme_history(theme, found)) else (),
        )
        for theme in (*found.themes, *found.continued)
    ]
    if found.single:
        groups.append(Group("Остальные просьбы", tuple(_quotes(found.single, vocabulary))))
    tables = (_table(found, vocabulary),) if found.cells else ()
    return Note(title, summary(request, found), tuple(groups), tables, tuple(about))


def _told(cities: int, asks: int) -> str:
    return f"{counted(cities, 'город', 'города', 'городов')}, {counted(asks, 'просьба', 'просьбы', 'просьб')}"


def _quotes(asks: Iterable[Ask], vocabulary: Vocabulary) -> Iterable[Quote]:
    for ask in asks:
        source = Source(
            url=kept_url(ask.passage_id, ask.fingerprint),
            city=ask.city,
            year=ask.year,
            section=ask.section,
            question=ask.question,
            file=ask.file,
        )
        yield Quote(ask.text, source, kind=value_label("kind", ask.kind, vocabulary))


def _table(found: Digest, vocabulary: Vocabulary) -> Table:
    years = sorted({year for _, year in found.cells}, key=lambda year: (year is None, year or 0))
    head = ("Город", *(value_label("year", year, vocabulary) for year in years), "Всего")
    rows = []
    for city in sorted({city for city, _ in found.cells}, key=lambda name: (name is None, name or "")):
        counts = [found.cells.get((city, year), 0) for year in years]
        name = value_label("city", city, vocabulary)
        rows.append((name, *(str(count) if count else "" for count in counts), str(sum(counts))))
    return Table("Просьбы по городам и годам", (head, *rows))
