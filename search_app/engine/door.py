"""The door of the engine: all that pages, studies, exports and the command line may ask of the archive.

`Engine` is what every engine offers; `open_engine` opens a build on the disk, `open_cluster` one in a cluster.
"""

from __future__ import annotations

from pathlib import Path

from indexer.builds.build import open_build
from search_app.engine.city_answers import AnswerPlace
from search_app.engine.city_words import WordUse
from search_app.engine.cross import Cell, cities_found, years_found
from search_app.engine.engines.local import LocalEngine
from search_app.engine.engines.offered import Engine, FoundAnswer, KeptAnswer
from search_app.engine.marking import Marker
from search_app.engine.matching.compiled import compile_all
from search_app.engine.memory import CHANGED, GONE, MOVED, SAME, Arrival, Dates
from search_app.engine.neighbours import Neighbours
from search_app.engine.opensearch.engine import ClusterEngine, open_cluster
from search_app.engine.query.syntax import MIN_PREFIX, words_of
from search_app.engine.statements.likeness import Likeness, WordPairs, likeness, word_pairs
from search_app.engine.statements.weighing import Place, Weighed, WeighedWord
from search_app.engine.suggest import Suggestion
from search_app.engine.ties.echoes import Repeated, Slice
from search_app.engine.ties.remarks import Spoken, Tallies, Tie

__all__ = [
    "CHANGED",
    "GONE",
    "MIN_PREFIX",
    "MOVED",
    "SAME",
    "AnswerPlace",
    "Arrival",
    "Cell",
    "Dates",
    "ClusterEngine",
    "Engine",
    "FoundAnswer",
    "KeptAnswer",
    "Likeness",
    "LocalEngine",
    "Marker",
    "Neighbours",
    "Place",
    "Repeated",
    "Slice",
    "Spoken",
    "Suggestion",
    "Tallies",
    "Tie",
    "Weighed",
    "WeighedWord",
    "WordPairs",
    "WordUse",
    "cities_found",
    "compile_all",
    "likeness",
    "open_cluster",
    "open_engine",
    "word_pairs",
    "words_of",
    "years_found",
]


def open_engine(folder: Path) -> LocalEngine:
    """Opens the build in a folder.

    Raises VersionError for a build of another version, StoreError for a damaged one.
    """
    return LocalEngine(open_build(folder))
