"""Plain text and Markdown: one block per printed line. Real .txt reports carry Markdown, so both are read alike."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.errors import EmptyFileError
from indexer.model import Block
from indexer.readers import limits
from indexer.readers.broken_off import is_broken_off, lost_end, without_half_a_letter
from indexer.readers.encodings import decode
from indexer.readers.frames import has_frames, unframed
from indexer.readers.marks import block_of, row_of
from indexer.readers.normalize import clean_characters

_MAX_SETEXT_CHARACTERS = 200
"""A longer line above a rule is a paragraph that the rule merely closes."""

_BREAKS = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_RARE_BREAKS = "\r\v\f\x85\u2028\u2029"
_PRINTED = re.compile(r"[!-~А-Яа-яЁё]")
_PLAIN = re.compile(r"[ !\"$%'(),\-./0-9:;?A-ZА-Яа-яЁёa-z№«»–—]*")
"""No mark-up but a rule of dashes is made of these alone: nearly all lines are."""
_RULE = re.compile(r"\s*(?:([-*_=~─━═])\s*)(?:\1\s*){2,}")
_SETEXT = {"=": 1, "-": 2}
_FENCE = re.compile(r"\s*(?:```|~~~)\s*[\w+-]*\s*")
_HEADING = re.compile(r"\s{0,3}(#{1,6})(?:\s+|(?=\*\*))(?P<text>.*?)\s*#*\s*")
_QUOTES = re.compile(r"^(?:\s*>(?=\s*(?:[^\d\s=]|\d{1,3}[.)]\s|$)))+")
"""Marks of quotation; «> 5900 человек» means «more than»."""
_TABLE_RULE = re.compile(r"\s*\|?(?:\s*:?-+:?\s*[|+])+(?:\s*:?-+:?\s*)?|\s*\+(?:[-=]+\+)+\s*")
_TABLE_ROW = re.compile(r"\s*\|(?P<cells>.*)\|\s*")
_CELL_BORDER = re.compile(r"\|")

_LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:nbsp|shy|amp|quot|laquo|raquo|ndash|mdash|hellip|lt|gt|numero|#\d{2,5}|#x[\da-f]{2,5});")
_IMAGE_OR_LINK = re.compile(
    r"!?\[(?P<text>[^\[\]]*)\]\((?:<[^<>]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+\"[^\"]*\")?\)"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_CODE = re.compile(r"`([^`]+)`")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")

_EMPHASIS = re.compile(
    r"(?<![\w*_])(?P<mark>\*{1,3}|_{1,3}|~~)(?=[^\s*_])(?P<text>(?:(?!(?P=mark)).)*?[^\s*_(])(?P=mark)(?![\w*_])"
)
"""A mark opens before a word and closes behind one, as in CommonMark; «5*6*7», «file_name_1», «№ *» stay."""

_OPENING = re.compile(r"(?P<mark>\*{1,3}|_{2,3})(?=[^\s*_])(?P<text>[^*_]+)")
_CLOSING = re.compile(r"(?P<text>[^*_]+)(?<=[^\s*_])(?P<mark>\*{1,3}|_{2,3})(?P<end>[.:;?!]?)")

_SOFT_HYPHEN_AT_END = re.compile("\u00ad\\s*$")
"""At the end of a line the soft hyphen is printed: the word goes on in the next line."""
_UNWANTED = re.compile("^\ufeff+|[\U000f0000-\U0010ffff]")
_ESCAPED_BASE = 0xF0000
_ESCAPED = re.compile("[\U000f0000-\U000f007f]")
"""Escaped signs wait in the supplementary private use area while the mark-up around them is taken away."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One physical line and whether it stands directly below another."""

    text: str
    wraps: bool
    plain: bool = False
    """Its signs mark nothing up."""


def read(data: bytes) -> Iterator[Block]:
    """One block per printed line; raises ``ReadError`` for binary data, ``EmptyFileError`` for blanks only."""
    text = decode(data)
    yield from blocks_of(without_half_a_letter(text))
    if is_broken_off(text):
        yield lost_end("Текст")


def blocks_of(text: str) -> Iterator[Block]:
    """One block per printed line of decoded ``text``; raises ``EmptyFileError`` where nothing is printed."""
    if not _PRINTED.search(text) and not clean_characters(text).strip():
        raise EmptyFileError("В файле нет текста: только пробелы и пустые строки.")
    limits.within_lines(text.count("\n"), len(text))
    lines = _joined_emphasis(list(_lines(text)))
    separated = False
    for block in _blocks(lines):
        if block is None:
            separated = True
            continue
        yield replace(block, wraps=False) if separated and block.wraps else block
        separated = bool(block.heading or block.cells)


def _lines(text: str) -> Iterator[_Line]:
    """The non-blank lines."""
    wraps = False
    text = "\n".join(unframed(text.split("\n"))) if has_frames(text) else text
    for raw in _BREAKS.split(text) if any(sign in text for sign in _RARE_BREAKS) else text.split("\n"):
        plain = _PLAIN.fullmatch(raw) is not None
        line = raw if plain else _SOFT_HYPHEN_AT_END.sub("-", _ENTITY.sub(lambda found: html.unescape(found[0]), raw))
        if (line if plain else clean_characters(line)).strip():
            yield _Line(line if plain else _UNWANTED.sub("", line.replace("\u00a0", " ")), wraps, plain)
            wraps = True
        else:
            wraps = False


def _joined_emphasis(lines: list[_Line]) -> list[_Line]:
    """The lines, with an emphasis that spans several lines of one paragraph («**Что …», «… году?**») closed on each."""
    if not any("*" in line.text or "_" in line.text for line in lines):
        return lines
    result = list(lines)
    for start, line in enumerate(lines):
        opening = _OPENING.fullmatch(line.text.strip())
        end = _closing_line(lines, start, opening["mark"]) if opening else None
        if opening and end is not None:
            _mark_lines(result, start, end, opening["mark"])
    return result


def _closing_line(lines: list[_Line], start: int, mark: str) -> int | None:
    """The number of the line, at most four below ``start``, that closes ``mark``; ``None`` where none does."""
    for number in range(start + 1, min(start + 5, len(lines))):
        if not lines[number].wraps:
            return None
        closing = _CLOSING.fullmatch(lines[number].text.strip())
        if closing:
            return number if closing["mark"] == mark else None
        if "*" in lines[number].text:
            return None
    return None


def _mark_lines(lines: list[_Line], start: int, end: int, mark: str) -> None:
    """Put ``mark`` around each of the lines ``start`` to ``end``, in place."""
    for number in range(start, end + 1):
        text = lines[number].text.strip()
        before = "" if number == start else mark
        after = "" if number == end else mark
        lines[number] = replace(lines[number], text=f"{before}{text}{after}")


def _blocks(lines: list[_Line]) -> Iterator[Block | None]:
    """A block for every line that prints something, ``None`` for a rule; one below a heading is read with it."""
    skip = False
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        if skip or _is_rule(line):
            skip = False
            yield None
            continue
        level = _setext_level(line, following)
        skip = level > 0
        row = None if level or line.plain else _row(line, following, lines[number - 1] if number else None)
        block = row if row else _printed_line(line, level)
        if block:
            yield block


def _is_rule(line: _Line) -> bool:
    """Whether the line is no text but a rule, a table's rule or a fence of code."""
    text = line.text
    return bool(_rule(text) or not line.plain and (_FENCE.fullmatch(text) or _TABLE_RULE.fullmatch(text)))


def _rule(text: str) -> re.Match[str] | None:
    """The rule that a line is; nearly all lines begin with a letter or a digit and are none."""
    return None if text[:1].isalnum() else _RULE.fullmatch(text)


def _setext_level(line: _Line, following: _Line | None) -> int:
    """The level that an underline (=== or ---) directly below gives to a short line of its own; 0 for none."""
    if following is None or not following.wraps or len(line.text) > _MAX_SETEXT_CHARACTERS:
        return 0
    rule = _rule(following.text)
    if rule is None:
        return 0
    bare = following.text.strip()
    if rule[1] not in _SETEXT or " " in bare or line.text.rstrip().endswith((";", ",", ".")) or "|" in bare:
        return 0
    return 0 if line.wraps and rule[1] == "-" else _SETEXT[rule[1]]


def _row(line: _Line, following: _Line | None, above: _Line | None) -> Block | None:
    """A table row, ``None`` where the line is none. Rows without outer borders count only next to the table's rule."""
    framed = _TABLE_ROW.fullmatch(line.text)
    if framed:
        cells = framed["cells"]
    elif "|" in line.text and any(near and _TABLE_RULE.fullmatch(near.text) for near in (following, above)):
        cells = line.text
    else:
        return None
    texts = [_unescaped(_without_marks(cell)[0]) for cell in _CELL_BORDER.split(_escaped(cells))]
    return row_of(texts) if len(texts) > 1 else None


def _printed_line(line: _Line, level: int) -> Block | None:
    """The block of a line that is no table row; ``level`` is its heading level so far."""
    if line.plain:
        return block_of(line.text.strip(), heading=level, wraps=line.wraps)
    text = _QUOTES.sub("", line.text)
    heading = _HEADING.fullmatch(text)
    if heading:
        level, text = len(heading[1]), heading["text"]
    framed = _TABLE_ROW.fullmatch(text)
    if framed and not framed["cells"].strip(" \t|"):
        return None
    # A row of a single cell is a line of its own.
    text, emphasis = _without_marks(_escaped((framed["cells"] if framed else text).strip()))
    block = block_of(text, heading=level, wraps=line.wraps and not heading, emphasis=emphasis)
    return replace(block, text=_unescaped(block.text)) if block and _ESCAPED.search(block.text) else block


def _escaped(text: str) -> str:
    """``text`` with backslash-escaped signs put where no rule sees them; a printed list mark («1\\.») is set free."""
    return _ESCAPE.sub(_waiting, text)


def _waiting(found: re.Match[str]) -> str:
    """A list sign as it is, any other escaped sign moved out of sight."""
    return found[1] if found[1] in ".)-+" else chr(_ESCAPED_BASE + ord(found[1]))


def _unescaped(text: str) -> str:
    """``text`` with the waiting signs back."""
    return _ESCAPED.sub(lambda found: chr(ord(found[0]) - _ESCAPED_BASE), text)


def _without_marks(text: str) -> tuple[str, bool]:
    """``text`` without inline mark-up, and whether all of it (but for a list mark) was emphasised."""
    text = text.strip()
    if _PLAIN.fullmatch(text):
        return text, False
    text = _LINE_BREAK_TAG.sub("\n", text)
    text = _IMAGE_OR_LINK.sub(lambda found: found["text"], text)
    text = _CODE.sub(r"\1", _AUTOLINK.sub(r"\1", text))
    mark, rest = _typed_mark(text)
    emphasis = bool(_EMPHASIS.search(rest)) and not re.search(r"\w", _EMPHASIS.sub("", rest))
    for _ in range(3):  # marks within marks: «***_Что?_***»
        rest = _EMPHASIS.sub(lambda found: found["text"], rest)
    return mark + rest, emphasis


_TYPED_MARK = re.compile(r"(?:[-–—•*+]|\d{1,3}(?:\.\d{1,3})*[.)]|[А-Яа-яЁёA-Za-z]\))\s+")


def _typed_mark(text: str) -> tuple[str, str]:
    """The list mark that stands before the mark-up («* *Что …?*», «1. **Что …?**»), with its blank, and the rest."""
    found = _TYPED_MARK.match(text)
    return (found[0], text[found.end() :]) if found else ("", text)
