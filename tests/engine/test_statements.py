"""Statements weighed and compared, by words alone and with a model of meaning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.builds.build import Build
from indexer.meaning.model import word_model
from search_app.engine.door import Engine, Likeness, LocalEngine, likeness
from tests.small_archive import REPORTS, make_reports, publish

NEEDS = ("Нехватка мест в детских садах", "создать чат-бот для ответов горожанам", "и так далее")
TOLD = ("Введены 3 детских сада на 560 мест.", "Чат-бот отвечает жителям.", "Прошёл концерт.", "")


@pytest.fixture
def compared(build: Build) -> Likeness:
    engine = LocalEngine(build)
    return likeness(engine.weigh(NEEDS), engine.weigh(TOLD))


def test_each_statement_is_nearest_to_what_says_the_same(compared: Likeness) -> None:
    assert compared.alike.argmax(axis=1).tolist()[:2] == [0, 1]
    assert compared.alike.shape == (3, 4)
    assert compared.covered[0, 0] > 0.5 > compared.covered[0, 1]


def test_a_statement_without_telling_words_is_like_none(compared: Likeness) -> None:
    assert not compared.alike[:, 3].any()
    assert not compared.covered[2].any()


def test_the_same_statement_is_alike_in_full(build: Build) -> None:
    weighed = LocalEngine(build).weigh(NEEDS[:2])
    assert likeness(weighed, weighed).alike.diagonal().tolist() == pytest.approx([1, 1], abs=0.01)


def test_shared_words_keep_their_places(compared: Likeness) -> None:
    pairs = compared.shared(1, 1)
    told = [(NEEDS[1][ours.start : ours.end], TOLD[1][theirs.start : theirs.end]) for ours, theirs, _ in pairs]
    assert ("ответов", "отвечает") in told
    assert ("чат", "Чат") in told


def test_synonyms_of_several_words_stand_for_each_other(build: Build) -> None:
    engine = LocalEngine(build)
    compared = likeness(engine.weigh(["установлена видеоконференцсвязь"]), engine.weigh(["установлена ВКС"]))
    assert compared.covered[0, 0] > 0.8


def test_what_is_denied_is_known(build: Build) -> None:
    weighed = LocalEngine(build).weigh(["Мост не построен"])
    assert [place.denied for place in weighed.places[0]] == [False, False, True]


@pytest.fixture(scope="module")
def with_meaning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    from indexer.builds.build import open_build

    folder: Path = tmp_path_factory.mktemp("meaning")
    yield LocalEngine(open_build(publish(folder, make_reports(REPORTS), meaning=True).current_dir()))


@pytest.mark.skipif(word_model() is None, reason="нет модели слов")
def test_meaning_brings_other_words_near(with_meaning: Engine) -> None:
    compared = likeness(with_meaning.weigh(["отремонтировать дороги"]), with_meaning.weigh(["Улицы", "Хоккей"]))
    assert compared.cosine[0, 0] > compared.cosine[0, 1]
    assert compared.alike[0, 0] > compared.alike[0, 1]
