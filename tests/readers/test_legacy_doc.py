"""Word 97–2003: through LibreOffice, through antiword, with neither, and with a program that never ends."""

import os
import stat
import subprocess
import sys
import time
from functools import cache
from pathlib import Path

import pytest

from indexer.errors import MissingToolError, ReadError
from indexer.readers import legacy_doc, limits, read_blocks

from .making import converted, docx_of, lines, needed
from .test_docx import abstract, level, listed, paragraph, used

ANSWER = " ".join(["Отремонтированы дороги и мосты."] * 60)
"""Long enough for antiword, which refuses very short texts."""


@cache
def report() -> bytes:
    """A .doc with an automatic number."""
    body = [paragraph("ОМСК"), listed("Что удалось сделать в 2021 году?"), paragraph(ANSWER)]
    levels = abstract(level(0, "decimal", "%1."))
    return converted(docx_of(*body, numbering=[levels, used()]), "docx", "doc:MS Word 97")


def test_by_libreoffice() -> None:
    assert lines(report()) == ["ОМСК", "[1.] Что удалось сделать в 2021 году?", ANSWER]


def test_by_antiword(monkeypatch: pytest.MonkeyPatch) -> None:
    needed("antiword")
    data = report()
    monkeypatch.setattr(legacy_doc, "find_office", lambda: None)
    # antiword knows the automatic numbers only of documents that Word itself has saved
    assert lines(data) == ["ОМСК", "Что удалось сделать в 2021 году?", ANSWER]


def test_with_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    data = report()
    monkeypatch.setattr(legacy_doc, "_OFFICE_FOLDERS", ())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(MissingToolError, match="LibreOffice"):
        read_blocks(data, "отчёт.doc")


@pytest.mark.skipif(sys.platform == "win32", reason="программа-подставка написана для оболочки Unix")
def test_a_conversion_that_never_ends_is_ended_with_all_it_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = report()
    child = tmp_path / "child"
    office = tmp_path / "soffice"
    office.write_text(f"#!/bin/sh\nsleep 300 &\necho $! > {child}\nwait\n", encoding="utf-8")
    office.chmod(office.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(limits, "CONVERSION_SECONDS", 1)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin")
    monkeypatch.setattr(legacy_doc.shutil, "which", lambda name: str(office) if name == "soffice" else None)
    started = time.monotonic()
    with pytest.raises(ReadError, match="за отведённое время"):
        read_blocks(data, "отчёт.doc")
    assert time.monotonic() - started < 10
    assert _is_gone(child.read_text(encoding="utf-8").strip())


def _is_gone(pid: str) -> bool:
    """The process ends within two seconds."""
    for _ in range(20):
        state = subprocess.run(["ps", "-o", "stat=", "-p", pid], capture_output=True, text=True, check=False).stdout
        if not state.strip() or state.strip().startswith("Z"):
            return True
        time.sleep(0.1)
    return False
