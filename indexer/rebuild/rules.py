"""By which rules an index is made: a number for each set of them, so that a build tells by which ones it was made."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.index.echoes import REPEATS_VERSION
from indexer.language.analysis import ANALYSIS_VERSION, Analyzer, shared_analyzer
from indexer.language.statements import STATEMENTS_VERSION
from indexer.readers import READERS_VERSION
from indexer.report import PARSER_VERSION
from indexer.vocabulary import load

_TITLES = {
    "readers": "чтение файлов",
    "reports": "разбор отчётов",
    "statements": "деление на высказывания",
    "analysis": "разбор слов",
    "repeats": "поиск повторов",
    "dictionary": "словарь форм слов",
    "vocabulary": "слова предметной области",
}
"""Set of rules → what people call it."""


def rules_of(analyzer: Analyzer, vocabulary_version: str) -> Mapping[str, str]:
    """The version of each set of rules in this program."""
    return {
        "readers": READERS_VERSION,
        "reports": PARSER_VERSION,
        "statements": STATEMENTS_VERSION,
        "analysis": ANALYSIS_VERSION,
        "repeats": REPEATS_VERSION,
        "dictionary": analyzer.dictionary_version,
        "vocabulary": vocabulary_version,
    }


def current_rules() -> Mapping[str, str]:
    """Those of this program as it stands."""
    vocabulary = load()
    return rules_of(shared_analyzer(vocabulary), vocabulary.version)


def other_rules(made_by: Mapping[str, str], rules: Mapping[str, str]) -> list[str]:
    """The sets of rules that are not those a build was made by, as people call them; all where it does not say."""
    return [_TITLES[name] for name, version in rules.items() if made_by.get(name) != version]
