"""What is passed over quickly, because it can hold nothing, comes out as if it had been looked at closely."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from indexer.language.analysis import Analyzer
from indexer.language.phrases import LemmaReader
from indexer.readers import text as plain_text
from indexer.report.names import CityNames, fold
from indexer.report.sections import SectionRules
from indexer.report.wording import first_word, has_more_words, words
from indexer.vocabulary import load

VOCABULARY = load()
ANALYZER = Analyzer(VOCABULARY)
CITIES = CityNames(VOCABULARY.cities, VOCABULARY.report.city_titles)
SECTIONS = SectionRules(VOCABULARY, ANALYZER, LemmaReader(ANALYZER))

PIECES = [
    "Омск", "в Томске", "г. Чита", "Усть-Кут", "Усть - Кут", "Красноярский край", "(Амурская область)", "Находкинский",
    "городской округ", "Администрация", "ЗАТО", "Раздел 3.", "IV.", "Образование", "Управление", "ЖКХ", "что", "нет",
    "удалось", "сделать", "131-ФЗ", "02.07.2020", "76-й", "м²", "за́мок", "о\u00adпыт", "İ", "-", "–", ".", ",", ":",
    ";", "?", "*", "_", "#", "|", "> ", "<br>", "&nbsp;", "[а](б)", "\\1.", "- ", "1. ", "а) ", "---", "\t", "\u00a0",
]  # fmt: skip

texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=16).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda between: between.join(pieces))
)


@given(text=texts, number=st.integers(0, 12))
def test_words_need_not_be_counted_to_the_end(text: str, number: int) -> None:
    assert first_word(text) == (words(text) or [""])[0]
    assert has_more_words(text, number) == (len(words(text)) > number)


@given(text=texts)
def test_a_reader_tells_the_watched_lemmas_at_every_position(text: str) -> None:
    watched = {"город", "удаться", "131", "опыт", "омск"}
    reader = LemmaReader(ANALYZER)
    reader.watch(watched)
    every = [[lemma for lemma, _ in form.lemmas] for form, _, _ in ANALYZER.forms(text)]
    assert [list(readings) for readings in reader.lemmas(text)] == [
        [lemma for lemma in readings if lemma in watched] for readings in every
    ]


@given(text=texts)
@example("Жители Омска и Усть-Кута. В Томске, в г. Чите")
@example("Омск\N{LATIN SMALL LETTER A} и Омск")
def test_cities_are_mentioned_at_whole_words_with_the_words_before(text: str) -> None:
    found = list(re.finditer(r"[^\W\d_]+(?:[-‑–][^\W\d_]+)*", text))
    starts = [word.start() for word in found]
    for mention in CITIES.sure(text):
        place = starts.index(mention.start)
        assert mention.end in [word.end() for word in found]
        assert len(mention.before) <= 4
        before = [fold(word[0]) for word in found[:place]]
        assert mention.before == tuple(before[place - len(mention.before) :])


@given(text=texts)
def test_a_section_is_known_by_the_end_of_its_line(text: str) -> None:
    known = VOCABULARY.find_section(text.strip().rstrip(".:"))
    assert SECTIONS.alone(text) == (known.title if known else None)


@settings(max_examples=300)
@given(lines=st.lists(texts, min_size=1, max_size=5))
def test_a_line_without_mark_up_is_read_like_any_other(lines: list[str]) -> None:
    text = "\n".join(["Отчёт", *lines])
    quickly = list(plain_text.blocks_of(text))
    usual, plain_text._PLAIN = plain_text._PLAIN, re.compile(r"(?!)")
    try:
        assert list(plain_text.blocks_of(text)) == quickly
    finally:
        plain_text._PLAIN = usual
