"""What a PDF file says of itself as a whole: attachments, a form or portfolio behind a placeholder, layers off."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf

from indexer.readers import limits

_MAX_ATTACHMENTS = 100
_SHOWN_TEXT = {"Tj", "TJ", "Do", "INLINE IMAGE", "sh"}
_NEXT_LINE_TEXT = {"'", '"'}
_PAINTED = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*"}
_MAX_NESTING = 12
_WHOLE_LENGTH = re.compile(rb"/Linearized\b[^<>]*?/L\s+(\d{1,12})\b")
"""What a file made for viewing as it comes says of its own length, at its very beginning."""
_EDGE_BYTES = 1_024


@dataclass(frozen=True, slots=True)
class Catalog:
    """The file as a whole."""

    data: bytes
    """The file, without the layers that are switched off."""
    attachments: tuple[tuple[str, bytes], ...] = ()
    is_portfolio: bool = False
    has_xfa: bool = False
    is_wrapper: bool = False
    """The real document is an encrypted attachment."""


def catalog_of(data: bytes) -> Catalog:
    """The catalog; of a file that cannot be opened this way nothing is known but its bytes."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _catalog(pdf, data)
    except (pikepdf.PdfError, pikepdf.PasswordError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        return Catalog(data)


def is_cut(data: bytes) -> bool:
    """The end of the file is cut off, although its first pages can be found without it."""
    found = _WHOLE_LENGTH.search(data[:_EDGE_BYTES])
    return found is not None and int(found[1]) > len(data) and b"%%EOF" not in data[-_EDGE_BYTES:]


def _catalog(pdf: pikepdf.Pdf, data: bytes) -> Catalog:
    root = pdf.Root
    form = root.get("/AcroForm")
    layers = _Layers(root.get("/OCProperties"))
    return Catalog(
        _without_hidden(pdf, layers) if layers.hidden else data,
        tuple(_attachments(pdf)),
        "/Collection" in root,
        form is not None and "/XFA" in form,
        any(str(spec.get("/AFRelationship", "")) == "/EncryptedPayload" for spec in root.get("/AF", [])),
    )


def _attachments(pdf: pikepdf.Pdf) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the attached files."""
    left = limits.MAX_EXPANDED_BYTES
    for number, (key, spec) in enumerate(pdf.attachments.items()):
        if number >= _MAX_ATTACHMENTS:
            return
        content = bytes(spec.get_file().read_bytes())
        left -= len(content)
        if left < 0:
            return
        yield (spec.filename or key).replace("\\", "/").rpartition("/")[2] or key, content


class _Layers:
    """Which layers are switched off."""

    def __init__(self, properties: Any) -> None:
        self.hidden: set[tuple[int, int]] = set()
        if properties is None:
            return
        groups = list(properties.get("/OCGs", []))
        default = properties.get("/D", pikepdf.Dictionary())
        if str(default.get("/BaseState", "")) == "/OFF":
            self.hidden = _identities(groups) - _identities(default.get("/ON", []))
        self.hidden |= _identities(default.get("/OFF", []))

    def hide(self, layer: Any) -> bool:
        """What belongs to this layer, or to this choice of layers, is not shown."""
        if layer is None or not isinstance(layer, pikepdf.Dictionary):
            return False
        if str(layer.get("/Type", "")) != "/OCMD":
            return layer.objgen in self.hidden
        named: Any = layer.get("/OCGs", [])
        groups: list[Any] = [named] if isinstance(named, pikepdf.Dictionary) else list(named)
        off = [group.objgen in self.hidden for group in groups]
        shown = {
            "/AllOn": not any(off),
            "/AnyOff": any(off),
            "/AllOff": all(off),
        }.get(str(layer.get("/P", "/AnyOn")), not all(off))
        return bool(off) and not shown


def _identities(groups: Iterable[Any]) -> set[tuple[int, int]]:
    return {group.objgen for group in groups}


def _without_hidden(pdf: pikepdf.Pdf, layers: _Layers) -> bytes:
    """The file with nothing on its pages that belongs to a hidden layer."""
    seen: set[tuple[int, int]] = set()
    for page in pdf.pages:
        resources = page.get("/Resources", pikepdf.Dictionary())
        page.Contents = pdf.make_stream(_shown(page, resources, layers))
        _clean_forms(resources, layers, seen, 0)
        if "/Annots" in page:
            kept = [note for note in page.Annots if not layers.hide(note.get("/OC"))]
            page.Annots = pikepdf.Array(kept)
    target = io.BytesIO()
    pdf.save(target)
    return target.getvalue()


def _clean_forms(resources: Any, layers: _Layers, seen: set[tuple[int, int]], depth: int) -> None:
    """The same within the drawings that a page is put together from."""
    drawings = resources.get("/XObject", pikepdf.Dictionary())
    for name in list(drawings.keys()):
        drawing = drawings[name]
        if layers.hide(drawing.get("/OC")):
            del drawings[name]
        elif str(drawing.get("/Subtype", "")) == "/Form" and drawing.objgen not in seen and depth < _MAX_NESTING:
            seen.add(drawing.objgen)
            inner = drawing.get("/Resources", resources)
            drawing.write(_shown(drawing, inner, layers))
            _clean_forms(inner, layers, seen, depth + 1)


def _shown(content: Any, resources: Any, layers: _Layers) -> bytes:
    """The instructions without those that show something of a hidden layer; what they set stays set."""
    properties = resources.get("/Properties", pikepdf.Dictionary())
    kept: list[Any] = []
    hidden: list[bool] = []
    for instruction in pikepdf.parse_content_stream(content):
        operator = str(instruction.operator)
        if operator in ("BDC", "BMC"):
            hidden.append((hidden[-1] if hidden else False) or _is_hidden(instruction.operands, properties, layers))
        elif operator == "EMC" and hidden:
            hidden.pop()
        if not hidden or not hidden[-1]:
            kept.append(instruction)
        elif operator in _PAINTED:
            kept.append(([], pikepdf.Operator("n")))
        elif operator in _NEXT_LINE_TEXT:
            kept.append(([], pikepdf.Operator("T*")))
        elif operator not in _SHOWN_TEXT:
            kept.append(instruction)
    return bytes(pikepdf.unparse_content_stream(kept))


def _is_hidden(operands: Any, properties: Any, layers: _Layers) -> bool:
    """The marked part begins a hidden layer."""
    if len(operands) < 2 or str(operands[0]) != "/OC":
        return False
    return layers.hide(properties.get(str(operands[1])))
