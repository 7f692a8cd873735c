"""Words printed downwards, a capital to a line («Т», «О», «М», «С», «К»), put together where they are words so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from indexer.model import Block

_SHORTEST, _LONGEST = 4, 40
"""Letters of a run: fewer are the letters of items, more are no title."""
_SHORT_WORD = 3

KnownWord = Callable[[str], bool]


def unstacked(blocks: Iterable[Block], is_known: KnownWord) -> Iterator[Block]:
    """The same blocks, each word that stands with a letter to a block as one block; any other letters stay."""
    run: list[Block] = []
    for block in blocks:
        if _is_letter(block):
            run.append(block)
            continue
        yield from _of_run(run, is_known)
        run = []
        yield block
    yield from _of_run(run, is_known)


def _is_letter(block: Block) -> bool:
    """A capital stands alone on its line."""
    if len(block.text) != 1 or block.marker or block.cells:
        return False
    return "А" <= block.text <= "Я" or block.text == "Ё"


def _of_run(run: Sequence[Block], is_known: KnownWord) -> Iterator[Block]:
    """The words of a run of letters, or the letters where not all of it are words."""
    words = _words(run, is_known) if _SHORTEST <= len(run) <= _LONGEST else None
    if words is None:
        yield from run
        return
    place = 0
    for word in words:
        yield replace(run[place], text=word, wraps=run[place].wraps and not place)
        place += len(word)


def _words(run: Sequence[Block], is_known: KnownWord) -> list[str] | None:
    """The words between the empty lines of a run, ``None`` where one of them is none."""
    pieces: list[str] = []
    has_gaps = any(block.wraps for block in run[1:])
    for block in run:
        if pieces and (block.wraps or not has_gaps):
            pieces[-1] += block.text
        else:
            pieces.append(block.text)
    found = [_known_words(piece, is_known) for piece in pieces]
    return None if None in found else [word for words in found for word in words or ()]


def _known_words(letters: str, is_known: KnownWord) -> list[str] | None:
    """The letters as one known word or as two."""
    if len(letters) < _SHORT_WORD:
        return None
    if is_known(letters.lower()):
        return [letters]
    for end in range(len(letters) - _SHORT_WORD, _SHORT_WORD - 1, -1):
        if is_known(letters[:end].lower()) and is_known(letters[end:].lower()):
            return [letters[:end], letters[end:]]
    return None
