"""Answers taken out of the archive, found or chosen, each with what it takes to cite it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.model import Passage, Report
from indexer.vocabulary import Vocabulary
from search_app.engine.door import CHANGED, MOVED, SAME, Engine
from search_app.request.addresses import kept_name, kept_url, passage_url, split_name
from search_app.request.model import Repeat, SearchRequest
from search_app.request.params import Fault, ParameterErrors
from search_app.takeaway.written import NOTHING, Written
from search_app.wording.contents import place
from search_app.wording.labels import alike_sentence, result_heading
from search_app.wording.numbers import counted, grouped, quoted

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
    added: int = 0
    """When the archive first had the text: seconds since 1970, UTC."""
    state: str = SAME
    """What has become of the answer since it was chosen: `SAME`, `MOVED` or `CHANGED`."""
    name: str = ""
    """How the list of chosen answers names it."""

    @property
    def kept_url(self) -> str:
        """The address to keep, from the root of the site: it tells when the text changes."""
        return kept_url(self.passage.id, self.passage.fingerprint)

    @property
    def url(self) -> str:
        """The permalink, from the root of the site."""
        return passage_url(self.report.id, self.passage.position)


@dataclass(frozen=True, slots=True)
class Selection:
    """What is to be taken out: all that a search finds, or the answers chosen one by one."""

    engine: Engine
    title: str
    """In words: «Найдено 37 ответов: «онлайн режим», Омск»."""
    total: int
    request: SearchRequest | None = None
    """The search; ``None`` where the answers were chosen."""
    chosen: tuple[Extract, ...] = ()
    missing: tuple[str, ...] = ()
    """Ids that are not in the archive."""
    alike: str = ""
    """Which cities are meant by those like one; blank where none was named."""
    written: Written = NOTHING
    """What the reader wrote to the chosen ones."""

    @property
    def changed(self) -> int:
        """How many of the chosen answers have another text now than when they were chosen."""
        return sum(extract.state == CHANGED for extract in self.chosen)

    def extracts(self, limit: int) -> Iterator[Extract]:
        """The first ``limit`` answers in the order of the results, or of choosing."""
        if self.request is None:
            yield from self.chosen[:limit]
        else:
            yield from _found(self.request, self.engine, min(limit, self.total))

    def shortened(self, limit: int) -> str:
        """The sentence that says that not everything is there; blank where everything is."""
        if self.total <= limit:
            return ""
        shown = counted(limit, "ответ", "ответа", "ответов")
        return f"Здесь только первые {shown} из {grouped(self.total)}: сузьте поиск фильтрами, чтобы получить все."


def selection(request: SearchRequest | None, ids: Sequence[str], engine: Engine) -> Selection:
    """What ``ids`` name or, without any, what ``request`` finds. Raises ParameterErrors for too many ids."""
    return chosen(ids, engine) if ids or request is None else found(request, engine)


def found(request: SearchRequest, engine: Engine) -> Selection:
    """All that a search finds."""
    page = engine.search(replace(request, page=1, per_page=1))
    alike = alike_sentence(page, engine.vocabulary) if request.like else ""
    return Selection(engine, result_heading(page, engine.vocabulary), page.total, request, alike=alike)


def chosen(ids: Sequence[str], engine: Engine) -> Selection:
    """The answers of the ids, with or without fingerprints (`kept_name`), each once, in their order.

    Raises ParameterErrors for too many of them.
    """
    wanted = tuple(dict.fromkeys(text.strip()[:_MOST_LETTERS] for text in ids if text.strip()))
    if len(wanted) > MOST_CHOSEN:
        raise ParameterErrors([Fault("id", str(len(wanted)), f"Можно выбрать не больше {MOST_CHOSEN} ответов.")])
    found = {name: extract for name in wanted if (extract := _kept(name, engine)) is not None}
    extracts: dict[str, Extract] = {}
    for extract in found.values():
        extracts.setdefault(extract.passage.id, extract)
    title = f"Подборка: {counted(len(extracts), 'ответ', 'ответа', 'ответов')}"
    missing = tuple(split_name(name)[0] for name in wanted if name not in found)
    return Selection(engine, title, len(extracts), chosen=tuple(extracts.values()), missing=missing)


def extract_of(passage_id: str, engine: Engine) -> Extract | None:
    """The answer of an id, ``None`` if there is none such."""
    return _kept(passage_id, engine)


def _kept(name: str, engine: Engine) -> Extract | None:
    """The answer that was chosen under this name; one that stands elsewhere now gets the name of its new place."""
    state, answer = engine.kept_answer(*split_name(name))
    if answer is None:
        return None
    named = kept_name(answer.passage.id, answer.passage.fingerprint) if state == MOVED else name
    return Extract(answer.passage, answer.report, added=answer.added, state=state, name=named)


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


def _found(request: SearchRequest, engine: Engine, limit: int) -> Iterator[Extract]:
    given = 0
    page = 1
    while given < limit:
        # Pages must be of one size to follow each other.
        hits = engine.search(replace(request, page=page, per_page=min(_AT_ONCE, limit))).hits
        if not hits:
            return
        for hit in hits[: limit - given]:
            answer = engine.answer(hit.id)
            if answer:
                yield Extract(answer.passage, answer.report, hit.repeats, answer.added)
        given += len(hits)
        page += 1
