"""Questions and answers told apart by the letters that stand before them: «В. Что удалось? О. Построен мост.»"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.model import Block
from indexer.report.questions import QuestionRules
from indexer.vocabulary import ReportWords

_MARK = re.compile(
    r"(?:^|(?<=[.!?…;»)])\s+)(?P<letter>[ВО])\s?(?P<number>\d{1,2})?(?:[.:)]|\s[–—-])(?:\s+(?=[«\"]?[А-ЯЁA-Z\d])(?![А-ЯЁ]\.)|$)"
)
"""«В. Какие задачи …?», «О1. Построить мост», «В.» on a line of its own; not «В. И. Петров»."""
_ANSWERS = re.compile(r"О\s?\d{0,2}\s?[.:)–—-]")
"""What hardly any report has: only where it stands are the marks looked for."""
_QUESTION, _ANSWER = "В", "О"

_Piece = tuple[str, str, str]
"""Letter, number and text of a part of a block; what stands before the first letter has none."""


def with_letters_read(blocks: Iterable[Block], rules: QuestionRules, vocabulary: ReportWords) -> list[Block]:
    """The blocks with «Вопрос:» and «Ответ:» in the places of such letters; as they were where these are initials."""
    whole = list(blocks)
    if not any(_ANSWERS.search(block.line) for block in whole):
        return whole
    pieces = [piece for block in whole for piece in _cut(block)]
    if not _take_turns(pieces) or not _ask(pieces, rules):
        return whole
    question, answer = (vocabulary.labels[name][0].capitalize() for name in ("question", "answer"))
    return list(_named(whole, {_QUESTION: question, _ANSWER: answer}))


def _cut(block: Block) -> Iterator[_Piece]:
    """The parts of the block, cut before each letter."""
    line = block.line.strip()
    found = [] if block.cells else list(_MARK.finditer(line))
    starts = [mark.start() for mark in found]
    if not starts or starts[0]:
        yield "", "", line[: starts[0]] if starts else line
    for mark, (_, end) in zip(found, pairwise([*starts, len(line)]), strict=True):
        yield mark["letter"], mark["number"] or "", line[mark.end() : end].strip()


def _take_turns(pieces: Sequence[_Piece]) -> bool:
    """A question, an answer, a question …: nothing else has these letters before it."""
    letters = [letter for letter, _, _ in pieces if letter]
    return letters[:2] == [_QUESTION, _ANSWER] and all(one != other for one, other in pairwise(letters))


def _ask(pieces: Sequence[_Piece], rules: QuestionRules) -> bool:
    """Half and more of what the letter of a question stands before is one that a questionnaire asks."""
    behind = pairwise([*pieces, ("", "", "")])
    texts = [text or below for (letter, _, text), (_, _, below) in behind if letter == _QUESTION]
    found = [rules.candidate(Block(text, emphasis=True)) for text in texts if text]
    return 2 * sum(candidate is not None and candidate.kind is not None for candidate in found) >= len(texts)


def _named(blocks: Sequence[Block], names: dict[str, str]) -> Iterator[Block]:
    """The blocks cut at the letters, a name in the place of each; a letter alone names the block below it."""
    waiting = ""
    for block in blocks:
        pieces = list(_cut(block))
        if len(pieces) == 1 and not pieces[0][0]:
            yield replace(block, marker=waiting, wraps=False) if waiting and not block.cells else block
            waiting = ""
            continue
        for place, (letter, number, text) in enumerate(pieces):
            name = f"{names[letter]} {number}".strip() + ":" if letter else ""
            if letter == _QUESTION and not text:
                waiting = name
            elif letter == _ANSWER:
                yield replace(block, text=f"{name} {text}".strip(), marker="", wraps=False)
            else:
                yield replace(block, text=text, marker=name, wraps=block.wraps and not place)
