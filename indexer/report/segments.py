"""Where one report of a file ends and the next begins: collected volumes, several cities or sections in one file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexer.model import KIND_ACHIEVEMENTS, Block
from indexer.report.questions import VERBATIM, Candidate, Form
from indexer.report.titles import TitleRules


@dataclass(frozen=True, slots=True)
class Segment:
    """The blocks ``[start, end)`` of one report."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Head:
    """Consecutive title lines ``[start, end)`` that name a city or a section."""

    start: int
    end: int
    city: str | None
    styled: bool
    """Set in capitals or as a heading."""


class Splitter:
    """Cuts a file into reports."""

    def __init__(self, titles: TitleRules, city_of_line: Callable[[str], str | None]) -> None:
        self._titles = titles
        self._city_of_line = city_of_line

    def segments(self, blocks: Sequence[Block], candidates: Sequence[Candidate]) -> list[Segment]:
        """At least one segment; together they cover all blocks."""
        strong = [candidate for candidate in candidates if candidate.strong]
        at_heads = self._borders_at_heads(blocks, strong)
        borders = sorted(at_heads | self._borders_at_restarts(blocks, strong, at_heads))
        ends = [*borders, len(blocks)]
        return [Segment(start, end) for start, end in zip([0, *borders], ends, strict=True)]

    def _borders_at_heads(self, blocks: Sequence[Block], strong: Sequence[Candidate]) -> set[int]:
        borders: set[int] = set()
        heads = self._heads(blocks, {candidate.index for candidate in strong})
        start, city = 0, heads[0].city if heads and heads[0].start == 0 else None
        for number, head in enumerate(heads):
            if head.start == 0:
                continue
            seen = [c for c in strong if start <= c.index < head.start]
            following = heads[number + 1].start if number + 1 < len(heads) else len(blocks)
            coming = [c for c in strong if head.end <= c.index < following]
            if _is_below_question(head, seen, coming):
                continue
            if self._begins_report(head, city, seen, coming, has_text=head.end < following):
                borders.add(head.start)
                start, city = head.start, head.city or city
            elif city is None:
                city = head.city
        return borders

    def _begins_report(
        self, head: _Head, city: str | None, seen: Sequence[Candidate], coming: Sequence[Candidate], has_text: bool
    ) -> bool:
        other_city = head.city is not None and head.city != city
        if coming and seen:
            return _starts_anew(coming[0], seen)
        if coming:
            # Free text of one city, then the questionnaire of another; or titles with a line of text between them.
            return other_city and city is not None
        if seen:
            return other_city and head.styled and has_text and len(seen) >= 3
        return other_city and city is not None and head.styled and has_text

    def _heads(self, blocks: Sequence[Block], questions: set[int]) -> list[_Head]:
        heads: list[_Head] = []
        number = 0
        while number < len(blocks):
            if number in questions or not self._titles.is_head(blocks[number]):
                number += 1
                continue
            start, end = number, number + 1
            while end < len(blocks) and end not in questions and self._titles.is_title(blocks[end], after_title=True):
                end += 1
            while start > 0 and start - 1 not in questions and self._is_title_above(blocks, start):
                start -= 1
            group = blocks[start:end]
            city = next((name for block in group if (name := self._city_of_line(block.text))), None)
            heads.append(_Head(start, end, city, any(_is_styled(block) for block in group)))
            number = end
        return heads

    def _is_title_above(self, blocks: Sequence[Block], start: int) -> bool:
        """A styled title directly above a head belongs to it: «ОТЧЁТ» ⏎ «г. Томск»."""
        above = blocks[start - 1]
        return _is_styled(above) and self._titles.is_title(above)

    def _borders_at_restarts(
        self, blocks: Sequence[Block], strong: Sequence[Candidate], at_heads: set[int]
    ) -> set[int]:
        """The questionnaire begins again without a head, for another year or with its numbers from 1."""
        borders: set[int] = set()
        seen: list[Candidate] = []
        for candidate in strong:
            if seen and any(seen[-1].index < border <= candidate.index for border in at_heads):
                seen = []
            if seen and candidate.kind == KIND_ACHIEVEMENTS and _restarts(candidate, seen):
                start = candidate.index
                while start > seen[-1].index + 1 and self._titles.is_title(blocks[start - 1]):
                    start -= 1
                borders.add(start)
                seen = []
            seen.append(candidate)
        return borders


def _is_below_question(head: _Head, seen: Sequence[Candidate], coming: Sequence[Candidate]) -> bool:
    """«Культура» right below a question and above «Достижения спорта»: a heading within the answer."""
    below = head.city is None and bool(seen) and seen[-1].index == head.start - 1 and not seen[-1].answer
    return below and bool(coming) and coming[0].form is Form.LABEL and coming[0].number is None


def _starts_anew(first: Candidate, seen: Sequence[Candidate]) -> bool:
    """Whether a question begins the questionnaire again after those seen."""
    if first.kind in {other.kind for other in seen}:
        return True
    numbers = [other.number for other in seen if other.number is not None]
    return first.number is not None and bool(numbers) and first.number <= min(2, max(numbers) - 1)


def _restarts(candidate: Candidate, seen: Sequence[Candidate]) -> bool:
    same = [other for other in seen if other.kind == candidate.kind]
    if len(seen) > 1 and seen[-1].index - seen[0].index == len(seen) - 1:
        # Questions one under another are the list of all of them, quoted above the answers.
        return False
    if not same or candidate.likeness < VERBATIM:
        return False
    other_year = bool(candidate.years and same[0].years and candidate.years != same[0].years)
    numbers = [other.number for other in seen if other.number is not None]
    from_one = candidate.number == 1 and bool(numbers) and max(numbers) >= 3
    return other_year or from_one


def _is_styled(block: Block) -> bool:
    text = block.text
    return bool(block.heading or block.emphasis or (text.isupper() and sum(letter.isalpha() for letter in text) >= 3))
