"""Documents that are zip packages of XML parts (docx, odt): opened with limits, parsed without entities or network."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from lxml import etree

from indexer.errors import ReadError
from indexer.readers import limits

DAMAGED = (
    "Документ повреждён (возможно, скопирован не полностью): откройте его в Word или LibreOffice и сохраните заново."
)
HOSTILE = "Файл при распаковке становится подозрительно большим (признак «zip-бомбы»), поэтому не прочитан."
ENCRYPTED = "Файл защищён паролем: снимите защиту и сохраните его заново."

_DOCTYPE = "В файле есть описание типа (DOCTYPE), которого в документах не бывает, поэтому он не прочитан."
_FAULTS = (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError, struct.error, IndexError)
_ENCRYPTED_FLAG = 0x1
_CHUNK = 1 << 20
_MIMETYPE_BYTES = 200

READABLE = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA})
METHODS = {
    1: "Shrink", 2: "Reduce", 3: "Reduce", 4: "Reduce", 5: "Reduce", 6: "Implode", 9: "Deflate64",
    10: "PKWARE Implode", 12: "BZip2", 14: "LZMA", 19: "LZ77", 20: "Zstandard",
    93: "Zstandard", 94: "MP3", 95: "XZ", 96: "JPEG", 97: "WavPack",
    98: "PPMd", 99: "AES",
}  # fmt: skip
"""Methods of compression by their number in the header (APPNOTE.TXT 4.4.5)."""
_AES = 99

_STRICT = b"http://purl.oclc.org/ooxml/"
_USUAL = b"http://schemas.openxmlformats.org/"
_STRICT_NAMES = tuple(
    (_STRICT + strict, _USUAL + usual)
    for strict, usual in (
        (b"wordprocessingml/main", b"wordprocessingml/2006/main"),
        (b"officeDocument/math", b"officeDocument/2006/math"),
        (b"officeDocument/relationships", b"officeDocument/2006/relationships"),
        (b"drawingml/wordprocessingDrawing", b"drawingml/2006/wordprocessingDrawing"),
        (b"drawingml/main", b"drawingml/2006/main"),
        (b"drawingml/diagram", b"drawingml/2006/diagram"),
    )
)
"""ISO's strict names of the namespaces, which «Документ Word (строгий Open XML)» uses, and the usual ones."""

_WIDE = {b"\xff\xfe": "utf-16-le", b"<\x00": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\x00<": "utf-16-be"}
"""UTF-16 by how a part in it begins."""

_ROOT_PARTS = ("[content_types].xml", "meta-inf/manifest.xml")
"""Parts that stand in the root of every document; what else stands there differs."""
_MOST_FOLDERS = 4
"""Folders within one another in which a document is packed anew."""
_FIRST_PARTS = re.compile(rb"(?:\[Content_Types\]|_rels/|docProps/|customXml/|word/|xl/|ppt/|mimetype$)", re.IGNORECASE)
_LOCAL_HEADER = re.compile(rb"PK\x03\x04.{22}(..)..", re.DOTALL)
_MAX_RUIN_NAMES = 200


class Package(zipfile.ZipFile):
    """A document's zip file, whose parts are found whatever the packer made of their names.

    Some write «word\\document.xml» or other cases of letters; people unpack a document, change something and pack
    the folder instead of what is in it.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(io.BytesIO(data))
        members = [member for member in self.infolist() if not member.is_dir()]
        root = _root([_slashed(member) for member in members])
        self._parts: dict[str, zipfile.ZipInfo] = {}
        self.part_names: list[str] = []
        for member in members:
            name = _slashed(member).removeprefix(root)
            self.part_names.append(name)
            self._parts.setdefault(name.lower(), member)

    def part(self, name: str) -> zipfile.ZipInfo | None:
        """The member that holds the part ``name``, ``None`` where there is none."""
        return self._parts.get(name.lstrip("/").lower())


def _slashed(member: zipfile.ZipInfo) -> str:
    """The member's name with ``/``, relative."""
    return member.filename.replace("\\", "/").removeprefix("./").lstrip("/")


def _root(names: list[str]) -> str:
    """The folder, with ``/``, in which the whole document stands; ``""`` for none, as it should be."""
    own = [name for name in names if not name.startswith("__MACOSX/")]
    for name in own:
        for part in _ROOT_PARTS:
            root = name[: -len(part)]
            deep = root.count("/")
            if name.lower().endswith("/" + part) and deep <= _MOST_FOLDERS and all(n.startswith(root) for n in own):
                return root
    return ""


def names_of(data: bytes) -> list[str]:
    """The part names of a zip file, those still seen where a document is damaged; ``[]`` where ``data`` is none."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return []
    try:
        with Package(data) as package:
            return package.part_names
    except _FAULTS:
        return _names_in_ruin(data)


def calls_itself(data: bytes, mimetype: bytes) -> bool:
    """Whether a package of OpenDocument says so; repacked ones keep it in a compressed member or in the manifest."""
    if mimetype in data[:_MIMETYPE_BYTES]:
        return True
    if "content.xml" not in names_of(data):
        return False
    with open_package(data) as package:
        declared = read_part(package, "mimetype") or read_part(package, "META-INF/manifest.xml") or b""
    return mimetype in declared


def _names_in_ruin(data: bytes) -> list[str]:
    """The names of the local headers of a document cut short, ``[]`` where it looks like an archive of files."""
    names: list[bytes] = []
    for found in _LOCAL_HEADER.finditer(data):
        length = int.from_bytes(found[1], "little")
        names.append(data[found.end() : found.end() + length])
        if len(names) >= _MAX_RUIN_NAMES:
            break
    if not names or not _FIRST_PARTS.match(names[0]):
        return []
    return [name.decode("utf-8", "replace").replace("\\", "/") for name in names]


def open_package(data: bytes) -> Package:
    """The package, its size as declared checked. Raises ``ReadError`` for a damaged, encrypted or exploding one."""
    try:
        package = Package(data)
    except _FAULTS as fault:
        raise ReadError(DAMAGED) from fault
    members = package.infolist()
    if len(members) > limits.MAX_PARTS or sum(member.file_size for member in members) > limits.MAX_EXPANDED_BYTES:
        raise ReadError(HOSTILE)
    return package


def unreadable(method: int) -> str:
    """The sentence about a method of compression that is not at hand."""
    if method == _AES:
        return ENCRYPTED
    named = METHODS.get(method, f"№ {method}")
    return f"Файл сжат способом {named}, который здесь не распаковывается: упакуйте заново обычным способом (Deflate)."


def read_member(package: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int = limits.MAX_PART_BYTES) -> bytes:
    """The content of ``member``, unpacked piece by piece so that a lie about its size is noticed in time.

    Raises ``ReadError`` for a damaged, encrypted or exploding member.
    """
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise ReadError(ENCRYPTED)
    if member.compress_type not in READABLE:
        raise ReadError(unreadable(member.compress_type))
    if is_bomb(member.file_size, member.compress_size, limit):
        raise ReadError(HOSTILE)
    content = bytearray()
    try:
        with package.open(member) as stream:
            while piece := stream.read(_CHUNK):
                content += piece
                if is_bomb(len(content), member.compress_size, limit):
                    raise ReadError(HOSTILE)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise ReadError(DAMAGED) from fault
    return bytes(content)


def is_bomb(expanded: int, packed: int, limit: int) -> bool:
    """Too large, or unpacked to far more than a text would."""
    if expanded > limit:
        return True
    return expanded > limits.RATIO_FLOOR_BYTES and expanded > packed * limits.MAX_RATIO


def read_part(package: Package, name: str) -> bytes | None:
    """The bytes of the part ``name``, ``None`` where the package has none; raises as ``read_member`` does."""
    member = package.part(name)
    return None if member is None else read_member(package, member)


def parse_part(package: Package, name: str) -> etree._Element | None:
    """The root element of the XML part ``name``, ``None`` where the package has none; raises ``ReadError``."""
    content = read_part(package, name)
    return None if content is None else parse_xml(content)


def _with_usual_names(content: bytes) -> bytes:
    """The part with the usual names of namespaces for the strict ones, in whichever encoding it is written."""
    encoding = _WIDE.get(content[:2], "ascii")
    if _STRICT.decode().encode(encoding) not in content:
        return content
    for strict, usual in _STRICT_NAMES:
        content = content.replace(strict.decode().encode(encoding), usual.decode().encode(encoding))
    return content


def parse_xml(content: bytes, *, large: bool = False) -> etree._Element:
    """The root element. Raises ``ReadError`` for broken XML, for any DOCTYPE and for trees too deep to be honest.

    ``large``: it is a whole document in one file, whose pictures are texts of many megabytes.
    """
    if large and b"<!ENTITY" in content.replace(b"\x00", b""):
        raise ReadError(_DOCTYPE)
    content = _with_usual_names(content)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=large, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise ReadError(DAMAGED) from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReadError(_DOCTYPE)
    return root
