"""Word documents in a single XML file: flat OPC (Word 2007 and later), WordprocessingML of Word 2003, and other XML.

A flat package is packed and read as any .docx. The 2003 format names nearly everything as the later one does, in
another namespace: it is translated and then read by the same walk. XML that nobody here knows is never text.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree

from indexer.errors import ReadError
from indexer.model import Block, Enclosure
from indexer.readers import docx, limits
from indexer.readers.docx_styles import W
from indexer.readers.package import DAMAGED, HOSTILE, parse_xml

_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_W2003 = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_AML = "{http://schemas.microsoft.com/aml/2001/core}"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

_SNIFFED_BYTES = 8_000
_TAIL_BYTES = 400
_BEFORE_ROOT = (("<?", ">"), ("<!--", "-->"), ("<!DOCTYPE", ">"))
"""How what may stand before the outermost element begins and ends; one after the other, so that no text costs more."""
_OPENING = re.compile(r"<((?:[\w.-]{1,60}:)?([\w.-]{1,60}))")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be"),
)  # fmt: skip
_WEB_ROOTS = frozenset(
    "html frameset head body title meta style div p span font center table ul ol h1 h2 h3 h4 h5 h6 br b i".split()
)
_KNOWN = {
    "Workbook": "Это таблица Excel в виде XML: скопируйте её текст в документ Word и сохраните как .docx.",
    "presentation": "Это презентация: сохраните её текст в документе Word (.docx).",
    "svg": "Это рисунок, а не документ: распознайте на нём текст и сохраните как .docx.",
}
UNKNOWN = "Это файл XML другой программы{root}, а не документ: сохраните его текст как .docx."


def sniff_flat(data: bytes) -> bool:
    """A whole package in one file."""
    return root_name(data) == "package" and b"office/2006/xmlPackage" in _plain(data[:_SNIFFED_BYTES])


def sniff_2003(data: bytes) -> bool:
    """«Документ Word 2003 XML»."""
    return root_name(data) == "wordDocument" and b"word/2003/wordml" in _plain(data[:_SNIFFED_BYTES])


def sniff_other(data: bytes) -> bool:
    """Any other XML that is no web page."""
    head = _head(data)
    declared = head.lstrip().startswith(("<?xml ", "<?xml\t", "<?xml\r", "<?xml\n"))
    found = _root(head)
    if found is None:
        return declared and "<html" not in head.lower()
    if found[2].lower() in _WEB_ROOTS:
        return False
    # Without a declaration it is XML if what is opened first is closed last.
    closed = _plain(data[-_TAIL_BYTES:]).rstrip().endswith(f"</{found[1]}>".encode("latin-1", "replace"))
    return declared or found[2] in _KNOWN or closed


def root_name(data: bytes) -> str | None:
    """The name of the outermost element, without its prefix; ``None`` where the content does not begin like XML."""
    found = _root(_head(data))
    return found[2] if found else None


def _root(head: str) -> re.Match[str] | None:
    """The opening of the outermost element, ``None`` where something else than XML comes first."""
    place = len(head) - len(head.lstrip())
    while True:
        ending = next((end for begin, end in _BEFORE_ROOT if head.startswith(begin, place)), None)
        if ending is None:
            return _OPENING.match(head, place)
        if ending == ">" and "[" in head[place : head.find(">", place)]:
            ending = "]>"  # a document type with definitions of its own
        end = head.find(ending, place)
        if end < 0:
            return None
        place = end + len(ending)
        place += len(head) - place - len(head[place:].lstrip())


def _head(data: bytes) -> str:
    """The beginning, as far as ASCII letters go."""
    head = data[:_SNIFFED_BYTES]
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return head.decode(encoding, "replace").lstrip("\ufeff")
    return head.decode("latin-1")


def _plain(head: bytes) -> bytes:
    """The beginning without the zeros of UTF-16."""
    return head.replace(b"\x00", b"")


def read_other(data: bytes) -> Iterator[Block]:
    """Never comes back: raises ``ReadError`` with what the file is."""
    root = root_name(data) or "?"
    raise ReadError(_KNOWN.get(root) or UNKNOWN.format(root=f" («{root}»)" if root.isascii() and root != "?" else ""))


def read_flat(data: bytes) -> Iterator[Block | Enclosure]:
    """The blocks of a flat package; raises as ``docx.read`` does."""
    target = io.BytesIO()
    size = 0
    with zipfile.ZipFile(target, "w") as package:
        for part in parse_xml(data, large=True).iterfind(f"{_PKG}part"):
            content = _content(part)
            size += len(content)
            if size > limits.MAX_EXPANDED_BYTES:
                raise ReadError(HOSTILE)
            package.writestr((part.get(f"{_PKG}name") or "part").lstrip("/"), content)
    return docx.read(target.getvalue())


def _content(part: etree._Element) -> bytes:
    """The bytes of one part: XML as it stands, anything else in base64."""
    inner = part.find(f"{_PKG}xmlData")
    if inner is not None:
        root = next((child for child in inner if isinstance(child.tag, str)), None)
        return b"" if root is None else etree.tostring(root, encoding="utf-8", xml_declaration=True)
    try:
        return base64.b64decode(part.findtext(f"{_PKG}binaryData") or "")
    except (binascii.Error, ValueError):
        return b""


def read_2003(data: bytes) -> Iterator[Block | Enclosure]:
    """The blocks of a document of Word 2003's XML, read as a package; raises as ``docx.read`` does."""
    root = _translated(parse_xml(data, large=True))
    body = root.find(f"{W}body")
    if body is None:
        raise ReadError(DAMAGED)
    heads = [element for name in ("hdr", "ftr") for element in body.iter(f"{W}{name}")]
    parts: dict[str, bytes] = {}
    for number, element in enumerate(heads):
        parts[f"word/head{number}.xml"] = etree.tostring(element, encoding="utf-8", with_tail=False)
        if (parent := element.getparent()) is not None:
            parent.remove(element)
    parts["word/document.xml"] = _wrapped("document", body)
    for name, kind in (("styles", "styles"), ("lists", "numbering")):
        found = root.find(f"{W}{name}")
        if found is not None:
            found.tag = f"{W}{kind}"
            parts[f"word/{kind}.xml"] = etree.tostring(found, encoding="utf-8")
    relations = "".join(
        f'<Relationship Id="h{number}" Type="{_OFFICE_RELATIONS}/header" Target="head{number}.xml"/>'
        for number in range(len(heads))
    )
    parts["word/_rels/document.xml.rels"] = f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>'.encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for part, content in parts.items():
            package.writestr(part, content)
    return docx.read(target.getvalue())


def _wrapped(name: str, body: etree._Element) -> bytes:
    """The body in the document's root element; its sections' headers go elsewhere."""
    root = etree.Element(f"{W}{name}", nsmap={"w": W.strip("{}")})
    root.append(body)
    return etree.tostring(root, encoding="utf-8")


_RENAMED = {"listDef": "abstractNum", "list": "num", "nfc": "numFmt", "listPr": "numPr", "ilst": "abstractNumId",
    "styleLink": "numStyleLink"}  # fmt: skip
_ATTRIBUTES = {"h-ansi": "hAnsi", "fareast": "eastAsia", "drop-cap": "dropCap"}
_ANNOTATIONS = {"Word.Deletion": "del", "Word.Insertion": "ins"}
_COMMENT = "Word.Comment"
_FORMATS = {"0": "decimal", "1": "upperRoman", "2": "lowerRoman", "3": "upperLetter", "4": "lowerLetter",
    "22": "decimalZero", "23": "bullet", "58": "russianLower", "59": "russianUpper", "255": "none"}  # fmt: skip


def _translated(root: etree._Element) -> etree._Element:
    """The tree with the names of the later format; comments, which the later keeps elsewhere, are taken out."""
    comments = [found for found in root.iter(f"{_AML}annotation") if found.get(f"{_W2003}type") == _COMMENT]
    for comment in comments:
        if (parent := comment.getparent()) is not None:
            parent.remove(comment)
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag.startswith(_W2003):
            name = element.tag.removeprefix(_W2003)
            element.tag = f"{W}{_RENAMED.get(name, name)}"
        for key in map(str, list(element.attrib)):
            if key.startswith(_W2003):
                name = key.removeprefix(_W2003)
                element.set(f"{W}{_ATTRIBUTES.get(name, name)}", element.attrib.pop(key))
        _translate_values(element)
    return root


def _translate_values(element: etree._Element) -> None:
    """What the earlier format says in another way: changes of the text, numbers for list formats, ids of lists."""
    if element.tag == f"{_AML}annotation" and (kind := _ANNOTATIONS.get(element.get(f"{W}type") or "")):
        element.tag = f"{W}{kind}"
    elif element.tag == f"{W}numFmt":
        element.set(f"{W}val", _FORMATS.get(element.get(f"{W}val") or "", "decimal"))
    elif element.tag == f"{W}abstractNum":
        element.set(f"{W}abstractNumId", element.get(f"{W}listDefId") or "")
    elif element.tag == f"{W}num":
        element.set(f"{W}numId", element.get(f"{W}ilfo") or "")
    elif element.tag == f"{W}numPr":
        for child in element:
            if child.tag == f"{_W2003}ilfo":
                child.tag = f"{W}numId"
