"""Printed list marks («1.», «2)», «а)», «-») told from numbers of the sentence, and blocks made with them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from indexer.model import CELL_JOIN, Block
from indexer.readers.normalize import clean, clean_characters
from indexer.readers.raised import settled

BULLET = "-"
"""The mark of a bullet whose printed sign is a matter of fonts or of mark-up."""


_SYMBOL_BULLETS = re.compile(
    "^\\s*(?![\uf0a8\uf0b0\uf0b1\uf0b3\uf0fd\uf0fe]|[\uf050\uf052\uf053\uf06f\uf0a3]\\s|[\uf02d\uf0a3]\\s*\\d)"
    "[\uf000-\uf0ff](?=\\s*\\S)"
)
"""Bullets of Word's Symbol and Wingdings fonts, which live in the private use area; boxes to tick are none."""

_COURIER_BULLET = re.compile(r"^[ \t]*o(?:\t|[ \u00a0]{2,})(?=\S)")
"""Word's second bullet is a Latin «o» set in Courier; a single blank after it could be a mistyped preposition."""

_NUMBER = re.compile(r"(?P<mark>\d{1,3}(?:\.\d{1,3}){0,5}(?:\.\)|\)\.|[.)]))\s+(?P<text>\S.*)", re.DOTALL)
_TIGHT_NUMBER = re.compile(r"(?P<mark>\d{1,2}(?:\.(?=[А-ЯЁ][а-яё])|\)(?=[А-Яа-яЁё])))(?P<text>.+)", re.DOTALL)
_LETTER = re.compile(r"(?P<mark>[А-Яа-яЁёA-Za-z]\))\s*(?P<text>\S.*)", re.DOTALL)
_ROMAN = re.compile(r"(?P<mark>(?=[IVX])X{0,2}(?:IX|IV|V?I{0,3})[.)])\s+(?P<text>[А-ЯЁA-Z«\"].*)", re.DOTALL)
_BULLETED = re.compile(r"(?P<mark>[-–—‒−*+])\s+(?P<text>\S.*)", re.DOTALL)
_SYMBOL_BULLETED = re.compile(r"(?P<mark>[•·●○◦▪▫■□◘◙‣⁃∙➢➤►▶▸✓✔❖◆◇])\s*(?P<text>\S.*)", re.DOTALL)
_TIGHT_BULLETED = re.compile(r"(?P<mark>[-–—])(?P<text>[А-Яа-яЁё«][А-Яа-яЁё]{2}.*)", re.DOTALL)

_PATTERNS = (_BULLETED, _SYMBOL_BULLETED, _NUMBER, _TIGHT_NUMBER, _LETTER, _ROMAN, _TIGHT_BULLETED)

_REST_OF_DATE = re.compile(r"\d{1,2}\.\s?\d{2,4}\b")
_YEAR = re.compile(r"(?:19|20)\d\d\b")
_TWO_PARTS = re.compile(r"\d{1,2}\.\d{1,2}\.")
_LEADING_ZERO = re.compile(r"\.0|^0\d.*\.\d")


def split_mark(text: str) -> tuple[str, str]:
    """The printed mark at the start of cleaned ``text`` (``""`` where there is none) and the text behind it."""
    if text[:1].isalpha() and text[1:2] != ")" and text[0] not in "IVX":
        # Nearly every line: only a list's letters and Roman numbers begin with a letter.
        return "", text
    for pattern in _PATTERNS:
        found = pattern.fullmatch(text)
        if found and not _is_part_of_sentence(found["mark"], found["text"]):
            return _printed(found["mark"]), found["text"]
    return "", text


def _is_part_of_sentence(mark: str, rest: str) -> bool:
    """The number opens a date («30. 12. 2014 № 440», «15.07. 2022 заключён») or the star is a footnote's."""
    if _REST_OF_DATE.match(rest) and mark[0].isdigit():
        return True
    if _TWO_PARTS.fullmatch(mark) and (_YEAR.match(rest) or _LEADING_ZERO.search(mark)):
        return True
    return mark == "*" and rest[0] in "-–—*"


def _printed(mark: str) -> str:
    """``mark`` as printed; the star and the plus only exist in typed mark-up."""
    return BULLET if mark in "*+" else mark


def plain_bullets(text: str) -> str:
    """``text``, not yet cleaned, with a bullet of a symbol font at its start made a typed one."""
    if text[:1].isalpha() and text[0] != "o":
        return text
    return _COURIER_BULLET.sub(f"{BULLET} ", _SYMBOL_BULLETS.sub(f"{BULLET} ", text))


def bullet_sign(sign: str) -> str:
    """The mark for the sign an automatic list prints: dashes and round bullets as they are, anything else a hyphen."""
    sign = sign.strip()
    return sign if len(sign) == 1 and sign in "-–—•" else BULLET


def begins_with_mark(text: str) -> bool:
    """Raw ``text`` begins with a printed list mark."""
    return bool(split_mark(clean(plain_bullets(text)))[0])


def list_mark(printed: str) -> str:
    """The mark for what an automatic list printed before an item («1.\\t», «·», a sign of a symbol font)."""
    mark = clean(printed)
    return mark if any(sign.isalnum() for sign in mark) and mark != "o" else bullet_sign(mark)


def block_of(
    text: str, *, mark: str = "", heading: int = 0, emphasis: bool = False, wraps: bool = False
) -> Block | None:
    """A block of raw ``text``, its printed mark split off unless ``mark`` is given; ``None`` for blank text."""
    cleaned = clean(plain_bullets(text))
    if not cleaned:
        return None
    if not mark:
        mark, cleaned = split_mark(cleaned)
    return Block(cleaned, mark and clean(mark), heading, emphasis, wraps=wraps)


def blocks_of_runs(runs: Iterable[tuple[str, bool]], *, mark: str = "", heading: int = 0) -> Iterator[Block]:
    """The block of a paragraph given as pieces of raw text, each with whether it is emphasised.

    A paragraph stays one block, forced breaks within, unless some of its lines are emphasised and others are not
    («**Что удалось?**⏎Построен мост»): then each line is a block, and all but the first of them wrap.
    """
    lines: list[list[tuple[str, bool]]] = [[]]
    for text, emphasised in runs:
        first, *others = text.replace("\r", "\n").replace("\v", "\n").split("\n")
        lines[-1].append((first, emphasised))
        lines.extend([(other, emphasised)] for other in others)
    printed = [line for line in lines if not is_blank("".join(text for text, _ in line))]
    emphases = [_is_emphasised(line) for line in printed]
    if len(set(emphases)) > 1:
        for line, emphasis in zip(printed, emphases, strict=True):
            block = block_of(_text(line), mark=mark, heading=heading, emphasis=emphasis, wraps=line is not printed[0])
            mark, heading = "", 0
            if block:
                yield block
    elif printed:
        whole = "\n".join(_text(line) for line in printed)
        block = block_of(whole, mark=mark, heading=heading, emphasis=emphases[0])
        if block:
            yield block


def _text(line: list[tuple[str, bool]]) -> str:
    """The text of all pieces."""
    return settled("".join(text for text, _ in line))


def _is_emphasised(line: list[tuple[str, bool]]) -> bool:
    """All letters of the line are emphasised; numbers and signs around them need not be («1. **Что удалось?**»)."""
    lettered = [emphasised for text, emphasised in line if any(sign.isalpha() for sign in text)]
    return all(lettered) if lettered else any(emphasised for text, emphasised in line if not is_blank(text))


def rows_of(rows: Iterable[Sequence[str]]) -> Iterator[Block]:
    """The rows of a sheet that print something; what stands alone in its row is a paragraph."""
    for cells in rows:
        printed = [cell for cell in cells if cell.strip()]
        if len(printed) == 1:
            yield from filter(None, map(block_of, printed[0].split("\n")))
        elif printed and (block := row_of(cells)):
            yield block


def row_of(cells: Sequence[str], *, emphasis: bool = False) -> Block | None:
    """A table row of raw cell texts, one line per paragraph within a cell; ``None`` where all cells are empty."""
    cleaned = tuple(clean(cell) for cell in cells)
    printed = [cell for cell in cleaned if cell]
    if not printed:
        return None
    return Block(CELL_JOIN.join(printed), cells=cleaned, emphasis=emphasis)


def is_blank(text: str) -> bool:
    """Nothing of ``text`` would be seen on paper."""
    return not clean_characters(text).strip()
