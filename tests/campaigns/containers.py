"""A text as a file of each format, one paragraph a line."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Callable
from xml.sax.saxutils import escape

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
_PRINTED = dict.fromkeys((*range(9), *range(11, 32)), " ")


def txt(text: str) -> bytes:
    """UTF-8."""
    return text.encode("utf-8", "replace")


def cp1251(text: str) -> bytes:
    """As old offices wrote it."""
    return text.encode("cp1251", "replace")


def page(text: str) -> bytes:
    """A web page."""
    return (
        f"<html><body>{''.join(f'<p>{html.escape(line)}</p>' for line in text.split(chr(10)))}</body></html>".encode()
    )


def raw_page(text: str) -> bytes:
    """A web page whose mark-up is whatever the text holds."""
    return f"<html><body><p>{text}</body></html>".encode("utf-8", "replace")


def _zipped(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts.items():
            package.writestr(name, content.encode("utf-8", "replace"))
    return buffer.getvalue()


def _paragraphs(text: str, begin: str, end: str) -> str:
    return "".join(f"{begin}{escape(line)}{end}" for line in text.translate(_PRINTED).split("\n"))


def docx(text: str) -> bytes:
    """A Word document of one part."""
    body = _paragraphs(text, '<w:p><w:r><w:t xml:space="preserve">', "</w:t></w:r></w:p>")
    return _zipped({"word/document.xml": f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>'})


def odt(text: str) -> bytes:
    """An OpenDocument text of one part."""
    names = " ".join(f'xmlns:{name}="{_ODF}{name}:1.0"' for name in ("office", "text"))
    body = f"<office:body><office:text>{_paragraphs(text, '<text:p>', '</text:p>')}</office:text></office:body>"
    content = f"<office:document-content {names}>{body}</office:document-content>"
    return _zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content})


def rtf(text: str) -> bytes:
    """Rich text."""
    signs = "".join(_rtf_sign(sign) for sign in text)
    return f"{{\\rtf1\\ansi\\ansicpg1251 {signs}}}".encode("ascii")


def _rtf_sign(sign: str) -> str:
    if sign == "\n":
        return "\\par\n"
    if sign in "\\{}":
        return "\\" + sign
    if sign.isascii():
        return sign
    try:
        return f"\\'{sign.encode('cp1251')[0]:02x}"
    except UnicodeEncodeError:
        return f"\\u{ord(sign) & 0xFFFF}?"


def raw_rtf(text: str) -> bytes:
    """Rich text whose mark-up is whatever the text holds."""
    return b"{\\rtf1\\ansi\\ansicpg1251 " + text.encode("cp1251", "replace") + b"}"


CONTAINERS: dict[str, Callable[[str], bytes]] = {
    "txt": txt, "cp1251": cp1251, "html": page, "rawhtml": raw_page, "docx": docx, "odt": odt, "rtf": rtf,
    "rawrtf": raw_rtf,
}  # fmt: skip
