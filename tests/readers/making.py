"""Documents for the tests, made with the tools that offices use: python-docx, LibreOffice, reportlab, zipfile."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as DocxDocument
from docx.oxml import parse_xml

from indexer.model import Block
from indexer.readers import read_blocks

W_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def saved(document: DocxDocument) -> bytes:
    """The document as the bytes of a .docx file."""
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def xml(fragment: str) -> object:
    """The element of a fragment whose outermost tag has a ``%`` where the namespaces belong."""
    return parse_xml(fragment.replace("%", W_NAMES, 1))


def docx_of(*fragments: str, numbering: Sequence[str] = (), styles: Sequence[str] = ()) -> bytes:
    """A Word document with these fragments as its body, besides additional list and style definitions."""
    document = Document()
    body = document.element.body
    for fragment in fragments:
        body.insert(len(body) - 1, xml(fragment))
    lists = document.part.numbering_part.element
    for definition in numbering:
        element = xml(definition)
        if element.tag.endswith("abstractNum"):  # type: ignore[attr-defined]
            lists.insert(0, element)
        else:
            lists.append(element)
    for definition in styles:
        document.styles.element.append(xml(definition))
    return saved(document)


def with_parts(package: bytes, change: Callable[[str, bytes], bytes], more: Iterable[tuple[str, str]] = ()) -> bytes:
    """The zip package with every part passed through ``change`` and ``more`` parts added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as result:
        for name in source.namelist():
            result.writestr(name, change(name, source.read(name)))
        for name, content in more:
            result.writestr(name, content)
    return target.getvalue()


def zipped(members: Iterable[tuple[str | zipfile.ZipInfo, bytes]]) -> bytes:
    """A zip archive of these members."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content, compress_type=zipfile.ZIP_DEFLATED)
    return target.getvalue()


def needed(*programs: str) -> str:
    """The path of the first installed of these programs; without any the test is skipped, but fails on CI."""
    for program in programs:
        found = shutil.which(program)
        if found:
            return found
    reason = f"не установлено: {programs[0]}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def converted(data: bytes, source: str, target: str) -> bytes:
    """The document in another format, by LibreOffice; ``target`` may carry the filter: «doc:MS Word 97»."""
    office = needed("soffice", "libreoffice")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / f"report.{source}").write_bytes(data)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", target, "--outdir", name, f"report.{source}"]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
        return (folder / f"report.{target.split(':')[0]}").read_bytes()


def lines(data: bytes, name: str = "отчёт") -> list[str]:
    """The blocks as printed, in short: «# » per heading level, «! » for emphasis, «~ » for a line that wraps."""
    return [shown(block) for block in read_blocks(data, name)]


def shown(block: Block) -> str:
    """A block as one line."""
    signs = "#" * block.heading + "!" * block.emphasis + "~" * block.wraps
    text = " ¦ ".join(block.cells) if block.cells else block.text
    return " ".join(part for part in (signs, f"[{block.marker}]" if block.marker else "", text) if part)
