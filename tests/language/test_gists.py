"""Pairs of answers of two years: whether the later one says nearly the same."""

from __future__ import annotations

import pytest

from indexer.language.analysis import shared_analyzer
from indexer.language.gists import Gists, is_repeat, likeness
from indexer.vocabulary import load

AGAIN = [
    # Figures that move on by themselves while the trouble stands.
    (
        "problems",
        "Трубам в среднем 34 года, порывы каждую неделю.",
        "Трубам в среднем уже 35 лет, порывы каждую неделю.",
    ),
    ("problems", "Сети изношены на 71 %, утечки растут.", "Сети изношены на 70 %, утечки растут."),
    # Other verbs and other words for the same thing.
    (
        "problems",
        "Стаи бродячих псов держат в страхе целые кварталы.",
        "Стаи бродячих собак держат в страхе целые кварталы.",
    ),
    (
        "problems",
        "Родители недовольны едой в столовых, треть порций летит в отходы.",
        "Родители недовольны едой в столовых, треть порций отправляется в отходы.",
    ),
    ("help", "Просим выделить деньги на замену теплосетей.", "Просим выделить деньги на замену тепловых сетей."),
    # A sentence more.
    (
        "help",
        "Предлагаем вести общий реестр программ, созданных городами.",
        "Предлагаем вести общий реестр программ, созданных городами. Это сбережёт деньги.",
    ),
]

AGAIN += [
    ("problems", "Не удалось построить мост через Ушайку.", "Мост через Ушайку так и не построен."),
    ("problems", "Поймать виновных не удаётся.", "Виновных не поймать."),
    ("problems", "Нужны врачи-специалисты в поликлинике.", "Специалисты-врачи нужны поликлинике."),
    ("training", "Повышение квалификации по 44-ФЗ.", "Курсы по 44-ФЗ."),
    ("tasks", "Завершить строительство катка на Левобережье.", "Достроить каток на Левобережье."),
]

ANEW = [
    ("problems", "Не удалось построить мост через Ушайку.", "Удалось построить мост через Ушайку."),
    ("discussion", "Содержание кладбищ.", "Содержание пляжей."),
    ("help", "Просим провести вебинар о пожарной безопасности школ.", "Просим провести вебинар о питании школьников."),
    ("training", "Курсы по 44-ФЗ.", "Курсы по 131-ФЗ."),
    ("problems", "Сети изношены на 71 %, утечки растут.", "Сети изношены на 52 %, утечки растут."),
    ("achievements", "Сети изношены на 71 %, утечки растут.", "Сети изношены на 70 %, утечки растут."),
    ("tasks", "Отремонтировать 12 дворов в центре.", "Отремонтировать 14 дворов в центре."),
    # «Такси» is a word of its own, no «такой».
    ("training", "Курсы для диспетчеров ЕДДС.", "Курсы для диспетчеров такси."),
    ("problems", "Нет электробусов на маршрутах центра.", "Нет троллейбусов на маршрутах центра."),
    ("help", "Просим прислать образцы положений о наградах.", "Просим прислать образцы положений о премиях."),
    (
        "achievements",
        "Открыт каток на набережной.",
        "Открыт каток на набережной. Построены два детских сада и школа на шестьсот мест.",
    ),
    (
        "problems",
        "Мы не можем не построить мост через реку у вокзала.",
        "Мы не можем построить мост через реку у вокзала.",
    ),
]


@pytest.mark.parametrize(("kind", "earlier", "later"), AGAIN)
def test_said_again(kind: str, earlier: str, later: str) -> None:
    assert _is_said_again(kind, earlier, later)


@pytest.mark.parametrize(("kind", "earlier", "later"), ANEW)
def test_said_anew(kind: str, earlier: str, later: str) -> None:
    assert not _is_said_again(kind, earlier, later)


@pytest.mark.parametrize(("one", "other"), [("топить", "подтопление"), ("простой", "пустовать")])
def test_words_that_only_look_the_same(one: str, other: str) -> None:
    gists = Gists(shared_analyzer(load()))
    assert gists.gist(one, None).weights.keys().isdisjoint(gists.gist(other, None).weights)


def _is_said_again(kind: str, earlier: str, later: str) -> bool:
    gists = Gists(shared_analyzer(load()))
    return is_repeat(likeness(gists.gist(earlier, 2018), gists.gist(later, 2019)), kind)
