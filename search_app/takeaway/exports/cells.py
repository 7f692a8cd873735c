"""Answers as rows of a table: the columns, and cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import re

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

# A cell that begins so is a formula, or becomes one when a spreadsheet drops the blank (OWASP, «CSV injection»);
# the wide signs are what some input methods give for the same.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
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
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text
