"""Several questions of a form in one paragraph, each with its answer behind it: cut apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from indexer.model import Block
from indexer.report.questions import CLOSE, Candidate, QuestionRules, without_number

_SHORTEST = 30
"""Letters: no two questions with an answer are shorter."""
_LONGEST = 20_000
"""Letters of a paragraph that is looked at; a form whose answers are longer has paragraphs."""
_NUMBERS = re.compile(r"(?<=[.!?;…»)])\s+(?P<mark>(?P<number>\d{1,2})[.)])\s+(?=[«\"]?[А-ЯЁ])")
_SENTENCES = re.compile(r"(?<=[^\d][.!?;…])\s+(?=[«\"]?[А-ЯЁ])")
_LEFT_BEHIND = re.compile(r"(?<=[.!?;…»)])\s+(\d{1,2}[.)])$")
_LONGEST_NUMBER = 8
"""Letters of «. 12.» at the end of a paragraph, blanks included."""
_CUES = 2
"""Telling words of a question that has neither a number nor a known wording."""


def set_apart(blocks: Iterable[Block], rules: QuestionRules) -> Iterator[Block]:
    """The blocks, each known question of a paragraph of several at the beginning of a block of its own."""
    for block in _with_numbers_in_place(list(blocks), rules):
        yield from _pieces(block, rules)


def _with_numbers_in_place(blocks: Sequence[Block], rules: QuestionRules) -> Iterator[Block]:
    """«… школа. 2.» ⏎ «Какие проблемы …?»: the number that a line's end parts from its question stands before it."""
    number = ""
    for block, below in pairwise([*blocks, Block("")]):
        if number:
            block = replace(block, marker=number)
        left = _LEFT_BEHIND.search(block.text[-_LONGEST_NUMBER:]) if block.text.endswith((".", ")")) else None
        number = left[1] if left and not (block.cells or below.cells or below.marker) and _asks(below, rules) else ""
        yield replace(block, text=block.text[: -len(number)].rstrip()) if number else block


def _asks(block: Block, rules: QuestionRules) -> bool:
    candidate = rules.candidate(block) if block.text else None
    return candidate is not None and _is_known(candidate)


def _pieces(block: Block, rules: QuestionRules) -> Iterator[Block]:
    """The block, or the parts that it is cut into."""
    starts = _starts(block, rules)
    if not starts:
        yield block
        return
    for number, (start, end) in enumerate(pairwise([0, *starts, len(block.text)])):
        text = block.text[start:end].strip()
        yield replace(block, text=text, marker="" if number else block.marker, wraps=block.wraps and not number)


def _starts(block: Block, rules: QuestionRules) -> list[int]:
    """Where in the text the further questions begin; empty where it is no paragraph of several."""
    if block.cells or block.heading or not _SHORTEST < len(block.text) <= _LONGEST:
        return []
    number = without_number(block)[1]
    places = _next_numbers(block.text, number) if number is not None else _sentences(block.text)
    if not places:
        return []
    first = rules.candidate(replace(block, text=block.text[: places[0]].strip()))
    if first is None or not _is_known(first):
        return []
    kinds, starts = {first.kind}, []
    for start, end in pairwise([*places, len(block.text)]):
        found = rules.candidate(Block(block.text[start:end].strip()))
        sure = found is not None and _is_known(found) and (number is not None or "?" in found.text)
        if found is not None and sure and found.kind not in kinds:
            kinds.add(found.kind)
            starts.append(start)
        elif number is not None:
            return []
    return starts


def _is_known(candidate: Candidate) -> bool:
    if candidate.kind is None or candidate.quoted:
        return False
    return candidate.likeness >= CLOSE or candidate.cue >= (1 if candidate.number is not None else _CUES)


def _next_numbers(text: str, number: int) -> list[int]:
    """Where the numbers behind the first one stand, each the next of the one before."""
    places: list[int] = []
    for found in _NUMBERS.finditer(text):
        if int(found["number"]) == number + len(places) + 1:
            places.append(found.start("mark"))
    return places


def _sentences(text: str) -> list[int]:
    """Where sentences begin that stand behind a first one, if more than one of them asks."""
    return [found.end() for found in _SENTENCES.finditer(text)] if text.count("?") > 1 else []
