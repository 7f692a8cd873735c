"""Automatic list numbers of a Word document, at the values that Word prints."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from indexer.readers.docx_styles import Styles, W, number_of, value_of
from indexer.readers.marks import bullet_sign
from indexer.readers.numerals import numeral

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


@dataclass(frozen=True, slots=True)
class _Level:
    """One level of a list: first value, format, text with places («%1.%2.»), after which levels it starts anew."""

    start: int = 1
    kind: str = "decimal"
    text: str = ""
    restart: int | None = None
    legal: bool = False
    style: str | None = None


class _List:
    """An abstract list: its levels and the values reached so far, which all lists made from it share."""

    def __init__(self, element: etree._Element) -> None:
        self.levels = {number: _level(child) for child in element.iterfind(f"{W}lvl") if (number := _depth(child)) >= 0}
        self.style_link = value_of(element, "numStyleLink")
        self.values: list[int | None] = [None] * _LEVELS


class _Instance:
    """A list in use: the abstract list, own starts, of which ``pending`` still have to break the count, own levels."""

    def __init__(self, element: etree._Element) -> None:
        self.abstract_id = value_of(element, "abstractNumId")
        self.starts: dict[int, int] = {}
        self.levels: dict[int, _Level] = {}
        for override in element.iterfind(f"{W}lvlOverride"):
            depth = _depth(override)
            start = number_of(override, "startOverride")
            level = override.find(f"{W}lvl")
            if start is not None:
                self.starts[depth] = start
            if level is not None:
                self.levels[depth] = _level(level)
                self.starts.setdefault(depth, self.levels[depth].start)
        self.pending = set(self.starts)


def _depth(element: etree._Element) -> int:
    """The level, from 0, that the element speaks of; -1 where it is none of Word's nine."""
    value = element.get(f"{W}ilvl") or ""
    return int(value) if value in "012345678" and value else -1


def _level(element: etree._Element) -> _Level:
    """A ``w:lvl`` as data."""
    start = number_of(element, "start")
    return _Level(
        start=0 if start is None else start,  # Word counts from 0 where no start is written
        kind=value_of(element, "numFmt") or "decimal",
        text=value_of(element, "lvlText") or "",
        restart=number_of(element, "lvlRestart"),
        legal=element.find(f"{W}isLgl") is not None,
        style=value_of(element, "pStyle"),
    )


class Numbering:
    """Counts the list paragraphs of one document in reading order."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists: dict[str, _List] = {}
        self._instances: dict[str, _Instance] = {}
        if root is not None:
            for element in root.iterfind(f"{W}abstractNum"):
                self._lists[element.get(f"{W}abstractNumId") or ""] = _List(element)
            for element in root.iterfind(f"{W}num"):
                self._instances[element.get(f"{W}numId") or ""] = _Instance(element)

    def mark(self, properties: etree._Element | None, style_id: str | None) -> str:
        """The printed mark of the next paragraph with these properties, ``""`` for no list; counts it."""
        place = self._place(properties, style_id)
        if place is None:
            return ""
        instance, source, depth = place
        self._count(instance, source, depth)
        return self._printed(instance, source, depth)

    def _place(self, properties: etree._Element | None, style_id: str | None) -> tuple[_Instance, _List, int] | None:
        """List and level of a paragraph: its own word first, then its style's."""
        own = None if properties is None else properties.find(f"{W}numPr")
        number_id, depth = value_of(own, "numId"), number_of(own, "ilvl")
        by_style = self._styles.numbering(style_id)
        source_style = None
        if number_id is None and by_style:
            number_id, style_depth, source_style = by_style
            depth = style_depth if depth is None else depth
        instance = self._instances.get(number_id or "")
        source = self._source(instance)
        if instance is None or source is None:
            return None
        if depth is None:
            depth = self._depth_of_style(source, style_id, source_style)
        return instance, source, min(max(depth, 0), _LEVELS - 1)

    def _source(self, instance: _Instance | None) -> _List | None:
        """The abstract list of an instance, a link to a list style followed once."""
        source = self._lists.get(instance.abstract_id or "") if instance else None
        if source and source.style_link and not source.levels:
            by_style = self._styles.numbering(source.style_link)
            linked = self._instances.get(by_style[0]) if by_style else None
            return self._lists.get(linked.abstract_id or "") if linked else None
        return source

    @staticmethod
    def _depth_of_style(source: _List, *style_ids: str | None) -> int:
        """The level that the list ties to one of the styles, else the first."""
        for style_id in style_ids:
            for depth, level in source.levels.items():
                if style_id is not None and level.style == style_id:
                    return depth
        return 0

    @staticmethod
    def _level_of(instance: _Instance, source: _List, depth: int) -> _Level:
        """The level in force; a level nowhere described prints nothing."""
        return instance.levels.get(depth) or source.levels.get(depth) or _Level(kind="none")

    def _count(self, instance: _Instance, source: _List, depth: int) -> None:
        """Move the list on by one paragraph at ``depth``."""
        values = source.values
        if depth in instance.pending:
            values[depth] = None
        instance.pending = {level for level in instance.pending if level > depth}
        for level in range(depth + 1):
            start = instance.starts.get(level, self._level_of(instance, source, level).start)
            reached = values[level]
            if reached is None:
                values[level] = start
            elif level == depth:
                values[level] = reached + 1
        for deeper in range(depth + 1, _LEVELS):
            restart = self._level_of(instance, source, deeper).restart
            if restart is None or (restart > 0 and depth < restart):
                values[deeper] = None

    def _printed(self, instance: _Instance, source: _List, depth: int) -> str:
        """The text of the level with the values in their places."""
        own = self._level_of(instance, source, depth)
        if own.kind == "bullet":
            return bullet_sign(own.text) if own.text.strip() else ""

        def value(place: re.Match[str]) -> str:
            level = self._level_of(instance, source, int(place[1]) - 1)
            reached = source.values[int(place[1]) - 1]
            kind = "decimal" if own.legal and level.kind != "none" else level.kind
            return numeral(level.start if reached is None else reached, kind)

        return _PLACE.sub(value, own.text).strip()
