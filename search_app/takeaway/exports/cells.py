"""Answers as rows of a table: the columns, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import re
import unicodedata

from indexer.vocabulary import Vocabulary
from search_app.takeaway.extracts import Extract, citation
from search_app.wording.labels import value_label
from search_app.wording.numbers import year_spans

Cell = str | int

COLUMNS = (
    "Город",
    "Отчётный год",
    "Раздел",
    "Вид вопроса",
    "Вопрос",
    "Ответ",
    "Темы",
    "Повторяется в отчётах за",
    "Как сослаться",
    "Адрес",
    "Исходный файл",
)

# A cell that begins so is a formula, or becomes one when a spreadsheet or whoever copies it drops the blanks and the
# invisible signs before it (OWASP, «CSV injection»).
_FORMULA_SIGNS = frozenset("=+-@")
_BREAKS = ("\t", "\r", "\n")
_BLANK_CATEGORIES = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
# Letters and marks that show nothing: fillers of Hangul, the empty pattern of Braille, joiners, variation selectors.
_INVISIBLE = frozenset(
    [*"\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"]
    + [chr(sign) for signs in (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0)) for sign in signs]
)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def row(extract: Extract, vocabulary: Vocabulary, root: str) -> list[Cell]:
    """The cells of one answer in the order of `COLUMNS`, as they are; ``root`` is the address of the site."""
    passage, report = extract.passage, extract.report
    return [
        report.city or "",
        report.year or "",
        report.section or "",
        value_label("kind", passage.kind, vocabulary),
        passage.question or "",
        passage.text,
        ", ".join(passage.topics),
        year_spans(repeat.year for repeat in extract.repeats if repeat.year is not None),
        citation(extract, vocabulary),
        root + extract.kept_url,
        report.source,
    ]


def printable(text: str) -> str:
    """``text`` without signs that no file format of ours may hold."""
    return _UNPRINTABLE.sub("", text)


def safe(cell: Cell) -> str:
    """The cell for a text file: whatever could be taken for a formula begins with an apostrophe."""
    text = printable(str(cell))
    return f"'{text}" if _starts_like_a_formula(text) else text


def _starts_like_a_formula(text: str) -> bool:
    """Whether the first sign to be seen begins a formula, in whatever width; a break before it does too."""
    if text.startswith(_BREAKS):
        return True
    first = next((sign for sign in text if not _shows_nothing(sign)), "")
    return unicodedata.normalize("NFKC", first) in _FORMULA_SIGNS


def _shows_nothing(sign: str) -> bool:
    return unicodedata.category(sign) in _BLANK_CATEGORIES or sign in _INVISIBLE
