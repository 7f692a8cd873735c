"""What counts as one word of a text: the pattern of chunks, and the words of writing.toml among them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from indexer.language.numbers import BLANK, GROUPS, SIGN, TO_KIND, YEARS
from indexer.language.spelling import LETTER, MARK, plain, spelling_of
from indexer.vocabulary import Short, Writing

# Runs of letters, not letters one by one: three times as fast.
# What is rarest is asked first wherever it can be: a failed look behind costs as much as a word.
_RUN = rf"{LETTER}* (?:[²³](?<=[мМm].)(?![^\W_]))? (?:{MARK}+ {LETTER}*)*"
_JOINTS = rf"""
    (?:
        (?: [-\u2010\u2011]                                                        # онлайн-режим
          | [.,:/] (?<=\d.) (?=\d)                                                 # 02.07.2020, 10,5
          | [\u2012-\u2015\u2212] (?<=\d.) (?=[^\W_])                              # 2018–2020
          | / (?<=[^\W\d_].) (?<!{LETTER}{{3}}.) (?=[^\W\d_]{{1,3}}(?![^\W_]))     # ж/д, км/ч
        )
        (?:{LETTER}+ | {MARK}+)+
    )*
"""


_END = r"(?![^\W_])"


def chunk_pattern(writing: Writing) -> re.Pattern[str]:
    """What a text is cut into: a word, a number, an abbreviation, with whatever is joined to it."""
    return _pattern(
        tuple(written for short in writing.shorts for written in short.written), tuple(sorted(writing.acts))
    )


@lru_cache(maxsize=8)
def _pattern(abbreviations: tuple[str, ...], acts: tuple[str, ...]) -> re.Pattern[str]:
    """A chunk begins with a letter or a digit; what that is tells what may follow."""
    dotted = _dotted(abbreviations)
    # Half of all words: longer than any part of an abbreviation, and nothing behind them that can be joined.
    plain_word = (
        rf"[А-Яа-яЁё] [а-яё]{{{max(map(_letters_before_last, abbreviations), default=1) or 1},}}+ (?=[ ,;:)»\n])"
    )
    act = rf"{TO_KIND} (?:{'|'.join([*acts, *map(str.upper, acts)])}) (?![^\W_])"
    pattern = rf"""
    {plain_word} | [^\W_]
    (?:
        (?<=[1-9]) (?: {GROUPS} | {YEARS} {f"| {act}" if acts else ""} )
      | (?<=[Nn]) {SIGN} \d {_RUN} {_JOINTS}
      {f"| {dotted}" if dotted else ""}
      | {_RUN} {_JOINTS}
    )
    """
    return re.compile(pattern, re.VERBOSE)


def _letters_before_last(abbreviation: str) -> int:
    """«кв. м», which may be written as one word: how much of it is followed by more."""
    return sum(map(len, abbreviation.rstrip(".").split(".")[:-1]))


def _dotted(abbreviations: Iterable[str]) -> str:
    """The abbreviations of several words, «кв. м», behind their first letter."""
    by_second: defaultdict[str, list[str]] = defaultdict(list)
    for written in abbreviations:
        if "." in written:
            first = f"[{written[0]}{written[0].upper()}]"
            for pattern in _patterns(written):
                second = pattern[: 2 if pattern[0] == "\\" else 1]
                by_second[second].append(f"(?<={first}{second}){pattern[len(second) :]}")
    # Each branch begins with the sign it needs next: most words fail at once.
    groups = (
        rf"{second}(?:{'|'.join(sorted(patterns, key=len, reverse=True))})" for second, patterns in by_second.items()
    )
    return f"(?:{'|'.join(groups)})" if by_second else ""


def _patterns(written: str) -> Iterator[str]:
    """What follows the first letter of an abbreviation, in small letters and, where no initials are meant, capitals."""
    pieces = []
    words = written.rstrip(".").split(".")
    for place, word in enumerate(words):
        last = place == len(words) - 1
        joint = r"-" if word.startswith("-") else ""
        pieces.append(joint + word.strip(" -"))
        if not last:
            # «кв м» is meant as well, «и о главе» is not.
            pieces.append((r"\.?" if len(word.strip(" -")) > 1 else r"\.") + f"{BLANK}?")
    pattern = "".join(pieces)[1:]
    # «мун.» is one with its dot alone, «и. о» may lack the last.
    end = r"\." if written.endswith(".") and len(words) == 1 else rf"\.?{_END}" if written.endswith(".") else _END
    yield pattern + end
    if any(len(word.strip(" -")) > 1 for word in words):
        yield "".join(piece if piece[0] in "\\[" else piece.upper() for piece in pieces)[1:] + end


class Writings:
    """Look-up of a chunk among the other spellings and the abbreviations."""

    def __init__(self, writing: Writing) -> None:
        self._same = writing.same
        self.acts = writing.acts
        self._shorts = {key: short for short in writing.shorts for written in short.written for key in _keys(written)}
        self.units = frozenset(
            plain(spelling_of(written)) for short in writing.shorts if short.unit for written in short.written
        )

    def same(self, spelling: str) -> str | None:
        """The word that this is another spelling of: «on-line» → «онлайн»."""
        return self._same.get(spelling)

    def short(self, spelling: str) -> Short | None:
        """The abbreviation that a chunk is, however its dots and blanks are."""
        return self._shorts.get(_key(spelling))

    def is_special(self, word: str) -> bool:
        """Whether a word of letters is another spelling or an abbreviation."""
        return word in self._same or word in self._shorts

    def name(self, short: Short) -> str:
        """How the abbreviation is spelled in the index: «м2», «и.о.»."""
        return _BLANKS.sub("", plain(spelling_of(short.written[0])))


_BLANKS = re.compile(BLANK)


def _key(spelling: str) -> str:
    """Without blanks and the last of several dots: «и. о.» → «и.о»."""
    if spelling.isalpha():
        return spelling
    bare = _BLANKS.sub("", spelling)
    return bare.rstrip(".") if "." in bare[:-1] else bare


def _keys(written: str) -> set[str]:
    """With the dots within and, behind two letters and more, without them: «кв.м», «квм»."""
    key = _key(plain(spelling_of(written)))
    return {key, re.sub(r"(?<=[^\W\d_]{2})\.(?=.)", "", key)}
