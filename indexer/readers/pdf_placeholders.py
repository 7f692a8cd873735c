"""PDF files whose pages only say that the real document is elsewhere: forms of Adobe, portfolios, protected files."""

from __future__ import annotations

import re
from collections.abc import Iterable

from indexer.errors import ReadError
from indexer.readers.pdf_catalog import Catalog

_XFA = (
    "Это динамическая форма Adobe (XFA): её страницы видны только в Adobe Reader. "
    "Откройте её там, напечатайте в PDF или пришлите исходный документ Word."
)
_PORTFOLIO = (
    "Это портфолио PDF: документы вложены в него отдельными файлами. "
    "Откройте его в Adobe Reader, сохраните вложения и положите их рядом с другими отчётами."
)
_PROTECTED = (
    "Файл защищён: вместо документа в нём страница с просьбой открыть его другой программой. "
    "Снимите защиту и сохраните его заново."
)
_MAX_CHARACTERS = 2_500
"""Text of a placeholder page; those of Adobe say the same in several languages."""

_WAIT = re.compile(
    r"please wait\.{0,3}\s+if this message|if this message is not eventually replaced"
    r"|(?:подождите|дождитесь).{0,80}(?:Adobe|сообщение)|если это сообщение не будет (?:в итоге )?заменено",
    re.IGNORECASE | re.DOTALL,
)
_OPEN_PORTFOLIO = re.compile(
    r"(?:open|view) this pdf portfolio|pdf portfolio in acrobat|this pdf portfolio|портфолио pdf|pdf[- ]портфолио"
    r"|adobe reader (?:8|9|x) or .{0,20}higher.{0,80}portfolio",
    re.IGNORECASE | re.DOTALL,
)
_OPEN_ELSEWHERE = re.compile(
    r"this (?:pdf )?(?:file|document) (?:is|has been) (?:protected|encrypted|secured)|protected pdf"
    r"|(?:need|requires?) (?:a )?different (?:pdf )?(?:reader|viewer)|you do not have permission to (?:open|view)"
    r"|(?:этот|данный|ваш) (?:документ|файл)(?: pdf)? (?:был )?(?:защищ[её]н|зашифрован)\b.{0,200}"
    r"(?:откройте|откры(?:ть|тия)|программ|reader|просмотр)"
    r"|protected by (?:microsoft|adobe|azure|fileopen)|microsoft (?:irm|information protection|purview)",
    re.IGNORECASE | re.DOTALL,
)


def refuse_placeholder(catalog: Catalog, lines: Iterable[str]) -> None:
    """Raise ``ReadError`` where the pages are only a placeholder and no attachment holds the document."""
    text = " ".join(" ".join(lines).split())
    if catalog.is_wrapper:
        raise ReadError(_PROTECTED)
    if len(text) > _MAX_CHARACTERS:
        return
    if _WAIT.search(text) or (catalog.has_xfa and not text):
        raise ReadError(_XFA)
    if _OPEN_ELSEWHERE.search(text):
        raise ReadError(_PROTECTED)
    if is_cover(catalog, text) and not catalog.attachments:
        raise ReadError(_PORTFOLIO)


def is_cover(catalog: Catalog, text: str) -> bool:
    """The page only says that a portfolio is to be opened by a certain program."""
    return len(text) <= _MAX_CHARACTERS and bool(_OPEN_PORTFOLIO.search(text) or (catalog.is_portfolio and not text))
