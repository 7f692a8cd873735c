"""What changed between two answers: sentences first, words within them second; nothing of either text is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_app.study.versions.differences import ADDED, CHANGED, MOVED, REMOVED, SAME, difference, sentences, unmarked


def told(earlier: str, later: str) -> list[tuple[str, str]]:
    """Every sentence as fate and text; within changed ones «-gone-» and «+new+»."""
    signs = {SAME: "{}", REMOVED: "-{}-", ADDED: "+{}+"}
    found = []
    for line in difference(earlier, later).lines:
        for sentence in line:
            parts = [
                signs[part.change].format(part.text) if sentence.change == CHANGED else part.text
                for part in sentence.stretches
            ]
            found.append((sentence.change, "".join(parts)))
    return found


CASES = [
    ("Открыт парк.", "Открыт парк.", [("same", "Открыт парк.")]),
    ("Открыт парк.", "Открыт парк. Построен мост.", [("same", "Открыт парк."), ("added", "Построен мост.")]),
    ("Открыт парк. Построен мост.", "Построен мост.", [("removed", "Открыт парк."), ("same", "Построен мост.")]),
    (
        "В 2021 году отремонтировано 14 школ города.",
        "В 2022 году отремонтировано 17 школ города.",
        [("changed", "В -2021-+2022+ году отремонтировано -14-+17+ школ города.")],
    ),
    (
        "Проведён общегородской субботник жителей.",
        "Проведён весенний общегородской субботник жителей.",
        [("changed", "Проведён+ весенний+ общегородской субботник жителей.")],
    ),
    # Another sentence altogether: word marks would hide more than they show.
    ("Открыт парк у реки.", "Жители довольны.", [("added", "Жители довольны."), ("removed", "Открыт парк у реки.")]),
    # Sentences that changed places.
    (
        "Открыт парк. Построен мост. Обновлён сайт.",
        "Обновлён сайт. Открыт парк. Построен мост.",
        [("moved", "Обновлён сайт."), ("same", "Открыт парк."), ("same", "Построен мост.")],
    ),
    # ё and capitals are no change.
    ("Ещё раз всё проверено.", "Еще раз все проверено.", [("same", "Еще раз все проверено.")]),
    ("", "Открыт парк.", [("added", "Открыт парк.")]),
    ("Открыт парк.", "", [("removed", "Открыт парк.")]),
]


@pytest.mark.parametrize(("earlier", "later", "expected"), CASES)
def test_fates(earlier: str, later: str, expected: list[tuple[str, str]]) -> None:
    assert told(earlier, later) == expected


def test_a_new_number_makes_no_new_item() -> None:
    assert told("1. Открыт парк;\n2. Построен мост.", "1. Построен мост.")[-1][0] == SAME


def test_counts() -> None:
    found = difference("Открыт парк. Построен мост через реку.", "Построен мост через канал. Жители довольны.")
    assert (found.added, found.removed, found.changed, found.same, found.rewritten) == (1, 1, 1, 0, False)
    assert difference("Открыт парк.", "Жители довольны.").rewritten
    assert not difference("Открыт парк.", "Открыт парк.").rewritten
    assert [[part.text for part in line[0].stretches] for line in unmarked("А.\nБ.").lines] == [["А."], ["Б."]]


texts = st.lists(
    st.sampled_from(["Открыт парк.", "Построен мост через реку.", "- приём граждан;", "1. Обновлён сайт города", "x"]),
    max_size=8,
).map("\n".join)


@given(texts | st.text(max_size=200), texts | st.text(max_size=200))
@settings(max_examples=150, deadline=None)
def test_both_texts_can_be_read_off(earlier: str, later: str) -> None:
    """Without what is removed the later text stands there; all earlier sentences are the same, changed or removed."""
    found = difference(earlier, later)
    shown = [sentence for line in found.lines for sentence in line]
    now = [
        "".join(part.text for part in one.stretches if part.change != REMOVED) for one in shown if one.change != REMOVED
    ]
    assert now == [text for text, _ in sentences(later)]
    gone = [one.stretches[0].text for one in shown if one.change == REMOVED]
    assert set(gone) <= {text for text, _ in sentences(earlier)}
    kept = sum(one.change in (SAME, MOVED, CHANGED) for one in shown)
    assert kept <= len(sentences(earlier)) + sum(one.change == MOVED for one in shown)


def test_long_answers_are_cut() -> None:
    earlier = "\n".join(f"Отремонтирован дом номер {number} по улице {number % 7}." for number in range(3000))
    later = "\n".join(f"Отремонтирована школа номер {number} на площади {number % 5}." for number in range(3000))
    found = difference(earlier, later)
    assert found.cut
