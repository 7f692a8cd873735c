"""Fields and forms of Word documents: what a field shows, which box is ticked, which entry of a list is chosen."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lxml import etree

from indexer.readers.docx_styles import OFF, W, number_of
from indexer.readers.instructions import drawn_by
from indexer.readers.symbols import EMPTY, TICKED

_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_CONTENTS = re.compile(r"\s*TOC\b", re.IGNORECASE)


@dataclass(slots=True)
class Field:
    """An open complex field: its instruction, and whether that is over and the result has begun."""

    instruction: str = ""
    shows: bool = False

    @property
    def is_contents(self) -> bool:
        """It is an automatic table of contents."""
        return bool(_CONTENTS.match(self.instruction))

    def computed(self) -> str:
        """What Word draws from the instruction itself: «EQ \\f(3;4)», «SYMBOL 163 \\f Symbol»."""
        return drawn_by(self.instruction)


@dataclass(slots=True)
class Fields:
    """The complex fields that are open at one place of a document, outermost first."""

    open: list[Field] = field(default_factory=list)

    @property
    def show(self) -> bool:
        """What stands here is printed: no open field is still at its instruction."""
        return all(each.shows for each in self.open)

    @property
    def in_contents(self) -> bool:
        """What stands here belongs to an automatic table of contents."""
        return any(each.is_contents for each in self.open)

    def instruct(self, text: str) -> None:
        """Take in a piece of the innermost instruction."""
        if self.open and not self.open[-1].shows:
            self.open[-1].instruction += text

    def follow(self, character: etree._Element) -> str:
        """Follow a ``w:fldChar``; what it prints itself: a box, a chosen entry, an equation."""
        kind = character.get(f"{W}fldCharType")
        if kind == "begin":
            shown = form_entry(character.find(f"{W}ffData")) if self.show else ""
            self.open.append(Field())
            return shown
        if kind == "separate" and self.open:
            # What Word draws from the instruction it draws anew: the result that is kept is an older one.
            self.open[-1].shows = not self.open[-1].computed()
        elif kind == "end" and self.open:
            computed = self.open.pop().computed()
            return computed if self.show else ""
        return ""


def form_entry(data: etree._Element | None) -> str:
    """What a form field of Word 97 prints: the box as it is ticked, the entry as it is chosen."""
    if data is None:
        return ""
    box = data.find(f"{W}checkBox")
    if box is not None:
        return TICKED if _is_ticked(box) else EMPTY
    choice = data.find(f"{W}ddList")
    if choice is None:
        return ""
    entries = [entry.get(f"{W}val") or "" for entry in choice.iterfind(f"{W}listEntry")]
    chosen = number_of(choice, "result")
    chosen = number_of(choice, "default") if chosen is None else chosen
    return next(iter(entries[chosen or 0 :]), "").strip()


def _is_ticked(box: etree._Element) -> bool:
    """The state of a box: as it was left, else as it was at first."""
    for name in ("checked", "default"):
        state = box.find(f"{W}{name}")
        if state is not None:
            return (state.get(f"{W}val") or "on").lower() not in OFF
    return False


def control_entry(control: etree._Element) -> str | None:
    """What a content control (``w:sdt``) prints where its content does not; ``None`` where the content does.

    A placeholder («Выберите элемент.») is printed by nobody.
    """
    properties = control.find(f"{W}sdtPr")
    if properties is None:
        return None
    box = properties.find(f"{_W14}checkbox")
    if box is not None and not _has_text(control):
        state = box.find(f"{_W14}checked")
        ticked = state is not None and (state.get(f"{_W14}val") or "1").lower() not in OFF
        return TICKED if ticked else EMPTY
    choice = next((found for name in ("dropDownList", "comboBox") for found in properties.iterfind(f"{W}{name}")), None)
    placeholder = properties.find(f"{W}showingPlcHdr") is not None
    if choice is not None and (placeholder or not _has_text(control)):
        return _chosen(choice)
    return "" if placeholder and box is None else None


def _has_text(control: etree._Element) -> bool:
    """The control's content prints something."""
    content = control.find(f"{W}sdtContent")
    printed = () if content is None else content.iter(f"{W}t", f"{W}sym")
    return any(part.tag == f"{W}sym" or (part.text or "").strip() for part in printed)


def _chosen(choice: etree._Element) -> str:
    """The entry that a list remembers as chosen last, by its value."""
    last = choice.get(f"{W}lastValue")
    for entry in choice.iterfind(f"{W}listItem") if last else ():
        if entry.get(f"{W}value") == last:
            return entry.get(f"{W}displayText") or last or ""
    return ""
