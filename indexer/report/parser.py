"""The parser: mended blocks are cut into reports, each with its titles, questions and answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from indexer.language.analysis import Analyzer
from indexer.language.phrases import LemmaReader
from indexer.model import (
    KIND_ACHIEVEMENTS,
    KIND_COLLEAGUES,
    KIND_OTHER,
    KIND_OVERVIEW,
    Block,
    Evidence,
    Passage,
    Report,
    Said,
)
from indexer.report.answers import answer_label, blank_test, parts_of_answer
from indexer.report.cities import CityRules, Found
from indexer.report.crowded import set_apart
from indexer.report.entries import EntryRules
from indexer.report.identity import report_id
from indexer.report.lettered import with_letters_read
from indexer.report.mending import mend
from indexer.report.names import CityNames
from indexer.report.questions import Candidate, QuestionRules, with_bare_numbers
from indexer.report.sections import BODY_EVIDENCE, SectionRules
from indexer.report.segments import Segment, Splitter
from indexer.report.selection import best_chain
from indexer.report.stacked import unstacked
from indexer.report.subjects import Depth, Subjects
from indexer.report.tables import expand_tables
from indexer.report.titles import TitleRules, names_part, title_lines
from indexer.report.years import FoundYear, YearSources, reported_year, year_of_value
from indexer.vocabulary import Vocabulary

_SHORTEST_LIST = 3
"""Questions one under another without answers: fewer are left without answers by chance."""
_ANSWER_NUMBER = re.compile(r"^(\d{1,2})([.)]+)$")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one block: a title, a question, or a line of the answer at a position."""

    text: str
    role: str
    """``title``, ``question`` or ``answer``."""
    report: int
    """Index of the report in the file."""
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's reports, and the fate of each of its blocks."""

    reports: tuple[Report, ...]
    fates: tuple[Fate, ...]


@dataclass(frozen=True, slots=True)
class _Answer:
    kind: str
    question: str | None
    blocks: tuple[Block, ...]
    label: str = ""
    """«Ответ:», which is no part of it."""
    behind: str = ""
    """«Часть 2. Планы», where the next part of the questionnaire begins."""


@dataclass(frozen=True, slots=True)
class _Draft:
    """One report's blocks by their roles, before anything is decided of it."""

    titles: tuple[Block, ...]
    questions: tuple[Candidate, ...]
    answers: tuple[_Answer, ...]
    first_left_out: bool
    """The questions are numbered from 2 or later: the text before them answers the first."""
    letterhead: tuple[str, ...] = ()
    """Running heads and feet of the file."""

    @property
    def headings(self) -> tuple[str, ...]:
        """Lines that belong to no answer."""
        beside = (text for answer in self.answers for text in (answer.label, answer.behind) if text)
        return (*(block.line for block in self.titles), *beside)

    @property
    def body(self) -> list[tuple[str, str]]:
        """Kind and text of each answer."""
        return [(answer.kind, "\n".join(block.line for block in answer.blocks)) for answer in self.answers]


class ReportParser:
    """Understands the blocks of files. Holds the vocabulary's rules compiled; safe to use for any number of files."""

    def __init__(self, vocabulary: Vocabulary, analyzer: Analyzer) -> None:
        reader = LemmaReader(analyzer)
        self._vocabulary = vocabulary
        self._is_known = analyzer.is_known
        names = CityNames(vocabulary.cities, vocabulary.report.city_titles)
        self._cities = CityRules(vocabulary, analyzer, names)
        self._sections = SectionRules(vocabulary, analyzer, reader)
        self._questions = QuestionRules(vocabulary)
        self._entries = EntryRules(vocabulary.report, self._questions)
        self._subjects = Subjects(vocabulary, analyzer, reader, self._cities)
        self._titles = TitleRules(vocabulary.report, self._cities, self._sections)
        self._splitter = Splitter(self._titles, self._city_of_line)
        self._is_blank = blank_test(vocabulary.report)
        self._answer_label = answer_label(vocabulary.report)

    def parse(
        self, blocks: Iterable[Block], path: str, said: Said | None = None, letterhead: Sequence[str] = ()
    ) -> Parsed:
        """The reports of a file at ``path`` (relative to the reports folder); none if the blocks hold no text."""
        lines = expand_tables(blocks, self._is_question, self._vocabulary.report)
        mended = mend(unstacked(lines, self._is_known), self._is_known)
        lettered = with_letters_read(mended, self._questions, self._vocabulary.report)
        whole = with_bare_numbers(list(set_apart(lettered, self._questions)))
        candidates = self._questions.candidates(whole)
        reports: list[Report] = []
        fates: list[Fate] = []
        for segment in self._splitter.segments(whole, candidates):
            draft = replace(self._draft(whole, segment, candidates), letterhead=tuple(letterhead))
            fates.extend(_fates(draft, len(reports)))
            reports.append(self._report(draft, path, said or Said(), reports[-1] if reports else None))
        return Parsed(tuple(_with_distinct_ids(reports)), tuple(fates))

    def told(self, reports: Iterable[Report], depth: Depth) -> tuple[Report, ...]:
        """The reports with what their answers speak of, which ``parse`` leaves out."""
        return tuple(self._subjects.told(report, depth) for report in reports)

    def _select(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        return best_chain(candidates, self._questions.order, self._questions.speaks_to_respondent)

    def _is_question(self, block: Block) -> bool:
        candidate = self._questions.candidate(block)
        return candidate is not None and candidate.strong

    def _city_of_line(self, line: str) -> str | None:
        for piece in (line, *self._titles.named_in_pieces(line)):
            if found := self._cities.alone(piece):
                return found.value
        return None

    # Titles, questions, answers

    def _draft(self, blocks: Sequence[Block], segment: Segment, candidates: Sequence[Candidate]) -> _Draft:
        inside = [c for c in candidates if segment.start <= c.index < segment.end]
        quoted_to = _end_of_quoted_list([c for c in inside if c.strong])
        if quoted_to:
            below = self._draft(blocks, replace(segment, start=quoted_to), candidates)
            return replace(below, titles=(*blocks[segment.start : quoted_to], *below.titles))
        titles = self._title_count(blocks, segment, self._select(inside))
        # A title may look like a question («Основные результаты работы»): questions begin after the titles.
        chosen = self._select([c for c in inside if c.index >= segment.start + titles])
        chosen = self._entries.among(blocks, replace(segment, start=segment.start + titles), chosen)
        listed = _listed_first(chosen)
        first = chosen[0].index if chosen else segment.end
        before = tuple(blocks[segment.start + titles : first])
        left_out = bool(chosen and before and chosen[0].number is not None and chosen[0].number >= 2)
        answers = []
        if before:
            answers.append(_Answer(KIND_ACHIEVEMENTS if left_out else KIND_OVERVIEW, None, before))
        for question, body in self._bodies(blocks, segment, chosen, listed):
            answers.append(_without_part(self._without_label(_answer(question, body)), question is chosen[-1]))
        return _Draft(tuple(blocks[segment.start : segment.start + titles]), tuple(chosen), tuple(answers), left_out)

    def _bodies(
        self, blocks: Sequence[Block], segment: Segment, chosen: Sequence[Candidate], listed: int
    ) -> Iterator[tuple[Candidate, Sequence[Block]]]:
        """Each question with the blocks of its answer."""
        if listed and listed == len(chosen):
            rest = blocks[chosen[-1].index + 1 : segment.end]
            starts = _numbered_answers(rest, listed)
            if starts:
                yield from self._numbered(chosen, rest, starts)
                return
        for question, following in zip(chosen, [*chosen[1:], None], strict=False):
            end = following.index if following else segment.end
            yield question, blocks[question.index + 1 : end]

    def _numbered(
        self, chosen: Sequence[Candidate], rest: Sequence[Block], starts: Sequence[int]
    ) -> Iterator[tuple[Candidate, Sequence[Block]]]:
        """«1. Какие …? 2. Что …?» and below «1. Построена школа. 2. Нет мест.»: answers told by their numbers."""
        for place, question in enumerate(chosen):
            end = starts[place + 1] if place + 1 < len(starts) else len(rest)
            first = replace(rest[starts[place]], marker="")
            above = rest[: starts[0]] if place == 0 else ()
            yield question, (*above, first, *rest[starts[place] + 1 : end])

    def _without_label(self, answer: _Answer) -> _Answer:
        """The answer with the word «Ответ:» before it set apart."""
        if not answer.blocks or not (label := self._answer_label.match(answer.blocks[0].text)):
            return answer
        first, text = answer.blocks[0], answer.blocks[0].text[label.end() :].strip()
        kept = (replace(first, text=text),) if text else ()
        return replace(answer, label=label[0].strip(), blocks=(*kept, *answer.blocks[1:]))

    def _title_count(self, blocks: Sequence[Block], segment: Segment, chosen: Sequence[Candidate]) -> int:
        first = chosen[0].index if chosen else segment.end
        count = title_lines(blocks[segment.start : first], self._titles)
        # A file that is nothing but titles says what it says in them: they are its text.
        return 0 if not chosen and count == segment.end - segment.start else count

    # City, year, section

    def _report(self, draft: _Draft, path: str, said: Said, before: Report | None) -> Report:
        city = self._city(draft, path, said, before)
        year = self._year(draft, path, said, before)
        section = self._section(draft, path, said, before)
        warnings = [found.warning for found in (city, year, section) if found and found.warning]
        warnings += _unknown_warnings(city, year, section)
        if not draft.questions:
            warnings.append("не найдено ни одного вопроса анкеты; весь текст — общие сведения")
        notes = ("первый вопрос пропущен: нумерация начинается не с 1, текст до неё — ответ на него",)
        title = section.value if section else None
        identity = report_id(self._city_slug(city), year.value if year else None, self._section_slug(title))
        return Report(
            id=identity,
            source=path,
            city=city.value if city else None,
            year=year.value if year else None,
            section=title,
            passages=tuple(self._passages(draft, identity)),
            evidence=Evidence(
                city=city.evidence if city else None,
                year=year.evidence if year else None,
                section=section.evidence if section else None,
                notes=notes if draft.first_left_out else (),
            ),
            headings=draft.headings,
            warnings=tuple(warnings),
            sample=said.sample,
        )

    def _city_slug(self, city: Found | None) -> str | None:
        known = self._vocabulary.city(city.value) if city else None
        return known.slug if known else city.value if city else None

    def _section_slug(self, title: str | None) -> str | None:
        known = self._vocabulary.section(title) if title else None
        return known.slug if known else None

    def _city(self, draft: _Draft, path: str, said: Said, before: Report | None) -> Found | None:
        if said.city:
            return Found(said.city, said.evidence)
        names = self._names_in_titles(draft)
        told = (
            self._city_of_field(draft)
            or next((found for block in draft.titles if (found := self._cities.alone(block.text))), None)
            or next((found for block in draft.titles if (found := self._cities.in_title(block.text))), None)
            or next((found for name in names if (found := self._cities.alone(name))), None)
            or self._cities.of_questions(question.text for question in draft.questions)
        )
        if told:
            return told if told.warning else self._doubted(told, draft)
        body = self._cities.of_body(text for kind, text in draft.body if kind != KIND_COLLEAGUES)
        head = self._cities.of_letterhead(draft.letterhead)
        if body and (body.warning is None or before is None):
            # A doubtful guess gives way to the file's name, which nobody writes without a reason.
            return body if body.warning is None else head or self._cities.of_path(path) or body
        if before and before.city:
            return Found(before.city, f"предыдущий отчёт того же файла ({before.evidence.city})")
        return head or self._cities.of_path(path) or body

    def _doubted(self, told: Found, draft: _Draft) -> Found:
        """The city with a warning where another title names another one: a letterhead of somebody else's."""
        own = (block.text for block in draft.titles if year_of_value(block.text))
        other = next(
            (found for text in own if (found := self._cities.in_title(text)) and found.value != told.value), None
        )
        if other is None or other.warning or told.evidence == other.evidence:
            return told
        return replace(
            told, warning=f"заголовки называют разные города: «{told.value}» и «{other.value}»; проверьте город"
        )

    def _names_in_titles(self, draft: _Draft) -> list[str]:
        """The names in titles that are nothing but names, each by itself: «Салехард/Архитектура/2011»."""
        return [name for block in draft.titles for name in self._titles.named_in_pieces(block.line)]

    def _city_of_field(self, draft: _Draft) -> Found | None:
        value = self._field(draft, "city")
        return self._cities.of_value(value) if value else None

    def _year(self, draft: _Draft, path: str, said: Said, before: Report | None) -> FoundYear | None:
        if said.year:
            return FoundYear(said.year, said.evidence)
        value = self._field(draft, "year")
        year = year_of_value(value) if value else None
        if year:
            return FoundYear(year, f"поле «{value}»")
        titles = [*(block.line for block in draft.titles), *self._names_in_titles(draft)]
        found = reported_year(YearSources(titles, draft.questions, draft.body, path, draft.letterhead))
        if before and before.year and (found is None or found.warning):
            return FoundYear(before.year, f"предыдущий отчёт того же файла ({before.evidence.year})")
        return found

    def _section(self, draft: _Draft, path: str, said: Said, before: Report | None) -> Found | None:
        if said.section:
            return Found(said.section, said.evidence)
        value = self._field(draft, "section")
        named = self._sections.named(value) if value else None
        if named:
            return Found(named, f"поле «{value}»")
        told = (
            self._sections.of_titles(block.text for block in draft.titles)
            or self._sections.of_titles(self._names_in_titles(draft))
            or self._sections.of_path(path)
            or self._sections.of_questions(question.text for question in draft.questions)
            or self._sections.of_quotes(text for kind, text in draft.body if kind == KIND_OVERVIEW)
            or self._sections.of_short((block.text for block in draft.titles), path)
        )
        if told:
            return told
        if before and before.section and not (before.evidence.section or "").startswith(BODY_EVIDENCE):
            return Found(before.section, f"предыдущий отчёт того же файла ({before.evidence.section})")
        return self._sections.of_body([text for _, text in draft.body])

    def _field(self, draft: _Draft, name: str) -> str | None:
        fields = (self._titles.field(block) for block in draft.titles)
        return next((field.value for field in fields if field and field.name == name), None)

    # Passages

    def _passages(self, draft: _Draft, identity: str) -> Iterable[Passage]:
        position = 0
        for answer in draft.answers:
            texts = parts_of_answer(answer.blocks)
            blank = len(texts) == 1 and self._is_blank(texts[0])
            for part, text in enumerate(texts, start=1):
                position += 1
                yield Passage(
                    id=f"{identity}-{position}",
                    position=position,
                    kind=answer.kind,
                    question=answer.question,
                    text=text,
                    part=part,
                    parts=len(texts),
                    blank=blank,
                )


def _answer(question: Candidate, blocks: Sequence[Block]) -> _Answer:
    inline = (Block(question.answer),) if question.answer else ()
    return _Answer(question.kind or KIND_OTHER, question.text, (*inline, *blocks))


def _without_part(answer: _Answer, is_last: bool) -> _Answer:
    """The answer with «Часть 2. Планы» before the next question set apart."""
    if is_last or not answer.blocks or not names_part(answer.blocks[-1]):
        return answer
    return replace(answer, blocks=answer.blocks[:-1], behind=answer.blocks[-1].line)


def _listed_first(questions: Sequence[Candidate]) -> int:
    """How many questions stand one under another at the beginning, as a list of all of them; 0 for no list."""
    seen: set[str] = set()
    count = 0
    for question, above in zip(questions, [None, *questions], strict=False):
        if above and (question.index > above.index + 1 or above.answer or question.kind in seen):
            break
        count += 1
        seen.add(question.kind or "")
    return count if count >= _SHORTEST_LIST else 0


def _end_of_quoted_list(strong: Sequence[Candidate]) -> int | None:
    """The block behind a list of all questions, if each of them stands again below above its answer."""
    count = _listed_first(strong)
    again = {c.kind for c in strong[:count]} & {c.kind for c in strong[count:]}
    return strong[count - 1].index + 1 if count and len(again) * 2 >= count else None


def _numbered_answers(blocks: Sequence[Block], count: int) -> list[int]:
    """Where the answers «1. …», «2. …» begin, if all ``count`` of them are there in order; else empty."""
    starts: list[int] = []
    shape = ""
    for place, block in enumerate(blocks):
        number = _ANSWER_NUMBER.match(block.marker)
        if number and int(number[1]) == len(starts) + 1 and (not starts or number[2] == shape):
            starts.append(place)
            shape = number[2]
    return starts if len(starts) == count else []


def _unknown_warnings(city: Found | None, year: FoundYear | None, section: Found | None) -> list[str]:
    told = (
        (city, "город не определён: назовите его в reports.toml"),
        (year, "год не определён: назовите его в reports.toml"),
        (section, "раздел не определён: назовите его в reports.toml"),
    )
    return [warning for found, warning in told if found is None]


def _fates(draft: _Draft, report: int) -> Iterable[Fate]:
    for block in draft.titles:
        yield Fate(block.line, "title", report)
    for answer in draft.answers:
        if answer.question is not None:
            yield Fate(answer.question, "question", report, answer.kind)
        if answer.label:
            yield Fate(answer.label, "title", report)
        for block in answer.blocks:
            yield Fate(block.line, "answer", report, answer.kind)
        if answer.behind:
            yield Fate(answer.behind, "title", report)


def _with_distinct_ids(reports: Sequence[Report]) -> Iterable[Report]:
    """Two reports of one city, year and section in one file are told apart by a number."""
    seen: dict[str, int] = {}
    for report in reports:
        seen[report.id] = seen.get(report.id, 0) + 1
        yield report if seen[report.id] == 1 else renamed(report, f"{report.id}-{seen[report.id]}")


def renamed(report: Report, identity: str) -> Report:
    """The same report under another id, its passages' ids with it."""
    passages = tuple(replace(passage, id=f"{identity}-{passage.position}") for passage in report.passages)
    return replace(report, id=identity, passages=passages)
