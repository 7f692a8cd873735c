"""What is written into a PDF page rather than printed on it: fields of forms, ticks, notes.

PDFium draws fields and notes into the page where they have a drawing; the rest is read from what they say.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.readers.normalize import clean
from indexer.readers.pdf_glyphs import Box, Glyph
from indexer.readers.pdf_letters import Frame, Letter

_TICKED, _EMPTY = "☒", "☐"
_MAX_TEXT_BYTES = 200_000
_MAX_ANNOTATIONS = 5_000
"""Fields and notes of one page that are looked at; a form has some hundreds."""
_HIDDEN = pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW
_TEXT_FIELDS = (
    pdfium.FPDF_FORMFIELD_TEXTFIELD,
    pdfium.FPDF_FORMFIELD_COMBOBOX,
    pdfium.FPDF_FORMFIELD_LISTBOX,
)
_BOXES = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)
_DRAWN = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP)
_REMARKS = (
    pdfium.FPDF_ANNOT_TEXT,
    pdfium.FPDF_ANNOT_FREETEXT,
    pdfium.FPDF_ANNOT_HIGHLIGHT,
    pdfium.FPDF_ANNOT_UNDERLINE,
    pdfium.FPDF_ANNOT_SQUIGGLY,
    pdfium.FPDF_ANNOT_STRIKEOUT,
    pdfium.FPDF_ANNOT_CARET,
)


@dataclass(frozen=True, slots=True)
class Written:
    """A text and the place on the page, in points, where it was written."""

    text: str
    box: Box

    def within(self, frame: Frame) -> Written:
        """The same in another frame."""
        return Written(self.text, frame.box(self.box))

    def letters(self, size: float) -> list[Letter]:
        """The text as letters that fill the place from its left edge."""
        left, bottom, right, top = self.box
        step = min((right - left) / max(len(self.text), 1), size * 0.6)
        baseline = (bottom + top) / 2 - size * 0.35
        return [
            Letter(sign, left + step * number, left + step * (number + 1), baseline, size, False)
            for number, sign in enumerate(self.text)
        ]


@dataclass(slots=True)
class Additions:
    """What stands on a page beside its print: ticked and empty boxes, values of fields without a drawing, notes."""

    fields: list[Written] = field(default_factory=list)
    shown: list[Written] = field(default_factory=list)
    """Values of fields that have a drawing, which may show but a part of them."""
    notes: list[Written] = field(default_factory=list)
    files: int = 0
    """Files that are attached to notes."""


def opened(document: pypdfium2.PdfDocument, number: int) -> tuple[Any, Additions]:
    """The page with its fields and notes drawn into it, and what cannot be drawn."""
    page = document[number]
    additions = Additions()
    drawn = False
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), _MAX_ANNOTATIONS)):
        with _annotation(page, index) as annotation:
            if annotation and not pdfium.FPDFAnnot_GetFlags(annotation) & _HIDDEN:
                _take(annotation, document.formenv, additions)
                drawn = drawn or pdfium.FPDFAnnot_GetSubtype(annotation) in _DRAWN
    if drawn and pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
        page.close()
        page = document[number]
    return page, additions


@contextmanager
def _annotation(page: Any, index: int) -> Iterator[Any]:
    annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
    try:
        yield annotation
    finally:
        if annotation:
            pdfium.FPDFPage_CloseAnnot(annotation)


def _take(annotation: Any, forms: Any, additions: Additions) -> None:
    """Keep what the annotation says beyond its drawing."""
    kind = pdfium.FPDFAnnot_GetSubtype(annotation)
    drawn = bool(pdfium.FPDFAnnot_HasKey(annotation, b"AP"))
    if kind == pdfium.FPDF_ANNOT_FILEATTACHMENT:
        additions.files += 1
    elif kind == pdfium.FPDF_ANNOT_WIDGET and forms is not None:
        if text := _value(annotation, forms.raw):
            is_drawn = drawn and text not in (_TICKED, _EMPTY)
            (additions.shown if is_drawn else additions.fields).append(Written(text, _place(annotation)))
    elif kind in _REMARKS and not (drawn and kind == pdfium.FPDF_ANNOT_FREETEXT):
        text = clean(
            _string(lambda buffer, size: pdfium.FPDFAnnot_GetStringValue(annotation, b"Contents", buffer, size))
        )
        if text:
            additions.notes.append(Written(text, _place(annotation)))


def without_parts(glyphs: list[Glyph], additions: Additions) -> list[Glyph]:
    """The characters of the page without those of fields that show a part of their values; the values are written.

    A long value is cut by the edge of its field, and PDFium loses letters of the drawings that it makes itself.
    """
    for value in additions.shown:
        part = _part_shown(glyphs, value)
        if part is not None:
            glyphs = [glyph for place, glyph in enumerate(glyphs) if place not in part]
            additions.fields.append(value)
    return glyphs


def _part_shown(glyphs: Sequence[Glyph], value: Written) -> set[int] | None:
    """The places of the characters that show a part of a value; ``None`` where they show all of it, or another."""
    left, bottom, right, top = value.box
    inside = [at for at, glyph in enumerate(glyphs) if left <= glyph.x <= right and bottom <= glyph.y <= top]
    told = _letters_of(value.text)
    rest = iter(told)
    if not all(letter in rest for at in inside for letter in _letters_of(glyphs[at].text)):
        return None
    # What the edge of the field cuts follows in the file.
    for at in range(inside[-1] + 1 if inside else len(glyphs), len(glyphs)):
        same_line = abs(glyphs[at].y - glyphs[inside[-1]].y) < 1
        if not same_line or not all(letter in rest for letter in _letters_of(glyphs[at].text)):
            break
        inside.append(at)
    seen = sum(len(_letters_of(glyphs[at].text)) for at in inside if glyphs[at].x <= right)
    return set(inside) if seen < len(told) else None


def _letters_of(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def _value(annotation: Any, forms: Any) -> str:
    """The tick of a box, the value of a field."""
    kind = pdfium.FPDFAnnot_GetFormFieldType(forms, annotation)
    if kind in _BOXES:
        return _TICKED if pdfium.FPDFAnnot_IsChecked(forms, annotation) else _EMPTY
    if kind in _TEXT_FIELDS:
        return clean(
            _string(lambda buffer, size: pdfium.FPDFAnnot_GetFormFieldValue(forms, annotation, buffer, size))
        ).replace("\n", " ")
    return ""


def _string(ask: Any) -> str:
    """The text that PDFium writes into a buffer, asked first how long it is."""
    size = ask(None, 0)
    if not 2 < size <= _MAX_TEXT_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(ctypes.cast(buffer, ctypes.POINTER(pdfium.FPDF_WCHAR)), size)
    return buffer.raw[: size - 2].decode("utf-16-le", errors="replace")


def _place(annotation: Any) -> Box:
    box = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(annotation, box)
    return box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top)
