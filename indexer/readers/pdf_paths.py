"""Shapes drawn on a PDF page: rules, boxes, pictures of letters; where each stands in the frame of the text."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from indexer.readers.pdf_glyphs import Box
from indexer.readers.pdf_letters import Frame

_DEPTH = 3
"""Forms within forms that are looked into."""


class Shape(NamedTuple):
    """A path and the box around it, in points of a frame."""

    box: Box
    path: Any


def shapes_of(page: Any, frame: Frame) -> list[Shape]:
    """What is drawn on a page, in the order of the file."""
    paths = page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=_DEPTH)
    return [Shape(frame.box(_placed(path.get_bounds(), path)), path) for path in paths]


def parts_of(shape: Shape, frame: Frame) -> Iterator[Box]:
    """The boxes around the closed lines that a path is made of: those of letters, where it draws a whole word."""
    path = shape.path
    matrix = path.get_matrix()
    x, y = (ctypes.c_float() for _ in range(2))
    points: list[tuple[float, float]] = []
    for number in range(pdfium.FPDFPath_CountSegments(path.raw)):
        segment = pdfium.FPDFPath_GetPathSegment(path.raw, number)
        if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO and points:
            yield frame.box(_placed(_around(points), path))
            points = []
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y):
            points.append(matrix.on_point(x.value, y.value))
    if points:
        yield frame.box(_placed(_around(points), path))


def _placed(box: Box, path: Any) -> Box:
    """A box of the space in which the path is drawn, in that of the page: forms move what they hold."""
    form = path.container
    while form is not None:
        box = form.get_matrix().on_rect(*box)
        form = form.container
    return box


def _around(points: list[tuple[float, float]]) -> Box:
    across, up = [x for x, _ in points], [y for _, y in points]
    return min(across), min(up), max(across), max(up)
