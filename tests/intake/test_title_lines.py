"""Titles that stand otherwise than in a line of words: a capital to a line, names between other signs."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer.intake.understanding import Task, understand_file
from indexer.model import Report, Said

from ..readers.drawing import BASE, drawn, printed
from ..readers.making import docx_of

QUESTIONS = (
    "1. Что наиболее значительное удалось сделать?",
    BASE[3],
    "2. Какие задачи планируется решить?",
    BASE[5],
)


def report_of(data: bytes, folder: Path, name: str = "a.txt") -> Report:
    (folder / name).write_bytes(data)
    (report,) = understand_file(Task(name, str(folder / name), Said())).reports
    return report


def as_text(lines: Sequence[str]) -> bytes:
    return "\n".join(lines).encode()


def as_spaced_text(lines: Sequence[str]) -> bytes:
    return "\n\n".join(filter(None, lines)).encode()


def as_docx(lines: Sequence[str]) -> bytes:
    return docx_of(*(f"<w:p %><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines))


def as_pdf(lines: Sequence[str]) -> bytes:
    return drawn(printed([line for line in lines if line]))


@pytest.mark.parametrize("made", [as_text, as_spaced_text, as_docx, as_pdf])
@pytest.mark.parametrize("letters", ["ТОМСК", "ОТЧЁТ ТОМСК", "НОВОСИБИРСК"])
def test_words_downwards(made, letters: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    downwards = [letter.strip() for letter in letters]
    report = report_of(made([*downwards, "", "Культура", "2019 год", "", *QUESTIONS]), tmp_path)
    assert report.city == ("Новосибирск" if letters == "НОВОСИБИРСК" else "Томск")
    assert report.headings == (*letters.split(), "Культура", "2019 год")
    assert [passage.text for passage in report.passages] == [BASE[3], BASE[5]]


def test_letters_that_are_no_word_stay(tmp_path: Path) -> None:
    report = report_of(as_text([*BASE[:3], "Классы гимназии:", "А", "Б", "Г", "Д", *BASE[4:]]), tmp_path)
    assert report.passages[0].text.split() == ["Классы", "гимназии:", "А", "Б", "Г", "Д"]


@pytest.mark.parametrize(
    "title",
    [
        "Салехард; Архитектура; за 2011 год;",
        "г. Салехард; Архитектура; 2011,",
        "Салехард / Архитектура / 2011",
        "Салехард, Архитектура, 2011 г.",
        "Архитектура | Салехард | 2011;",
        "Салехард/Архитектура/2011",
        "САЛЕХАРД/АРХИТЕКТУРА/2011",
        "Отчёт/г. Салехард/Архитектура/2011 г.",
        "2011/Архитектура/Салехард",
        "Салехард\\Архитектура\\2011 год",
        "Салехард-Архитектура-2011",
        "Салехард–Архитектура–2011",
    ],
)
def test_names_between_signs(title: str, tmp_path: Path) -> None:
    report = report_of(as_text([title, "", *QUESTIONS]), tmp_path)
    assert (report.city, report.year, report.section) == ("Салехард", 2011, "Архитектура и градостроительство")
    assert report.headings == (title,)


def test_an_item_of_a_list_is_no_title(tmp_path: Path) -> None:
    line = "построены школа в Салехарде; мост; 2011 год;"
    report = report_of(as_text([line, "", *QUESTIONS]), tmp_path)
    assert report.headings == ()
    assert report.passages[0].text == line


def test_the_year_behind_a_stroke_stands_whatever_stands_before(tmp_path: Path) -> None:
    """The city is in no list."""
    report = report_of(as_text(["Кемь-на-Реке/Архитектура/2011", "", *QUESTIONS]), tmp_path)
    assert (report.city, report.year, report.section) == (None, 2011, "Архитектура и градостроительство")


def test_the_number_of_a_letter_is_no_year(tmp_path: Path) -> None:
    report = report_of(as_text(["Отчёт города Салехарда, исх. 12/2011", "", *QUESTIONS]), tmp_path)
    assert report.year is None


TITLES = ("Отчёт администрации города Салехарда за 2011 год", "Архитектура")


@pytest.mark.parametrize("made", [as_text, as_spaced_text, as_docx])
@pytest.mark.parametrize(
    "above",
    [
        ("Municipal report of Salekhard",),
        (
            "Annual Report",
            "of the Association of Siberian and Far Eastern Cities, questionnaire form for member cities",
        ),
        ("This document was created by an unregistered version of PDF Converter Pro.",),
        ("?????? ????????????? ?????? ????????? ?? 2010 ???",),
        ("????????", "Report"),
    ],
)
def test_lines_in_no_russian_above_the_title(made, above: Sequence[str], tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    report = report_of(made([*above, *TITLES, "", *QUESTIONS]), tmp_path, "a.docx" if made is as_docx else "a.txt")
    assert (report.city, report.year, report.section) == ("Салехард", 2011, "Архитектура и градостроительство")
    assert report.headings[-2:] == TITLES
    assert [passage.text for passage in report.passages] == [BASE[3], BASE[5]]


def test_a_title_in_two_languages(tmp_path: Path) -> None:
    report = report_of(as_text([TITLES[0], "Annual report of the city", TITLES[1], "", *QUESTIONS]), tmp_path)
    assert report.section == "Архитектура и градостроительство"


def test_a_text_without_russian_that_no_title_follows_stays(tmp_path: Path) -> None:
    line = "See the annexes to this report on the site of the city."
    report = report_of(as_text([TITLES[0], line, "", *QUESTIONS]), tmp_path)
    assert (report.headings, report.passages[0].text) == (TITLES[:1], line)


@pytest.mark.parametrize(
    "title", ["?тч?т администрации г?рода Салехарда за 2011 год", "Отчёт гор?да Салехарда за 2011 год"]
)
def test_a_title_with_lost_letters(title: str, tmp_path: Path) -> None:
    report = report_of(as_text([title, TITLES[1], "", *QUESTIONS]), tmp_path)
    assert (report.city, report.year, report.section) == ("Салехард", 2011, "Архитектура и градостроительство")
    assert report.headings == (title, TITLES[1])
