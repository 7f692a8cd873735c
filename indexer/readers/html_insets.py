"""What a web page lacks: the text of files that it shows inside itself, its own end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from indexer.model import ROLE_LOSS, Block
from indexer.readers.broken_off import is_broken_off, lost_end, without_half_a_letter

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


_OPENED = re.compile(r"<(?:html|body)\b", re.IGNORECASE)
_CLOSED = re.compile(r"</(?:html|body)\b[^<>]*>?", re.IGNORECASE)
_NOTHING_MORE = re.compile(
    r"(?:\s++|</(?:html|body)\b[^<>]*>?|<!--(?:(?!-->).)*+-->)*+(?:</?[a-z]*+)?\Z", re.IGNORECASE | re.DOTALL
)
_IN_A_TAG = re.compile(r"<(?:/?[a-z][^<>]*|!--(?:(?!-->).)*)\Z|(?:</|(?<=>)<)\Z", re.IGNORECASE | re.DOTALL)
_BARE_TAG = re.compile(r"</?\Z")
_TAIL = 2_000
_MUST_BE_CLOSED = re.compile(
    r"<(/?)(table|div|ul|ol|dl|span|font|b|strong|i|em|u|a|h[1-6]|center|form|select|textarea|script|style)\b",
    re.IGNORECASE,
)
"""Elements whose ends nobody leaves out; those of pages, paragraphs, cells and items may be missing in a whole one."""
_MAY_BE_CLOSED = re.compile(r"<(/?)(p|li|td|th|tr|dd|dt)\b", re.IGNORECASE)
_PROGRAM = re.compile(r"<meta\b[^<>]*\b(?:generator|progid)\b", re.IGNORECASE)
"""What editors write of themselves; none of them leaves out the end of a page."""


def unended(text: str) -> str:
    """The page without half a tag, and without its ends where something stands behind one: the parser would miss it.

    Browsers show it: pages are put behind one another, and programs add to a page that is whole.
    """
    text = without_half_a_letter(text)
    text = _BARE_TAG.sub("", text) if _IN_A_TAG.search(text[-_TAIL:]) else text
    end = _CLOSED.search(text)
    return _CLOSED.sub("", text) if end and not _NOTHING_MORE.match(text, end.end()) else text


def told(root: etree._Element, text: str) -> Iterator[Block]:
    """What is to be said of a page with a text of its own; ``text`` is how it is written."""
    if _is_cut(text):
        yield lost_end("Страница")
    if any(_shows_a_document(element) for element in root.iter("iframe", "frame", "object", "embed")):
        yield Block(_INSIDE, role=ROLE_LOSS)


def _shows_a_document(element: etree._Element) -> bool:
    """The element shows another page or document: no player, map, counter or picture."""
    source = (element.get("src") or element.get("data") or "").split("#")[0].split("?")[0].strip().lower()
    if element.get("srcdoc") or source.endswith(_DOCUMENTS):
        return True
    return bool(source) and not source.startswith((*_ELSEWHERE, "data:image")) and not source.endswith(_NO_DOCUMENTS)


def _is_cut(text: str) -> bool:
    """The page ends inside a tag or within a word; or it has no end, nor has something in it that others of it have.

    What people write by hand may close nothing at all; what programs write closes at least the page.
    """
    if _IN_A_TAG.search(text[-_TAIL:]):
        return True
    text = text[max((end.end() for end in _CLOSED.finditer(text)), default=0) :]
    if not _OPENED.search(text) or "</" not in text:
        return is_broken_off(text)
    opened = Counter[str]()
    for closing, name in _MUST_BE_CLOSED.findall(text):
        opened[name.lower()] += -1 if closing else 1
    if any(count > 0 for count in opened.values()) or _PROGRAM.search(text):
        return True
    ends = [name.lower() for closing, name in _MAY_BE_CLOSED.findall(text) if closing]
    last = max(_MAY_BE_CLOSED.finditer(text), key=re.Match.end, default=None)
    return is_broken_off(text) or bool(last and not last[1] and last[2].lower() in ends)
