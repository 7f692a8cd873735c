"""Years of a repeated answer: in a row only where that is true."""

from __future__ import annotations

import pytest

from search_app.connections.echoes.runs import run_of
from search_app.study.echoes.unchanged import run_words


@pytest.mark.parametrize(
    ("years", "reported", "newest", "words"),
    [
        ((2017, 2018, 2019), (2017, 2018, 2019), 2019, "Просят с 2017 года, 3 года подряд"),
        ((2017, 2018, 2019, 2020, 2021), (2016,), 2021, "Просят с 2017 года, 5 лет подряд"),
        (
            (2017, 2019),
            (2017, 2019),
            2019,
            "Просят во всех отчётах с 2017 по 2019 год, 2 раза; в архиве нет отчёта за 2018 год",
        ),
        ((2017, 2019), (2018,), 2019, "Просят 2 раза с 2017 по 2019 год; в отчёте за 2018 год ответ другой"),
        (
            (2015, 2019),
            (2016,),
            2019,
            "Просят 2 раза с 2015 по 2019 год; в отчёте за 2016 год ответ другой; "
            "в архиве нет отчётов за 2017, 2018 годы",
        ),
        ((2017, 2018), (2019,), 2020, "Просили с 2017 года, 2 года подряд; в отчёте за 2019 год ответ уже другой"),
        ((2017, 2018), (), 2020, "Просят с 2017 года, 2 года подряд; более поздних отчётов в архиве нет"),
    ],
)
def test_runs(years: tuple[int, ...], reported: tuple[int, ...], newest: int, words: str) -> None:
    said = run_words(run_of(years, reported, newest), "help", reported)
    assert said.replace("\u00a0", " ") == words


def test_a_report_that_leaves_the_question_out_says_nothing_else() -> None:
    run = run_of((2016, 2018), (2017, 2019, 2020), 2020)
    said = run_words(run, "help", (2019,)).replace("\u00a0", " ")
    assert "в отчёте за 2017 год ответа нет" in said
    assert said.endswith("; в отчёте за 2019 год ответ уже другой; в отчёте за 2020 год ответа уже нет")
