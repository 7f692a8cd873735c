"""One parser for all tests of the report room."""

from __future__ import annotations

import pytest

from indexer.language.analysis import Analyzer
from indexer.report import ReportParser
from indexer.vocabulary import load


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """The analysis of the product."""
    return Analyzer(load())


@pytest.fixture(scope="session")
def parser(analyzer: Analyzer) -> ReportParser:
    """The parser with the product's own vocabulary."""
    return ReportParser(load(), analyzer)
