"""Which blocks are questions of the questionnaire, and of which kind.

First every block that looks like a question is a candidate with its strength; then the candidates of a report are
judged together: a questionnaire keeps one style and one order, a question inside an answer breaks them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from indexer.model import KIND_OTHER, Block
from indexer.report.wording import Cues, WordPatterns, likeness, stems, words
from indexer.vocabulary import Vocabulary

_NUMBER = re.compile(
    r"^\s*(?:вопрос\s*)?(?:№\s*)?(?:\d{1,2}\.)*(\d{1,2})\s*[.):]*\s+|^\s*(?:\d{1,2}\.)*(\d{1,2})[.)]", re.IGNORECASE
)
_ROMAN = re.compile(r"^\s*(X|IX|IV|V?I{1,3}|V)[.)]\s*")
_ROMANS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_QUESTION_WORD = re.compile(r"^\s*вопрос\s*(?:№\s*)?(\d{1,2})?\s*[.:)–—-]\s*", re.IGNORECASE)
_END = re.compile(r"\?[»”\")\]]*(?:\s*\([^()]{0,150}\)\.?)?\s*$")
_MIDDLE_END = re.compile(r"\?[»”\")\]]*(?:\s*\([^()]{0,150}\))?[\s.:–—-]+")
_SENTENCE_END = re.compile(r"[.!;]\s+(?=[«\"]?[А-ЯЁA-Z])")
_QUOTED = re.compile(r"^[«“\"„]")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LONGEST = 450
_LONGEST_LABEL = 12
"""Words; «Основные проблемы, которые не удалось решить в отчётном году»."""
_LONG_QUESTION = 7
"""Words: who asks himself in an answer is brief («Что это дало?»), a questionnaire is not."""

VERBATIM = 0.75
"""Dice of the telling words: the question as it is known, a word more or less."""
_EXACT = 0.9
"""Nothing but the known question; a merged one («… и какие проблемы …») goes by what it names first."""
CLOSE = 0.55
"""The question reworded, with most of its telling words."""


class Form(IntEnum):
    """What a candidate looks like."""

    ASKED = 1
    """Ends with a question mark."""
    IMPERATIVE = 2
    """«Укажите, пожалуйста, …»"""
    INTERROGATIVE = 3
    """«Какие задачи стоят в 2022 году» without a mark."""
    LABEL = 4
    """«Основные достижения»"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A block that may be a question."""

    index: int
    """Of the block."""
    number: int | None
    text: str
    """The question without its number."""
    answer: str
    """What stands in the same block after the question."""
    kind: str | None
    likeness: float
    """To the likest known wording, 0…1."""
    cued: bool
    """The kind's telling words stand in it."""
    form: Form
    style: tuple[bool, bool, bool]
    """Numbered, emphasised, heading."""
    after_lead: bool
    """The block before ends with a colon: a list begins."""
    quoted: bool

    @property
    def marked(self) -> bool:
        """Set apart from running text."""
        return any(self.style)

    @property
    def strong(self) -> bool:
        """A question whatever stands around it."""
        if self.kind is None or self.quoted:
            return False
        if self.answer:
            return self.likeness >= VERBATIM or (self.likeness >= CLOSE and self.marked)
        if self.form is Form.LABEL:
            return self.marked and (self.style[1] or self.style[2]) and (self.likeness >= VERBATIM or self.cued)
        if self.form is Form.INTERROGATIVE:
            return self.likeness >= CLOSE or (self.cued and (self.style[1] or self.style[2]))
        return self.likeness >= CLOSE or (self.cued and self.marked)

    @property
    def years(self) -> tuple[int, ...]:
        """The years named in the question."""
        return tuple(int(year) for year in _YEAR.findall(self.text))


class QuestionRules:
    """The vocabulary's questions, ready for comparing."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        wordsets = vocabulary.report
        self._imperatives = WordPatterns(wordsets.imperatives)
        self._interrogatives = WordPatterns(wordsets.interrogatives)
        self._addressed = WordPatterns(wordsets.addressed)
        self._ignored = WordPatterns(wordsets.ignored)
        self._kinds = [kind.id for kind in vocabulary.kinds]
        self._wordings = [
            tuple(stems(wording, self._ignored) for wording in kind.wordings) for kind in vocabulary.kinds
        ]
        self._cues = Cues(kind.cues for kind in vocabulary.kinds)
        self._exclusions = Cues(kind.exclusions for kind in vocabulary.kinds)
        self.order = {kind.id: number for number, kind in enumerate(vocabulary.kinds)}

    def candidates(self, blocks: Sequence[Block]) -> list[Candidate]:
        """Every block that looks like a question, in order."""
        found = []
        for index, block in enumerate(blocks):
            candidate = self.candidate(block, index, _after_lead(blocks, index))
            if candidate:
                found.append(candidate)
        return found

    def candidate(self, block: Block, index: int = 0, after_lead: bool = False) -> Candidate | None:
        """The block as a question; ``None`` when it does not look like one."""
        if block.cells or not block.text:
            return None
        number, text = _without_number(block)
        form_and_split = self._split(text, block)
        if form_and_split is None:
            return None
        form, question, answer = form_and_split
        kind, like, cued = self._kind(question)
        if kind is None and form in (Form.INTERROGATIVE, Form.LABEL):
            return None
        return Candidate(
            index=index, number=number, text=question, answer=answer, kind=kind, likeness=like, cued=cued, form=form,
            style=(number is not None, block.emphasis, block.heading > 0), after_lead=after_lead,
            quoted=bool(_QUOTED.match(text)),
        )  # fmt: skip

    def _split(self, text: str, block: Block) -> tuple[Form, str, str] | None:
        """Form, question and the rest of the block; ``None`` for running text."""
        if _END.search(text) and len(text) <= _LONGEST and not _SENTENCE_END.search(text):
            return Form.ASKED, text, ""
        inline = self._inline(text)
        if inline:
            return inline
        if len(text) > _LONGEST:
            return None
        first = (words(text) or [""])[0]
        ends_open = text.rstrip().endswith((";", ","))
        if self._imperatives.matches(first) and not ends_open:
            return Form.IMPERATIVE, text, ""
        if _SENTENCE_END.search(text) or ends_open:
            return None
        if self._interrogatives.matches(first):
            return Form.INTERROGATIVE, text, ""
        if len(words(text)) <= _LONGEST_LABEL and not text.rstrip().endswith(".") or block.heading:
            return Form.LABEL, text, ""
        return None

    def _inline(self, text: str) -> tuple[Form, str, str] | None:
        """«Что удалось сделать? Построен мост.»: a known question and its answer in one paragraph."""
        for end in (_MIDDLE_END.search(text), _SENTENCE_END.search(text)):
            if end is None or end.end() > _LONGEST or end.end() >= len(text):
                continue
            question, rest = text[: end.end()].strip(), text[end.end() :].strip()
            asked = "?" in question
            if _SENTENCE_END.search(question) or not (asked or self._imperatives.matches((words(text) or [""])[0])):
                continue
            if asked and _END.search(rest) and len(text) <= _LONGEST and not _SENTENCE_END.search(rest):
                return Form.ASKED, text, ""
            if self._kind(question)[1] >= CLOSE:
                return (Form.ASKED if asked else Form.IMPERATIVE), question.rstrip(" –—-:"), rest
        return None

    def _kind(self, question: str) -> tuple[str | None, float, bool]:
        """The kind, the likeness to its likest wording, and whether its cues stand in the question."""
        question_words, question_stems = words(question), stems(question, self._ignored)
        places = self._cues.places(question_words)
        exclusions = self._exclusions.places(question_words)
        scored = []
        for order, kind in enumerate(self._kinds):
            like = max((likeness(wording, question_stems) for wording in self._wordings[order]), default=0.0)
            place = places[order] if exclusions[order] is None else None
            if place is not None or like >= CLOSE:
                scored.append((like >= _EXACT, place is not None, -(place or 0), like, -order, kind))
        if not scored:
            return None, 0.0, False
        verbatim, cued, _, like, _, kind_id = max(scored)
        return kind_id, like, cued

    def select(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """The candidates of one report that are its questions, in order."""
        strong = [candidate for candidate in candidates if candidate.strong]
        judge = _Judge(strong, self)
        chosen: list[Candidate] = []
        for position, candidate in enumerate(candidates):
            later = next((c for c in candidates[position + 1 :] if c.strong), None)
            if judge.accepts(candidate, chosen, later):
                chosen.append(candidate)
        return chosen

    def speaks_to_respondent(self, question: str) -> bool:
        """«… Ваш город …», «… АСДГ …»"""
        return self._addressed.any_of(words(question))


class _Judge:
    """Holds what the sure questions of a report have in common."""

    def __init__(self, strong: Sequence[Candidate], rules: QuestionRules) -> None:
        self._rules = rules
        self._strong = strong
        self._style = _common_style(strong)
        self._asked = sum(candidate.form is not Form.LABEL for candidate in strong) >= 2

    def accepts(self, candidate: Candidate, chosen: Sequence[Candidate], later: Candidate | None) -> bool:
        if candidate.quoted:
            return False
        if self._is_list_item(candidate, chosen):
            return False
        if candidate.strong:
            return self._fits(candidate, chosen)
        if candidate.kind is not None:
            return self._is_reworded(candidate, chosen)
        return self._is_unknown(candidate, chosen, later)

    def _is_list_item(self, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
        """A numbered item of a list inside an answer, however it is worded."""
        if candidate.number is None or candidate.likeness >= VERBATIM and candidate.form is not Form.LABEL:
            return False
        last = _last_number(chosen)
        return candidate.after_lead or (last is not None and candidate.number <= last)

    def _fits(self, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
        """A sure question in the report's style, or so near the known wording that style does not matter."""
        new_kind = candidate.kind not in {other.kind for other in chosen}
        if candidate.form is Form.LABEL and self._asked:
            return new_kind and self._in_order(candidate, chosen)
        if candidate.likeness >= VERBATIM:
            return new_kind or self._styled(candidate)
        return self._styled(candidate) or (new_kind and self._in_order(candidate, chosen))

    def _is_reworded(self, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
        """Only the telling words of a kind: it must be a new kind in the questionnaire's order."""
        if candidate.answer:
            return False
        if candidate.form in (Form.LABEL, Form.INTERROGATIVE) and not (candidate.marked and not self._asked):
            return False
        new_kind = candidate.kind not in {other.kind for other in chosen}
        styled = self._style is None or self._styled(candidate)
        return new_kind and styled and self._in_order(candidate, chosen)

    def _is_unknown(self, candidate: Candidate, chosen: Sequence[Candidate], later: Candidate | None) -> bool:
        """A question that no kind knows: it continues the numbers, or wears the style, or speaks to the city."""
        if candidate.answer or candidate.form not in (Form.ASKED, Form.IMPERATIVE) or candidate.after_lead:
            return False
        if self._style is not None and any(self._style):
            return candidate.style == self._style and _continues_numbers(candidate, chosen, later)
        if not self._strong or candidate.form is not Form.ASKED:
            return False
        return self._rules.speaks_to_respondent(candidate.text) or len(words(candidate.text)) >= _LONG_QUESTION

    def _styled(self, candidate: Candidate) -> bool:
        return self._style is None or candidate.style == self._style

    def _in_order(self, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
        order = self._rules.order
        last = max((order[other.kind] for other in chosen if other.kind), default=-1)
        return order[candidate.kind or KIND_OTHER] > last


def _common_style(strong: Sequence[Candidate]) -> tuple[bool, bool, bool] | None:
    """The style that most sure questions wear; ``None`` for one or two questions of different looks."""
    if not strong:
        return None
    style, count = Counter(candidate.style for candidate in strong).most_common(1)[0]
    return style if count * 2 > len(strong) else None


def _last_number(chosen: Sequence[Candidate]) -> int | None:
    return next((candidate.number for candidate in reversed(chosen) if candidate.number is not None), None)


def _continues_numbers(candidate: Candidate, chosen: Sequence[Candidate], later: Candidate | None) -> bool:
    """Its number follows the last question's and stands before the next one's; unnumbered always does."""
    if candidate.number is None:
        return True
    last = _last_number(chosen) or 0
    after = later.number if later else None
    return candidate.number == last + 1 and (after is None or after > candidate.number)


def _after_lead(blocks: Sequence[Block], index: int) -> bool:
    """Whether the block is inside a list that a lead-in opened: «Жители спрашивают: 1. … 2. …»."""
    for before in reversed(blocks[max(0, index - 30) : index]):
        if before.line.rstrip().endswith(":") and not before.heading:
            return True
        if not before.marker or not before.marker[0].isdigit():
            return False
    return False


def _without_number(block: Block) -> tuple[int | None, str]:
    """The question's number, if it has one, and its text without it."""
    line = block.line.strip()
    word = _QUESTION_WORD.match(line)
    if word:
        return (int(word[1]) if word[1] else None), line[word.end() :].strip()
    roman = _ROMAN.match(line)
    if roman:
        return _ROMANS[roman[1]], line[roman.end() :].strip()
    number = _NUMBER.match(line) if block.marker or re.match(r"\s*\d{1,2}[.)]", line) else None
    if number:
        return int(number[1] or number[2]), line[number.end() :].strip()
    return None, block.text.strip()
