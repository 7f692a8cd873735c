"""What an analyst wants to know is a few clicks away, at a desk and on a phone, with scripts and without."""

from __future__ import annotations

import pytest

from tests.browser.reader import DESK, PHONE, Reader

TASKS = {
    "who solved what we did not": (("Города", "Омск", "Что не удалось", "Кто это решил?"), "Кто это решил?"),
    "what became of the plans": (("Города", "Омск", "Что стало с задачами"), "Омск: что стало с задачами"),
    "whose experience is praised": (("Чей опыт",), "Чей опыт отмечают"),
    "what cities ask for": (("Просьбы", "2020"), "О чём просят города в 2020 году"),
    "one question to all": (("Ответы всех городов за год рядом",), "все города"),
}
"""Task → links by their words, and what the last page is called."""


@pytest.mark.parametrize("width", [DESK, PHONE])
@pytest.mark.parametrize("task", TASKS)
def test_a_task_takes_a_few_clicks(any_reader: Reader, task: str, width: int) -> None:
    links, heading = TASKS[task]
    any_reader.sized(width).open("/")
    for words in links:
        any_reader.follow(words)
    assert heading in any_reader.heading
    assert any_reader.messages() == []
