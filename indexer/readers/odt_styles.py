"""Styles and list styles of an OpenDocument text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from indexer.readers.marks import bullet_sign
from indexer.readers.numerals import numeral

_URN = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_URN}office:1.0}}"
TEXT = f"{{{_URN}text:1.0}}"
TABLE = f"{{{_URN}table:1.0}}"
DRAW = f"{{{_URN}drawing:1.0}}"
STYLE = f"{{{_URN}style:1.0}}"
FO = f"{{{_URN}xsl-fo-compatible:1.0}}"
SVG = f"{{{_URN}svg-compatible:1.0}}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"

MAX_LEVELS = 10
_MAX_INHERITANCE = 30
_PLACE = re.compile(r"%(\d{1,2})%")
_BOLD_FROM = 600

_KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def integer_of(element: etree._Element, name: str, default: int) -> int:
    """The attribute as a non-negative integer, ``default`` where it is missing or none."""
    value = element.get(name) or ""
    return int(value) if re.fullmatch(r"\d{1,9}", value) else default


@dataclass(frozen=True, slots=True)
class ListLevel:
    """One level of a list style: bullet or number, first value, and how many upper levels are printed along."""

    bullet: str | None = None
    kind: str = "none"
    start: int = 1
    shown: int = 1
    prefix: str = ""
    suffix: str = ""
    pattern: str | None = None

    def mark(self, values: list[int], kinds: list[str]) -> str:
        """The printed mark, given the values and formats of this level and those above it."""
        if self.bullet is not None:
            return bullet_sign(self.bullet) if self.bullet.strip() else ""
        if self.kind == "none":
            return ""
        numbers = [numeral(value, kind) for value, kind in zip(values, kinds, strict=True)]
        if self.pattern is not None:
            return _PLACE.sub(lambda place: _at(numbers, int(place[1]) - 1), self.pattern).strip()
        shown = [number for number in numbers[-self.shown :] if number]
        return f"{self.prefix}{'.'.join(shown)}{self.suffix}".strip()


def _at(numbers: list[str], place: int) -> str:
    """The number at ``place``, ``""`` outside the list."""
    return numbers[place] if 0 <= place < len(numbers) else ""


class ListStyle:
    """The levels of a list style, from 1."""

    def __init__(self, element: etree._Element) -> None:
        self.levels: dict[int, ListLevel] = {}
        for child in element:
            depth = integer_of(child, f"{TEXT}level", 0)
            if 0 < depth <= MAX_LEVELS:
                self.levels[depth] = _list_level(child)

    def level(self, depth: int) -> ListLevel:
        """The level at ``depth``; one nowhere described prints nothing."""
        return self.levels.get(depth, ListLevel())


def _list_level(element: etree._Element) -> ListLevel:
    """A level of a list style as data."""
    if element.tag == f"{TEXT}list-level-style-bullet":
        return ListLevel(bullet=element.get(f"{TEXT}bullet-char") or "")
    return ListLevel(
        kind=_number_kind(element.get(f"{STYLE}num-format") or ""),
        start=integer_of(element, f"{TEXT}start-value", 1),
        shown=max(integer_of(element, f"{TEXT}display-levels", 1), 1),
        prefix=element.get(f"{STYLE}num-prefix") or "",
        suffix=element.get(f"{STYLE}num-suffix") or "",
        pattern=element.get(f"{LOEXT}num-list-format"),
    )


RAISED = "raised"


def _number_kind(written: str) -> str:
    """WordprocessingML's name of a format («а, б, .., аа, бб, ... (ru)» is LibreOffice's for Russian letters)."""
    if written[:1] in ("а", "А"):
        return "russianLower" if written[0] == "а" else "russianUpper"
    return _KINDS.get(written[:1], "none" if not written else "decimal")


@dataclass(frozen=True, slots=True)
class _Style:
    """One style as written; ``None`` means inherited."""

    parent: str | None
    list_style: str | None
    outline: int | None
    emphases: dict[str, bool]
    hidden: bool | None
    font: str | None = None


class Styles:
    """All styles of a document, automatic ones included, by family and name."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self._styles: dict[tuple[str, str], _Style] = {}
        self.lists: dict[str, ListStyle] = {}
        self.outline: ListStyle | None = None
        self._fonts: dict[str, str] = {}
        for root in roots:
            for element in () if root is None else root.iter(f"{STYLE}font-face"):
                self._fonts[element.get(f"{STYLE}name") or ""] = element.get(f"{SVG}font-family") or ""
            for element in () if root is None else root.iter(f"{STYLE}style"):
                key = (element.get(f"{STYLE}family") or "", element.get(f"{STYLE}name") or "")
                self._styles[key] = _style(element)
            for element in () if root is None else root.iter(f"{TEXT}list-style"):
                self.lists[element.get(f"{STYLE}name") or ""] = ListStyle(element)
            for element in () if root is None else root.iter(f"{TEXT}outline-style"):
                self.outline = ListStyle(element)

    def _lineage(self, family: str, name: str | None) -> Iterator[tuple[str, _Style]]:
        """The style and its parents, nearest first."""
        for _ in range(_MAX_INHERITANCE):
            style = self._styles.get((family, name or ""))
            if style is None:
                return
            yield name or "", style
            name = style.parent

    def emphases(self, family: str, name: str | None) -> dict[str, bool]:
        """Of bold, italic and underlined those that the style sets."""
        found: dict[str, bool] = {}
        for _, style in self._lineage(family, name):
            found = {**style.emphases, **found}
        return found

    def font(self, family: str, name: str | None) -> str | None:
        """The font that the style sets, under its own name; ``None`` where it sets none."""
        found = next((style.font for _, style in self._lineage(family, name) if style.font), None)
        return self._fonts.get(found, found) if found else None

    def is_hidden(self, family: str, name: str | None) -> bool:
        """The style hides its text."""
        return next((style.hidden for _, style in self._lineage(family, name) if style.hidden is not None), False)

    def outline_level(self, name: str | None) -> int:
        """The level of heading that a paragraph style stands for, 0 for none."""
        for own_name, style in self._lineage("paragraph", name):
            if style.outline is not None:
                return style.outline
            if own_name in ("Title", "Название", "Заголовок"):
                return 1
        return 0

    def list_of(self, name: str | None) -> str | None:
        """The list style that a paragraph style asks for."""
        return next((style.list_style for _, style in self._lineage("paragraph", name) if style.list_style), None)

    def is_contents(self, name: str | None) -> bool:
        """The paragraph style is that of a table of contents."""
        return any(own_name.startswith("Contents_20_") for own_name, _ in self._lineage("paragraph", name))


def _style(element: etree._Element) -> _Style:
    """A ``style:style`` as data."""
    outline = element.get(f"{STYLE}default-outline-level")
    emphases: dict[str, bool] = {}
    hidden = font = None
    for properties in element.iterfind(f"{STYLE}text-properties"):
        emphases = _emphases(properties)
        display = properties.get(f"{TEXT}display")
        hidden = None if display is None else display == "none"
        font = properties.get(f"{STYLE}font-name") or properties.get(f"{FO}font-family")
    return _Style(
        parent=element.get(f"{STYLE}parent-style-name"),
        list_style=element.get(f"{STYLE}list-style-name"),
        outline=int(outline) if outline and re.fullmatch(r"\d{1,2}", outline) else None,
        emphases=emphases,
        hidden=hidden,
        font=font,
    )


def _emphases(properties: etree._Element) -> dict[str, bool]:
    """Which of bold, italic and underlined the text properties set, and whether they print above the line."""
    found = {}
    weight, slant = properties.get(f"{FO}font-weight"), properties.get(f"{FO}font-style")
    line = properties.get(f"{STYLE}text-underline-style")
    if weight is not None:
        found["bold"] = weight == "bold" or (weight.isdigit() and int(weight) >= _BOLD_FROM)
    if slant is not None:
        found["italic"] = slant != "normal"
    if line is not None:
        found["underlined"] = line != "none"
    position = properties.get(f"{STYLE}text-position")
    if position is not None:
        found[RAISED] = position.startswith("super") or (position[:1].isdigit() and not position.startswith("0"))
    return found
