"""Whatever stands in a file: the parser never raises, and no letter is lost or stands twice."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.errors import ReadError
from indexer.model import Block, Report
from indexer.readers import read_blocks
from indexer.report import ReportParser
from indexer.report.answers import LONGEST_PART

REAL_REPORTS = Path(__file__).parent.parent.parent.parent / "shared" / "reports"

LINES = [
    "ОМСК", "## **ТОМСК**", "г. Бийск", "Администрация города Читы", "Организационная работа", "Отчёт за 2019 год",
    "1. Что наиболее значительное удалось сделать в 2019 году?", "*Какие задачи стоят в 2020 году?*",
    "2. Какие успехи и достижения ваших коллег из других городов Вы особо отметили?", "Чей опыт?", "Проблемы",
    "Укажите, пожалуйста, наиболее важные вопросы для обсуждения на мероприятиях АСДГ.", "- первое;", "2) второе",
    "Построено:", "городской Думы", "В городе Омске построен мост, а в Томске — два.", "орга-", "низовано",
    "| Вопрос | Ответ |", "| Что удалось сделать? | Многое. |", "Нет", "", "", "«Что удалось сделать?» — спросил он.",
]  # fmt: skip


def letters(text: str) -> str:
    return re.sub(r"[^A-Za-zА-Яа-яЁё]", "", text)


def letters_of_report(report: Report) -> str:
    """Titles, then each question once with the parts of its answer."""
    told = "".join(report.headings)
    for passage in report.passages:
        told += (passage.question or "" if passage.part == 1 else "") + passage.text
    return letters(told)


def assert_nothing_lost(blocks: list[Block], parser: ReportParser) -> tuple[Report, ...]:
    reports = parser.parse(blocks, "a.txt").reports
    assert "".join(letters_of_report(report) for report in reports) == letters("".join(block.line for block in blocks))
    return reports


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(LINES) | st.text(max_size=60), min_size=1, max_size=40))
def test_no_letter_is_lost(lines: list[str], parser: ReportParser) -> None:
    try:
        blocks = read_blocks("\n".join(lines).encode("utf-8", "replace"), "a.txt")
    except ReadError:  # blanks only, or control characters only
        return
    reports = assert_nothing_lost(blocks, parser)
    for report in reports:
        assert [passage.position for passage in report.passages] == list(range(1, len(report.passages) + 1))
        assert report.id.isascii()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    blocks=st.lists(
        st.builds(
            Block,
            text=st.sampled_from(LINES) | st.text(min_size=1, max_size=80),
            marker=st.sampled_from(["", "", "1.", "2)", "а)", "-"]),
            heading=st.sampled_from([0, 0, 1, 3]),
            emphasis=st.booleans(),
            wraps=st.booleans(),
        ),
        max_size=30,
    )
)
def test_blocks_of_any_shape_are_parsed(blocks: list[Block], parser: ReportParser) -> None:
    parser.parse(blocks, "папка/файл.docx")


def test_a_long_answer_is_cut_between_paragraphs_and_loses_nothing(parser: ReportParser) -> None:
    paragraph = "Проведено совещание с руководителями учреждений города, приняты решения. " * 8
    items = [f"- пункт плана номер {number}, который исполнен в срок полностью;" for number in range(60)]
    lines = [
        "ОМСК",
        "Что удалось сделать в 2019 году?",
        paragraph,
        paragraph,
        "Исполнены пункты:",
        *items,
        paragraph * 4,
    ]
    blocks = read_blocks("\n\n".join(lines).encode(), "a.txt")
    (report,) = assert_nothing_lost(blocks, parser)
    parts = [passage.text for passage in report.passages]
    assert len(parts) == report.passages[0].parts > 3
    assert all(len(part) <= LONGEST_PART + 400 for part in parts)
    assert not any(part.rstrip().endswith(":") for part in parts), "a lead-in is torn from its list"
    assert all(part.rstrip()[-1] in ".;" for part in parts), "a sentence is torn"


@pytest.mark.skipif(not REAL_REPORTS.is_dir(), reason="the real reports are not beside the project")
@pytest.mark.parametrize("path", sorted(REAL_REPORTS.glob("*.txt")), ids=lambda path: path.name[:3])
def test_the_real_reports_lose_nothing(path: Path, parser: ReportParser) -> None:
    assert_nothing_lost(read_blocks(path.read_bytes(), path.name), parser)


OVERVIEW_TO_CONFERENCE = ["overview", "achievements", "tasks", "help", "conference"]
REAL = {
    "000": ("Омск", 2021, OVERVIEW_TO_CONFERENCE),
    "001": ("Омск", 2020, OVERVIEW_TO_CONFERENCE[:-1]),
    "002": ("Омск", 2014, ["overview", "achievements", "colleagues", "tasks", "help", "conference"]),
    "003": (
        "Благовещенск", 2022,
        ["achievements", "colleagues", "problems", "tasks", "help", "discussion", "training"],
    ),
}  # fmt: skip


@pytest.mark.skipif(not REAL_REPORTS.is_dir(), reason="the real reports are not beside the project")
@pytest.mark.parametrize("prefix", REAL)
def test_the_real_reports_are_understood(prefix: str, parser: ReportParser) -> None:
    (path,) = REAL_REPORTS.glob(f"{prefix}_*")
    (report,) = parser.parse(read_blocks(path.read_bytes(), path.name), path.name).reports
    kinds = [passage.kind for passage in report.passages if passage.part == 1]
    assert (report.city, report.year, kinds) == REAL[prefix]
    assert report.section == "Организационная работа"
    assert any("раздел не назван" in warning for warning in report.warnings)
