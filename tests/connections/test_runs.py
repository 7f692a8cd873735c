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
        ((2017, 2019), (2018,), 2019, "Просят 2 раза с 2017 по 2019 год; нет в отчёте за 2018 год"),
        (
            (2015, 2019),
            (2016,),
            2019,
            "Просят 2 раза с 2015 по 2019 год; нет в отчёте за 2016 год; в архиве нет отчётов за 2017, 2018 годы",
        ),
        ((2017, 2018), (2019,), 2020, "Просили с 2017 года, 2 года подряд; в отчёте за 2019 год этого уже нет"),
        ((2017, 2018), (), 2020, "Просят с 2017 года, 2 года подряд; более поздних отчётов в архиве нет"),
    ],
)
def test_runs(years: tuple[int, ...], reported: tuple[int, ...], newest: int, words: str) -> None:
    assert run_words(run_of(years, reported, newest), "help").replace("\u00a0", " ") == words
