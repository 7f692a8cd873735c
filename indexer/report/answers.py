"""Answers into passages: a short answer is one, a long one is cut between paragraphs or groups of a list."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from indexer.language.sentences import sentences
from indexer.model import Block
from indexer.report.wording import WordPatterns, has_more_words, words
from indexer.vocabulary import ReportWords

LONGEST_PART = 1500
"""Letters: a part is read at a glance and ranks by what it says, not by its length."""
_SHORTEST_PART = 400
"""A last part shorter than this is added to the part before it."""
_LONGEST_BLANK = 9
"""Words; who writes more says something."""
_BLANK_SIGNS = frozenset("-–—_./*… \n")


def parts_of_answer(blocks: Sequence[Block]) -> list[str]:
    """The texts of the passages of one answer: lines joined by line breaks; joined again they are the answer."""
    lines = [block.line for block in blocks]
    if sum(len(line) + 1 for line in lines) <= LONGEST_PART:
        return ["\n".join(lines)]
    return _packed(_pieces(blocks))


def _pieces(blocks: Sequence[Block]) -> list[list[str]]:
    """What must not be torn: paragraphs, lists with their lead-ins; too large ones as small as they may become."""
    pieces: list[list[str]] = []
    for group in _groups(blocks):
        if sum(len(block.line) + 1 for block in group) <= LONGEST_PART:
            pieces.append([block.line for block in group])
        else:
            pieces.extend(_broken(group))
    return pieces


def _groups(blocks: Sequence[Block]) -> list[list[Block]]:
    """Each paragraph alone, each list with its lead-in together."""
    groups: list[list[Block]] = []
    for block in blocks:
        if groups and _belongs(groups[-1], block):
            groups[-1].append(block)
        else:
            groups.append([block])
    return groups


def _belongs(group: Sequence[Block], block: Block) -> bool:
    """An item goes on its list, whatever follows a lead-in goes on it, as do rows of one table."""
    last = group[-1]
    if _is_lead_in(last) or last.heading:
        return True
    if block.cells:
        return bool(last.cells)
    if block.marker:
        return bool(last.marker) and not last.cells
    # Items of a list without marks end with a semicolon.
    return last.line.endswith(";")


def _is_lead_in(block: Block) -> bool:
    return block.line.rstrip().endswith(":")


def _broken(group: Sequence[Block]) -> Iterable[list[str]]:
    """A group that is too long, item by item: a lead-in stays with what follows it, a huge paragraph is cut too."""
    held: list[str] = []
    for block in group:
        if _is_lead_in(block) or block.heading:
            held.append(block.line)
            continue
        first, *others = _sentences(block.line)
        yield [*held, first]
        held = []
        for sentence in others:
            yield [sentence]
    if held:
        yield held


def _sentences(line: str) -> list[str]:
    """The line itself, or runs of its sentences where it is longer than a part may be."""
    if len(line) <= LONGEST_PART:
        return [line]
    runs: list[str] = []
    for sentence in sentences(line):
        if runs and len(runs[-1]) + len(sentence.text) < LONGEST_PART:
            runs[-1] = f"{runs[-1]} {sentence.text}"
        else:
            runs.append(sentence.text)
    return runs


def _packed(pieces: Iterable[list[str]]) -> list[str]:
    parts: list[list[str]] = []
    size = 0
    for piece in pieces:
        length = sum(len(line) + 1 for line in piece)
        if parts and size + length <= LONGEST_PART:
            parts[-1].extend(piece)
            size += length
        else:
            parts.append(list(piece))
            size = length
    if len(parts) > 1 and size < _SHORTEST_PART:
        parts[-2].extend(parts.pop())
    return ["\n".join(part) for part in parts]


def answer_label(vocabulary: ReportWords) -> re.Pattern[str]:
    """Matches «Ответ:», «Ответ.», «Ответ 1 –», «О:» at the beginning of an answer, with or without text."""
    labels = "|".join(re.escape(label) for label in vocabulary.labels["answer"])
    sentence = r"(?=[«\"]?(?-i:[А-ЯЁA-Z]))"
    behind = rf"\s*:\s*|\s*[.–—-]?\s*$|(?:\.|\s[–—-])\s+{sentence}"
    number = r"(?:\s+(?:на\s+вопрос\s+)?(?:№\s*)?\d{1,2})?"
    return re.compile(rf"(?:{labels}){number}(?:{behind})|(?-i:О)\s?:\s", re.IGNORECASE)


def inline_answer_label(vocabulary: ReportWords) -> re.Pattern[str]:
    """Finds «Ответ:» between a question and its answer in one paragraph."""
    # With a capital: «Готовы ли мы были? Честный ответ: не вполне» is an answer's own sentence.
    labels = "|".join(re.escape(label.capitalize()) for label in vocabulary.labels["answer"])
    return re.compile(rf"(?<=[?.\w»)])\s+(?:{labels})\s*:\s")


def blank_test(vocabulary: ReportWords) -> Callable[[str], bool]:
    """A test for answers that say nothing: «Информация не представлена», «–», «Нет.»."""
    empty, denials = WordPatterns(vocabulary.blank), WordPatterns(vocabulary.denials)
    placeholders = frozenset(vocabulary.placeholders)

    def is_blank(text: str) -> bool:
        if _BLANK_SIGNS.issuperset(text):
            return True
        if has_more_words(text, _LONGEST_BLANK):
            return False
        said = words(text)
        if " ".join(said) in placeholders:
            return True
        return len(said) <= _LONGEST_BLANK and denials.any_of(said) and all(map(empty.matches, said))

    return is_blank
