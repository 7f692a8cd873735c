"""Ids never move, and no text gets younger: whatever is added, renamed, changed, removed, rolled back."""

from __future__ import annotations

import random
import re
import shutil
import time
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from indexer.builds.build import Build, open_build
from indexer.builds.history import HISTORY_FILE, newest_history
from indexer.builds.manifest import MANIFEST_FILE
from indexer.builds.store import Store
from indexer.index.texts import Texts
from indexer.rebuild import rebuild, update
from search_app.engine.door import LocalEngine

BEGINNING = datetime(2024, 5, 6, 3, 0, tzinfo=UTC)
CITIES = ("ОМСК", "ТОМСК")
WORDS = (
    "благоустройство набережной ремонт мостов озеленение скверов закупка автобусов капитальный фонд школ садов "
    "теплосети водоснабжение освещение дворов площадки спорта фестивали музеи архивы волонтёры субсидии гранты "
    "инвестиции туризм экология мусор полигон сортировка контейнеры парковки светофоры тротуары велодорожки"
).split()


def report(mark: str, city: str = "ОМСК", year: int = 2019, *, words: str = "", second: str = "") -> str:
    """A report that is recognised by a word of its own."""
    turned = " ".join(reversed(words.split()))
    return (
        f"{city}\nОрганизационная работа\n\n"
        f"1. Что наиболее значительное удалось сделать в {year} году?\n\n{mark} {words}\n"
        f"2. Какие проблемы не удалось решить?\n\n{second or f'Трудности {mark}: {turned}'}\n"
    )


def words_of(chance: random.Random) -> str:
    return " ".join(chance.sample(WORDS, 20))


def opened(index: Path) -> Build:
    return open_build(Store(index).current_dir())


def mark_in(text: str) -> str:
    return re.findall(r"метка\w+", text)[0]


def ids_by_mark(build: Build) -> dict[str, str]:
    found: dict[str, str] = {}
    for card in build.cards():
        shown = build.report(card.id)
        assert shown
        mark = mark_in(shown.passages[0].text)
        assert mark not in found
        found[mark] = card.id
    return found


def dates(build: Build) -> dict[tuple[str, str], int]:
    """Report and text → when the archive first had it."""
    added = build.columns.doc_added.tolist()
    return {
        (build.report_of(number).id, build.passage(number).text): added[number]
        for number in range(build.columns.passages)
    }


def name_of(number: int) -> str:
    """«метка» with letters for digits: numbers in texts must not decide."""
    return "метка" + "".join("абвгдежзик"[int(digit)] for digit in str(number))


@dataclass
class Archive:
    """A reports folder that lives, and what must hold of it."""

    folder: Path
    index: Path
    chance: random.Random
    made: int = 0
    builds: int = 0
    gone: list[tuple[str, str]] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def files(self) -> list[Path]:
        return sorted(self.folder.rglob("*.txt"))

    def single(self) -> Path:
        """A file without a copy: of two that differ a little either may be said to be the old one."""
        marks = [mark_in(path.read_text(encoding="utf-8")) for path in self.files()]
        return self.chance.choice(
            [path for path, mark in zip(self.files(), marks, strict=True) if marks.count(mark) == 1]
        )

    def free(self) -> Path:
        place = self.folder / self.chance.choice(["", "0/", "9/"]) / f"{self.chance.randrange(10**9)}.txt"
        place.parent.mkdir(exist_ok=True)
        return place

    def add(self, path: Path | None = None) -> None:
        self.made += 1
        text = report(name_of(self.made), self.chance.choice(CITIES), words=words_of(self.chance))
        (path or self.free()).write_text(text, encoding="utf-8")

    def rename(self) -> None:
        self.chance.choice(self.files()).rename(self.free())

    def rename_and_take_the_place(self) -> None:
        path = self.chance.choice(self.files())
        path.rename(self.free())
        self.add(path)

    def change(self, path: Path | None = None) -> None:
        path = path or self.single()
        text = path.read_text(encoding="utf-8")
        known = [word for word in WORDS if word in text.split()]
        path.write_text(text.replace(self.chance.choice(known), self.chance.choice(WORDS)), encoding="utf-8")

    def rename_and_change(self) -> None:
        self.change(self.single().rename(self.free()))

    def rewrite_the_second_answer(self) -> None:
        path = self.single()
        head = path.read_text(encoding="utf-8").partition("решить?")
        path.write_text(f"{head[0]}{head[1]}\n\n{words_of(self.chance)}\n", encoding="utf-8")

    def remove(self) -> None:
        if len(self.files()) > 2:
            path = self.chance.choice(self.files())
            self.gone.append((str(path), path.read_text(encoding="utf-8")))
            path.unlink()

    def bring_back(self) -> None:
        here = [mark_in(path.read_text(encoding="utf-8")) for path in self.files()]
        if self.gone and mark_in(self.gone[-1][1]) not in here:
            path, text = self.gone.pop()
            (Path(path) if self.chance.random() < 0.5 else self.free()).write_text(text, encoding="utf-8")

    def copy(self) -> None:
        shutil.copy(self.chance.choice(self.files()), self.free())

    def touch(self) -> None:
        self.chance.choice(self.files()).touch()

    def swap(self) -> None:
        one, other = self.chance.sample(self.files(), 2)
        first = one.read_bytes()
        one.write_bytes(other.read_bytes())
        other.write_bytes(first)

    def step(self) -> None:
        events = [
            self.add, self.rename, self.rename_and_take_the_place, self.change, self.rename_and_change,
            self.rewrite_the_second_answer, self.remove, self.bring_back, self.copy, self.touch, self.swap,
        ]  # fmt: skip
        for event in self.chance.sample(events, self.chance.choice([1, 1, 2])):
            event()
        self.build()
        if self.chance.random() < 0.25 and Store(self.index).status().previous:
            Store(self.index).rollback()
            Store(self.index).release()
            self.check()
            if self.chance.random() < 0.5:
                self.build()

    def build(self) -> None:
        self.builds += 1
        now = BEGINNING + timedelta(days=self.builds)
        (rebuild if self.chance.random() < 0.4 else update)(self.folder, self.index, jobs=1, now=now)
        self.check()

    def check(self) -> None:
        build = opened(self.index)
        ids, seen = ids_by_mark(build), dates(build)
        assert len(set(ids.values())) == len(ids)
        for mark, name in ids.items():
            assert self.ids.setdefault(mark, name) == name, mark
        assert len(set(self.ids.values())) == len(self.ids), "an id was given to two reports"
        for key, moment in seen.items():
            assert self.seen.setdefault(key, moment) == moment, key


@pytest.mark.parametrize("seed", range(12))
def test_random_histories(tmp_path: Path, seed: int) -> None:
    archive = Archive(tmp_path / "reports", tmp_path / "index", random.Random(seed))
    archive.folder.mkdir()
    for _ in range(4):
        archive.add()
    archive.build()
    for _ in range(7):
        archive.step()


# One thing at a time


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    folder = tmp_path / "reports"
    folder.mkdir()
    words = " ".join(WORDS[:20])
    (folder / "m.txt").write_text(report("меткаа", words=words), encoding="utf-8")
    (folder / "n.txt").write_text(report("меткаб", words=" ".join(WORDS[20:])), encoding="utf-8")
    rebuild(folder, tmp_path / "index", jobs=1, now=BEGINNING)
    assert ids_by_mark(opened(tmp_path / "index")) == {
        "меткаа": "omsk-2019-organizacionnaya-rabota",
        "меткаб": "omsk-2019-organizacionnaya-rabota-2",
    }
    return folder, tmp_path / "index"


def later(days: int) -> datetime:
    return BEGINNING + timedelta(days=days)


def test_a_file_earlier_in_the_alphabet_takes_no_ones_id(places: tuple[Path, Path]) -> None:
    folder, index = places
    (folder / "a.txt").write_text(report("меткав", words="совсем другое"), encoding="utf-8")
    rebuild(folder, index, jobs=1, now=later(1))
    assert ids_by_mark(opened(index)) == {
        "меткаа": "omsk-2019-organizacionnaya-rabota",
        "меткаб": "omsk-2019-organizacionnaya-rabota-2",
        "меткав": "omsk-2019-organizacionnaya-rabota-3",
    }


def test_the_id_of_a_report_that_is_gone_is_not_given_to_another(places: tuple[Path, Path]) -> None:
    folder, index = places
    kept = (folder / "m.txt").read_text(encoding="utf-8")
    (folder / "m.txt").unlink()
    update(folder, index, jobs=1, now=later(1))
    (folder / "a.txt").write_text(report("меткав", words="совсем другое"), encoding="utf-8")
    update(folder, index, jobs=1, now=later(2))
    assert ids_by_mark(opened(index))["меткав"] == "omsk-2019-organizacionnaya-rabota-3"
    (folder / "elsewhere.txt").write_text(kept, encoding="utf-8")
    rebuild(folder, index, jobs=1, now=later(3))
    build = opened(index)
    assert ids_by_mark(build)["меткаа"] == "omsk-2019-organizacionnaya-rabota"
    assert {card.added for card in build.cards() if card.id == "omsk-2019-organizacionnaya-rabota"} == {
        int(BEGINNING.timestamp())
    }


def test_another_format_before_the_original_is_the_same_report(places: tuple[Path, Path]) -> None:
    folder, index = places
    text = (folder / "n.txt").read_text(encoding="utf-8").replace(" ", "  ")
    (folder / "a.txt").write_text(text, encoding="utf-8")
    update(folder, index, jobs=1, now=later(1))
    assert ids_by_mark(opened(index))["меткаб"] == "omsk-2019-organizacionnaya-rabota-2"
    (folder / "n.txt").unlink()
    update(folder, index, jobs=1, now=later(2))
    assert ids_by_mark(opened(index))["меткаб"] == "omsk-2019-organizacionnaya-rabota-2"


def test_reports_taken_out_of_an_archive_and_put_into_one(places: tuple[Path, Path]) -> None:
    folder, index = places
    before = ids_by_mark(opened(index))
    with zipfile.ZipFile(folder / "0.zip", "w") as archive:
        for name in ("n.txt", "m.txt"):
            archive.write(folder / name, f"2019/{name}")
            (folder / name).unlink()
    rebuild(folder, index, jobs=1, now=later(1))
    assert ids_by_mark(opened(index)) == before
    with zipfile.ZipFile(folder / "0.zip", "a") as archive:
        archive.writestr("2019/a.txt", report("меткав", words="совсем другое"))
    update(folder, index, jobs=1, now=later(2))
    assert ids_by_mark(opened(index)) == {**before, "меткав": "omsk-2019-organizacionnaya-rabota-3"}
    with zipfile.ZipFile(folder / "0.zip") as archive:
        archive.extractall(folder)
    (folder / "0.zip").unlink()
    update(folder, index, jobs=1, now=later(3))
    assert ids_by_mark(opened(index)) == {**before, "меткав": "omsk-2019-organizacionnaya-rabota-3"}


def test_the_operators_word_moves_no_id(places: tuple[Path, Path]) -> None:
    folder, index = places
    before = ids_by_mark(opened(index))
    (folder / "reports.toml").write_text('[[file]]\npath = "n.txt"\nyear = 2015\n', encoding="utf-8")
    update(folder, index, jobs=1, now=later(1))
    build = opened(index)
    assert ids_by_mark(build) == before
    assert {card.id: card.year for card in build.cards()}[before["меткаб"]] == 2015


def test_a_file_overwritten_with_another_citys_report_is_another_report(places: tuple[Path, Path]) -> None:
    folder, index = places
    (folder / "n.txt").write_text(report("меткав", "ТОМСК", words="совсем другое"), encoding="utf-8")
    update(folder, index, jobs=1, now=later(1))
    assert ids_by_mark(opened(index))["меткав"] == "tomsk-2019-organizacionnaya-rabota"


def test_dates_of_a_changed_report(places: tuple[Path, Path]) -> None:
    folder, index = places
    text = (folder / "m.txt").read_text(encoding="utf-8")
    (folder / "m.txt").write_text(text.replace("Трудности", "Новые трудности"), encoding="utf-8")
    update(folder, index, jobs=1, now=later(1))
    build = opened(index)
    found = sorted((key[1].split()[0], moment) for key, moment in dates(build).items() if "меткаа" in key[1])
    assert found == [("Новые", int(later(1).timestamp())), ("меткаа", int(BEGINNING.timestamp()))]
    (folder / "m.txt").write_text(text, encoding="utf-8")
    update(folder, index, jobs=1, now=later(2))
    assert set(dates(opened(index)).values()) == {int(BEGINNING.timestamp())}
    arrivals = LocalEngine(opened(index)).arrivals()
    assert [(arrival.first, arrival.passages) for arrival in arrivals] == [(True, 2), (True, 2)]


def test_what_a_rolled_back_build_knew_is_not_forgotten(places: tuple[Path, Path]) -> None:
    folder, index = places
    (folder / "x.txt").write_text(report("меткав", words="совсем другое"), encoding="utf-8")
    update(folder, index, jobs=1, now=later(1))
    Store(index).rollback()
    Store(index).release()
    (folder / "a.txt").write_text(report("меткаг", words="и третье"), encoding="utf-8")
    rebuild(folder, index, jobs=1, now=later(2))
    build = opened(index)
    assert ids_by_mark(build)["меткав"] == "omsk-2019-organizacionnaya-rabota-3"
    assert {card.added for card in build.cards() if card.id.endswith("-3")} == {int(later(1).timestamp())}


@pytest.mark.parametrize("victim", [HISTORY_FILE, MANIFEST_FILE])
def test_a_damaged_file_of_the_build_costs_no_id(places: tuple[Path, Path], victim: str) -> None:
    """Without the memory what it says is read off the texts: so it is with a build of an earlier version."""
    folder, index = places
    (Store(index).current_dir() / victim).write_text("{", encoding="utf-8")
    (folder / "a.txt").write_text(report("меткав", words="совсем другое"), encoding="utf-8")
    update(folder, index, jobs=1, now=later(1))
    build = opened(index)
    assert ids_by_mark(build)["меткав"] == "omsk-2019-organizacionnaya-rabota-3"
    assert sorted(card.added for card in build.cards()) == [int(later(day).timestamp()) for day in (0, 0, 1)]


def test_a_damaged_memory_of_the_last_build_costs_no_id(places: tuple[Path, Path]) -> None:
    folder, index = places
    (folder / "x.txt").write_text(report("меткав", words="совсем другое"), encoding="utf-8")
    current = Store(index).current_dir()
    while Store(index).current_dir().name[:15] <= current.name[:15]:  # Builds of one second are in no order.
        time.sleep(1 - time.time() % 1)
        rebuild(folder, index, jobs=1, now=later(1))
    (Store(index).current_dir() / HISTORY_FILE).write_text("{", encoding="utf-8")
    (folder / "a.txt").write_text(report("меткаг", words="и третье"), encoding="utf-8")
    update(folder, index, jobs=1, now=later(2))
    build = opened(index)
    assert ids_by_mark(build)["меткав"] == "omsk-2019-organizacionnaya-rabota-3"
    assert sorted(card.added for card in build.cards()) == [int(later(day).timestamp()) for day in (0, 0, 1, 2)]


def test_two_rebuilds_from_nothing_are_equal(places: tuple[Path, Path], tmp_path: Path) -> None:
    folder, index = places
    rebuild(folder, tmp_path / "other", jobs=1, now=BEGINNING)
    first, second = (Store(path).current_dir() for path in (index, tmp_path / "other"))
    assert (first / HISTORY_FILE).read_bytes() == (second / HISTORY_FILE).read_bytes()
    assert ids_by_mark(open_build(first)) == ids_by_mark(open_build(second))
    assert len(Texts(first)) == len(Texts(second))


def test_the_memory_of_nothing(tmp_path: Path) -> None:
    assert newest_history(tmp_path / "none").reports == {}
