"""Styles of a Word document: what a paragraph or a run inherits (level of heading, list, bold, hidden)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_HEADING_NAME = re.compile(r"(?:heading|заголовок)\s*([1-9])", re.IGNORECASE)
_TITLE_NAME = re.compile(r"title|название|заголовок", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(?:toc|оглавление)\s*\d", re.IGNORECASE)
_BODY_LEVEL = 9
_MAX_INHERITANCE = 30
OFF = frozenset({"0", "false", "off", "none"})

EMPHASES = ("b", "i", "u")


@dataclass(slots=True)
class Style:
    """One style as written; ``None`` means inherited."""

    name: str = ""
    based_on: str | None = None
    outline: int | None = None
    number_id: str | None = None
    number_level: int | None = None
    font: str | None = None
    switches: dict[str, bool] = field(default_factory=dict)
    """Of the run properties b, i, u, vanish and raised those that the style sets."""


def value_of(parent: etree._Element | None, name: str) -> str | None:
    """The ``w:val`` of the child ``w:name``, ``None`` without such a child or value."""
    child = None if parent is None else parent.find(f"{W}{name}")
    return None if child is None else child.get(f"{W}val")


def number_of(parent: etree._Element | None, name: str) -> int | None:
    """The ``w:val`` of the child ``w:name`` as an integer, ``None`` where it is not one."""
    value = value_of(parent, name)
    return int(value) if value is not None and re.fullmatch(r"-?\d{1,9}", value) else None


def switches_of(properties: etree._Element | None) -> dict[str, bool]:
    """Which of bold, italic, underlined, hidden and raised the run properties set, and whether they switch it on."""
    found = {}
    for name in (*EMPHASES, "vanish"):
        element = None if properties is None else properties.find(f"{W}{name}")
        if element is not None:
            found[name] = (element.get(f"{W}val") or "on").lower() not in OFF
    if (place := value_of(properties, "vertAlign")) is not None:
        found["raised"] = place == "superscript"
    return found


def font_of(properties: etree._Element | None) -> str | None:
    """The font for signs beyond ASCII that the run properties name, ``None`` where they name none."""
    fonts = None if properties is None else properties.find(f"{W}rFonts")
    return None if fonts is None else fonts.get(f"{W}hAnsi") or fonts.get(f"{W}ascii")


class Styles:
    """All styles of a document by their id."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self.default_paragraph: str | None = None
        if root is not None:
            for element in root.iterfind(f"{W}style"):
                self._add(element)

    def _add(self, element: etree._Element) -> None:
        """Take in one ``w:style``."""
        style_id = element.get(f"{W}styleId") or ""
        paragraph = element.find(f"{W}pPr")
        numbering = None if paragraph is None else paragraph.find(f"{W}numPr")
        self._styles[style_id] = Style(
            name=value_of(element, "name") or style_id,
            based_on=value_of(element, "basedOn"),
            outline=number_of(paragraph, "outlineLvl"),
            number_id=value_of(numbering, "numId"),
            number_level=number_of(numbering, "ilvl"),
            font=font_of(element.find(f"{W}rPr")),
            switches=switches_of(element.find(f"{W}rPr")),
        )
        if element.get(f"{W}type") == "paragraph" and (element.get(f"{W}default") or "0") not in OFF:
            self.default_paragraph = style_id

    def lineage(self, style_id: str | None) -> list[tuple[str, Style]]:
        """The style and those it is based on, nearest first; ends at an unknown or a repeated one."""
        line: list[tuple[str, Style]] = []
        while style_id in self._styles and len(line) < _MAX_INHERITANCE:
            style = self._styles[style_id]
            line.append((style_id, style))
            style_id = style.based_on or ""
        return line

    def heading_level(self, style_id: str | None) -> int:
        """The level of heading, from 1, that a paragraph of this style has; 0 for none."""
        for own_id, style in self.lineage(style_id):
            named = _HEADING_NAME.fullmatch(style.name) or _HEADING_NAME.fullmatch(own_id)
            if named:
                return int(named[1])
            if style.outline is not None:
                return style.outline + 1 if 0 <= style.outline < _BODY_LEVEL else 0
            if _TITLE_NAME.fullmatch(style.name):
                return 1
        return 0

    def is_contents(self, style_id: str | None) -> bool:
        """The style is that of an automatic table of contents, whose lines repeat the headings."""
        return any(_CONTENTS_NAME.fullmatch(style.name) for _, style in self.lineage(style_id))

    def numbering(self, style_id: str | None) -> tuple[str, int | None, str] | None:
        """List id, level (``None``: the list knows by the style) and the style that said so; ``None`` for no list."""
        for own_id, style in self.lineage(style_id):
            if style.number_id is not None:
                return style.number_id, style.number_level, own_id
        return None

    def font(self, style_id: str | None) -> str | None:
        """The font that a style with all its inheritance names."""
        return next((style.font for _, style in self.lineage(style_id) if style.font), None)

    def switches(self, style_id: str | None) -> dict[str, bool]:
        """The run properties that a style with all its inheritance sets."""
        found: dict[str, bool] = {}
        for _, style in self.lineage(style_id):
            found = {**style.switches, **found}
        return found
