"""The phrases of tests/data/mention_cases.txt: which cities an answer mentions, which words are none; some tones."""

from __future__ import annotations

from pathlib import Path

import pytest

from indexer.language.analysis import Analyzer
from indexer.report.cities import CityRules
from indexer.report.mentions import MentionFinder, sentence_around
from indexer.report.names import CityNames
from indexer.report.tones import ToneJudge
from indexer.vocabulary import load

CASES = Path(__file__).parent.parent / "data" / "mention_cases.txt"
NONE = "-"


def load_cases() -> list[tuple[str, str, list[str]]]:
    cases = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        own, text, named = (cell.strip() for cell in line.split(" | "))
        cases.append((own, text.replace(" / ", "\n"), [] if named == NONE else named.split(", ")))
    return cases


@pytest.fixture(scope="module")
def finder(analyzer: Analyzer) -> MentionFinder:
    vocabulary = load()
    names = CityNames(vocabulary.cities, vocabulary.report.city_titles)
    return MentionFinder(vocabulary, analyzer, CityRules(vocabulary, analyzer, names))


@pytest.mark.parametrize(("own", "text", "named"), load_cases(), ids=lambda value: str(value)[:50])
def test_the_mentioned_cities(own: str, text: str, named: list[str], finder: MentionFinder) -> None:
    found = finder.mentions(text, own)
    assert [mention.name for mention in found] == named
    assert all(text[mention.start : mention.end].strip(" .,") == text[mention.start : mention.end] for mention in found)


def test_a_mention_stands_where_it_is_written(finder: MentionFinder) -> None:
    text = "Работа шла. Опыт новосибирских коллег, г. Вязьмы и города-побратима Харбина учтён.\nСпасибо томичам!"
    found = finder.mentions(text, "Омск")
    assert [(mention.name, text[mention.start : mention.end]) for mention in found] == [
        ("Новосибирск", "новосибирских"),
        ("Вязьма", "Вязьмы"),
        ("Харбин", "Харбина"),
        ("Томск", "томичам"),
    ]
    assert sentence_around(text, found[0].start).startswith("Опыт новосибирских")
    assert sentence_around(text, found[2].start).endswith("Харбина учтён.")
    assert sentence_around(text, found[3].start) == "Спасибо томичам!"


@pytest.mark.parametrize("text", ["", " ", "г.", "город", "Омск-", "«Омск", "г. Ы-Ы", "İ Омск", "ул", "Томский"])
def test_scraps_are_no_trouble(text: str, finder: MentionFinder) -> None:
    assert all(text[m.start : m.end] for m in finder.mentions(text, None))


@pytest.mark.parametrize(
    ("kind", "text", "tone"),
    [
        ("achievements", "В Томске выстроен новый мост.", "neutral"),
        ("achievements", "В Томске протекает речка.", "neutral"),
        ("achievements", "Делегация Томска посетила цех, где сушат шишки.", "neutral"),
        ("colleagues", "В Томске не могут нарадоваться новому парку.", "praise"),
        ("achievements", "Томск внедрил карту, но набил шишки.", "negative"),
        ("achievements", "В Томске протекает крыша дворца.", "negative"),
    ],
)
def test_words_that_praise_and_blame_only_beside_others(kind: str, text: str, tone: str) -> None:
    start = text.index("Томск")
    end = start + len("Томске" if "Томске" in text else "Томска" if "Томска" in text else "Томск")
    assert ToneJudge(load().connections).tones(text, "", [(start, end)], kind) == [tone]
