"""LibreOffice and other programs run as converters: without a window, for a limited time, ended with all they started.

LibreOffice gets a profile of its own that forbids macros and updates of links.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from indexer.errors import ReadError
from indexer.readers import limits
from indexer.readers.memory import without_memory_limit
from indexer.readers.scratch import scratch

FAILED = "Документ Word 97–2003 не удалось преобразовать: откройте его в Word и сохраните как .docx."
_TOO_LONG = "Документ Word 97–2003 не удалось преобразовать за отведённое время: сохраните его как .docx."
_MORE_SECONDS = 5
"""For each further document of a call; measured: 0.2 each behind a start of 2 to 5."""

_OFFICE_NAMES = ("soffice", "libreoffice", "soffice.exe")
_OFFICE_FOLDERS = (
    Path("C:/Program Files/LibreOffice/program"),
    Path("C:/Program Files (x86)/LibreOffice/program"),
    Path("/Applications/LibreOffice.app/Contents/MacOS"),
)
"""Where LibreOffice is when it is not on the search path."""

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


def find_office() -> str | None:
    """The path of LibreOffice's program, ``None`` where it is not installed."""
    for name in _OFFICE_NAMES:
        found = shutil.which(name)
        if found:
            return found
    candidates = (folder / name for folder in _OFFICE_FOLDERS for name in _OFFICE_NAMES)
    return next((str(path) for path in candidates if path.is_file()), None)


def converted(office: str, documents: Sequence[bytes], import_filter: str) -> list[bytes | None]:
    """Each document as .docx, ``None`` for those that LibreOffice refuses, all in one call.

    ``import_filter`` is LibreOffice's name of their format. Raises ``ReadError`` where it takes too long.
    """
    with scratch() as home:
        profile = home / "profile" / "user"
        profile.mkdir(parents=True)
        (profile / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        sources = [home / f"report-{number}.doc" for number in range(len(documents))]
        for source, data in zip(sources, documents, strict=True):
            source.write_bytes(data)
        command = [
            office,
            f"-env:UserInstallation={(home / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"),
            *(f"--infilter={import_filter}", "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(home / "out")),
            *map(str, sources),
        ]
        run(command, home, limits.CONVERSION_SECONDS + _MORE_SECONDS * (len(documents) - 1))
        return [_result(home / "out" / f"{source.stem}.docx") for source in sources]


def _result(target: Path) -> bytes | None:
    """The converted document, ``None`` where there is none or it has become too large."""
    if not target.is_file() or target.stat().st_size > limits.MAX_FILE_BYTES:
        return None
    return target.read_bytes()


def run(command: Sequence[str], folder: Path, seconds: float) -> bytes:
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
        raise ReadError(FAILED) from fault
    try:
        printed: bytes = process.communicate(timeout=seconds)[0]
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
