"""Which blocks may be questions of the questionnaire, and of which kind; selection.py chooses among them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from indexer.model import Block
from indexer.report.answers import answer_label, inline_answer_label
from indexer.report.wording import Cues, WordPatterns, first_word, has_more_words, likeness, stems, words
from indexer.vocabulary import Vocabulary

_NUMBER = re.compile(
    r"^\s*(?P<number>№?\s*(?:\d{1,2}\.)*(?P<last>\d{1,2})(?:\s*(?:\.\)|[.):])|\s+[-–—](?=\s)"
    r"|(?<=\.\d)(?=\s+[«\"]?[А-ЯЁ])))\s*"
)
"""«1.», «2)», «1.3.», «№ 4.», «5 – », «1.3 Что …»"""
_BARE_NUMBER = re.compile(r"(?P<number>\d{1,2})\s+(?=[«\"]?[А-ЯЁ])")
"""«1 Что удалось сделать?»"""
_ROMAN = re.compile(r"^\s*(X|IX|IV|V?I{1,3}|V)([.)])\s*")
_ROMANS = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10}
_NUMBER_LETTERS = "IVXВвПпТтЧчШшСсДдОоНн"
"""Letters that a number or «Вопрос 1» begins with: a line with any other has no number."""
_ORDINALS = ("перв", "втор", "трет", "четв", "пят", "шест", "седьм", "восьм", "девят", "десят")
_QUESTION_WORD = re.compile(
    r"^\s*(?:(?P<called>вопрос)\s*(?:№\s*)?(?P<number>\d{1,2})?\s*[.:)–—-]|(?-i:В)(?:\s?(?P<letter>\d{1,2}))?\s*:"
    r"|(?:пункт|п\.)\s*(?P<point>\d{1,2})\s*[.:)–—-]"
    r"|(?:(?:ответ\s+)?на\s+вопрос|по\s+вопросу)\s*(?:№\s*)?(?P<answered>\d{1,2})?"
    r"(?=[^?]{1,450}\?[»”\"]?[\s.:]*$)[\s.:)–—-]*"
    rf"|(?P<ordinal>{'|'.join(_ORDINALS)})[а-яё]{{0,3}}(?:ый|ой|ий)\s+вопрос\s*[.:–—-])\s*",
    re.IGNORECASE,
)
"""«Вопрос 1.», «В: …», «Пункт 1. …», «Ответ на вопрос № 1 «…?»:», «Первый вопрос: …»"""
_QUESTIONS_BELOW = re.compile(r"(?:\w+\s+)?вопросы(?:\s+анкеты)?\s*:", re.IGNORECASE)
"""What opens the list of a form's questions, not one in an answer."""
_CALLED_QUESTION, _TOLD_APART = "вопрос 1", "первый вопрос"
"""Shapes of «Вопрос № 4», a question whatever it says, and of «В:» and «Первый вопрос:», which answers have, too."""
_END = re.compile(r"\?[»”\")\]]*(?:\s*\([^()]{0,150}\)\.?)?\s*$")
_MIDDLE_END = re.compile(r"\?[»”\")\]]*(?:\s*\([^()]{0,150}\))?[\s.:–—-]+")
_ENTRY_END = re.compile(r"\s*:\s+|\s+[–—-]\s+")
_LABEL_END = re.compile(r"[:–—-](?:(?<=:)|(?<=\s.))\s+")
_SENTENCE_END = re.compile(r"[.!;]\s+(?=[«\"]?[А-ЯЁA-Z]|\d{1,2}[.)]\s|[-–—]\s)")
_QUOTED = re.compile(r"^[«“\"„](?!.*[?.!]?[»”\"“]$)")
"""A quotation with words after it: «Что удалось?» – спросил житель."""
_QUOTES = re.compile(r"(?<=[\w:,–-]\s)[«“„\"](?=\w)[^«»”\"]*\?[»”\"]")
"""A quotation with words before it: Жители спрашивают: «Что удалось сделать?»"""
_UNMARKED_SHAPES = ("", "-", "–", "—", "•")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_KNOWN_QUESTIONS = 20_000
"""Questions remembered with their kinds: an archive repeats the same few."""
_LONGEST = 450
_FINISHED = (".", "!", "?", "…", "»", ")")
_BRIEF = 3
"""Words: «Предложений нет», after which nobody sets a full stop."""
_LONGEST_LABEL = 12
"""Words; «Основные проблемы, которые не удалось решить в отчётном году»."""
_HEAD_END = re.compile(r":\s+")
_RUBRIC_END, _LONGEST_RUBRIC = re.compile(r"\.\s+(?=[«\"]?[А-ЯЁ])"), 60
SHORT_HEAD = 5
"""Words of «Достижения», «Планы на 2020 год»."""
LONG_QUESTION = 7
"""Words: who asks himself in an answer is brief («Что это дало?»), a questionnaire is not."""

VERBATIM = 0.75
"""Dice of the telling words: the question as it is known, a word more or less."""
EXACT = 0.9
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


class Style(NamedTuple):
    """How a candidate is set apart from running text."""

    shape: str
    """Of its number: «1.», «1)», «I.», «Вопрос 1», or the bullet; empty without."""
    emphasis: bool
    heading: bool

    @property
    def marked(self) -> bool:
        """Whether anything but a bullet sets it apart."""
        return self.shape not in _UNMARKED_SHAPES or self.emphasis or self.heading


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
    cue: int
    """How many telling words of the kind stand in it; 0 for none."""
    form: Form
    style: Style
    after_lead: bool
    """Inside a list that a line with a colon opened."""
    apart: bool
    """A line of its own between finished sentences, with text below it."""
    answered: bool
    """«Ответ:» stands behind it."""
    quoted: bool
    only_head: bool = False
    """«Планы на 2020 год: построить мост»: asks only where the whole form is of such heads."""

    @property
    def cued(self) -> bool:
        """The kind's telling words stand in it."""
        return self.cue > 0

    @property
    def marked(self) -> bool:
        """Set apart from running text."""
        return self.style.marked

    @property
    def called(self) -> bool:
        """«Вопрос № 4» stands before it."""
        return self.style.shape == _CALLED_QUESTION and self.number is not None

    @property
    def strong(self) -> bool:
        """A question whatever stands around it."""
        if self.called:
            return True
        if self.kind is None or self.quoted or self.only_head:
            return False
        if self.answer:
            return self.likeness >= VERBATIM or (self.likeness >= CLOSE and self.marked)
        if self.form is Form.LABEL:
            return (
                self.marked and (self.style.emphasis or self.style.heading) and (self.likeness >= VERBATIM or self.cued)
            )
        if self.form is Form.INTERROGATIVE:
            return self.likeness >= CLOSE or (self.cued and (self.style.emphasis or self.style.heading))
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
        self._pronouns = WordPatterns(wordsets.pronouns)
        self._addressed = WordPatterns(wordsets.addressed)
        self._ignored = WordPatterns(wordsets.ignored)
        self._answer_label = answer_label(wordsets)
        self._inline_answer = inline_answer_label(wordsets)
        self._kind = lru_cache(_KNOWN_QUESTIONS)(self._judged)
        self._kinds = [kind.id for kind in vocabulary.kinds]
        self._wordings = [
            (order, stems(wording, self._ignored))
            for order, kind in enumerate(vocabulary.kinds)
            for wording in kind.wordings
        ]
        self._by_stem: dict[str, list[int]] = {}
        for number, (_, wording) in enumerate(self._wordings):
            for stem in wording:
                self._by_stem.setdefault(stem, []).append(number)
        self._cues = Cues(kind.cues for kind in vocabulary.kinds)
        self._exclusions = Cues(kind.exclusions for kind in vocabulary.kinds)
        self.order = {kind.id: number for number, kind in enumerate(vocabulary.kinds)}

    def candidates(self, blocks: Sequence[Block]) -> list[Candidate]:
        """Every block that looks like a question, in order."""
        found = []
        labels = [bool(self._answer_label.match(block.text)) for block in blocks]
        for index, block in enumerate(blocks):
            answered = labels[index + 1] if index + 1 < len(blocks) else False
            candidate = None if labels[index] else self._candidate(block, answered)
            if candidate:
                context = (_after_lead(blocks, index), _is_apart(blocks, index))
                found.append(replace(candidate, index=index, after_lead=context[0], apart=context[1]))
        return found

    def candidate(self, block: Block) -> Candidate | None:
        """The block as a question, as if it stood alone; ``None`` when it does not look like one."""
        return None if self._answer_label.match(block.text) else self._candidate(block, answered=False)

    def entry(self, block: Block, index: int) -> Candidate | None:
        """The block as an entry of a form, which asks without the words of a question: «7. Исполнитель: И. И. Ким»."""
        if block.cells or not block.text:
            return None
        shape, number, text = without_number(block)
        label = _ENTRY_END.search(text)
        name, rest = (text[: label.start()], text[label.end() :]) if label else (text.rstrip(" :"), "")
        if not name or has_more_words(name, _LONGEST_LABEL) or name.endswith((".", ";", ",", "!")):
            return None
        style = Style(shape, block.emphasis, block.heading > 0)
        return replace(_labelled(name.strip(), rest.strip(), style), index=index, number=number)

    def _candidate(self, block: Block, answered: bool) -> Candidate | None:
        """The block, which is not «Ответ:», as a question; ``answered``: «Ответ:» stands below it."""
        if block.cells or not block.text:
            return None
        shape, number, text = without_number(block)
        called = shape == _CALLED_QUESTION and number is not None
        form_and_split = self._split(text, block, number is not None) or (_called(text) if called else None)
        if form_and_split is None:
            return self._head(block)
        form, question, answer = form_and_split
        kind, like, cue = self._kind(question)
        label = self._answer_label.match(answer)
        answered = answered or bool(label)
        # «В: вода», and «О: огонь» below it, may be lines of an answer.
        bare = form is Form.LABEL and shape == _TOLD_APART
        if kind is None and form in (Form.INTERROGATIVE, Form.LABEL) and (bare or not (answered or called)):
            return self._head(block)
        return Candidate(
            index=0, number=number, text=question, answer=answer, kind=kind, likeness=like, cue=cue, form=form,
            style=Style(shape, block.emphasis, block.heading > 0), after_lead=False,
            apart=False, answered=answered, quoted=bool(_QUOTED.match(text) or _QUOTES.search(text)),
        )  # fmt: skip

    def _split(self, text: str, block: Block, numbered: bool) -> tuple[Form, str, str] | None:
        """Form, question and the rest of the block; ``None`` for running text."""
        if len(text) <= _LONGEST and _is_asked(text):
            return Form.ASKED, text, ""
        labelled = self._inline_answer.search(text) if ":" in text else None
        if labelled and labelled.start() <= _LONGEST:
            question = text[: labelled.start()].strip()
            return self._form_of(question) or Form.LABEL, question, text[labelled.start() :].strip()
        inline = self._inline(text, numbered)
        if inline:
            return inline
        form = self._form_of(text)
        if form is None and block.heading and len(text) <= _LONGEST:
            form = Form.LABEL
        return (form, text, "") if form else None

    def _form_of(self, text: str) -> Form | None:
        """What a text that has no answer in it looks like; ``None`` for running text."""
        if len(text) > _LONGEST:
            return None
        if _is_asked(text):
            return Form.ASKED
        first = first_word(text)
        ends_open = text.rstrip().endswith((";", ","))
        if self._imperatives.matches(first) and not ends_open:
            return Form.IMPERATIVE
        if ends_open or _SENTENCE_END.search(text):
            return None
        if self._interrogatives.matches(first):
            return Form.INTERROGATIVE
        if not text.rstrip().endswith(".") and not has_more_words(text, _LONGEST_LABEL):
            return Form.LABEL
        return None

    def _inline(self, text: str, numbered: bool) -> tuple[Form, str, str] | None:
        """A known question or label and what answers it in one paragraph."""
        may_ask = "?" in text or self._imperatives.matches(first_word(text))
        asked = self._inline_question(text, numbered) if may_ask else None
        return asked or self._inline_label(text, numbered)

    def _inline_question(self, text: str, numbered: bool) -> tuple[Form, str, str] | None:
        """«Что удалось сделать? Построен мост.», «Назовите успехи. Построен мост.»"""
        for end in (_MIDDLE_END.search(text) if "?" in text else None, _SENTENCE_END.search(text)):
            if end is None or end.end() > _LONGEST or end.end() >= len(text):
                continue
            question, rest = text[: end.end()].strip(), text[end.end() :].strip()
            asked = "?" in question
            if not (asked or self._imperatives.matches(first_word(text))) or _SENTENCE_END.search(question):
                continue
            if asked and len(text) <= _LONGEST and _is_asked(rest):
                return Form.ASKED, text, ""
            _, like, cue = self._kind(question)
            if like >= CLOSE or cue > 1 or numbered:
                told, rest = self._with_instructions(question.rstrip(" –—-:"), rest)
                return (Form.ASKED if asked else Form.IMPERATIVE), told, rest
        return None

    def _with_instructions(self, question: str, rest: str) -> tuple[str, str]:
        """«Что удалось сделать? Приведите примеры.»: what else the question wants is no answer; question and rest."""
        while rest and self._imperatives.matches(first_word(rest)):
            end = _SENTENCE_END.search(rest)
            question, rest = f"{question} {rest[: end.start() + 1] if end else rest}", rest[end.end() :] if end else ""
        return question, rest

    def _inline_label(self, text: str, numbered: bool) -> tuple[Form, str, str] | None:
        """«Нерешённые проблемы: не хватает залов», «Какие задачи стоят в 2022 году – построить мост»."""
        end = _LABEL_END.search(text)
        if end is None or end.end() > _LONGEST or end.end() >= len(text):
            return None
        question = text[: end.start()] if end[0][0] == ":" else text[: end.start() - 1]
        form = self._form_of(question)
        if form is None:
            return None
        _, like, cue = self._kind(question)
        # «2. Какие трудности возникали: нет средств», not «Какие трудности – знают все».
        sure = numbered or form is Form.IMPERATIVE or (form is Form.INTERROGATIVE and cue > 1)
        told = like >= VERBATIM or (cue and end[0][0] == ":" and sure)
        return (form, question, text[end.end() :].strip()) if told else None

    def _head(self, block: Block) -> Candidate | None:
        """«Планы на 2020 год: построить мост» or «4. Планы на 2020 год.» as a head and what stands beside it."""
        shape, number, text = without_number(block)
        if number is not None and text.endswith(".") and not has_more_words(text, SHORT_HEAD):
            kind, like, cue = self._kind(text)
            head = _labelled(text, "", Style(shape, block.emphasis, block.heading > 0))
            return replace(head, number=number, kind=kind, likeness=like, cue=cue, only_head=True) if kind else None
        end = (_HEAD_END.search(block.text[:_LONGEST]) or self._rubric_end(block)) if not block.marker else None
        if end is None or has_more_words(question := block.text[: end.start()], SHORT_HEAD):
            return None
        kind, like, cue = self._kind(question)
        if kind is None or (form := self._form_of(question)) not in (Form.LABEL, Form.INTERROGATIVE):
            return None
        style = Style(block.marker, block.emphasis, block.heading > 0)
        head = _labelled(question, block.text[end.end() :].strip(), style)
        return replace(head, kind=kind, likeness=like, cue=cue, form=form, only_head=True)

    def _rubric_end(self, block: Block) -> re.Match[str] | None:
        """Behind «Планы на 2020 год. Построить мост»: one telling word, so that it is no sentence («Проблем нет.»)."""
        end = _RUBRIC_END.search(block.text[:_LONGEST_RUBRIC])
        return end if end and len(stems(block.text[: end.start()], self._ignored)) == 1 else None

    def _judged(self, question: str) -> tuple[str | None, float, int]:
        """The kind, the likeness to its likest wording, and the number of words of its cue in the question."""
        question_words = words(question)
        likest = self._likest(stems(question, self._ignored))
        places = self._cues.places(question_words)
        # What excludes a kind only matters where something speaks for one.
        exclusions = self._exclusions.places(question_words) if any(places) else [None] * len(places)
        scored = []
        for order, (kind, like) in enumerate(zip(self._kinds, likest, strict=True)):
            found = places[order] if exclusions[order] is None else None
            if found or like >= CLOSE:
                place, size = found or (0, 0)
                scored.append((like >= EXACT, bool(found), -place, -size, like, -order, kind))
        if not scored:
            return None, 0.0, 0
        *_, size, like, _, kind_id = max(scored)
        return kind_id, like, size

    def _likest(self, question: frozenset[str]) -> list[float]:
        """For each kind, how like its likest wording is to the question, 0…1."""
        likest = [0.0] * len(self._kinds)
        # A wording that shares no stem with the question is not like it: most need not be looked at.
        for number in {number for stem in question for number in self._by_stem.get(stem, ())}:
            order, wording = self._wordings[number]
            likest[order] = max(likest[order], _alike(wording, question))
        return likest

    def asks_openly(self, text: str) -> bool:
        """«Что впереди», «Чем живёт город»: not «По итогам года», nor «Необходимо отметить»."""
        return self._pronouns.matches(first_word(text))

    def speaks_to_respondent(self, question: str) -> bool:
        """«… Ваш город …», «… АСДГ …»"""
        return self._addressed.any_of(words(question))


def _labelled(text: str, answer: str, style: Style) -> Candidate:
    """A label of no kind with what stands beside it."""
    return Candidate(
        index=0, number=None, text=text, answer=answer, kind=None, likeness=0.0, cue=0, form=Form.LABEL, style=style,
        after_lead=False, apart=False, answered=False, quoted=False,
    )  # fmt: skip


def _is_asked(text: str) -> bool:
    """Whether the text is one sentence with a question mark at its end."""
    return "?" in text and bool(_END.search(text)) and not _SENTENCE_END.search(text)


def with_bare_numbers(blocks: Sequence[Block]) -> list[Block]:
    """The blocks, a number without a dot before a question taken as its number where its neighbours carry on."""
    result = list(blocks)
    asked = [place for place, block in enumerate(blocks) if block.text.endswith("?") and not block.cells]
    bare = {place: found for place in asked if (found := _bare_number(blocks[place]))}
    if not bare:
        return result
    numbers = [int(bare[at]["number"]) if at in bare else without_number(blocks[at])[1] for at in asked]
    for order, place in enumerate(asked):
        own, around = numbers[order], (numbers[order - 1] if order else None, *numbers[order + 1 : order + 2])
        if place in bare and own is not None and (own - 1 == around[0] or own + 1 in around[1:]):
            text = blocks[place].text[bare[place].end() :]
            result[place] = replace(blocks[place], text=text, marker=f"{own}.")
    return result


def _bare_number(block: Block) -> re.Match[str] | None:
    return None if block.marker else _BARE_NUMBER.match(block.text)


def _alike(wording: frozenset[str], question: frozenset[str]) -> float:
    if len(question) == 1:
        # One word of a wording is not the wording: «Отчёт за 2018 год», «Что удалось сделать в отчётном году?».
        return 1.0 if question == wording else 0.0
    return likeness(wording, question)


def _after_lead(blocks: Sequence[Block], index: int) -> bool:
    """Whether the block is inside a list that a lead-in opened: «Жители спрашивают: 1. … 2. …»."""
    for before in reversed(blocks[max(0, index - 30) : index]):
        if before.line.rstrip().endswith(":") and not before.heading:
            return not _QUESTIONS_BELOW.match(before.text)
        if not before.marker or not before.marker[0].isdigit():
            return False
    return False


def _is_apart(blocks: Sequence[Block], index: int) -> bool:
    """A line with a finished sentence or a title above it and text below it, no item of a list."""
    if index + 1 == len(blocks) or blocks[index].marker.strip() in _UNMARKED_SHAPES[1:]:
        return False
    above = blocks[index - 1].text if index else ""
    return not above.endswith((":", ";", ",")) and (above.endswith(_FINISHED) or len(words(above)) <= _BRIEF)


def _called(text: str) -> tuple[Form, str, str] | None:
    """«[Вопрос № 4.] Приоритетные задачи на 2015 год.»: its first sentence."""
    end = _SENTENCE_END.search(text)
    question, rest = (text[: end.start() + 1], text[end.end() :]) if end else (text, "")
    return (Form.LABEL, question.strip(), rest.strip()) if question and len(question) <= _LONGEST else None


def without_number(block: Block) -> tuple[str, int | None, str]:
    """The shape of the question's number, its value, if it has one, and the question's text without it."""
    line = block.line.strip()
    if line[:1].isalpha() and line[0] not in _NUMBER_LETTERS:
        return block.marker, None, block.text.strip()
    word = _QUESTION_WORD.match(line)
    if word:
        shape = _CALLED_QUESTION if word["called"] else _TOLD_APART
        text = line[word.end() :].strip()
        return shape, _number_of(word), text if word["called"] else text.rstrip(" :")
    roman = _ROMAN.match(line)
    if roman:
        return "I" + roman[2], _ROMANS[roman[1]], line[roman.end() :].strip()
    number = _NUMBER.match(line)
    if number:
        digits = number["last"]
        return re.sub(r"\d+", "1", number["number"]).replace(" ", ""), int(digits), line[number.end() :].strip()
    return block.marker, None, block.text.strip()


def _number_of(word: re.Match[str]) -> int | None:
    """The number of «Вопрос 1» or «Первый вопрос»."""
    if word["ordinal"]:
        return _ORDINALS.index(word["ordinal"].lower()) + 1
    value = word["number"] or word["letter"] or word["point"] or word["answered"]
    return int(value) if value else None
