"""How well the gold set is understood: ``python -m tests.gold.accuracy``.

Runs ``python -m indexer check --json`` over the set and compares city, year, section and, answer by answer, kind,
question, borders and wholeness with ``expected.json``. Letters and digits alone are compared, list markers not.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent
ARCHIVE = ROOT / "tests" / "data" / "reports" / "archive"
EXPECTED = ARCHIVE.parent / "expected.json"

THRESHOLDS = {
    "status": 0.99,
    "city": 0.99,
    "year": 0.99,
    "section": 0.95,
    "kind": 0.99,
    "borders": 0.99,
    "question": 0.99,
    "whole": 0.99,
    "blank": 0.99,
    "parts": 0.99,
}
"""The least share of right decisions, by aspect, in the order of the table."""

_CHECK_SECONDS = 600
_MARKER = re.compile(r"^\s*(?:[-–—•·*▪]|\d{1,2}[.)]|[а-яa-z]\))\s+", re.MULTILINE)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    """One wrong decision."""

    aspect: str
    file: str
    place: str
    expected: object
    got: object

    def __str__(self) -> str:
        return f"{self.aspect}: {self.file}{self.place}\n    expected {self.expected!r}\n    got      {self.got!r}"


@dataclass(slots=True)
class Score:
    """Right and wrong decisions by aspect and format."""

    right: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    total: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    failures: list[Failure] = field(default_factory=list)

    def note(self, aspect: str, file: str, place: str, expected: object, got: object, right: bool) -> None:
        """Counts one decision, for the file's format and overall."""
        for group in (form_of(file), "all"):
            self.total[aspect, group] += 1
            self.right[aspect, group] += right
        if not right:
            self.failures.append(Failure(aspect, file, place, expected, got))

    def share(self, aspect: str, group: str = "all") -> float:
        """Share of right decisions, 1 where none was to be made."""
        total = self.total.get((aspect, group), 0)
        return self.right[aspect, group] / total if total else 1.0

    def table(self) -> str:
        """The shares in per cent: a line for each format, a column for each aspect."""
        forms = sorted({group for _, group in self.total if group != "all"})
        lines = ["format    " + "".join(f"{aspect:>10}" for aspect in THRESHOLDS)]
        for group in [*forms, "all"]:
            cells = (f"{100 * self.share(aspect, group):9.1f}%" for aspect in THRESHOLDS)
            lines.append(f"{group:<10}" + "".join(cells))
        counts = (f"{self.total.get((aspect, 'all'), 0):10d}" for aspect in THRESHOLDS)
        return "\n".join([*lines, "decisions " + "".join(counts)])


def form_of(file: str) -> str:
    """The format a file's name promises: ``htm`` is ``html``."""
    extension = file.rsplit(".", 1)[-1].lower()
    return "html" if extension == "htm" else extension


def run_check(archive: Path = ARCHIVE) -> list[Json]:
    """The files as ``check --json`` tells of them; raises ``RuntimeError`` with its messages where it failed."""
    command = [sys.executable, "-m", "indexer", "check", "--reports", str(archive), "--json", "--ocr", "off"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=_CHECK_SECONDS, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8", "replace"))
    files: list[Json] = json.loads(done.stdout.decode("utf-8"))["files"]
    return files


def load_expected() -> Json:
    """What is expected, by file."""
    expected: Json = json.loads(EXPECTED.read_text(encoding="utf-8"))
    return expected


def measure(files: list[Json], expected: Json) -> Score:
    """Compares every file; one that is missing, or that nobody expects, counts as wrong."""
    score = Score()
    got = {file["file"]: file for file in files}
    for name, wanted in expected.items():
        _compare_file(score, name, wanted, got.pop(name, {"status": None, "reports": []}))
    for name, file in got.items():
        score.note("status", name, "", None, file["status"], False)
    return score


def _compare_file(score: Score, name: str, wanted: Json, got: Json) -> None:
    score.note("status", name, "", wanted["status"], got["status"], wanted["status"] == got["status"])
    if "original" in wanted:
        reason = got.get("reason") or ""
        score.note("status", name, " (original)", wanted["original"], reason, wanted["original"] in reason)
    pairs = aligned(wanted["reports"], got["reports"], _report_likeness)
    for number, (expected, report) in enumerate(pairs, start=1):
        place = f" [report {number}]" if len(pairs) > 1 else ""
        for aspect in ("city", "year", "section"):
            want, have = (_value(side, aspect) for side in (expected, report))
            score.note(aspect, name, place, want, have, _fold(want) == _fold(have))
        _compare_answers(score, name, place, expected, report)


def _value(report: Json | None, aspect: str) -> object:
    return report[aspect] if report else "no such report"


def _fold(value: object) -> object:
    return value.replace("ё", "е") if isinstance(value, str) else value


def _compare_answers(score: Score, name: str, place: str, expected: Json | None, report: Json | None) -> None:
    wanted = expected["passages"] if expected else []
    answers = list(merged(report["passages"])) if report else []
    for number, (want, have) in enumerate(aligned(wanted, answers, _answer_likeness), start=1):
        _compare_answer(score, name, f"{place} answer {number}", want, have)


def _compare_answer(score: Score, name: str, place: str, want: Json | None, have: Json | None) -> None:
    if want is None or have is None:  # one too few or one too many: neither kind nor borders are right
        side = want or have or {}
        told = (side.get("kind"), side.get("question"), side.get("starts") or side.get("text", "")[:60])
        for aspect in ("kind", "borders"):
            score.note(aspect, name, place, told if want else None, told if have else None, False)
        return
    score.note("kind", name, place, want["kind"], have["kind"], want["kind"] == have["kind"])
    text = bare(have["text"])
    starts, ends = bare(want["starts"]), bare(want["ends"])
    edges = (want["starts"], want["ends"]), (have["text"][:60], have["text"][-60:])
    score.note("borders", name, place, *edges, text.startswith(starts) and text.endswith(ends))
    same_question = bare(want["question"] or "") == bare(have["question"] or "")
    score.note("question", name, place, want["question"], have["question"], same_question)
    score.note("whole", name, place, f"{want['letters']} letters", f"{len(text)}", want["letters"] == len(text))
    score.note("blank", name, place, want["blank"], have["blank"], want["blank"] == have["blank"])
    if "breaks" in want:
        _compare_parts(score, name, place, want["breaks"], have["parts"])


def _compare_parts(score: Score, name: str, place: str, breaks: list[str], parts: list[str]) -> None:
    """A long answer has several parts, and each but the first begins where a part may begin."""
    score.note("parts", name, place, "several parts", len(parts), len(parts) > 1)
    for part in parts[1:]:
        right = any(bare(part).startswith(bare(place_to_break)) for place_to_break in breaks)
        score.note("parts", name, place, "a paragraph's beginning", part[:60], right)


def merged(passages: list[Json]) -> Iterator[Json]:
    """Whole answers: the parts of one joined, ``parts`` holds their texts."""
    answer: Json | None = None
    for passage in passages:
        if answer is not None and passage["part"] > 1:
            answer["text"] += "\n" + passage["text"]
            answer["parts"].append(passage["text"])
            continue
        if answer is not None:
            yield answer
        blank = passage.get("blank", False)
        answer = {**passage, "blank": blank, "parts": [passage["text"]]}
    if answer is not None:
        yield answer


def bare(text: str) -> str:
    """Letters and digits alone, list markers dropped, case and ё levelled."""
    return "".join(char for char in _MARKER.sub("", text).casefold() if char.isalnum()).replace("ё", "е")


def _report_likeness(wanted: Json, got: Json) -> float:
    aspects = ("city", "year", "section")
    return 0.1 + sum(_fold(wanted[aspect]) == _fold(got[aspect]) for aspect in aspects)


def _answer_likeness(wanted: Json, got: Json) -> float:
    text, starts, ends = bare(got["text"]), bare(wanted["starts"]), bare(wanted["ends"])
    question = bare(wanted["question"] or "") == bare(got["question"] or "")
    kind = bool(wanted["kind"] == got["kind"])
    return 2.0 * question + 2.0 * text.startswith(starts) + 1.0 * text.endswith(ends) + 0.5 * kind


def aligned(
    wanted: list[Json], got: list[Json], likeness: Callable[[Json, Json], float]
) -> list[tuple[Json | None, Json | None]]:
    """Both in order, side by side so that the sum of likeness is greatest; ``None`` stands for a missing one."""
    best = [[0.0] * (len(got) + 1) for _ in range(len(wanted) + 1)]
    for i, left in enumerate(wanted):
        for j, right in enumerate(got):
            together = best[i][j] + likeness(left, right)
            best[i + 1][j + 1] = max(together, best[i][j + 1], best[i + 1][j])
    pairs: list[tuple[Json | None, Json | None]] = []
    i, j = len(wanted), len(got)
    while i and j:
        if best[i][j] == best[i - 1][j]:
            i -= 1
            pairs.append((wanted[i], None))
        elif best[i][j] == best[i][j - 1]:
            j -= 1
            pairs.append((None, got[j]))
        else:
            i, j = i - 1, j - 1
            pairs.append((wanted[i], got[j]))
    pairs.extend((side, None) for side in reversed(wanted[:i]))
    pairs.extend((None, side) for side in reversed(got[:j]))
    return pairs[::-1]


def main() -> int:
    """Prints failures and the table; 1 where a threshold is missed."""
    score = measure(run_check(), load_expected())
    for failure in score.failures:
        print(failure)
    print(score.table())
    missed = [aspect for aspect, least in THRESHOLDS.items() if score.share(aspect) < least]
    print(f"below the threshold: {', '.join(missed)}" if missed else "all thresholds are kept")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
