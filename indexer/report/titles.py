"""Title lines: they tell whose report it is and belong to no answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from indexer.model import Block
from indexer.report.cities import CityRules
from indexer.report.sections import SectionRules
from indexer.report.wording import WordPatterns, first_word, words
from indexer.vocabulary import ReportWords

_LONE_YEAR = re.compile(r"^\W*(?:за\s+)?(?:19|20)\d\d\s*(?:г\.?|год[а-яё]*)?\W*$", re.IGNORECASE)
_FIELD = re.compile(r"^\s*([^:|]{1,60}?)\s*(?:[:|]|\s[–—-]\s)\s*(\S.*)$")
_LETTER = re.compile(
    r"^[\W_]*(?:(?:от\s+)?[«\"]?\d{1,2}[»\"]?(?:\s*[./]\s*\d{1,2}\s*[./]\s*|\s+[а-яё]{3,8}\s+)(?:19|20)\d\d\s*(?:г\.|года)?(?:\s*№.*)?"
    r"|(?:на\s+)?№\s*\S+\s+от\s.*|[А-ЯЁ]\.\s?[А-ЯЁ]\.\s?[А-ЯЁ][а-яё-]+)\W*$",
    re.IGNORECASE,
)
"""Lines above a letter: «12.02.2022 № 01-12/345», «на № 12 от 11.01.2022», «И.И. Иванову»."""
_OPEN_DATE = re.compile(r"^(?=[\W_]*_[»\"]?\s*_)[\W_]*+(?:20[\d_]{2}\s*+)?(?:г\.|года)?\W*$", re.IGNORECASE)
"""«___» __________ 20__ г.»; no blank is tried twice, for such lines may be long."""
_PIECE_END = re.compile(
    r"[.;|,/\s](?:(?<=[.;|])(?<!\bг.)(?<!\bгг.)(?<!\bим.)(?:\s+|$)|(?<=[,/])\s+|(?<=\s)(?:\s*[,/]\s+|/|\s*[–—-]\s+))",
    re.IGNORECASE,
)
"""A stop, a stroke or a dash; which sign it begins with is asked first, for few signs are any of them."""
_STROKES = "/\\|_-–—"
_ANY_YEAR = re.compile(r"(?:19|20)\d\d")
_CLOSEST_NAMES = 80
"""Letters of a line of nothing but names without a blank between them."""
_MOST_PIECES = 6
_LONGEST_NAMES = 150
"""Letters of a line of nothing but names."""
_YEAR_BEHIND = re.compile(
    r"^(?P<named>[^.!?]*[а-яё»)])[.,]\s*(?:за\s+)?(?:19|20)\d\d\s*(?:г|год[а-яё]*)?\.?$", re.IGNORECASE
)
"""«Архитектура города Салехарда. 2011 год.»"""
_ASKS = re.compile(r"\?(?![A-Za-zА-Яа-яЁё])")
"""A letter behind it tells that one was lost: «?тчёт г?рода Омска»."""
_PART = re.compile(
    r"^(?:часть|блок|глава|раздел)\s+(?:№\s*)?(?:\d{1,2}|[IVX]{1,5}|(?:перв|втор|трет|четв)[а-яё]+)(?!\w)"
    r"(?P<apart>\s*$|\s*[.:–—-]\s*[«\"]?(?-i:[А-ЯЁ]))?",
    re.IGNORECASE,
)
"""«Часть 2. Планы»; «Часть 2 Планы» only where the line is set apart: «Раздел 5 программы не выполнен» is an answer."""
_RUSSIAN = re.compile("[А-Яа-яЁё]")
_FOREIGN = re.compile(r"[A-Za-z]|\?{2}")
_MOST_FOREIGN = 4
_LONGEST = 250
_LONGEST_WORDS = 30
_LONGEST_NAME = 12
"""Words of a department's name: «Управление делами администрации города Томска»."""


def names_part(block: Block) -> bool:
    """«Часть 2. Планы»: a part of a questionnaire begins here, which is no answer."""
    text = block.line.strip()
    if block.cells or text.endswith((".", ",", ";", ":", "?")):
        return False
    part = _PART.match(text)
    return (
        bool(part and (part["apart"] is not None or block.heading or block.emphasis))
        and len(words(text)) <= _LONGEST_NAME
    )


@dataclass(frozen=True, slots=True)
class Field:
    """«Город: Томск»"""

    name: str
    """``city``, ``year`` or ``section``."""
    value: str


class TitleRules:
    """Tells title lines from text."""

    def __init__(self, words_of_reports: ReportWords, cities: CityRules, sections: SectionRules) -> None:
        self._titles = WordPatterns(words_of_reports.titles)
        self._labels = {
            " ".join(words(label)): name
            for name in ("city", "year", "section")
            for label in words_of_reports.labels[name]
        }
        self._questions = frozenset(" ".join(words(label)) for label in words_of_reports.labels["question"])
        self._cities = cities
        self._sections = sections

    def is_title(self, block: Block, after_title: bool = False) -> bool:
        """Whether the block, standing before any question, is a title; ``after_title``: the line above was one."""
        text = block.line.strip()
        if self.field(block):
            return True
        if len(text) > _LONGEST or _asks(text):
            return False
        if text.endswith((";", ",")):
            return not block.cells and not block.marker and bool(self.named_in_pieces(text))
        if self.is_head(block):
            return True
        if _LETTER.match(text) or _OPEN_DATE.match(text) or names_part(block) or self._cities.is_region(text):
            return True
        if block.cells:
            return self._is_letterhead(block)
        if " ".join(words(text)) in self._questions and text.endswith(":"):
            return True
        if text.endswith(":") or (block.marker and not block.heading and not block.emphasis):
            return False
        if block.heading or block.emphasis or _is_capitals(text):
            return True
        return self._is_plain_title(text, after_title)

    def _is_plain_title(self, text: str, after_title: bool) -> bool:
        text = _YEAR_BEHIND.sub(r"\g<named>", text)
        text_words = words(text)
        if not text_words or len(text_words) > _LONGEST_WORDS:
            return False
        if self._titles.matches(text_words[0]) and (not text.endswith(".") or len(text_words) <= _LONGEST_NAME):
            return True
        if text.endswith((".", "!", "…")) and not text.endswith((" г.", " гг.")):
            return False
        if after_title and (text[0].islower() or text_words[0] in ("о", "об", "за", "по", "в", "на")):
            return True
        return len(text_words) <= _LONGEST_NAME and bool(self._cities.in_title(text) or self._sections.named(text))

    def _is_letterhead(self, row: Block) -> bool:
        """Who writes beside whom it is written to: official letters set them into a table without lines."""
        cells = [cell for cell in row.cells if cell.strip()]
        figures = any(letter.isdigit() for cell in cells for letter in cell)
        return len(cells) > 1 and not figures and all(self.is_title(Block(cell)) for cell in cells)

    def is_head(self, block: Block) -> bool:
        """A line that alone names a city, a section or a year: a report may begin here."""
        text = block.text.strip()
        if block.cells or len(text) > _LONGEST or _asks(text):
            return False
        if block.marker and not (block.heading or block.emphasis or block.marker[0] in "IVX"):
            return False
        if _LONE_YEAR.match(text):
            return True
        if self._cities.alone(text) or self._sections.alone(text) or self._names_report(text):
            return True
        return bool(self.named_in_pieces(text))

    def _names_report(self, text: str) -> bool:
        """«Отчёт администрации города Омска за 2019 год»"""
        if text.endswith((".", ":", ";", ",")) or not self._titles.matches(first_word(text)):
            return False
        return len(words(text)) <= _LONGEST_WORDS and bool(self._cities.in_title(text))

    def named_in_pieces(self, text: str) -> Sequence[str]:
        """The pieces of a line that is nothing but names: «Город Салехард. Архитектура. 2011.»; empty for any other.

        Each names a city, a section or a year by itself, or says what the paper is («Отчёт»), and two name something.
        """
        if len(text) > _LONGEST_NAMES:
            return ()
        end = _PIECE_END.search(text)
        # Nearly every line is told by its first piece to be none.
        if end is None or not (self._is_name(text[: end.start()]) or self._is_kind_of_paper(text[: end.start()])):
            return self._named_closely(text)
        pieces = [piece for piece in _PIECE_END.split(text.strip(" .;"), _MOST_PIECES) if piece]
        return self._all_names(pieces)

    def _named_closely(self, text: str) -> Sequence[str]:
        """The same of a line whose pieces nothing but a stroke parts: «Салехард/Архитектура/2011»."""
        if len(text) > _CLOSEST_NAMES or not _ANY_YEAR.search(text):
            return ()
        for stroke in filter(text.__contains__, _STROKES):
            first, *others = text.strip(" .;").split(stroke, _MOST_PIECES)
            if self._is_name(first) or self._is_kind_of_paper(first):
                return self._all_names([first, *others])
        return ()

    def _all_names(self, pieces: Sequence[str]) -> Sequence[str]:
        """The pieces, if all of them are names; else none."""
        named = [self._is_name(piece) for piece in pieces]
        all_tell = all(is_name or self._is_kind_of_paper(piece) for piece, is_name in zip(pieces, named, strict=True))
        return pieces if all_tell and len(pieces) < _MOST_PIECES and sum(named) > 1 else ()

    def _is_name(self, text: str) -> bool:
        """«Город Салехард», «Архитектура», «2011 г.»"""
        return bool(_LONE_YEAR.match(text) or self._cities.alone(text) or self._sections.alone(text))

    def _is_kind_of_paper(self, text: str) -> bool:
        """«Отчёт»"""
        return self._titles.matches(first_word(text)) and len(words(text)) == 1

    def field(self, block: Block) -> Field | None:
        """The block as «label: value», if the label is one of a report's fields."""
        match = _FIELD.match(block.text)
        if not match or len(match[2]) > _LONGEST:
            return None
        name = self._labels.get(" ".join(words(match[1])))
        return Field(name, match[2].strip()) if name else None


def title_lines(blocks: Sequence[Block], rules: TitleRules) -> int:
    """How many blocks at the beginning are titles; lines without a Russian letter may stand above them and between."""
    count = 0
    for number, block in enumerate(blocks):
        if rules.is_title(block, after_title=count > 0):
            count = number + 1
        elif number - count >= _MOST_FOREIGN or not _is_foreign(block):
            break
    return count


def _is_foreign(block: Block) -> bool:
    """«Municipal report», «Evaluation only», «?????? ????»: of a program, in another language, or lost altogether."""
    text = block.line
    return len(text) <= _LONGEST and bool(_FOREIGN.search(text)) and not _RUSSIAN.search(text)


def _asks(text: str) -> bool:
    return "?" in text and bool(_ASKS.search(text))


def _is_capitals(text: str) -> bool:
    return text.isupper() and sum(letter.isalpha() for letter in text) >= 3
