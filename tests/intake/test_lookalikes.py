"""Reports typed with Latin letters that look Russian are understood and kept in Russian letters."""

from pathlib import Path

import pytest

from indexer.language.analysis import shared_analyzer
from indexer.report.lookalikes import in_russian_letters
from indexer.vocabulary import load

from .base import BASE, LINES, WHOLE, outline, understood

LATIN = str.maketrans("АВСЕНКМОРТХУасеорху", "ABCEHKMOPTXYaceopxy")
ONE_LETTER = str.maketrans("оО", "oO")
WITH_DOTS = str.maketrans("ёЁсС", "ëËcC")
EVERY_SECOND = "".join(letter.translate(LATIN) if number % 2 else letter for number, letter in enumerate(BASE))


def lines_typed_so(*numbers: int) -> str:
    return "\n".join(line.translate(LATIN) if number in numbers else line for number, line in enumerate(LINES))


@pytest.mark.parametrize(
    "text",
    [
        BASE.translate(LATIN),
        BASE.translate(ONE_LETTER),
        BASE.translate(WITH_DOTS),
        EVERY_SECOND,
        lines_typed_so(0),
        lines_typed_so(1, 2, 4),
        lines_typed_so(3, 5),
        "OTЧЁT\nTOMCK\n2019\n" + "\n".join(LINES[1:]),
        "TOMCK\n" + "\n".join(LINES[1:]),
    ],
)
def test_reports(tmp_path: Path, text: str) -> None:
    source = understood(tmp_path, "a.txt", text)
    assert outline(source) == WHOLE


def test_many_mended_words_are_told(tmp_path: Path) -> None:
    (report,) = understood(tmp_path, "a.txt", BASE.translate(LATIN)).reports
    assert report.evidence.notes == ("слов с латинскими буквами вместо русских: 31; они исправлены",)
    (report,) = understood(tmp_path, "b.txt", BASE.replace("мест", "мecт")).reports
    assert report.evidence.notes == ()


@pytest.mark.parametrize("name", ["Toмск.txt", "Томck/1.txt", "отчёт_Tомcкa.txt"])
def test_names_of_files(tmp_path: Path, name: str) -> None:
    (report,) = understood(tmp_path, name, "\n".join(LINES[1:])).reports
    assert report.city == "Томск"


@pytest.mark.parametrize(
    "text",
    [
        "Создан IT-отдел и web-сайт, COVID-19, HTTP и HTML, МФУ HP, формат A4, Wi-Fi, e-mail: top@tomsk.ru",
        "PR-служба, VIP-зал, GPS/ГЛОНАСС, СOVID, Яндекс.Taxi, SMARTГОРОД",
        "COMPACT MOTOR, BEEP, HOME, POP, TOP",
        "Витамин C и группа крови A",
        "Microsoft Excel, PowerPoint и Cisco",
    ],
)
def test_what_stays_latin(text: str) -> None:
    assert in_russian_letters([text], shared_analyzer(load()).is_known) == ([text], 0)
