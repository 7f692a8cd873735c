"""Gold files in plain text, Markdown and a word processor's old RTF."""

from __future__ import annotations

import re
import textwrap

from .markup import MARKER, GoldFile, Line

SYLLABLE = re.compile(r"(?<=[аеёиоуыэюя])(?=[бвгджзклмнпрстфхцчшщ][аеёиоуыэюя])")
"""Where a Russian word may be divided, roughly: after a vowel, before a consonant and a vowel."""

_HYPHENABLE = re.compile(r"[а-яё]{7,}[.,;:]?")

_TYPEWRITTEN = str.maketrans({"«": '"', "»": '"', "–": "-", "—": "-"})
"""Neither DOS nor KOI-8 has the printer's quotes and dashes: what people typed instead."""

_EMPHASIS = {"bold": "**{}**", "italic": "*{}*", "h": "### {}"}


def text_file(file: GoldFile) -> bytes:
    """The file's bytes in its encoding and with its line ends."""
    lines = list(_text_lines(file))
    newline = "\r\n" if file.option("nl") == "crlf" else "\n"
    text = newline.join(lines) + newline
    encoding = file.option("enc", "utf-8")
    return (text.translate(_TYPEWRITTEN) if encoding in {"cp866", "koi8-r"} else text).encode(encoding)


def _text_lines(file: GoldFile) -> list[str]:
    markdown = file.extension == "md"
    width = int(file.option("wrap", "0"))
    auto = 0
    out: list[str] = []
    for line in file.lines:
        auto = auto + 1 if line.role == "auto" else 0
        if line.role == "gap":
            _gap(out)
            continue
        if width and not MARKER.match(line.text):
            _gap(out)
        out.extend(_wrapped(_printed(line, file, auto), width, "hyphen" in file.options and line.role == "text"))
        if markdown and line.role in {"title", "question"}:
            _gap(out)
    return out


def _gap(out: list[str]) -> None:
    if out and out[-1]:
        out.append("")


def _printed(line: Line, file: GoldFile, auto: int) -> str:
    text = f"{line.number} {line.text}" if line.number and line.role != "title" else line.text
    if line.role == "title":
        return f"{line.number} {line.text}" if file.extension == "md" else line.text
    if line.role == "question":
        if file.option("q") == "caps":
            return text.upper()
        return _EMPHASIS.get(file.option("q"), "{}").format(text) if file.extension == "md" else text
    if line.role == "joined":
        return f"{text} {line.answer}"
    if line.role == "auto":
        return f"{auto}. {text}"
    return " | ".join(line.cells) if line.role == "row" else text


def _wrapped(text: str, width: int, hyphenate: bool) -> list[str]:
    if not width:
        return [text]
    if not hyphenate:
        return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return fill(text, lambda words: len(words) <= width)


def fill(text: str, fits: object, hyphenate: bool = True) -> list[str]:
    """Lines filled word by word while ``fits(line)``; long words are split between syllables with a hyphen."""
    assert callable(fits)
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if fits(longer):
            line = longer
            continue
        head = _head_that_fits(line, word, fits) if hyphenate else ""
        lines.append(f"{line} {head}-" if head else line)
        line = word[len(head) :]
    return [*lines, line]


def _head_that_fits(line: str, word: str, fits: object) -> str:
    """The longest beginning of the word, cut between syllables, that fits behind the line; ``""`` if none."""
    assert callable(fits)
    if not _HYPHENABLE.fullmatch(word):
        return ""
    heads = [word[: match.start()] for match in SYLLABLE.finditer(word)]
    heads = [head for head in heads if 3 <= len(head) <= len(word) - 3 and fits(f"{line} {head}-")]
    return heads[-1] if heads else ""


def rtf_file(file: GoldFile) -> bytes:
    """RTF as an old Word wrote it: code page 1251, each Cyrillic letter as ``\\'xx``."""
    bold = file.option("q") == "bold"
    body = "\n".join(_rtf_paragraph(line, file, bold) for line in file.lines if line.role != "gap")
    head = (
        r"{\rtf1\ansi\ansicpg1251\deff0\deflang1049{\fonttbl{\f0\froman\fcharset204\fprq2 Times New Roman;}}"
        r"{\info{\title \'ee\'f2\'f7\'e5\'f2}{\author user}}\paperw11907\paperh16840\margl1701\margr851"
    )
    return f"{head}\n{body}\n}}".encode("ascii")


def _rtf_paragraph(line: Line, file: GoldFile, bold: bool) -> str:
    words = "".join(_rtf_char(char) for char in _printed(line, file, 0))
    if line.role == "title":
        return rf"\pard\qc\b\f0\fs28 {words}\b0\par"
    if line.role == "question" and bold:
        return rf"\pard\qj\fi709\b\f0\fs28 {words}\b0\par"
    return rf"\pard\qj\fi709\f0\fs28 {words}\par"


def _rtf_char(char: str) -> str:
    if char in "\\{}":
        return "\\" + char
    return char if ord(char) < 128 else rf"\'{char.encode('cp1251')[0]:02x}"
