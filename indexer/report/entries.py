"""Entries of a form that ask without asking: «7. Исполнитель», «Ваши пожелания организаторам».

They have no words of a question, so they are told by what they continue: the numbers of the questions or their style.
Lists, sub-headings and signatures inside answers look like them and must stay answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from indexer.model import Block
from indexer.report.questions import Candidate, QuestionRules, Style
from indexer.report.segments import Segment
from indexer.report.selection import common_style
from indexer.report.wording import WordPatterns, words
from indexer.vocabulary import ReportWords

_FEWEST = 2
"""Questions that make a style or a numbering to be continued."""
_CLOSED = (".", "!", "?", "…", "»", ")", ":")


class EntryRules:
    """Finds the entries between and behind the chosen questions."""

    def __init__(self, words_of_reports: ReportWords, questions: QuestionRules) -> None:
        self._questions = questions
        self._entries = _Beginnings(words_of_reports.entries)
        self._plain = _Beginnings(words_of_reports.plain_entries)

    def among(self, blocks: Sequence[Block], segment: Segment, chosen: Sequence[Candidate]) -> list[Candidate]:
        """The chosen questions with the entries that continue them, in order."""
        if len(chosen) < _FEWEST:
            return list(chosen)
        style = common_style(chosen)
        level = {blocks[question.index].heading for question in chosen}
        found: list[Candidate] = []
        for question, following in zip(chosen, [*chosen[1:], None], strict=False):
            found.append(question)
            end = following.index if following else segment.end
            for index in range(question.index + 1, end):
                entry = self._questions.entry(blocks[index], index)
                if entry is None:
                    continue
                above = found[-1]
                below = blocks[index + 1] if index + 1 < end else None
                if (
                    self._continues_numbers(entry, above, blocks[above.index + 1 : index], below, following)
                    or self._continues_style(entry, style, below)
                    or (level == {blocks[index].heading} and blocks[index].heading and not entry.number)
                    or self._is_plain_entry(entry, style, blocks[index - 1], below, following)
                ):
                    found.append(entry)
        return found

    def _continues_numbers(
        self,
        entry: Candidate,
        above: Candidate,
        between: Sequence[Block],
        below: Block | None,
        following: Candidate | None,
    ) -> bool:
        """«6. Какую помощь …?» … «7. Исполнитель»: the next number in the same shape, and no list that reaches it."""
        if entry.number is None or above.number is None or entry.number != above.number + 1:
            return False
        if entry.style.shape != above.style.shape or above.answer[:1].isdigit():
            return False
        if following and following.number is not None and following.number <= entry.number:
            return False
        named = self._entries.begin(entry.text)
        if named:
            return True
        return (
            not any(self._is_item(block, above.number, entry.style.shape) for block in between)
            and entry.style == above.style
            and not entry.answer
            and below is not None
            and not below.marker
            and not below.cells
            and bool(between or above.answer)
        )

    def _is_item(self, block: Block, number: int, shape: str) -> bool:
        """Whether an item of an answer's own list has the question's number: the list may reach the next one, too."""
        item = self._questions.entry(block, 0)
        return bool(block.marker) and (item is None or (item.number == number and item.style.shape == shape))

    def _continues_style(self, entry: Candidate, style: Style | None, below: Block | None) -> bool:
        """«**Дополнительные сведения**» among questions in bold, with text below or beside it."""
        if style is None or not (style.emphasis or style.heading) or entry.number is not None:
            return False
        alike = entry.style.emphasis == style.emphasis and entry.style.heading == style.heading
        told = below is not None or bool(entry.answer)
        return alike and told and self._entries.begin(entry.text)

    def _is_plain_entry(
        self, entry: Candidate, style: Style | None, above: Block, below: Block | None, following: Candidate | None
    ) -> bool:
        """«Ваши пожелания организаторам» on a line of its own between finished sentences."""
        if entry.number is not None or entry.style.marked or entry.style.shape or not self._plain.begin(entry.text):
            return False
        if style is not None and style.marked and following is not None:
            return False
        finished = above.text.endswith(_CLOSED[:-1]) or len(words(above.text)) <= _FEWEST + 1
        return (
            finished
            and (below is not None or bool(entry.answer))
            and not (entry.answer and below is None and following)
        )


class _Beginnings:
    """Sequences of word patterns that a line may begin with."""

    def __init__(self, phrases: Iterable[str]) -> None:
        self._phrases = [[WordPatterns((part.rstrip(","),)) for part in phrase.split()] for phrase in phrases]

    def begin(self, text: str) -> bool:
        """Whether the text begins with one of them."""
        said = words(text)
        return any(len(said) >= len(phrase) and all(_pairs(phrase, said)) for phrase in self._phrases)


def _pairs(phrase: Sequence[WordPatterns], said: Sequence[str]) -> Iterator[bool]:
    return (pattern.matches(word) for pattern, word in zip(phrase, said, strict=False))
