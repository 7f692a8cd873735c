"""Which statements of an answer ask: cases are answers with what asks in them."""

from __future__ import annotations

import pytest

from indexer.language.analysis import shared_analyzer
from indexer.report.asks import Asks
from indexer.vocabulary import load

CASES = [
    # kind, answer, what asks
    ("help", "Просим помочь. Дорога разбита, денег нет.", ["Просим помочь."]),
    ("help", "Обмен исходным кодом. Готовы отдать безвозмездно свой модуль.", ["Обмен исходным кодом."]),
    ("help", "Добиться учёта мерзлоты. Одному городу это не по силам.", ["Добиться учёта мерзлоты."]),
    ("help", "Спасибо за помощь.", []),
    ("help", "Благодарим за обзоры и просим продолжать.", ["Благодарим за обзоры и просим продолжать."]),
    ("help", "Предложений нет.", []),
    ("help", "Просим:\n- провести семинар;\n- издать сборник.", ["провести семинар;", "издать сборник."]),
    ("discussion", "Уборка снега; приюты для собак.", ["Уборка снега;", "приюты для собак."]),
    ("training", "Как отвечать на жалобы", ["Как отвечать на жалобы"]),
    ("conference", "Да. Барнаул готов принять участников у себя.", ["Да."]),
    ("conference", "Да, считаем. Нужно обсудить дороги.", ["Нужно обсудить дороги."]),
    ("conference", "Нет.", []),
    ("conference", "Нет необходимости.", []),
    ("help", "Проведение конференций.", ["Проведение конференций."]),
    ("help", "Помощь с кадрами не требуется, денег нет.", ["Помощь с кадрами не требуется, денег нет."]),
    ("help", "Помощь не требуется.", []),
    ("help", "Город вырос вдвое.", ["Город вырос вдвое."]),
    ("tasks", "Просим помочь.", []),
]


@pytest.mark.parametrize(("kind", "text", "wanted"), CASES)
def test_what_asks(kind: str, text: str, wanted: list[str]) -> None:
    vocabulary = load()
    asks = Asks(vocabulary.connections, shared_analyzer(vocabulary))
    assert [text[start:end] for start, end in asks.places(text, kind)] == wanted
