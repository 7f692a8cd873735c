"""PDF files: one block per printed line, with the paragraphs that the geometry of the page shows.

Running heads, feet, page numbers and stamps are left out of the text; columns are read one after the other; a ruled
table gives rows; pages without a text of their own are recognised or told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import pypdfium2
import pypdfium2.raw as pdfium

from indexer.errors import ReadError
from indexer.model import ROLE_INITIAL, ROLE_LETTERHEAD, ROLE_LOSS, ROLE_NOTE, ROLE_RECOGNISED, Block, Enclosure
from indexer.readers import limits
from indexer.readers.broken_off import lost_end
from indexer.readers.package import DAMAGED, ENCRYPTED
from indexer.readers.pdf_blocks import blocks_of
from indexer.readers.pdf_catalog import Catalog, catalog_of, is_cut
from indexer.readers.pdf_drawn import DrawnWords
from indexer.readers.pdf_heads import without_heads
from indexer.readers.pdf_layer import mend
from indexer.readers.pdf_page import Page, page_of
from indexer.readers.pdf_placeholders import is_cover, refuse_placeholder
from indexer.readers.pdf_scans import Fates, losses, with_recognised

_MEANINGLESS = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")
"""What stands for letters that nobody can name."""
_READ_IN_DRAWINGS = "надписи, нарисованные контурами на странице {page}, распознаны: «{text}»"
_UNMAPPED_SHARE = 0.03
"""Signs without a meaning from which it is told; the bullets of lists are often such."""


def read(data: bytes) -> Iterator[Block | Enclosure]:
    """The printed lines and ruled table rows, the attached files, what was not read and what was recognised.

    Raises ``EmptyFileError`` for a scan that nothing recognises, ``ReadError`` for a protected, damaged or far too long
    file and for one that only holds the place of another.
    """
    catalog = catalog_of(data)
    document = _opened(catalog.data)
    try:
        pages = _read_pages(document)
        mend(pages)
        texts = [line.text for page in pages for line in page.all_lines()]
        refuse_placeholder(catalog, texts)
        if catalog.attachments and is_cover(catalog, " ".join(texts)):
            yield from _attached(catalog)
            return
        whole, fates = with_recognised(document, pages)
    finally:
        document.close()
    yield from _told(whole, fates)
    yield from _attached(catalog)
    yield from _lost(pages, fates)
    if is_cut(data):
        yield lost_end("Документ")


def _opened(data: bytes) -> pypdfium2.PdfDocument:
    """The document, its form ready to be drawn."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as fault:
        raise ReadError(ENCRYPTED if "password" in str(fault).lower() else DAMAGED) from fault
    if len(document) > limits.MAX_PAGES:
        document.close()
        raise ReadError(f"В файле больше {limits.MAX_PAGES} страниц: разделите его на части.")
    if document.get_formtype() == pdfium.FORMTYPE_ACRO_FORM:
        document.init_forms()
    return document


def _read_pages(document: pypdfium2.PdfDocument) -> list[Page]:
    """All pages; stops with a ``ReadError`` where the text grows beyond its limit."""
    pages: list[Page] = []
    drawn_words = DrawnWords()
    characters = 0
    for number in range(len(document)):
        pages.append(page_of(document, number, drawn_words))
        characters += sum(len(line.text) for line in pages[-1].lines)
        if characters > limits.MAX_CHARACTERS:
            raise ReadError("В файле слишком много текста для одного отчёта: разделите его на части.")
    return pages


def _told(pages: list[Page], fates: Fates) -> Iterator[Block]:
    """The text without what runs through all pages, which is told beside it, as is what was recognised."""
    for number in fates.recognised:
        yield Block("\n".join(line.text for line in pages[number].all_lines()), role=ROLE_RECOGNISED)
    for number, page in enumerate(pages):
        if page.drawn and number not in fates.recognised:
            yield Block(_READ_IN_DRAWINGS.format(page=number + 1, text=page.drawn.replace("\n", " / ")), role=ROLE_NOTE)
    body, heads = without_heads(pages)
    yield from (Block(head, role=ROLE_LETTERHEAD) for head in heads)
    yield from (Block(word, role=ROLE_INITIAL) for page in body for word in _begun_large(page))
    yield from blocks_of(body)


def _begun_large(page: Page) -> Iterator[str]:
    """The words of the page that begin with an initial."""
    for line in page.all_lines():
        if any(letter.initial for letter in line.letters):
            for word in line.words:
                if any(letter.initial for letter in word):
                    yield "".join(letter.text for letter in word)


def _attached(catalog: Catalog) -> Iterable[Enclosure]:
    """The files that are attached to the document."""
    return (Enclosure(name, data) for name, data in catalog.attachments)


def _lost(pages: Sequence[Page], fates: Fates) -> Iterator[Block]:
    """A sentence for each kind of content that was not read."""
    for sentence in losses(fates, len(pages)):
        yield Block(sentence, role=ROLE_LOSS)
    if any(page.files for page in pages):
        yield Block("К заметкам на полях PDF приложены файлы: они не прочитаны, сохраните их отдельно.", role=ROLE_LOSS)
    read = [page for number, page in enumerate(pages) if number not in {*fates.unreadable, *fates.recognised}]
    text = "".join(line.text for page in read for line in page.all_lines())
    if len(_MEANINGLESS.findall(text)) > _UNMAPPED_SHARE * len(text):
        sentence = "Часть букв в PDF не обозначена и не прочитана: пришлите исходный документ Word."
        yield Block(sentence, role=ROLE_LOSS)
