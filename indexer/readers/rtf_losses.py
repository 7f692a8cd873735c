"""What an RTF document holds that its reader leaves out: equations and enclosed files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from indexer.model import ROLE_LOSS, Block

_EQUATION = re.compile(rb"\\\*?\\?moMath(?![a-zA-Z])|\\objclass\s+(?:Equation|MathType)", re.IGNORECASE)
_ENCLOSED = re.compile(
    rb"\\objclass\s+(?!Equation|MathType|Paint|PBrush|Photo|Picture|Visio|StaticMetafile|Word\.Picture|Forms\.)\w",
    re.IGNORECASE,
)
_LOST_EQUATIONS = (
    "В документе есть формулы, они не прочитаны: сохраните файл как .docx или напишите их обычным текстом."
)
_LOST_ENCLOSURES = "В документ вложены файлы, они не прочитаны: сохраните их рядом отдельными файлами."


def told(data: bytes) -> Iterator[Block]:
    """The losses of a document."""
    if _EQUATION.search(data):
        yield Block(_LOST_EQUATIONS, role=ROLE_LOSS)
    if _ENCLOSED.search(data):
        yield Block(_LOST_ENCLOSURES, role=ROLE_LOSS)
