"""Word 97–2003 documents (.doc): converted by LibreOffice and read as .docx; antiword where LibreOffice is missing.

LibreOffice runs without a window, with a profile of its own that forbids macros and updates of links, and for a
limited time; the whole process group ends with it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from indexer.errors import EmptyFileError, MissingToolError, ReadError
from indexer.model import Block
from indexer.readers import docx, limits, text
from indexer.readers.memory import without_memory_limit

OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_OFFICE_NAMES = ("soffice", "libreoffice", "soffice.exe")
_OFFICE_FOLDERS = (
    Path("C:/Program Files/LibreOffice/program"),
    Path("C:/Program Files (x86)/LibreOffice/program"),
    Path("/Applications/LibreOffice.app/Contents/MacOS"),
)
"""Where LibreOffice is when it is not on the search path."""

_NOT_INSTALLED = (
    "Для документов Word 97–2003 (.doc) нужна программа LibreOffice (или antiword), а её нет: "
    "установите её или сохраните файл как .docx."
)
_TOO_LONG = "Документ Word 97–2003 не удалось преобразовать за отведённое время: сохраните его как .docx."
_FAILED = "Документ Word 97–2003 не удалось преобразовать: откройте его в Word и сохраните как .docx."
_PROTECTED = "Файл защищён паролем: снимите защиту и сохраните его заново."

_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""
"""Macro security «very high», macros and active content off, links never updated."""

_STREAM_NAMES_BYTES = 4 * limits.MEBIBYTE
_FIB_ENCRYPTED = 0x0100
_FIB_SIGNATURE = b"\xec\xa5"
_SECTOR = 512


def _utf16(name: str) -> bytes:
    """How a stream's name stands in the directory of an OLE file."""
    return name.encode("utf-16-le")


def sniff(data: bytes) -> bool:
    """An OLE file with the stream of a Word document."""
    return data.startswith(OLE_SIGNATURE) and has_stream(data, "WordDocument")


def has_stream(data: bytes, name: str) -> bool:
    """The OLE file seems to hold a stream of this name: its directory stands in the first or the last megabytes."""
    wanted = _utf16(name)
    return wanted in data[:_STREAM_NAMES_BYTES] or wanted in data[-_STREAM_NAMES_BYTES:]


def _is_protected(data: bytes) -> bool:
    """The head of the Word stream, which usually is the file's first sector, tells of encryption."""
    head = data[_SECTOR : _SECTOR + 12]
    return head.startswith(_FIB_SIGNATURE) and bool(int.from_bytes(head[10:12], "little") & _FIB_ENCRYPTED)


def read(data: bytes) -> Iterator[Block]:
    """The blocks of the converted document.

    Raises ``MissingToolError`` where no program can convert it and ``ReadError`` where none succeeds in time.
    """
    if _is_protected(data):
        raise ReadError(_PROTECTED)
    office, antiword = find_office(), shutil.which("antiword")
    if office is None and antiword is None:
        raise MissingToolError(_NOT_INSTALLED)
    try:
        if office is None:
            raise ReadError(_FAILED)
        yield from docx.read(_converted(office, data))
    except EmptyFileError:
        raise
    except ReadError:
        if antiword is None:
            raise
        yield from _by_antiword(antiword, data)


def find_office() -> str | None:
    """The path of LibreOffice's program, ``None`` where it is not installed."""
    for name in _OFFICE_NAMES:
        found = shutil.which(name)
        if found:
            return found
    candidates = (folder / name for folder in _OFFICE_FOLDERS for name in _OFFICE_NAMES)
    return next((str(path) for path in candidates if path.is_file()), None)


def _converted(office: str, data: bytes) -> bytes:
    """The document as .docx; raises ``ReadError`` where LibreOffice fails or takes too long."""
    with tempfile.TemporaryDirectory(prefix="doc-reader-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        profile = home / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        source, target = home / "report.doc", home / "out" / "report.docx"
        source.write_bytes(data)
        command = [
            office,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"),
            *("--infilter=MS Word 97", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(home / "out")),
            str(source),
        ]
        _run(command, home)
        if not target.is_file():
            raise ReadError(_FAILED)
        if target.stat().st_size > limits.MAX_FILE_BYTES:
            raise ReadError(_FAILED)
        return target.read_bytes()


def _by_antiword(antiword: str, data: bytes) -> Iterator[Block]:
    """The paragraphs as antiword prints them, one to a line."""
    with tempfile.TemporaryDirectory(prefix="doc-reader-", ignore_cleanup_errors=True) as folder:
        source = Path(folder) / "report.doc"
        source.write_bytes(data)
        printed = _run([antiword, "-m", "UTF-8.txt", "-w", "0", str(source)], Path(folder))
    if not printed.strip():
        raise ReadError(_FAILED)
    for block in text.blocks_of(printed.decode("utf-8", errors="replace")):
        yield replace(block, wraps=False)


def _run(command: Sequence[str], folder: Path) -> bytes:
    """What the program printed; raises ``ReadError`` where it does not end in time, after its whole group was ended."""
    own_group: dict[str, bool | int] = {"start_new_session": True}
    if sys.platform == "win32":
        own_group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    try:
        with without_memory_limit():
            process = subprocess.Popen(
                command,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "HOME": str(folder), "LC_ALL": "C.UTF-8"},
                **own_group,  # type: ignore[call-overload]
            )
    except OSError as fault:
        raise ReadError(_FAILED) from fault
    try:
        printed: bytes = process.communicate(timeout=limits.CONVERSION_SECONDS)[0]
    except subprocess.TimeoutExpired as fault:
        raise ReadError(_TOO_LONG) from fault
    finally:
        _end_group(process)
    return printed


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End the program and all that it started, whether it still runs or not."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(["taskkill", "/T", "/F", "/PID", str(process.pid)], check=False, capture_output=True)
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()
