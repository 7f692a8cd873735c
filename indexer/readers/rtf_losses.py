"""What an RTF document holds that its reader leaves out or does not tell: equations, files, ticks; a cut end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.model import ROLE_LOSS, Block
from indexer.readers.broken_off import lost_end

_EQUATION = re.compile(rb"\\\*?\\?moMath(?![a-zA-Z])|\\objclass\s+(?:Equation|MathType)", re.IGNORECASE)
_ENCLOSED = re.compile(
    rb"\\objclass\s+(?!Equation|MathType|Paint|PBrush|Photo|Picture|Visio|StaticMetafile|Word\.Picture|Forms\.)\w",
    re.IGNORECASE,
)
_TICK = re.compile(rb"FORMCHECKBOX(?![A-Za-z])")
_TICK_DATA = re.compile(rb"\\ff(?:defres|res)\d|\\fftype1(?!\d)")
_LOST_TICKS = (
    "В документе есть флажки, но какие из них отмечены, в файле не записано: сохраните исходный файл как .docx."
)
_LOST_EQUATIONS = (
    "В документе есть формулы, они не прочитаны: сохраните файл как .docx или напишите их обычным текстом."
)
_LOST_ENCLOSURES = "В документ вложены файлы, они не прочитаны: сохраните их рядом отдельными файлами."


def told(data: bytes, *, is_closed: bool) -> Iterator[Block]:
    """The losses of a document; ``is_closed`` where the group that holds all of it has its end."""
    if not is_closed:
        yield lost_end("Документ")
    if _EQUATION.search(data):
        yield Block(_LOST_EQUATIONS, role=ROLE_LOSS)
    if _TICK.search(data) and not _TICK_DATA.search(data):  # LibreOffice writes RTF so
        yield Block(_LOST_TICKS, role=ROLE_LOSS)
    if _ENCLOSED.search(data):
        yield Block(_LOST_ENCLOSURES, role=ROLE_LOSS)
