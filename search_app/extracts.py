"""Answers taken out of the archive, found or chosen, each with what it takes to cite it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.build import Build
from indexer.model import Passage, Report
from indexer.vocabulary import Vocabulary
from search_app.contents import place
from search_app.model import Repeat, SearchRequest
from search_app.params import Fault, ParameterErrors
from search_app.search import passage_url, search
from search_app.wording import counted, grouped, quoted, result_heading

MOST_CHOSEN = 60
"""Ids in an address: sixty of them take some four thousand characters, and proxies cut addresses at eight."""

_AT_ONCE = 2500
"""Answers fetched by one search while a file is being written: each search ranks and folds everything anew."""
_MOST_LETTERS = 300
"""Of an id; ours have up to a hundred."""


@dataclass(frozen=True, slots=True)
class Extract:
    """One answer, or a part of one, with the report it stands in."""

    passage: Passage
    report: Report
    """Without its passages."""
    repeats: tuple[Repeat, ...] = ()
    """The same answer in other years' reports."""

    @property
    def url(self) -> str:
        """The permalink, from the root of the site."""
        return passage_url(self.report.id, self.passage.position)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be taken out: all that a search finds, or the answers chosen one by one."""

    build: Build
    title: str
    """In words: «Найдено 37 ответов: «онлайн режим», Омск»."""
    total: int
    request: SearchRequest | None = None
    """The search; ``None`` where the answers were chosen."""
    chosen: tuple[Extract, ...] = ()
    missing: tuple[str, ...] = ()
    """Ids that are not in the archive."""

    def extracts(self, limit: int) -> Iterator[Extract]:
        """The first ``limit`` answers in the order of the results, or of choosing."""
        if self.request is None:
            yield from self.chosen[:limit]
        else:
            yield from _found(self.request, self.build, min(limit, self.total))

    def shortened(self, limit: int) -> str:
        """The sentence that says that not everything is there; blank where everything is."""
        if self.total <= limit:
            return ""
        shown = counted(limit, "ответ", "ответа", "ответов")
        return f"Здесь только первые {shown} из {grouped(self.total)}: сузьте поиск фильтрами, чтобы получить все."


def selection(request: SearchRequest | None, ids: Sequence[str], build: Build) -> Selection:
    """What ``ids`` name or, without any, what ``request`` finds. Raises ParameterErrors for too many ids."""
    return chosen(ids, build) if ids or request is None else found(request, build)


def found(request: SearchRequest, build: Build) -> Selection:
    """All that a search finds."""
    page = search(replace(request, page=1, per_page=1), build)
    return Selection(build, result_heading(page, build.vocabulary), page.total, request)


def chosen(ids: Sequence[str], build: Build) -> Selection:
    """The answers of the ids, each once, in their order. Raises ParameterErrors for too many of them."""
    wanted = tuple(dict.fromkeys(text.strip()[:_MOST_LETTERS] for text in ids if text.strip()))
    if len(wanted) > MOST_CHOSEN:
        raise ParameterErrors([Fault("id", str(len(wanted)), f"Можно выбрать не больше {MOST_CHOSEN} ответов.")])
    extracts = {name: extract for name in wanted if (extract := extract_of(name, build)) is not None}
    title = f"Подборка: {counted(len(extracts), 'ответ', 'ответа', 'ответов')}"
    missing = tuple(name for name in wanted if name not in extracts)
    return Selection(build, title, len(extracts), chosen=tuple(extracts.values()), missing=missing)


def extract_of(passage_id: str, build: Build) -> Extract | None:
    """The answer of an id, ``None`` if there is none such."""
    number = build.number_of(passage_id)
    return Extract(build.passage(number), build.report_of(number)) if number is not None else None


def citation(extract: Extract, vocabulary: Vocabulary) -> str:
    """«Омск, отчёт за 2021 год, раздел «Организационная работа», вопрос «Что удалось сделать?», часть 2 из 3»."""
    passage, report = extract.passage, extract.report
    words = [place(report.city, report.year, vocabulary)]
    if report.section:
        words.append(f"раздел {quoted(report.section)}")
    if passage.question:
        words.append(f"вопрос {quoted(passage.question)}")
    if passage.parts > 1:
        words.append(f"часть {passage.part} из {passage.parts}")
    return ", ".join(words)


def _found(request: SearchRequest, build: Build, limit: int) -> Iterator[Extract]:
    given = 0
    page = 1
    while given < limit:
        # Pages must be of one size to follow each other.
        hits = search(replace(request, page=page, per_page=min(_AT_ONCE, limit)), build).hits
        if not hits:
            return
        for hit in hits[: limit - given]:
            number = build.number_of(hit.id)
            if number is not None:
                yield Extract(build.passage(number), build.report_of(number), hit.repeats)
        given += len(hits)
        page += 1
