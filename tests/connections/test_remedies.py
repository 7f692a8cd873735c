"""What answers which complaint, by the words of remedies.toml; and the loader's care for that file."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from indexer.errors import VocabularyError
from indexer.vocabulary import load, read_toml
from indexer.vocabulary._remedies import parse_remedies
from search_app.connections.outcomes.remedies import remedies

_CASES = Path(__file__).parent.parent / "data" / "remedy_cases.txt"


def _cases() -> list[tuple[str, str, bool]]:
    lines = [line for line in _CASES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return [(complaint, told, answer == "да") for complaint, told, answer in rows]


@pytest.mark.parametrize(("complaint", "told", "answers"), _cases())
def test_a_tale_answers_a_complaint_by_its_words(complaint: str, told: str, answers: bool) -> None:
    assert remedies(load()).answering(complaint).of([told]) == [answers]


def test_a_kind_is_told_by_what_is_complained_of() -> None:
    known, told = remedies(load()), ["Открыто отделение дневного пребывания для пожилых."]
    complaint = "Мошенники звонят пенсионерам."
    seen: list[str] = []

    def tells(spans: Sequence[tuple[int, int]]) -> bool:
        seen.extend(complaint[begin:end] for begin, end in spans)
        return False

    assert known.answering(complaint).of(told) == [True]
    assert known.answering(complaint, tells).of(told) == [False]
    assert {"Мошенники", "пенсионерам"} <= set(seen)


def test_nothing_is_known_of_an_unheard_of_complaint() -> None:
    assert remedies(load()).answering("Марсиане мешают.").of(["Построена школа.", ""]) == [False, False]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('[[remedy]]\ncomplaint = []\ntold = ["школ*"]', "пуст"),
        ('[[remedy]]\ncomplaint = ["школ*"]\ntold = ["построен* +"]', "соединённые"),
        ('[[remedy]]\ncomplaint = ["шко*л"]\ntold = ["школ*"]', "соединённые"),
        ('[[remedy]]\ncomplaint = ["школ*"]', "told"),
        ('[[remedies]]\ncomplaint = ["школ*"]\ntold = ["школ*"]', "remedies"),
    ],
)
def test_faults_of_the_file_are_told_with_their_line(written: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "remedies.toml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"remedies\.toml, строка \d+: .*" + told):
        parse_remedies(read_toml(path))
