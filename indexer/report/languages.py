"""Text in another language written with Russian letters, told from Russian that is spoilt.

Letters of any language follow one another as in words; letters by a wrong table do not. A spoilt word is one of the
dictionary but for a letter, a blank too many or one that is missing; words of another language are not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from indexer.language.likeness import russianness
from indexer.model import Block
from indexer.report.glance import KnownWord

OTHER_LETTERS = frozenset("ІіЇїЄєҐґЎўӘәҒғҚқҢңӨөҰұҮүҺһЈјЉљЊњЋћЂђЏџЃѓЌќҤҥ")
_WORD = re.compile(r"(?<![\w-])[а-яё]{3,}(?![\w-])")
"""Neither a name nor an abbreviation, nor a word with letters of its own, whose neighbours tell nothing."""
_ANY_WORD = re.compile(r"(?<![\w-])[а-яё\u0450-\u052f]{3,}(?![\w-])")
_LETTERS = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_LIKE_WORDS = 0.45
"""Points for a letter of unknown words (see ``likeness``): other languages have .5 and more, wrong tables under .3."""
_FEW_WORDS, _MOST_WORDS = 6, 24
_TELLING, _FEW_TELLING = range(7, 30), 3
"""Letters of a word that is hardly ever another one but for a letter, and how many such words are enough."""
_LEAST_HALF = 4
_SPOILT = 0.4
"""Share of words that are Russian but for a letter: Bulgarian and Kazakh have .3 and less, glued or torn text .6."""
_OF_ITS_OWN = 0.02
"""Share of letters that Russian lacks: what has them is another language, however near to Russian its words are."""
_FOREIGN_BLOCK, _WORDS_OF_A_BLOCK = 0.5, 6
"""Share of known words of a paragraph in another language (its neighbours have .4), and how many it has at least."""
_MOST_BLOCKS = 60
_FOREIGN_PART = 0.15


def own_letters(text: str) -> list[str]:
    """The letters that Russian lacks, the most frequent first; none where they are but those of a few names."""
    found = Counter(filter(OTHER_LETTERS.__contains__, text.lower()))
    letters = sum(map(str.isalpha, text))
    return [letter for letter, _ in found.most_common()] if found.total() > _OF_ITS_OWN * letters else []


def is_another(text: str, is_known: KnownWord) -> bool:
    """Whether what the dictionary does not know of the text is another language."""
    lines = [_WORD.findall(line) for line in text.split("\n")]
    unknown = [(line, place) for line in lines for place, word in enumerate(line) if not is_known(word)]
    words = [line[place] for line, place in unknown]
    if len(words) >= _FEW_WORDS and russianness(" ".join(words)) < _LIKE_WORDS * sum(map(len, words)):
        return False
    if own_letters(text):
        return True
    telling = [(line, place) for line, place in unknown if len(line[place]) in _TELLING]
    chosen = telling[:: max(len(telling) // _MOST_WORDS, 1)]
    spoilt = sum(_is_spoilt(line, place, is_known) for line, place in chosen)
    return len(words) >= _FEW_WORDS and len(chosen) >= _FEW_TELLING and spoilt <= _SPOILT * len(chosen)


def _is_spoilt(line: Sequence[str], place: int, is_known: KnownWord) -> bool:
    """The word is a Russian one but for a blank or a letter."""
    word = line[place]
    halves = range(_LEAST_HALF, len(word) - _LEAST_HALF + 1)
    if any(is_known(word[:cut]) and is_known(word[cut:]) for cut in halves):
        return True
    if place and is_known(line[place - 1] + word) or is_known(word + "".join(line[place + 1 : place + 2])):
        return True
    return any(map(is_known, _but_for_a_letter(word)))


def _but_for_a_letter(word: str) -> Iterable[str]:
    """The word with a letter less, another or one more in each place."""
    for place in range(len(word) + 1):
        before, behind = word[:place], word[place:]
        yield before + behind[1:]
        for letter in _LETTERS:
            yield before + letter + behind[1:]
            yield before + letter + behind


def part_in_another(blocks: Sequence[Block], doubtful: Sequence[int], is_known: KnownWord) -> float:
    """The share of the text that paragraphs in another language have; 0 where none of the ``doubtful`` ones is."""
    if not any(_is_foreign(blocks[number].text, is_known) for number in _sampled(doubtful)):
        return 0.0
    looked_at = [blocks[number].text for number in _sampled(range(len(blocks)))]
    foreign = [text for text in looked_at if _is_foreign(text, is_known)]
    share = sum(map(len, foreign)) / sum(map(len, looked_at))
    return share if share > _FOREIGN_PART and is_another("\n".join(foreign), is_known) else 0.0


def _sampled(numbers: Sequence[int]) -> Sequence[int]:
    return numbers[:: max(len(numbers) // _MOST_BLOCKS, 1)]


def _is_foreign(text: str, is_known: KnownWord) -> bool:
    words = _ANY_WORD.findall(text)[:_MOST_WORDS]
    return len(words) >= _WORDS_OF_A_BLOCK and sum(map(is_known, words)) <= _FOREIGN_BLOCK * len(words)
