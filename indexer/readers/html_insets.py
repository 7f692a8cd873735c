"""Files that a web page shows inside itself: frames and embedded documents, whose text is elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from indexer.model import ROLE_LOSS, Block

FRAMES = (
    "Страница собрана из других файлов (фреймов), своего текста в ней нет: "
    "откройте её в браузере и сохраните текст как .docx."
)
_INSIDE = (
    "На странице показан другой файл (рамка iframe или вложенный объект), его текст не прочитан: "
    "откройте страницу в браузере и сохраните текст как .docx."
)
_ELSEWHERE = ("http:", "https:", "//", "about:", "javascript:")
"""Maps, players and counters."""
_NO_DOCUMENTS = (
    ".swf", ".jpg", ".jpeg", ".png", ".gif", ".bmp", ".svg", ".mp3", ".mp4", ".avi", ".wmv", ".flv", ".mid", ".wav",
    ".class", ".js",
)  # fmt: skip
_DOCUMENTS = (".doc", ".docx", ".pdf", ".rtf", ".odt", ".htm", ".html", ".txt")


def told(root: etree._Element) -> Iterator[Block]:
    """What is to be said of a page with a text of its own."""
    if any(_shows_a_document(element) for element in root.iter("iframe", "frame", "object", "embed")):
        yield Block(_INSIDE, role=ROLE_LOSS)


def _shows_a_document(element: etree._Element) -> bool:
    """The element shows another page or document: no player, map, counter or picture."""
    source = (element.get("src") or element.get("data") or "").split("#")[0].split("?")[0].strip().lower()
    if element.get("srcdoc") or source.endswith(_DOCUMENTS):
        return True
    return bool(source) and not source.startswith((*_ELSEWHERE, "data:image")) and not source.endswith(_NO_DOCUMENTS)
