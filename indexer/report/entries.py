"""Entries of a form that ask without asking: «7. Исполнитель», «Ваши пожелания организаторам».

They have no words of a question, so they are told by what they continue: the numbers of the questions or their style.
Lists, sub-headings and signatures inside answers look like them and must stay answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from indexer.model import Block
from indexer.report.questions import Candidate, Form, QuestionRules, Style
from indexer.report.segments import Segment
from indexer.report.selection import common_style
from indexer.report.wording import WordPatterns, first_word, words
from indexer.vocabulary import ReportWords

_FEWEST = 2
"""Questions that make a style or a numbering to be continued."""
_ITEM_NUMBER = re.compile(r"\d{1,2}(?=[.)])")
_NUMBER_BEGINS = frozenset("0123456789№IVXВв")
_LONGEST_PLAIN = 150
"""Letters of an entry without a number, text beside it excepted."""
_FINISHED = (".", "!", "?", "…", "»", ")")
_BRIEF = 3
"""Words after which nobody sets a full stop: «Предложений нет»."""


class EntryRules:
    """Finds the entries between and behind the chosen questions."""

    def __init__(self, words_of_reports: ReportWords, questions: QuestionRules) -> None:
        self._questions = questions
        self._entries = _Beginnings(words_of_reports.entries)
        self._loose = _Beginnings((*words_of_reports.entries, *words_of_reports.loose_entries))
        self._plain = _Beginnings(words_of_reports.plain_entries)

    def among(self, blocks: Sequence[Block], segment: Segment, chosen: Sequence[Candidate]) -> list[Candidate]:
        """The chosen questions with the entries before, between and behind them, in order.

        ``segment`` is what lies below the titles.
        """
        if len(chosen) < _FEWEST:
            return list(chosen)
        style = common_style(chosen)
        level = {blocks[question.index].heading for question in chosen}
        found = self._leading(blocks, segment.start, chosen[0])
        for question, following in zip(chosen, [*chosen[1:], None], strict=False):
            found.append(question)
            end = following.index if following else segment.end
            for index in range(question.index + 1, end):
                if not self._may_be_entry(blocks[index], found[-1].number):
                    continue
                entry = self._questions.entry(blocks[index], index)
                spot = _Spot(blocks, found[-1], index, end, following)
                if entry and (
                    self._continues_numbers(entry, spot)
                    or self._continues_style(entry, style, spot)
                    or (level == {blocks[index].heading} and blocks[index].heading)
                    or self._is_plain_entry(entry, style, spot)
                ):
                    found.append(entry)
        return found

    def _may_be_entry(self, block: Block, number: int | None) -> bool:
        """Whether a block is worth a closer look below a question of this number: nearly all are none."""
        if block.heading or block.emphasis:
            return True
        item = _ITEM_NUMBER.match(block.marker)
        if item:
            return number is not None and int(item[0]) > number
        if block.marker or block.text[:1] in _NUMBER_BEGINS:
            return block.line[0] in _NUMBER_BEGINS
        return (":" in block.text or len(block.text) <= _LONGEST_PLAIN) and self._loose.may_begin(block.text)

    def _leading(self, blocks: Sequence[Block], start: int, first: Candidate) -> list[Candidate]:
        """«1. Общие сведения об отрасли» above «2. Что удалось сделать …?»: all numbers up to the first question's."""
        if first.number is None or first.number < _FEWEST:
            return []
        found: list[Candidate] = []
        for index in range(start, first.index):
            entry = self._questions.entry(blocks[index], index)
            if (
                entry
                and entry.number == len(found) + 1
                and entry.style.shape == first.style.shape
                and self._loose.begin(entry.text)
            ):
                found.append(entry)
        return found if len(found) == first.number - 1 else []

    def _continues_numbers(self, entry: Candidate, spot: _Spot) -> bool:
        """«6. Какую помощь …?» … «7. Исполнитель»: the next number in the same shape, and no list that reaches it."""
        above, following = spot.above, spot.following
        if entry.number is None or above.number is None or entry.number <= above.number:
            return False
        if above.answer[:1].isdigit():
            return False
        if entry.style.shape != above.style.shape:
            # «2.2. Какие вопросы …?» … «3. Дополнительная информация»
            return bool(above.style.shape.startswith(entry.style.shape) and self._entries.begin(entry.text))
        if following and following.number is not None and following.number <= entry.number:
            return False
        if self._entries.begin(entry.text):
            return True
        if entry.number != above.number + 1 or any(
            self._is_item(block, above.number, entry.style.shape) for block in spot.between
        ):
            return False
        return self._loose.begin(entry.text) or (entry.style == above.style and spot.is_answered and not entry.answer)

    def _is_item(self, block: Block, number: int, shape: str) -> bool:
        """Whether an item of an answer's own list has the question's number: the list may reach the next one, too."""
        item = self._questions.entry(block, 0)
        return bool(block.marker) and (item is None or (item.number == number and item.style.shape == shape))

    def _continues_style(self, entry: Candidate, style: Style | None, spot: _Spot) -> bool:
        """«**Дополнительные сведения**» among questions in bold, with text below or beside it."""
        if style is None or not (style.emphasis or style.heading) or entry.number is not None:
            return False
        if spot.above.form is Form.LABEL and spot.above.kind is None and entry.answer:
            # «**Исполнитель**» ⏎ «Ким» ⏎ «**Телефон:** 22-33»
            return self._entries.begin(entry.text)
        alike = entry.style.emphasis == style.emphasis and entry.style.heading == style.heading
        if not alike or (spot.below is None and not entry.answer):
            return False
        # «**Что впереди**» may ask in words that nobody knows.
        return self._loose.begin(entry.text) or (spot.is_answered and self._questions.asks_openly(entry.text))

    def _is_plain_entry(self, entry: Candidate, style: Style | None, spot: _Spot) -> bool:
        """«Ваши пожелания организаторам» on a line of its own between finished sentences."""
        if entry.number is not None or entry.style.marked or entry.style.shape or not self._plain.begin(entry.text):
            return False
        if style is not None and style.marked and spot.following is not None:
            return False
        before = spot.blocks[spot.index - 1].text
        finished = before.endswith(_FINISHED) or len(words(before)) <= _BRIEF
        return finished and (spot.below is not None or bool(entry.answer))


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a block stands that may be an entry."""

    blocks: Sequence[Block]
    above: Candidate
    """The question or entry before it."""
    index: int
    end: int
    """Where the answer ends that the block stands in."""
    following: Candidate | None

    @property
    def between(self) -> Sequence[Block]:
        """What stands between the question above and the block."""
        return self.blocks[self.above.index + 1 : self.index]

    @property
    def below(self) -> Block | None:
        """The next block of the same answer."""
        return self.blocks[self.index + 1] if self.index + 1 < self.end else None

    @property
    def is_answered(self) -> bool:
        """Text stands below the block, and the question above it has its own answer."""
        below = self.below
        return below is not None and not below.marker and not below.cells and bool(self.between or self.above.answer)


class _Beginnings:
    """Sequences of word patterns that a line may begin with."""

    def __init__(self, phrases: Iterable[str]) -> None:
        phrases = list(phrases)
        self._firsts = WordPatterns(phrase.split()[0] for phrase in phrases)
        self._phrases = [[WordPatterns((part.rstrip(","),)) for part in phrase.split()] for phrase in phrases]

    def may_begin(self, text: str) -> bool:
        """Whether the first word alone allows it."""
        return self._firsts.matches(first_word(text))

    def begin(self, text: str) -> bool:
        """Whether the text begins with one of them."""
        said = words(text)
        return any(len(said) >= len(phrase) and all(_pairs(phrase, said)) for phrase in self._phrases)


def _pairs(phrase: Sequence[WordPatterns], said: Sequence[str]) -> Iterator[bool]:
    return (pattern.matches(word) for pattern, word in zip(phrase, said, strict=False))
