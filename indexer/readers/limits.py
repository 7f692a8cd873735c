"""How much of a file the readers are willing to take in, and why that much. A file beyond a limit is refused whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from indexer.errors import ReadError
from indexer.model import Block

MEBIBYTE = 1024 * 1024

MAX_FILE_BYTES = 64 * MEBIBYTE
"""The largest yearly volume with photographs that the association sends stays under 30 MB."""

MAX_ARCHIVE_BYTES = 512 * MEBIBYTE
"""An archive brings a whole year of reports, some with pictures; it has to fit into memory once."""

MAX_PART_BYTES = 128 * MEBIBYTE
"""One XML part of a document, unpacked: a book of 10,000 pages is about 40 MB of XML."""

MAX_EXPANDED_BYTES = 512 * MEBIBYTE
"""All that is unpacked from one archive or document."""

MAX_RATIO = 200
"""Unpacked to packed size. Word's XML reaches 30, a long table of equal rows 100, a zip bomb 1,000 and more."""

RATIO_FLOOR_BYTES = 4 * MEBIBYTE
"""Below this size the ratio says nothing: a small, very repetitive part harms nobody."""

MAX_MEMBERS = 5_000
"""Members of an archive: 70 cities × 25 sections make 1,750."""

MAX_PARTS = 10_000
"""Parts of one office document: each picture is one."""

MAX_CHARACTERS = 20_000_000
"""Text of one file: «Война и мир» has 3 million; a report has 5 to 200 thousand characters."""

MAX_BLOCKS = 300_000
"""Paragraphs of one file, in keeping with MAX_CHARACTERS."""

MANY_LINES = 50_000
SHORTEST_LINES = 12
"""Characters of a line on average, below which so many lines are no text: a list of names has 20, running text 60."""

MAX_PAGES = 3_000
"""Pages of one PDF: collected volumes of all cities and sections stay below 1,500."""

MAX_CELLS = 64
"""Columns a single cell may span: Word allows 63."""

CONVERSION_SECONDS = 90
"""LibreOffice needs 2 to 5 seconds for a report on an old machine, and up to 30 for its very first start."""


def within_size(data: bytes, limit: int = MAX_FILE_BYTES) -> None:
    """Raise ``ReadError`` where ``data`` is larger than ``limit`` bytes."""
    if len(data) > limit:
        raise ReadError(f"Файл больше {limit // MEBIBYTE} МБ: разделите его на части или уберите из него рисунки.")


def within_lines(lines: int, characters: int) -> None:
    """Raise ``ReadError`` where the text is cut into very many lines of hardly a word each."""
    if lines >= MANY_LINES and characters < SHORTEST_LINES * lines:
        raise ReadError("В файле слишком много коротких строк: это не текст отчёта, проверьте, тот ли это файл.")


def within_text(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks unchanged; raises ``ReadError`` once there are too many of them or too much text in them."""
    characters = 0
    for count, block in enumerate(blocks, start=1):
        characters += len(block.text)
        if count == MANY_LINES:
            within_lines(count, characters)
        if count > MAX_BLOCKS or characters > MAX_CHARACTERS:
            raise ReadError("В файле слишком много текста для одного отчёта: разделите его на части.")
        yield block


RECOGNITION_SECONDS = 60
"""Tesseract needs 3 to 10 seconds for a page; less than the time for one task, within which it tells that it lives."""

RECOGNITION_FILE_SECONDS = 3_600
"""A volume of 300 scanned pages takes half an hour; what was recognised by then is kept for the next time."""
