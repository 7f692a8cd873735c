"""The vectors of a build: whole numbers, kept from build to build, never a reason to fail."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from indexer.builds.build import open_build
from indexer.errors import StoreError
from indexer.index import vectors as vectors_room
from indexer.index.arrays.filed import mapped_array
from indexer.index.vectors import earlier_vectors, signs_of
from indexer.index.writer import Meanings, write_build
from indexer.language.analysis import Analyzer
from indexer.meaning import model as model_room
from indexer.meaning.model import DIMENSIONS, WordModel, tells, word_model
from indexer.model import Report
from tests.small_archive import make_reports, publish, reseal

TEXTS = {
    "Омск": ["Бродячие собаки кусают прохожих.", "Кадровый голод: текучесть среди специалистов выросла."],
    "Томск": ["Отремонтированы дороги и тротуары.", "25 30 2019"],
}


@pytest.fixture(scope="module")
def model() -> WordModel:
    found = word_model()
    if found is None:
        pytest.skip("без модели слов")
    return found


def cosine(first: np.ndarray, second: np.ndarray) -> float:
    one, other = first.astype(float), second.astype(float)
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


def test_the_package_has_what_is_taken_of_it(model: WordModel) -> None:
    """The tokenizer's scores are no public part of the package: another version may have them elsewhere."""
    directions, weights = model.vectors(["собака", "пёс", "бюджет", "для", "город"])
    assert directions.shape == (5, DIMENSIONS)
    assert np.allclose(np.linalg.norm(directions.astype(float) / 127, axis=1), 1, atol=0.02)
    assert cosine(directions[0], directions[1]) > cosine(directions[0], directions[2]) + 0.2
    dog, hound, budget, conjunction, town = weights.tolist()
    assert conjunction < 100 < town < min(dog, hound, budget) <= 255


def test_a_word_is_the_same_whatever_comes_with_it(model: WordModel) -> None:
    words = "собака дорога отток текучесть благоустройство самозанятый".split()
    together = model.vectors([*words, "электрификация-и-газификация"])[0][: len(words)]
    alone = np.concatenate([model.vectors([word])[0] for word in words])
    assert np.array_equal(together, alone)


@pytest.mark.parametrize(("word", "does"), [("собака", True), ("онлайн-режим", True), ("131", False), ("м", False)])
def test_what_tells(word: str, does: bool) -> None:
    assert tells(word) == does


def written(folder: Path, analyzer: Analyzer, meaning: Meanings | None) -> dict[str, bytes]:
    folder.mkdir()
    write_build(folder, make_archive(), analyzer, meaning=meaning)
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name.startswith("meaning")}


def make_archive() -> list[Report]:
    answers = {city: [("achievements", None, text) for text in texts] for city, texts in TEXTS.items()}
    return list(make_reports([(city, 2020, "Экология", found) for city, found in answers.items()]))


def test_known_words_give_the_same_files(tmp_path: Path, analyzer: Analyzer, model: WordModel) -> None:
    anew = written(tmp_path / "a", analyzer, Meanings(model, ("дворняга",)))
    kept = written(tmp_path / "b", analyzer, Meanings(model, ("дворняга",), earlier_vectors(tmp_path / "a")))
    assert anew == kept
    assert written(tmp_path / "c", analyzer, None) == {}


def test_words_of_another_model_are_reckoned_anew(tmp_path: Path, analyzer: Analyzer, model: WordModel) -> None:
    anew = written(tmp_path / "a", analyzer, Meanings(model))
    meta = tmp_path / "a" / "meaning.json"
    meta.write_text(meta.read_text(encoding="utf-8").replace(model.name, "another 1.0"), encoding="utf-8")
    np.save(tmp_path / "a" / "meaning-directions.npy", np.load(tmp_path / "a" / "meaning-directions.npy") * 0)
    assert written(tmp_path / "b", analyzer, Meanings(model, (), earlier_vectors(tmp_path / "a"))) == anew


def test_sums_do_not_depend_on_the_order() -> None:
    random = np.random.default_rng(1)
    directions = random.integers(-127, 128, (vectors_room._EXACT_UP_TO, DIMENSIONS)).astype(np.int8)
    weights = random.integers(0, 256, len(directions)).astype(np.uint8)
    order = random.permutation(len(directions))
    exact = (weights.astype(np.int64)[:, None] * directions).sum(axis=0)
    for chosen in (slice(None), order):
        assert np.array_equal(vectors_room._sum_of(directions[chosen], weights[chosen]), exact)


def test_signs() -> None:
    vectors = np.array([[1] * 64 + [-1] * 64, [0] * 127 + [3]])
    assert signs_of(vectors).tolist() == [[2**64 - 1, 0], [0, 2**63]]


@pytest.mark.parametrize("name", ["meaning.json", "meaning-passages.npy", "meaning-weights.npy"])
@pytest.mark.parametrize("damage", ["half", "gone", "other"])
def test_damage_is_a_sentence(tmp_path: Path, model: WordModel, name: str, damage: str) -> None:
    folder = publish(tmp_path / "index", make_archive(), meaning=True).current_dir()
    if (name, damage) == ("meaning.json", "gone"):
        pytest.skip("a build without it has no vectors")
    path = folder / name
    if damage == "half":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif damage == "gone":
        path.unlink()
    else:
        shutil.copy(folder / "meaning-signs.npy", path)
    with pytest.raises(StoreError, match="meaning"):
        open_build(folder)
    assert earlier_vectors(folder) is None


def test_what_is_common_is_taken_off() -> None:
    """One direction all share is gone; another, strong in a few, is weakened; the small ones are as they were."""
    random = np.random.default_rng(3)
    vectors = random.normal(size=(900, 20)) * np.array([0.2, 3.0, *[0.5] * 18]) + np.array([9.0, *[0.0] * 19])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    left = model_room.without(model_room.common_of(vectors, count=2, strength=1.0), vectors)
    spread = np.abs(left).mean(axis=0)
    assert spread[0] < 0.1 * np.abs(vectors[:, 0]).mean()
    assert np.abs(vectors[:, 1]).mean() / spread[1] > 1.2
    assert np.allclose(left[:, 2:], vectors[:, 2:], atol=0.05)


def test_the_common_directions_are_the_model_s(model: WordModel) -> None:
    """What is shipped takes off what the model's commonest words share, and leaves the rest."""
    common = model_room._common()
    assert common.shape == (64, DIMENSIONS)
    words = "город работа год новый жизнь школа человек район дорога развитие проект система".split()
    vectors = model.encoded(words)
    before, after = vectors @ vectors.T, model_room.without(common, vectors) @ model_room.without(common, vectors).T
    apart = ~np.eye(len(words), dtype=bool)
    assert before[apart].mean() > 0.25
    assert abs(after[apart].mean()) < 0.08


@pytest.mark.parametrize("kernel", [True, False])
def test_rows_that_stay_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kernel: bool) -> None:
    if not kernel:
        monkeypatch.delattr(vectors_room.os, "copy_file_range", raising=False)
    monkeypatch.setattr(vectors_room, "_CHUNK", 1000)
    old = np.random.default_rng(2).integers(-127, 128, (40, DIMENSIONS)).astype(np.int8)
    np.save(tmp_path / "old.npy", old)
    staying = vectors_room.Staying(np.array([0, 1, 2, 7, 8, 5]), np.array([1, 2, 3, 4, 5, 9]))
    assert list(staying.spans()) == [(0, 1, 3), (7, 4, 2), (5, 9, 1)]
    mapped = mapped_array(tmp_path / "new.npy", (10, DIMENSIONS), np.int8)
    vectors_room._take_over(tmp_path / "old.npy", tmp_path / "new.npy", staying)
    expected = np.zeros((10, DIMENSIONS), dtype=np.int8)
    expected[staying.new] = old[staying.old]
    assert np.array_equal(np.load(tmp_path / "new.npy"), expected)
    # Whoever has mapped the file sees it, too.
    assert np.array_equal(mapped, expected)


def test_a_build_of_another_model_is_searched_by_words(tmp_path: Path, model: WordModel) -> None:
    folder = publish(tmp_path / "index", make_archive(), meaning=True).current_dir()
    meta = folder / "meaning.json"
    meta.write_text(meta.read_text(encoding="utf-8").replace(model.name, "another 1.0"), encoding="utf-8")
    reseal(folder)
    opened = open_build(folder)
    assert opened.vectors is not None and opened.vectors.model == "another 1.0"
    assert earlier_vectors(folder) is not None
