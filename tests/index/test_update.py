"""An update gives the very build that a rebuild gives, and reads only what has changed."""

from __future__ import annotations

import json
import os
import shutil
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.builds.build import open_build
from indexer.builds.store import Store
from indexer.builds.verification import build_faults, index_faults
from indexer.index import texts as texts_room
from indexer.index.columns import open_columns
from indexer.index.lexical import writing as lexical
from indexer.index.lexical.schema import open_whoosh
from indexer.index.texts import Texts
from indexer.index.writer import EarlierBuild, prepare, write_build
from indexer.intake.understanding import Task, digest_of, understand_folder
from indexer.language.analysis import shared_analyzer
from indexer.rebuild import flow, rebuild, seen, update
from indexer.summary import Summary
from indexer.vocabulary import load
from search_app.engine.search import search
from search_app.request.model import SearchRequest
from tests.small_archive import make_reports, reseal

SAMPLE = Path(__file__).parents[2] / "index_data" / "sample"
QUERIES = ("музей", "ремонт дорог", '"открыт музей"', "м* 76-й", "онлайн-режим")


def report(city: str, year: int, *answers: str) -> str:
    questions = (
        f"Что наиболее значительное удалось сделать в {year} году?",
        "Какие проблемы не удалось решить?",
        f"Какие задачи стоят в {year + 1} году?",
    )
    told = [f"{place}. {questions[place - 1]}\n\n{answer}\n" for place, answer in enumerate(answers, 1)]
    return f"{city}\n\n" + "\n".join(told)


OMSK = report("ОМСК", 2019, "Открыт музей на улице Ленина.", "Ремонт дорог идёт медленно.")
OTHER_OMSK = report("ОМСК", 2019, "Проведён фестиваль к 76-й годовщине, м² жилья прибавилось.")
TOMSK = report("ТОМСК", 2020, "Приём граждан идёт в онлайн-режиме.", "Не хватает средств.", "Ремонт дорог.")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Reports with all that settling has to do: copies, double ids, an archive, files that give nothing."""
    reports = tmp_path / "reports"
    write(reports, "1/omsk.txt", OMSK)
    write(reports, "1/omsk-copy.txt", OMSK)
    write(reports, "1/omsk-in-capitals.txt", OMSK.replace("музей", "МУЗЕЙ"))
    write(reports, "1/omsk-other.txt", OTHER_OMSK)
    write(reports, "2/tomsk.txt", TOMSK)
    write(reports, "2/blank.txt", " \n")
    (reports / "2/picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    with zipfile.ZipFile(reports / "2/all.zip", "w") as archive:
        for name in ("a.txt", "b.txt"):
            archive.writestr(name, report("ЧИТА", 2018, "Построена школа и музей."))
    return reports


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


OWN = ("MAIN", ".jsonl", ".files.npy", ".rows.npy", "column-doc_whoosh")
"""Files that differ where an index went on from another: what stands in them is compared instead."""


OWN_OF_MANIFEST = ("stamp", "created", "seconds", "files", "own")


def written(build: Path) -> dict[str, Any]:
    """All that stands in a build but its stamp and times."""
    found: dict[str, Any] = {}
    for path in sorted(build.iterdir()):
        if path.suffix == ".json":
            content = json.loads(path.read_text(encoding="utf-8"))
            found[path.name] = {key: content[key] for key in content if key not in OWN_OF_MANIFEST}
            for source in content.get("sources", ()):
                source.pop("stamp", None)
        elif not any(name in path.name for name in OWN):
            found[path.name] = path.read_bytes()
    texts = Texts(build)
    found["passages"] = [texts.passage(number) for number in range(len(texts))]
    found["reports"] = [texts.report(number) for number in range(len(texts.reports))]
    found["whoosh"] = in_whoosh(build, [passage.id for passage in found["passages"]])
    return found


def in_whoosh(build: Path, ids: list[str]) -> dict[Any, set[str]]:
    """The passages of each term of the Whoosh index; each must be where the columns say."""
    numbers = open_columns(build)[0].doc_whoosh.tolist()
    index = open_whoosh(str(build), shared_analyzer(load()))
    with index.reader() as reader:
        assert [reader.stored_fields(number)["id"] for number in numbers] == ids
        assert reader.doc_count() == len(ids)
        id_of = dict(zip(numbers, ids, strict=True))
        terms = {term: {id_of[number] for number in reader.postings(*term).all_ids()} for term in reader.all_terms()}
    index.close()
    # Terms of deleted documents stay until the index is written anew.
    return {term: found for term, found in terms.items() if found}


def answers(build: Path) -> list[Any]:
    opened = open_build(build)
    pages = [search(SearchRequest(q=query), opened) for query in QUERIES]
    return [[(hit.id, hit.score, hit.snippet) for hit in page.hits] for page in pages]


def add(folder: Path) -> None:
    write(folder, "0/barnaul.txt", report("БАРНАУЛ", 2021, "Открыт зоопарк, в нём музей.", "Ремонт дорог."))
    write(folder, "3/omsk-third.txt", report("ОМСК", 2019, "Третий отчёт о том же."))


def change(folder: Path) -> None:
    write(folder, "2/tomsk.txt", TOMSK.replace("граждан", "жителей"))


def remove_originals(folder: Path) -> None:
    """The copy becomes the original."""
    (folder / "1/omsk.txt").unlink()
    (folder / "1/omsk-copy.txt").unlink()


def put_a_double_before(folder: Path) -> None:
    """Those that were there before keep their ids."""
    write(folder, "0/omsk.txt", report("ОМСК", 2019, "Отчёт, который оказался первым."))


def make_a_copy_of_the_kept(folder: Path) -> None:
    """The file itself is as it was, but an earlier one now has the same content."""
    shutil.copy(folder / "2/tomsk.txt", folder / "0-tomsk.txt")


def have_a_say(folder: Path) -> None:
    write(folder, "reports.toml", '[[file]]\npath = "1/omsk-other.txt"\nyear = 2015\n')


BEGINNING = datetime(2024, 5, 6, tzinfo=UTC)

EVENTS = (add, change, remove_originals, put_a_double_before, make_a_copy_of_the_kept, have_a_say)


def always_continue(patch: pytest.MonkeyPatch) -> None:
    """Whoosh's own writer adds to the index of the earlier build, however much there is to add; three times."""
    patch.setattr(lexical, "_COST_OF_ADDING", 0)
    patch.setattr(lexical, "_MOST_BESIDE", 0)
    patch.setattr(lexical, "_MOST_SEGMENTS", 4)
    patch.setattr(texts_room, "_MOST_BESIDE", 1)


def never_continue(patch: pytest.MonkeyPatch) -> None:
    """Everything that could be linked is written anew."""
    patch.setattr(lexical, "_MOST_SEGMENTS", 0)
    patch.setattr(texts_room, "_MOST_BESIDE", 1 << 40)


@pytest.mark.parametrize("way", [always_continue, never_continue])
def test_one_update_after_the_other_equals_a_rebuild(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: Callable[[pytest.MonkeyPatch], None]
) -> None:
    way(monkeypatch)
    rebuild(folder, tmp_path / "index", jobs=1, now=BEGINNING)
    for days, event in enumerate(EVENTS, 1):
        event(folder)
        if event is have_a_say:
            Store(tmp_path / "index").rollback()
            Store(tmp_path / "index").release()
        # Ids and dates are those that were given before, so both have to begin with the same memory.
        shutil.rmtree(tmp_path / "anew", ignore_errors=True)
        shutil.copytree(tmp_path / "index", tmp_path / "anew")
        now = BEGINNING + timedelta(days=days)
        summary = update(folder, tmp_path / "index", jobs=1, now=now)
        anew = rebuild(folder, tmp_path / "anew", jobs=1, now=now)
        assert summary is not None
        assert counted(summary) == counted(anew)
        updated, rebuilt = (Store(tmp_path / name).current_dir() for name in ("index", "anew"))
        assert written(updated) == written(rebuilt)
        assert answers(updated) == answers(rebuilt)
        assert list(build_faults(updated, deep=True)) == []
    assert update(folder, tmp_path / "index", jobs=1) is None


def counted(summary: Summary) -> list[Any]:
    """All that a summary says but times and names."""
    told = (summary.statuses, summary.reports, summary.passages, summary.unknown, summary.warned, summary.doubtful)
    return [summary.files, *told, [(file.file, file.reason) for file in (*summary.skipped, *summary.flawed)]]


CHOICES = st.lists(st.sampled_from(["both", "old", "new"]), min_size=1, max_size=6)
WORDS = "онлайн режим мероприятия городов дорог онлайн-режиме 440-р 76-й Омска".split()
ANSWERS = st.lists(st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join), min_size=1, max_size=3)


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(CHOICES, st.data())
def test_any_update_equals_a_rebuild(monkeypatch: pytest.MonkeyPatch, choices: list[str], data: st.DataObject) -> None:
    """Reports that come, stay and go, in whatever order they stand."""
    always_continue(monkeypatch)
    reports = list(
        make_reports(
            (
                data.draw(st.sampled_from(["Омск", "Томск", None])),
                data.draw(st.sampled_from([2019, 2020, None])),
                "Культура",
                [("tasks", None, text) for text in data.draw(ANSWERS)],
            )
            for _ in choices
        )
    )
    before = [report for report, choice in zip(reports, choices, strict=True) if choice != "new"]
    numbers = {report.id: number for number, report in enumerate(before)}
    after: list[Any] = [
        range(numbers[report.id], numbers[report.id] + 1) if choice == "both" else report
        for report, choice in zip(reports, choices, strict=True)
        if choice != "old"
    ]
    analyzer = shared_analyzer(load())
    with TemporaryDirectory() as name:
        old, updated, anew = (Path(name) / folder / "build" for folder in ("old", "updated", "anew"))
        for path in (old, updated, anew):
            path.mkdir(parents=True)
        write_build(old, before, analyzer)
        write_build(updated, after, analyzer, earlier=EarlierBuild(old))
        write_build(
            anew, [report for report, choice in zip(reports, choices, strict=True) if choice != "old"], analyzer
        )
        assert written(updated) == written(anew)


def test_an_unchanged_file_is_not_read_again(folder: Path, tmp_path: Path) -> None:
    rebuild(folder, tmp_path / "index", jobs=1)
    texts = Store(tmp_path / "index").current_dir() / "passages.0.jsonl"
    # A mark that only the build has, of the same length.
    texts.write_bytes(texts.read_bytes().replace("улице Ленина".encode(), "улице ЛЕНИНА".encode()))
    reseal(texts.parent)
    change(folder)
    update(folder, tmp_path / "index", jobs=1)
    assert any(
        "улице ЛЕНИНА" in passage.text for passage in written(Store(tmp_path / "index").current_dir())["passages"]
    )


def test_an_untouched_file_is_not_even_opened(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "_SETTLED_NS", 0)
    rebuild(folder, tmp_path / "index", jobs=1)
    change(folder)
    opened: list[str] = []

    def digest(task: Task) -> str | None:
        opened.append(task.name)
        return digest_of(task)

    monkeypatch.setattr(seen, "digest_of", digest)
    assert update(folder, tmp_path / "index", jobs=1)
    assert opened == ["2/tomsk.txt"]


def test_a_change_that_hides_is_noticed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same size, and the time of the last change set back."""
    monkeypatch.setattr(seen, "_SETTLED_NS", 0)
    rebuild(folder, tmp_path / "index", jobs=1)
    path = folder / "2/tomsk.txt"
    times = path.stat()
    path.write_text(path.read_text(encoding="utf-8").replace("граждан", "жителей"), encoding="utf-8")
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert path.stat().st_size == times.st_size
    assert update(folder, tmp_path / "index", jobs=1)


@pytest.mark.parametrize(
    "name", ["passages.0.jsonl", "forms.blob.npy", "column-doc_bucket.npy", "manifest.json", "columns.json"]
)
def test_a_damaged_build_is_read_anew(folder: Path, tmp_path: Path, name: str) -> None:
    rebuild(folder, tmp_path / "index", jobs=1)
    (Store(tmp_path / "index").current_dir() / name).write_bytes(b"{")
    change(folder)
    summary = update(folder, tmp_path / "index", jobs=1)
    assert summary is not None and summary.reports == 4 and summary.damage
    assert list(index_faults(tmp_path / "index", deep=True)) == []


def test_workers_prepare_what_one_process_would(tmp_path: Path) -> None:
    rebuild(SAMPLE, tmp_path / "index", jobs=2, now=BEGINNING)
    analyzer = shared_analyzer(load())
    reports = (prepare(report, analyzer) for source in understand_folder(SAMPLE) for report in source.reports)
    moment = int(BEGINNING.timestamp())
    (tmp_path / "alone").mkdir()
    meaning = flow._meanings(None, load(), analyzer)
    write_build(tmp_path / "alone", (report.dated(moment, ()) for report in reports), analyzer, meaning=meaning)
    served = written(Store(tmp_path / "index").current_dir())
    del served["manifest.json"], served["history.json"]
    assert written(tmp_path / "alone") == served
