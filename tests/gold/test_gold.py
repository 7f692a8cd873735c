"""The gold set is understood as a municipal archivist would understand it."""

from __future__ import annotations

import copy

import pytest

from . import accuracy
from .accuracy import ARCHIVE, THRESHOLDS, Json, Score


@pytest.fixture(scope="session")
def expected() -> Json:
    return accuracy.load_expected()


@pytest.fixture(scope="session")
def score(expected: Json) -> Score:
    found = accuracy.measure(accuracy.run_check(), expected)
    print(f"\n{found.table()}")
    return found


@pytest.mark.parametrize("aspect", THRESHOLDS)
def test_accuracy(score: Score, aspect: str) -> None:
    wrong = "\n".join(str(failure) for failure in score.failures if failure.aspect == aspect)
    assert score.share(aspect) >= THRESHOLDS[aspect], f"{score.table()}\n{wrong}"


def test_every_file_of_the_set_is_expected(expected: Json) -> None:
    files = {path.relative_to(ARCHIVE).as_posix() for path in ARCHIVE.rglob("*") if path.is_file()}
    assert files == set(expected)


def test_the_set_is_large_and_varied(expected: Json) -> None:
    reports = [report for file in expected.values() for report in file["reports"]]
    forms = {accuracy.form_of(file) for file in expected}
    passages = [passage for report in reports for passage in report["passages"]]
    assert len(reports) >= 72
    assert forms == {"txt", "md", "docx", "doc", "odt", "rtf", "pdf", "html"}
    assert len({passage["kind"] for passage in passages}) == 10
    assert sum("breaks" in passage for passage in passages) >= 3
    assert sum(passage["blank"] for passage in passages) >= 10
    assert len({report["section"] for report in reports}) >= 20


def _as_understood(expected: Json) -> list[Json]:
    """The expectations in the shape of ``check --json``, as if each had been met to the letter."""
    files = copy.deepcopy(expected)
    for name, file in files.items():
        file |= {"file": name, "reason": file.get("original")}
        for report in file["reports"]:
            report["passages"] = [part for answer in report["passages"] for part in _parts(answer)]
    return list(files.values())


def _parts(answer: Json) -> list[Json]:
    starts, ends, filling = answer["starts"], answer["ends"], ""
    if len(accuracy.bare(starts)) == answer["letters"]:
        ends = ""
    else:
        starts, ends, filling = _without_overlap(starts, ends, answer["letters"])
    texts = [starts + filling + ends]
    if "breaks" in answer:
        second = answer["breaks"][0]
        texts = [starts + filling[len(accuracy.bare(second)) :], f"{second} {ends}"]
    kept = {"kind": answer["kind"], "question": answer["question"], "blank": answer["blank"]}
    return [{**kept, "text": text, "part": part} for part, text in enumerate(texts, start=1)]


def _without_overlap(starts: str, ends: str, letters: int) -> tuple[str, str, str]:
    missing = letters - len(accuracy.bare(starts)) - len(accuracy.bare(ends))
    if missing >= 0:
        return starts, ends, "я" * missing
    overlap = next(size for size in range(len(ends), 0, -1) if starts.endswith(ends[:size]))
    return starts, ends[overlap:], ""


def test_a_perfect_reader_has_full_marks(expected: Json) -> None:
    assert accuracy.measure(_as_understood(expected), expected).failures == []


def test_faults_are_noticed(expected: Json) -> None:
    files = {file["file"]: file for file in _as_understood(expected)}
    report = files["2016/Кемерово ЖКХ.txt"]["reports"][0]
    report["city"] = "Томск"
    report["passages"][0]["text"] = report["passages"][0]["text"][1:]
    del report["passages"][1]
    report["passages"][1]["kind"] = "tasks"
    found = accuracy.measure(list(files.values()), expected)
    wrong = sorted(failure.aspect for failure in found.failures)
    assert wrong == ["borders", "borders", "city", "kind", "kind", "whole"]
