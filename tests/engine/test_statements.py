"""Statements weighed and compared, by words alone and with a model of meaning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.builds.build import Build
from indexer.language.forms import LIKELY, is_common, part_of
from indexer.meaning.model import word_model
from search_app.engine.door import Engine, Likeness, LocalEngine, likeness, word_pairs
from search_app.engine.statements.reading import FAMILY, Reader
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


def test_a_short_adjective_is_no_noun_behind_a_word_of_degree(build: Build) -> None:
    road, dear, way = "Плохая дорога", "Аренда слишком дорога", "Слишком долгая дорога"
    weighed = LocalEngine(build).weigh([road, dear, way])
    lemmas = [{weighed.words[word].lemma for word in row} for row in weighed.rows]
    assert ["дорога" in own for own in lemmas] == [True, False, True]
    assert "дорогой" in lemmas[1]


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


def test_what_columns_tell_of_words_is_what_the_dictionary_tells(build: Build) -> None:
    chunks = sorted({chunk for number in range(len(build.texts)) for chunk in _chunks(build, number)} | {"онлайн-игра"})
    reader = Reader(build)
    reader.chunks(chunks, 1)
    for chunk in chunks:
        told = [(piece.lemma, [lemma for lemma, _ in piece.others], piece.start) for piece in reader.pieces(chunk)]
        wanted = [
            (form.lemmas[0][0], [lemma for lemma, share in form.lemmas[1:] if share >= LIKELY], form.start)
            for form in build.analyzer.chunk(chunk)
        ]
        assert told == wanted, chunk
    facts = build.columns.lemma_fact.tolist()
    for lemma, fact in zip(build.lemmas, facts, strict=True):
        assert part_of(fact) == build.analyzer.part_of_speech(lemma)
        assert is_common(fact) == build.analyzer.is_common(lemma)


def _chunks(build: Build, number: int) -> list[str]:
    return build.analyzer.chunks(build.passage(number).text)


def test_forms_are_found_many_at_once(build: Build) -> None:
    keys = [*build.forms][1:]
    assert build.forms_of([*keys, "нетакого"]) == [*range(1, len(keys) + 1), -1]
    assert build.forms_of([]) == []


def test_statements_taken_from_a_set_are_compared_as_if_weighed_alone(with_meaning: Engine) -> None:
    whole = with_meaning.weigh([*NEEDS, *TOLD])
    first, second = whole.taken(range(3)), whole.taken([3, 4, 5, 6])
    alone = likeness(with_meaning.weigh(NEEDS), with_meaning.weigh(TOLD))
    together = likeness(first, second, word_pairs(whole, whole))
    assert together.alike == pytest.approx(alone.alike, abs=1e-5)
    assert together.covering == pytest.approx(alone.covering, abs=1e-5)
    assert first.places[1] and len(first.places) == 3
    spelled = [NEEDS[1][place.start : place.end] for place in first.places[1]]
    assert spelled == ["создать", "чат", "бот", "для", "ответов", "горожанам"]


def test_words_stand_for_others_as_much_as_the_best_of_what_ties_them(with_meaning: Engine) -> None:
    first, second = with_meaning.weigh(["дорога; мост; 131"]), with_meaning.weigh(["дорожный; мосты; 131; 132"])
    pairs = word_pairs(first, second)
    told = [[pairs.of(one).get(other, 0.0) for other in second.rows[0]] for one in first.rows[0]]
    # A family, not meaning alone; itself; numbers stand for themselves alone.
    assert told[0][0] == pytest.approx(FAMILY)
    assert told[1][1] == 1
    assert told[2] == [0, 0, 1, 0]


def test_nothing_is_compared_with_nothing(with_meaning: Engine) -> None:
    compared = likeness(with_meaning.weigh(NEEDS), with_meaning.weigh([]))
    assert compared.met.shape[1] == 0 and compared.covering.shape == (3, 0)


def test_the_commonest_words_are_never_forgotten(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_app.engine.statements.reading._MOST_KNOWN", 5)
    reader = Reader(build)
    reader.learn(["детских", "садах"])
    stays = reader.words("детских")
    rare = ["мост", "школа", "музей", "театр", "дорога"]
    before = {word: [known.word for known in reader.words(word)] for word in rare if reader.chunks([word], 1)}
    reader.chunks(["трамвай"], 1)  # One more than is remembered.
    assert reader.words("детских") is stays
    assert reader.words("мост")[0] is not before["мост"][0]
    assert {word: [known.word for known in reader.words(word)] for word in rare} == before
