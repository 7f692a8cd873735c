"""Writes the gold set: ``python -m tests.gold.build`` (needs LibreOffice, python-docx, reportlab, Pillow, DejaVu).

The files are kept in the repository, so that only who changes the sources needs those tools.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from .markup import MARKER, Answer, Expected, GoldFile, load_sources
from .paper import pdf_file, scan_file
from .plain import rtf_file, text_file
from .web import html_file
from .word import docx_file, same_zip

REPORTS = Path(__file__).parent.parent / "data" / "reports" / "archive"
EXPECTED = REPORTS.parent / "expected.json"

LONG_LETTERS = 1900
"""An answer of more letters than this has over 2,200 characters; parts are due after about 1,500."""

_BORDER = 40
"""Characters of an answer's beginning and end that are kept; enough to tell any two apart."""

_OFFICE_SECONDS = 300
_FILTERS = {"rtf": "rtf", "odt": "odt", "doc": "doc:MS Word 97", "pdf": "pdf"}


def build(folder: Path = REPORTS) -> dict[str, Any]:
    """Writes every file of the set into the folder, and ``expected.json``; returns what is expected."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    files = load_sources()
    for file in files:
        if "copy" not in file.options and not _by_office(file):
            _put(folder / file.path, _written(file))
    _put_by_office(folder, [file for file in files if _by_office(file)])
    for file in files:
        if "copy" in file.options:
            _put(folder / file.path, (folder / file.options["copy"]).read_bytes())
    expected = {file.path: expected_file(file) for file in files} | _put_unreadable(folder)
    text = json.dumps(dict(sorted(expected.items())), ensure_ascii=False, indent=1)
    EXPECTED.write_text(f"{text}\n", encoding="utf-8")
    return expected


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _by_office(file: GoldFile) -> bool:
    """Whether LibreOffice writes the file, out of a docx of ours."""
    if file.extension == "pdf":
        return file.option("via") == "lo"
    return file.extension in {"odt", "rtf", "doc"} and "via" not in file.options


def _written(file: GoldFile) -> bytes:
    form = file.option("via", file.extension)
    if form in {"html", "htm"}:
        return html_file(file)
    if form in {"rtf", "hand"}:
        return rtf_file(file)
    if form == "pdf":
        return pdf_file(file)
    return docx_file(file) if form == "docx" else text_file(file)


def _put_by_office(folder: Path, files: list[GoldFile]) -> None:
    groups: dict[str, list[GoldFile]] = defaultdict(list)
    for file in files:
        groups[file.extension].append(file)
    for extension, group in groups.items():
        with tempfile.TemporaryDirectory() as name:
            _convert(Path(name), folder, extension, group)


def _convert(work: Path, folder: Path, extension: str, group: list[GoldFile]) -> None:
    sources = [work / f"{number}.docx" for number in range(len(group))]
    for source, file in zip(sources, group, strict=True):
        source.write_bytes(docx_file(file))
    command = ["soffice", f"-env:UserInstallation={(work / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", _FILTERS[extension], "--outdir", str(work), *map(str, sources)]
    subprocess.run(command, check=True, capture_output=True, timeout=_OFFICE_SECONDS)
    for source, file in zip(sources, group, strict=True):
        data = source.with_suffix(f".{extension}").read_bytes()
        _put(folder / file.path, same_zip(data) if extension == "odt" else data)


def _put_unreadable(folder: Path) -> dict[str, Any]:
    """An empty file, a scan and a torn document; returns what is expected of them."""
    _put(folder / "Разное/пустой.txt", b"\xef\xbb\xbf \r\n\r\n\t\r\n")
    _put(folder / "Разное/скан.pdf", scan_file("Администрация города Томска\nЧто удалось сделать?"))
    whole = (folder / "2017/Ханты-Мансийск.docx").read_bytes()
    _put(folder / "Разное/оборванный.docx", whole[: len(whole) // 2])
    statuses = {"пустой.txt": "empty", "скан.pdf": "empty", "оборванный.docx": "failed"}
    return {f"Разное/{name}": {"status": status, "reports": []} for name, status in statuses.items()}


def expected_file(file: GoldFile) -> dict[str, Any]:
    """How the file must be understood."""
    if "copy" in file.options:
        return {"status": "duplicate", "original": file.options["copy"], "reports": []}
    return {"status": "read", "reports": [_expected_report(report) for report in file.reports]}


def _expected_report(report: Expected) -> dict[str, Any]:
    passages = [_expected_answer(answer) for answer in report.answers]
    return {"city": report.city, "year": report.year, "section": report.section, "passages": passages}


def _expected_answer(answer: Answer) -> dict[str, Any]:
    bare = [MARKER.sub("", paragraph) for paragraph in answer.paragraphs]
    text = " ".join(bare)
    letters = sum(char.isalnum() for char in text)
    entry: dict[str, Any] = {"kind": answer.kind, "question": answer.question}
    entry |= {"starts": text[:_BORDER], "ends": text[-_BORDER:], "letters": letters, "blank": answer.blank}
    if letters > LONG_LETTERS:
        entry["breaks"] = _breaks(answer.paragraphs, bare)
    return entry


def _breaks(printed: list[str], bare: list[str]) -> list[str]:
    """Beginnings of the paragraphs where a part may begin: not a list's first item, which belongs to its lead-in."""
    return [
        text[:_BORDER]
        for before, paragraph, text in zip(printed, printed[1:], bare[1:], strict=False)
        if not (before.endswith(":") and MARKER.match(paragraph))
    ]


if __name__ == "__main__":
    print(f"{len(build())} files in {REPORTS}")
