"""Documents that only LibreOffice can read: one call for many, and each for itself where that fails."""

import os
import sys
from functools import cache
from pathlib import Path

import pytest

from indexer.intake.understanding import understand_folder
from indexer.model import SourceFile
from indexer.readers import limits, office

from .making import converted, docx_of, needed
from .test_docx import paragraph
from .test_docx_parts import BOX, field

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="программа-посредник написана для оболочки Unix")

COUNT = 4


@cache
def form(year: int, ticked: bool) -> bytes:
    """A .doc with a tick box, which the library does not know."""
    box = field("FORMCHECKBOX", data=BOX.format("<w:checked/>" if ticked else ""))
    body = (
        paragraph(f"Отчёт администрации города Томска за {year} год"),
        paragraph("Организационная работа"),
        paragraph(f"1. Что наиболее значительное удалось сделать в {year} году?"),
        f"<w:p %>{box}<w:r><w:t xml:space='preserve'> построен планетарий</w:t></w:r></w:p>",
        paragraph(f"2. Какие задачи планируется решить в {year + 1} году?"),
        paragraph("Открыть оранжерею на набережной."),
    )
    return converted(docx_of(*body), "docx", "doc:MS Word 97")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Such documents, and a text among them."""
    reports = tmp_path / "reports"
    reports.mkdir()
    for number in range(COUNT):
        (reports / f"a{number}.doc").write_bytes(form(2010 + number, number % 2 == 0))
    (reports / "a1.txt").write_text("Отчёт города Омска за 2010 год\n\nЧто удалось сделать?\nПостроена школа.", "utf-8")
    return reports


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """LibreOffice behind a program that notes how many documents each call has, and obeys ``mischief``."""
    program = needed("soffice", "libreoffice")
    script = tmp_path / "bin" / "soffice"
    script.parent.mkdir()
    log = tmp_path / "calls"
    script.write_text(
        f"""#!/bin/sh
count=0
for argument; do case "$argument" in *.doc) count=$((count + 1));; esac; done
echo $count >> '{log}'
if [ $count -gt 1 ] && [ -f '{tmp_path}/crash' ]; then kill -SEGV $$; fi
if [ $count -gt 1 ] && [ -f '{tmp_path}/hang' ]; then sleep 300; fi
exec '{program}' "$@"
""",
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{script.parent}{os.pathsep}{os.environ['PATH']}")
    return log


def counts(log: Path) -> list[int]:
    """The documents of each call."""
    return sorted(map(int, log.read_text(encoding="utf-8").split()))


def assert_read(sources: list[SourceFile]) -> None:
    """All in their order, with their ticks."""
    assert [source.file for source in sources] == ["a0.doc", "a1.doc", "a1.txt", "a2.doc", "a3.doc"]
    documents = [source for source in sources if source.file.endswith(".doc")]
    assert [report.year for source in documents for report in source.reports] == [2010, 2011, 2012, 2013]
    texts = [source.reports[0].passages[0].text for source in documents]
    assert texts == [f"{'☒' if number % 2 == 0 else '☐'} построен планетарий" for number in range(COUNT)]


@pytest.mark.parametrize("jobs", [1, 2])
def test_one_call_for_all(folder: Path, calls: Path, jobs: int) -> None:
    assert_read(list(understand_folder(folder, jobs=jobs)))
    assert counts(calls) == [COUNT]


def test_each_for_itself_where_the_call_crashes(folder: Path, calls: Path, tmp_path: Path) -> None:
    (tmp_path / "crash").touch()
    assert_read(list(understand_folder(folder)))
    assert counts(calls) == [1] * COUNT + [COUNT]


def test_each_for_itself_where_the_call_takes_too_long(
    folder: Path, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hang").touch()
    monkeypatch.setattr(office, "_MORE_SECONDS", (2 - limits.CONVERSION_SECONDS) / (COUNT - 1))
    assert_read(list(understand_folder(folder)))
    assert counts(calls) == [1] * COUNT + [COUNT]


def test_one_that_is_refused_costs_only_itself(folder: Path, calls: Path) -> None:
    data = form(2010, ticked=True)
    (folder / "a4.doc").write_bytes(data[:1536] + bytes(len(data) - 1536))
    sources = list(understand_folder(folder))
    assert sources[-1].file == "a4.doc"
    assert sources[-1].status == "failed"
    assert_read(sources[:-1])


def test_nothing_is_left_behind(folder: Path, calls: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr("tempfile.tempdir", None)
    reading = understand_folder(folder)
    next(reading)
    reading.close()  # type: ignore[attr-defined]
    assert not list(temporary.iterdir())
