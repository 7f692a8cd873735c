"""Documents that are zip packages of XML parts (docx, odt): opened with limits, parsed without entities or network."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from indexer.errors import ReadError
from indexer.readers import limits

DAMAGED = "Файл повреждён: откройте его в Word или LibreOffice и сохраните заново."
HOSTILE = "Файл при распаковке становится подозрительно большим (признак «zip-бомбы»), поэтому не прочитан."
ENCRYPTED = "Файл защищён паролем: снимите защиту и сохраните его заново."

_ENCRYPTED_FLAG = 0x1
_CHUNK = 1 << 20

_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAMES = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
)
"""ISO's strict names of the namespaces, which «Документ Word (строгий Open XML)» uses, and the usual ones."""


def names_of(data: bytes) -> list[str]:
    """The member names of a zip file, ``[]`` where ``data`` is none or is damaged."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError):
        return []


def open_package(data: bytes) -> zipfile.ZipFile:
    """The package, its size as declared checked. Raises ``ReadError`` for a damaged, encrypted or exploding one."""
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as fault:
        raise ReadError(DAMAGED) from fault
    members = package.infolist()
    if len(members) > limits.MAX_PARTS or sum(member.file_size for member in members) > limits.MAX_EXPANDED_BYTES:
        raise ReadError(HOSTILE)
    return package


def read_member(package: zipfile.ZipFile, member: zipfile.ZipInfo, limit: int = limits.MAX_PART_BYTES) -> bytes:
    """The content of ``member``, unpacked piece by piece so that a lie about its size is noticed in time.

    Raises ``ReadError`` for a damaged, encrypted or exploding member.
    """
    if member.flag_bits & _ENCRYPTED_FLAG:
        raise ReadError(ENCRYPTED)
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


def read_part(package: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of the part ``name``, ``None`` where the package has none; raises as ``read_member`` does."""
    try:
        member = package.getinfo(name)
    except KeyError:
        return None
    return read_member(package, member)


def parse_part(package: zipfile.ZipFile, name: str) -> etree._Element | None:
    """The root element of the XML part ``name``, ``None`` where the package has none; raises ``ReadError``."""
    content = read_part(package, name)
    return None if content is None else parse_xml(content)


def parse_xml(content: bytes) -> etree._Element:
    """The root element. Raises ``ReadError`` for broken XML, for any DOCTYPE and for trees too deep to be honest."""
    if _STRICT in content:
        for strict, usual in _STRICT_NAMES:
            content = content.replace(strict, usual)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise ReadError(DAMAGED) from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise ReadError(
            "В файле есть описание типа (DOCTYPE), которого в документах не бывает, поэтому он не прочитан."
        )
    return root
