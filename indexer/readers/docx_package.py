"""The parts of a Word package: which is the document, what it refers to, what is enclosed in it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from indexer.errors import ReadError
from indexer.model import Enclosure
from indexer.readers import ole
from indexer.readers.package import Package, names_of, open_package, parse_part, read_part

_MAIN = "word/document.xml"
_TYPES = "[Content_Types].xml"
_MAIN_TYPES = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml",
    "ms-word.document.macroEnabled.main+xml", "ms-word.template.macroEnabledTemplate.main+xml")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Relation:
    """What the document refers to by an id: the last word of its type, the part, ``None`` for what is outside."""

    kind: str
    part: str | None


class Parts:
    """An opened package seen from its main part."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.main = _main_part(package)
        self._folder, name = posixpath.split(self.main)
        relations = parse_part(package, f"{self._folder}/_rels/{name}.rels")
        self.relations: dict[str, Relation] = {}
        for relation in () if relations is None else relations:
            self.relations[relation.get("Id") or ""] = self._relation(relation)

    def _relation(self, element: etree._Element) -> Relation:
        """A ``Relationship`` as data."""
        kind = (element.get("Type") or "").rsplit("/", 1)[-1]
        if element.get("TargetMode") == "External":
            return Relation(kind, None)
        target = (element.get("Target") or "").replace("\\", "/")
        return Relation(kind, posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/"))

    def document(self) -> etree._Element | None:
        """The root of the main part."""
        return parse_part(self._package, self.main)

    def root(self, kind: str) -> etree._Element | None:
        """The root of the first part of this kind that belongs to the main one, ``None`` where there is none."""
        part = next((relation.part for relation in self.relations.values() if relation.kind == kind), None)
        return parse_part(self._package, part or f"{self._folder}/{kind}.xml")

    def roots(self, *kinds: str) -> Iterator[etree._Element]:
        """The roots of all parts of these kinds, each once; a damaged one is passed over."""
        for part in dict.fromkeys(relation.part for relation in self.relations.values() if relation.kind in kinds):
            try:
                root = parse_part(self._package, part) if part else None
            except ReadError:
                continue
            if root is not None:
                yield root

    def related(self, relation_id: str | None) -> etree._Element | None:
        """The root of the part with this id, ``None`` where there is none."""
        relation = self.relations.get(relation_id or "")
        return parse_part(self._package, relation.part) if relation and relation.part else None

    def enclosure(self, relation_id: str | None) -> Enclosure | None:
        """The part with this id as it was before it was enclosed, ``None`` where it is not in the package."""
        relation = self.relations.get(relation_id or "")
        data = read_part(self._package, relation.part) if relation and relation.part else None
        if relation is None or relation.part is None or data is None:
            return None
        return unwrapped(Enclosure(posixpath.basename(relation.part), data))


def has_document(data: bytes) -> bool:
    """A zip package with a Word document in it, wherever it stands and however its names are written."""
    names = [name.lower() for name in names_of(data)]
    if any(name.startswith("word/document") and name.endswith(".xml") for name in names):
        return True
    if _TYPES.lower() not in names:
        # Cut short: the parts that are left tell what it was.
        return bool(names) and "content.xml" not in names and any(name.startswith("word/") for name in names)
    try:
        with open_package(data) as package:
            types = read_part(package, _TYPES) or b""
    except ReadError:
        return not any(name.startswith(("xl/", "ppt/")) for name in names)
    return any(kind.encode() in types for kind in _MAIN_TYPES)


def _main_part(package: Package) -> str:
    """The name of the part that the package calls its document, in its relations or by its type."""
    relations = parse_part(package, "_rels/.rels")
    for relation in () if relations is None else relations:
        target = (relation.get("Target") or "").replace("\\", "/").removeprefix("./").lstrip("/")
        if (relation.get("Type") or "").endswith("/officeDocument") and package.part(target):
            return target
    types = parse_part(package, _TYPES)
    for override in () if types is None else types:
        if (override.get("ContentType") or "").endswith(_MAIN_TYPES):
            return (override.get("PartName") or _MAIN).lstrip("/")
    return _MAIN


def unwrapped(enclosure: Enclosure) -> Enclosure:
    """What an OLE object carries: a package, a file with its name, or itself, if it is an old document."""
    data = enclosure.data
    if not data.startswith(ole.SIGNATURE) or ole.has_stream(data, "WordDocument"):
        return enclosure
    for name in ("Package", "CONTENTS", "EmbeddedOdf"):
        content = ole.stream(data, name)
        if content:
            return Enclosure(enclosure.name, content)
    native = ole.stream(data, "\x01Ole10Native")
    return _native(native) or enclosure if native else enclosure


def _native(stream: bytes) -> Enclosure | None:
    """The file in an «Ole10Native» stream: size, flags, label and path ended by zeros, more of it, size, bytes.

    Source: [MS-OLEDS] 2.3.6 and what Windows' packager writes.
    """
    label, _, rest = stream[6:].partition(b"\x00")
    _, _, rest = rest.partition(b"\x00")
    length = int.from_bytes(rest[4:8], "little")
    rest = rest[8 + length :]
    size = int.from_bytes(rest[:4], "little")
    content = rest[4 : 4 + size]
    if not content:
        return None
    name = label.decode("cp1251", "replace").replace("\\", "/").rsplit("/", 1)[-1]
    return Enclosure(name or "файл", content)
