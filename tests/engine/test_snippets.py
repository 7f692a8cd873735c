"""Fragments of texts: what is shown, what is marked."""

from __future__ import annotations

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from indexer.language.analysis import Analyzer, shared_analyzer
from indexer.vocabulary import load
from search_app.engine.marks.snippets import FRAGMENTS, LEAD_IN, LENGTH, Sought, find_marks, mark_text, snippet
from search_app.engine.marks.spotting import marks_of, spotted
from tests.small_archive import make_reports, temporary_build

LIST = """Организовано и проведено:
- 194 планёрных совещания мэра с заместителями;
- более 80 встреч с населением города;
- праздничный концерт ко Дню города."""


def test_an_item_is_shown_with_what_it_is_an_item_of(analyzer: Analyzer) -> None:
    text = LIST + "\n" + "\n".join(f"- дело номер {number} сделано как следует;" for number in range(40))
    found = snippet(text, find_marks(text, Sought(frozenset({"концерт"})), analyzer))
    assert "Организовано и проведено:" in found
    assert "<mark>концерт</mark>" in found


def test_words_far_apart_are_shown_in_fragments_of_their_own(analyzer: Analyzer) -> None:
    text = "Открыт сквер. " + "Прочее слово. " * 60 + "Построен мост."
    found = snippet(text, find_marks(text, Sought(frozenset({"сквер", "мост"})), analyzer))
    assert "<mark>сквер</mark>" in found
    assert "<mark>мост</mark>" in found
    assert " … " in found


def test_mark_up_of_the_text_is_escaped(analyzer: Analyzer) -> None:
    found = mark_text("<b>мост</b> & «сквер»", Sought(frozenset({"мост"})), analyzer)
    assert found == "&lt;b&gt;<mark>мост</mark>&lt;/b&gt; &amp; «сквер»"


def test_exact_spellings_and_beginnings(analyzer: Analyzer) -> None:
    text = "мосты, мостов, мостовая"
    assert mark_text(text, Sought(spellings=frozenset({"мостов"})), analyzer) == "мосты, <mark>мостов</mark>, мостовая"
    assert mark_text(text, Sought(prefixes=("мостов",)), analyzer).count("<mark>") == 2


WORDS = st.sampled_from(
    ["мост", "моста", "сквер", "город", "- ", "1. ", "\n", ". ", ": ", "<", "&", "x" * 80, "ё", " "]
)


@given(st.lists(WORDS, max_size=120).map("".join))
def test_a_snippet_is_made_of_the_text(text: str) -> None:
    analyzer = shared_analyzer(load())
    found = snippet(text, find_marks(text, Sought(frozenset({"мост", "сквер"})), analyzer))
    plain = html.unescape(re.sub("</?mark>", "", found))
    whole = " ".join(text.split())
    assert all(
        piece.strip() in whole for piece in " ".join(plain.split()).split(" … ") if piece.strip(" …") == piece.strip()
    )
    assert len(plain) <= (LENGTH + 120) * FRAGMENTS + LEAD_IN
    assert html.unescape(re.sub("</?mark>", "", mark_text(text, Sought(frozenset({"мост"})), analyzer))) == text


ODD_TEXTS = (
    "Режим, онлайн-режим и режимный объект: режим онлайн, онлайн. РЕЖИМОМ — режи\u00adмом.",
    "Ещё 76-й дом, 76 домов; 131-ФЗ и ФЗ 131, 02.07.2020, 2020 год, COVID-19 и 19 дел.",
    "Ма\u0301рта 8; марта_марта, марта²; «марта»/марта\u2011марта. С марта\nмарта",
    "Российско-китайский, российский и китайский; физкультурно-массовая и массовые.",
    "İstanbul марта: после такой буквы места не сойдутся.",
)


def test_columns_and_spellings_give_the_marks_of_the_analysis() -> None:
    answers = [("other", None, text) for text in ODD_TEXTS]
    with temporary_build(make_reports([("Омск", 2020, None, answers)])) as build:
        docs = list(range(len(ODD_TEXTS)))
        alone = [Sought(lemmas=frozenset({lemma})) for lemma in build.lemmas]
        exact = [Sought(spellings=frozenset({spelling})) for spelling in build.spellings]
        begun = [Sought(prefixes=(spelling[:3], spelling[:4])) for spelling in build.spellings if len(spelling) > 3]
        together = [Sought(frozenset(build.lemmas), frozenset(build.spellings)), Sought()]
        known = 0
        for sought in (*alone, *exact, *begun, *together):
            for doc, spots in zip(docs, spotted(docs, sought, build), strict=True):
                text = build.passage(doc).text
                marks = marks_of(text, spots) if spots is not None else None
                known += marks is not None
                assert marks is None or marks == find_marks(text, sought, build.analyzer), (sought, text)
        assert known > 0.7 * len(docs) * len(alone + exact + begun + together)
