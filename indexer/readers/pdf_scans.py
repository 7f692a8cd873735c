"""Pages of a PDF whose text is a picture, or only seems to be text: recognised where that is possible, else told."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.errors import EmptyFileError, ReadError
from indexer.readers import limits, recognition
from indexer.readers.pdf_grids import Rule
from indexer.readers.pdf_heads import own_lines
from indexer.readers.pdf_layer import says_nothing
from indexer.readers.pdf_page import Page, laid_out
from indexer.readers.pdf_render import letters_of, picture_of, scale_of
from indexer.readers.pictures import Picture

_SCAN = "В файле нет текстового слоя: это скан или снимки страниц."
_UNREADABLE = "Текстовый слой PDF нечитаем: его знаки значат не те буквы, что видны на странице."
_OUTLINES = "В файле нет текстового слоя: буквы его страниц нарисованы контурами, а не набраны."
_SEND = "Пришлите исходный документ Word."
_BLANK = "В файле нет текстового слоя, и рисунков тоже: его страницы пусты."
_LATER = "Не хватило времени: прочитайте файл снова, уже распознанное сохранено."


@dataclass(slots=True)
class Fates:
    """What became of the pages of a file that have no text of their own, by number from 0."""

    pictures: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    recognised: list[int] = field(default_factory=list)
    drawn: list[int] = field(default_factory=list)
    """Those with words that are drawn as outlines; the rest of the page may be text."""
    way_out: str = ""
    """What to do about those that were not recognised."""


def with_recognised(document: pypdfium2.PdfDocument, pages: list[Page]) -> tuple[list[Page], Fates]:
    """The pages, those without a text of their own as they were recognised or without what is no text.

    Raises ``EmptyFileError`` or ``ReadError`` where no page has any text.
    """
    result, fates = list(pages), Fates()
    for number, page in enumerate(pages):
        own = own_lines(page.all_lines())
        if page.looks.is_picture(sum(sign.isalpha() for line in own for sign in line.text)):
            fates.pictures.append(number)
            result[number] = Page([line for line in page.lines if line in own], [], page.height, page.notes)
        elif says_nothing(page):
            fates.unreadable.append(number)
            result[number] = Page([], [], page.height, page.notes)
        if page.looks.outlined and not (page.looks.is_scan and number in fates.pictures):
            fates.drawn.append(number)
    _recognise(document, pages, result, fates)
    _refuse_textless(pages, result, fates)
    return result, fates


def _recognise(document: pypdfium2.PdfDocument, pages: Sequence[Page], result: list[Page], fates: Fates) -> None:
    """Put what is recognised in the place of pages without text; with «force» in the place of all."""
    forced = recognition.current().mode == recognition.FORCE
    wanted = sorted({*fates.pictures, *fates.unreadable, *(_shown(pages) if forced else ())})
    if not wanted:
        return
    missing = recognition.current().missing()
    if missing:
        fates.way_out = missing
        return
    fates.way_out = recognition.HOPELESS
    end = time.monotonic() + limits.RECOGNITION_FILE_SECONDS
    for number in wanted:
        if time.monotonic() > end:
            fates.way_out = _LATER
            return
        page = _recognised(document, number, pages[number], number in fates.pictures)
        if page is not None:
            result[number] = page
            fates.recognised.append(number)


def _shown(pages: Sequence[Page]) -> Iterator[int]:
    """The pages on which something is to be seen."""
    return (number for number, page in enumerate(pages) if page.looks.letters or page.looks.picture)


def _recognised(document: pypdfium2.PdfDocument, number: int, page: Page, is_scan: bool) -> Page | None:
    """The page as it was recognised, ``None`` where nothing was or the program failed."""
    picture, scale = _picture(document, number, is_scan)
    try:
        text = recognition.page_text(picture)
    except ReadError:
        return None
    height = text.height / scale
    across = [Rule(height - place / scale, start / scale, end / scale) for place, start, end in text.across]
    down = [Rule(place / scale, height - end / scale, height - start / scale) for place, start, end in text.down]
    found = laid_out(letters_of(text, scale), (across, down), height, page.looks)
    found.notes = page.notes
    return found if found.lines or found.grids else None


def _picture(document: pypdfium2.PdfDocument, number: int, is_scan: bool) -> tuple[Picture, float]:
    """The page as it is printed and its scale; of a scan without the stamps that were printed on it."""
    page: Any = document[number]
    try:
        if is_scan:
            for stamp in list(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT], max_depth=1)):
                page.remove_obj(stamp)
        scale = scale_of(page)
        return picture_of(page, scale, with_forms=not is_scan), scale
    finally:
        page.close()


def _refuse_textless(pages: Sequence[Page], result: Sequence[Page], fates: Fates) -> None:
    """Raise where nothing can be read; what is left beside a picture is no document."""
    lost = {*fates.pictures, *fates.unreadable} - {*fates.recognised}
    has_text = any(page.lines or page.grids or page.notes for number, page in enumerate(result) if number not in lost)
    if has_text:
        return
    if not lost:
        raise EmptyFileError(_BLANK)
    if len(fates.unreadable) > len(fates.pictures):
        raise ReadError(f"{_UNREADABLE} {fates.way_out}")
    if lost <= {*fates.drawn}:
        raise EmptyFileError(f"{_OUTLINES} {_way_out_of_drawings()}")
    raise EmptyFileError(f"{_SCAN} {fates.way_out}")


def losses(fates: Fates, pages: int) -> Iterator[str]:
    """A sentence for the pages of each kind that were not read."""
    lost = [number for number in fates.pictures if number not in {*fates.recognised, *fates.drawn}]
    if lost:
        yield f"{_named(lost, pages)} — скан без текстового слоя: текст не прочитан. {fates.way_out}"
    lost = [number for number in fates.unreadable if number not in fates.recognised]
    if lost:
        yield f"{_named(lost, pages)}: текстовый слой нечитаем, текст не прочитан. {fates.way_out}"
    lost = [number for number in fates.drawn if number not in {*fates.recognised, *fates.unreadable}]
    if lost:
        told = "есть надписи, которые нарисованы контурами, а не набраны: они не прочитаны."
        yield f"{_named(lost, pages)}: {told} {_way_out_of_drawings()}"


def _way_out_of_drawings() -> str:
    """What to do about words that are drawn."""
    return recognition.current().missing() or _SEND


def _named(numbers: Sequence[int], pages: int) -> str:
    """«Страница 3 из 5», «Страницы 2, 4–6 из 10»."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    shown = ", ".join("–".join(str(number + 1) for number in edges) for edges in ranges)
    return f"{'Страница' if len(numbers) == 1 else 'Страницы'} {shown} из {pages}"
