"""An update gives the very build that a rebuild gives, and reads only what has changed."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from indexer.build import open_build, shared_analyzer
from indexer.rebuild import rebuild, update
from indexer.store import Store
from indexer.understanding import understand_folder
from indexer.vocabulary import load
from indexer.writer import write_build
from search_app.model import SearchRequest
from search_app.search import search

SAMPLE = Path(__file__).parents[2] / "index_data" / "reports"
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


def written(build: Path) -> dict[str, Any]:
    """All that stands in a build's files but its stamp and times. Whoosh's files have names of their own."""
    found: dict[str, Any] = {}
    for path in sorted(build.iterdir()):
        if path.suffix == ".json":
            content = json.loads(path.read_text(encoding="utf-8"))
            found[path.name] = {key: content[key] for key in content if key not in ("stamp", "created", "seconds")}
        elif "MAIN" not in path.name:
            found[path.name] = path.read_bytes()
    return found


def answers(build: Path) -> list[Any]:
    opened = open_build(build)
    pages = [search(SearchRequest(q=query), opened) for query in QUERIES]
    hits = [[(hit.id, hit.score) for hit in page.hits] for page in pages]
    index = opened.whoosh()
    with index.reader() as reader:
        terms = list(reader.all_terms())
    index.close()
    return [*hits, terms]


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
    """All later ids move on by one."""
    write(folder, "0/omsk.txt", report("ОМСК", 2019, "Отчёт, который оказался первым."))


def make_a_copy_of_the_kept(folder: Path) -> None:
    """The file itself is as it was, but an earlier one now has the same content."""
    shutil.copy(folder / "2/tomsk.txt", folder / "0-tomsk.txt")


def have_a_say(folder: Path) -> None:
    write(folder, "reports.toml", '[[file]]\npath = "1/omsk-other.txt"\nyear = 2015\n')


@pytest.mark.parametrize(
    "event", [add, change, remove_originals, put_a_double_before, make_a_copy_of_the_kept, have_a_say]
)
def test_an_update_equals_a_rebuild(folder: Path, tmp_path: Path, event: Callable[[Path], None]) -> None:
    rebuild(folder, tmp_path / "index", jobs=1)
    event(folder)
    summary = update(folder, tmp_path / "index", jobs=1)
    anew = rebuild(folder, tmp_path / "anew", jobs=1)
    assert summary is not None
    assert (summary.files, summary.statuses, summary.reports, summary.passages, summary.unknown, summary.warned) == (
        (anew.files, anew.statuses, anew.reports, anew.passages, anew.unknown, anew.warned)
    )
    assert [file.reason for file in summary.flawed] == [file.reason for file in anew.flawed]
    updated, rebuilt = (Store(tmp_path / name).current_dir() for name in ("index", "anew"))
    assert written(updated) == written(rebuilt)
    assert answers(updated) == answers(rebuilt)


def test_an_unchanged_file_is_not_read_again(folder: Path, tmp_path: Path) -> None:
    rebuild(folder, tmp_path / "index", jobs=1)
    texts = Store(tmp_path / "index").current_dir() / "passages.jsonl"
    # A mark that only the build has, of the same length.
    texts.write_bytes(texts.read_bytes().replace("улице Ленина".encode(), "улице ЛЕНИНА".encode()))
    change(folder)
    update(folder, tmp_path / "index", jobs=1)
    assert "улице ЛЕНИНА" in (Store(tmp_path / "index").current_dir() / "passages.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["passages.jsonl", "forms.txt", "groups.npy", "manifest.json", "columns.json"])
def test_a_damaged_build_is_read_anew(folder: Path, tmp_path: Path, name: str) -> None:
    rebuild(folder, tmp_path / "index", jobs=1)
    (Store(tmp_path / "index").current_dir() / name).write_bytes(b"{")
    change(folder)
    summary = update(folder, tmp_path / "index", jobs=1)
    assert summary is not None and summary.reports == 4
    open_build(Store(tmp_path / "index").current_dir())


def test_workers_prepare_what_one_process_would(tmp_path: Path) -> None:
    rebuild(SAMPLE, tmp_path / "index", jobs=2)
    vocabulary = load()
    reports = (report for source in understand_folder(SAMPLE) for report in source.reports)
    (tmp_path / "alone").mkdir()
    write_build(tmp_path / "alone", reports, shared_analyzer(vocabulary), vocabulary)
    served = written(Store(tmp_path / "index").current_dir())
    del served["manifest.json"]
    assert written(tmp_path / "alone") == served
