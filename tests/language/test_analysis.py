"""What a text is cut into and which lemmas its words have. Add the word that surprised you, then the fix."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.language.roots import root_of, spelled_alike
from indexer.language.spelling import normal_form
from indexer.vocabulary import load

# text | lemmas by position, readings of one position joined by /
POSITIONS = """
Проведение мероприятий            | проведение; мероприятие
онлайн-режиме                     | онлайн/онлайн-режим; режим
440-р                             | 440-р/440/р
№444                              | 444
131-ФЗ                            | 131-фз/131/фз
ФЗ-131                            | 131-фз/131/фз
76-ой                             | 76-й/76
2021-го                           | 2021-й/2021
2018–2020                         | 2018/2018-2020; 2020
2018 – 2020                       | 2018/2018-2020; 2020
2018/2020                         | 2018/2018-2020; 2020
2018-2020                         | 2018/2018-2020; 2020
02.07.2020                        | 02.07.2020/2020
2.7.2020                          | 02.07.2020/2020
10,5                              | 10,5
10.5                              | 10,5
1 200 мест                        | 1200; место
12.500.000                        | 12500000
в 2019 500                        | в; 2019; 500
№ 5 200                           | 5; 200
N 131-ФЗ                          | 131-фз/131/фз
5км                               | 5; километр/км
кв. м                             | м2
и о главе                         | и; о; глава
И. О. Омск                        | и; о; омск
он-лайн-режим                     | онлайн/онлайн-режим; режим
TOC                               | тос/toc
ТОС                               | тос
15A                               | 15а
PR                                | pr
российско-китайский               | российско/российский/российско-китайский; китайский
COVID-19                          | covid/covid-19; 19
СОVID                             | covid
Oмск                              | омск
правово́е                          | правовой
подраз­деление                    | подразделение
ещё                               | еще
слово_слово                       | слово; слово
нашли                             | найти
IT-отдел                          | it/it-отдел; отдел
"""


def rows(table: str) -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in table.strip().splitlines()]


@pytest.mark.parametrize(("text", "expected"), rows(POSITIONS))
def test_lemmas_by_position(text: str, expected: str, analyzer: Analyzer) -> None:
    found = ["/".join(lemma for lemma, _ in form.lemmas) for form, _, _ in analyzer.forms(text)]
    assert "; ".join(found) == expected


# form | a lemma that must be among its readings
READINGS = """
Благовещенском | благовещенск
Омска          | омск
основных       | основной
дорог          | дорога
мэра           | мэр
"""


@pytest.mark.parametrize(("form", "lemma"), rows(READINGS))
def test_plausible_readings(form: str, lemma: str, analyzer: Analyzer) -> None:
    assert lemma in dict(analyzer.lemmas(form))


# words of one family
FAMILIES = """
высадка высадить высаживать
ремонт отремонтировать ремонтный
снизить снижение
помочь помощь
оповещать оповещение
оформить оформление
организация организовать организационный
город городской
наградить награждение
школа школьный
"""


@pytest.mark.parametrize("family", FAMILIES.strip().splitlines())
def test_families_share_a_root(family: str) -> None:
    assert len({root_of(word) for word in family.split()}) == 1


@pytest.mark.parametrize(
    "pair", ["город огород", "дорога дорогой", "дорожный подорожать", "работа забота", "опыт копыто", "мост мостик"]
)
def test_strangers_do_not(pair: str) -> None:
    one, other = pair.split()
    assert root_of(one) != root_of(other)


@pytest.mark.parametrize("pair", ["пандус пандемия", "отопление потепление", "опрос вопрос", "совещание оповещение"])
def test_words_that_look_alike(pair: str) -> None:
    assert spelled_alike(*pair.split())


@pytest.mark.parametrize(
    "pair", ["пёс собака", "педагог учитель", "собрание заседание", "свет освещение", "долг кредит"]
)
def test_words_that_do_not_look_alike(pair: str) -> None:
    assert not spelled_alike(*pair.split())


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_offsets_are_those_of_the_source(text: str) -> None:
    analyzer = shared_analyzer(load())
    end = 0
    position = -1
    for token in analyzer.tokens(text):
        assert text[token.start : token.end] == token.text
        assert token.position in (position, position + 1)
        assert token.kind == "compound" or token.start >= end or token.position == position
        position, end = token.position, token.end if token.kind != "compound" else end
    assert [form.key for form, _, _ in analyzer.forms(text)] == [
        form.key for chunk in analyzer.chunks(text) for form in analyzer.chunk(chunk)
    ]


@given(st.text(max_size=50))
def test_normal_form_is_stable(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


def test_words_with_one_lemma_have_it_whole(analyzer: Analyzer) -> None:
    """What is read straight from the dictionary is what all parses together give."""
    slow = Analyzer(load())
    slow._only_lemma = lambda spelling: None  # type: ignore[method-assign, assignment]
    files = (Path(__file__).parents[1] / "data").glob("*.txt")
    words = {word for file in files for word in re.findall(r"[а-яё]+", file.read_text("utf-8").lower())}
    assert len(words) > 1_000
    assert [word for word in sorted(words) if analyzer.lemmas(word) != slow.lemmas(word)] == []
