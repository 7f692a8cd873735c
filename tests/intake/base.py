"""One small report that the cases of real files dress up, and what must come out of it."""

from pathlib import Path

from indexer.intake.understanding import Task, understand_file
from indexer.model import Said, SourceFile

PLANETARIUM = "Построен планетарий на двести мест, в нём занимаются восемьсот школьников."
LINES = (
    "Отчёт администрации города Томска за 2019 год",
    "Организационная работа",
    "1. Что наиболее значительное удалось сделать в 2019 году?",
    PLANETARIUM,
    "2. Какие задачи планируется решить в 2020 году?",
    "Открыть оранжерею на набережной.",
)
BASE = "\n".join((*LINES[:2], "", *LINES[2:])) + "\n"
WHOLE = ("Томск", 2019, "Организационная работа", (("achievements", PLANETARIUM), ("tasks", LINES[-1])))
"""What ``outline`` says of the report when all of it has been read."""


def understood(folder: Path, name: str, data: bytes | str) -> SourceFile:
    """The file of this content, understood alone."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return understand_file(Task(name, str(path), Said()))


def outline(source: SourceFile) -> tuple[object, ...]:
    """City, year, section, and kind and text of each answer of the file's only report."""
    assert source.status == "read", source.reason
    (report,) = source.reports
    passages = tuple((passage.kind, passage.text) for passage in report.passages)
    return (report.city, report.year, report.section, passages)
